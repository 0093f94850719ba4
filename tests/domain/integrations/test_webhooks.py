"""Webhooks: where they may go, when they come again, and what they say."""

import json
from datetime import timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.integrations.webhooks import (
    JITTER,
    LONGEST_WISH,
    RETRY_AFTER,
    BadUrl,
    Reach,
    check_address,
    cloud_event,
    endpoint_address,
    is_private_host,
    wait_after,
)
from domain.text.texts import text
from domain.views.notices import notice_text
from domain.views.read_models import Notice
from tests.domain.builders import NOW

NOTICE = Notice(
    notice_id="up-1-upgrade_complete",
    tenant_id="contoso",
    kind="upgrade_complete",
    upgrade_id="up-1",
    created_at=NOW,
    text=notice_text(
        "upgrade_complete",
        plan_name="Business Premium",
        users=text("count.users_moved", count=80),
        what_else=text("complete.old_canceled", old="contoso-basic"),
    ),
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
    assert endpoint_address(url)[1:] == target


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
    assert endpoint_address(url).host_header == header


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
        endpoint_address(url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://db.internal/"),
        *("http://printer.local/", "http://127.1/", "http://2130706433/", "http://0x7f000001/"),
        *("http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/", "https://0/"),
        *("https://127.0.0.1./", "https://127\u30020\u30020\u30021/", "https://%6cocalhost/"),
        *("https://\u2460\u2461\u2466.0.0.1/", "https:192.168.1.1"),
    ],
)
def test_no_spelling_of_a_private_host_gets_through(url: str) -> None:
    assert is_private_host(endpoint_address(url).host)


def test_names_are_public_until_they_are_resolved() -> None:
    assert not is_private_host("hooks.example.com")
    assert not is_private_host("notlocalhost")


ANYWHERE = ["93.184.215.14"]
OURS = Reach(allow_private=True)
BY_HTTP = Reach(allow_http=True)


def ports(*numbers: int, private: bool = False) -> Reach:
    return Reach(allow_private=private, ports=frozenset(numbers))


@pytest.mark.parametrize(
    ("url", "addresses", "reach"),
    [
        ("https://hooks.example/", ANYWHERE, Reach()),
        ("https://hooks.example:8443/", ANYWHERE, Reach()),
        ("https://hooks.example/", [], Reach()),
        ("https://hooks.example:9443/", ANYWHERE, ports(9443)),
        ("http://hooks.example/", ANYWHERE, BY_HTTP),
        ("http://hooks.example:443/", ANYWHERE, BY_HTTP),
        ("http://127.0.0.1:5000/", ["127.0.0.1"], OURS),
        ("http://hooks.internal:5000/", [], OURS),
        ("https://hooks.example/", ["10.0.0.1", *ANYWHERE], OURS),
        ("http://127.0.0.1:5000/", ["127.0.0.1"], ports(5000, private=True)),
    ],
)
def test_where_a_webhook_may_go(url: str, addresses: list[str], reach: Reach) -> None:
    check_address(endpoint_address(url), addresses, reach)


@pytest.mark.parametrize(
    ("url", "addresses", "reach", "fault"),
    [
        ("http://hooks.example/", ANYWHERE, Reach(), "begins with http: .*WEBHOOK_ALLOW_HTTP=true"),
        ("http://hooks.example/", [], Reach(), "begins with http"),
        ("http://hooks.example/", ANYWHERE, OURS, "begins with http"),
        ("https://hooks.example:80/", ANYWHERE, Reach(), "port 80, and only 443, 8443 .*_PORTS"),
        ("https://hooks.example:6379/", ANYWHERE, BY_HTTP, "port 6379, and only 80, 443, 8443"),
        ("https://hooks.example/", ANYWHERE, ports(9443), "port 443, and only 9443"),
        ("https://hooks.example:0/", ANYWHERE, Reach(), "port 0, which never takes webhooks"),
        ("http://127.0.0.1:0/", ["127.0.0.1"], OURS, "port 0, which"),
        ("http://127.0.0.1:25/", ["127.0.0.1"], ports(25, private=True), "port 25, which"),
        ("http://127.0.0.1:81/", ["127.0.0.1"], ports(80, private=True), "port 81, and only 80"),
        ("http://hooks.example/", ["10.0.0.1", *ANYWHERE], OURS, "begins with http"),
        ("https://hooks.example/", ["10.0.0.1", *ANYWHERE], Reach(), "points to this machine"),
        ("https://hooks.example/", ["192.0.0.192"], Reach(), "points to this machine"),
        ("https://hooks.internal/", ANYWHERE, Reach(), "points to this machine"),
        ("https://localhost/", [], Reach(), "points to this machine"),
        ("https://[64:ff9b:1::1]/", ["64:ff9b:1::1"], BY_HTTP, "points to this machine"),
    ],
)
def test_where_a_webhook_may_not_go(
    url: str, addresses: list[str], reach: Reach, fault: str
) -> None:
    with pytest.raises(BadUrl, match=fault):
        check_address(endpoint_address(url), addresses, reach)


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
