"""Webhooks: where they may go, when they come again, and what they say."""

import json
from datetime import timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.notices import notice_text
from domain.read_models import Notice
from domain.webhooks import (
    JITTER,
    LONGEST_WISH,
    RETRY_AFTER,
    BadUrl,
    cloud_event,
    is_private_host,
    is_public,
    target_of,
    wait_after,
)
from tests.domain.builders import NOW

NOTICE = Notice(
    notice_id="up-1-upgrade_complete",
    tenant_id="contoso",
    kind="upgrade_complete",
    upgrade_id="up-1",
    created_at=NOW,
    text=notice_text("upgrade_complete", plan_name="Business Premium", users=80),
)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example/in?a=1", ("https", "hooks.example", 443, "/in?a=1")),
        ("http://hooks.example:8080", ("http", "hooks.example", 8080, "/")),
        ("HTTPS://Hooks.Example/In", ("https", "hooks.example", 443, "/In")),
        ("https://b\u00fccher.example/", ("https", "xn--bcher-kva.example", 443, "/")),
        ("https://[2606:4700::1111]/", ("https", "2606:4700::1111", 443, "/")),
    ],
)
def test_a_url_is_taken_apart(url: str, target: tuple[str, str, int, str]) -> None:
    assert target_of(url)[1:] == target


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://hooks.example/", "hooks.example"),
        ("https://hooks.example:8443/", "hooks.example:8443"),
        ("http://hooks.example:443/", "hooks.example:443"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443"),
    ],
)
def test_the_host_header_names_an_unusual_port(url: str, header: str) -> None:
    assert target_of(url).host_header == header


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "is not a URL"),
        ("hooks.example/in", "is not a URL"),
        ("https://", "is not a URL"),
        ("https://hooks.example:99999/", "is not a URL"),
        ("ftp://hooks.example/", "begins with ftp"),
        ("file:///etc/passwd", "begins with file"),
        ("javascript:alert(1)", "begins with javascript"),
        ("https://user:secret@hooks.example/", "has a user or password in it"),
        ("https://user@hooks.example/", "has a user or password in it"),
        ("https://hooks.example/#part", "has a fragment"),
        (" https://hooks.example/", "has spaces around it"),
        ("https://hooks.example/\n", "cannot be printed"),
        ("https://hooks.example/" + "a" * 2000, "write at most 2000"),
    ],
)
def test_a_bad_url_is_refused_with_its_mend(url: str, fault: str) -> None:
    with pytest.raises(BadUrl, match=fault):
        target_of(url)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_an_address_of_this_machine_or_its_networks_is_private(address: str) -> None:
    assert not is_public(address)
    assert is_private_host(address.partition("%")[0])


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_private_host(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://db.internal/"),
        *("http://printer.local/", "http://127.1/", "http://2130706433/", "http://0x7f000001/"),
        *("http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_no_spelling_of_a_private_host_gets_through(url: str) -> None:
    assert is_private_host(target_of(url).host)


def test_names_are_public_until_they_are_resolved() -> None:
    assert not is_private_host("hooks.example.com")
    assert not is_private_host("notlocalhost")


@any_of(st.ip_addresses().map(str))
def test_any_address_is_judged(address: str) -> None:
    assert is_public(address) in (True, False)


def test_every_attempt_waits_longer_and_the_last_is_the_last() -> None:
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
    for failed, after in enumerate(RETRY_AFTER, start=1):
        assert wait_after(failed, 0) == after
        assert wait_after(failed, 1) == after * (1 + JITTER)
    assert wait_after(len(RETRY_AFTER) + 1, 0.5) is None
    assert sum(RETRY_AFTER, timedelta()) > timedelta(hours=40), "a weekend's night is survived"


@any_of(
    failed=st.integers(1, len(RETRY_AFTER) + 2),
    chance=st.floats(0, 1),
    wish=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_a_wish_makes_no_wait_shorter_and_none_longer_than_an_hour(
    failed: int, chance: float, wish: timedelta
) -> None:
    ours, wished = wait_after(failed, chance), wait_after(failed, chance, wish)
    if ours is None or wished is None:
        assert ours == wished, "no wish saves an attempt"
    elif ours >= min(wish, LONGEST_WISH):
        assert wished == ours
    else:
        assert wished == min(wish, LONGEST_WISH)


def test_a_notice_is_a_cloud_event() -> None:
    event = cloud_event(NOTICE, 42)
    assert json.loads(json.dumps(event)) == event
    assert event["specversion"] == "1.0"
    assert event["id"] == NOTICE.notice_id
    assert event["type"] == "plan-upgrade.notice.upgrade_complete"
    assert event["subject"] == "up-1"
    assert event["time"].endswith("Z")
    assert event["sequence"] > cloud_event(NOTICE, 9)["sequence"], "it sorts as text"
    assert event["data"].keys() == {
        "notice_id", "tenant_id", "kind", "upgrade_id", "created_at", "text",
    }  # fmt: skip
    assert event["data"]["text"].keys() == {"en", "zh-TW"}
