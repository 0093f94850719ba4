"""One webhook, to every kind of receiver there is: signed, bounded, and never to a private address."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from activities.name_lookup import Resolve, resolve
from activities.webhook_client import Sent, WebhookClient
from domain.integrations.webhooks import Reach
from tests.activities import receiver
from tests.activities.receiver import Answer, receiving, status
from tests.workflows.story import eventually

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HERE = Reach(allow_private=True)
EVENT: dict[str, Any] = {"id": "up-1-upgrade_complete", "data": {"text": {"zh-TW": "完成"}}}


async def send(
    url: str,
    *,
    reach: Reach = HERE,
    timeout_seconds: float = 5.0,
    resolve: Resolve = resolve,
) -> Sent:
    sender = WebhookClient(reach=reach, timeout_seconds=timeout_seconds, resolve=resolve)
    try:
        return await sender.send(url, (SECRET,), EVENT)
    finally:
        await sender.aclose()


async def test_a_receiver_can_verify_what_it_gets() -> None:
    async with receiving() as there:
        sent = await send(there.url("/hook?key=1"))
    assert (sent.status, sent.error) == (204, None)
    assert there.lines == ["POST /hook?key=1 HTTP/1.1"]
    (headers,) = there.headers
    assert headers["webhook-id"] == EVENT["id"]
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert headers["host"] == f"127.0.0.1:{there.port}"
    assert Webhook(SECRET).verify(there.bodies[0], headers) == EVENT
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(there.bodies[0].replace(b"up-1", b"up-2"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(there.bodies[0], headers)


@pytest.mark.parametrize("code", [400, 404, 410, 429, 500, 503])
async def test_anything_but_a_success_is_a_failure(code: int) -> None:
    async with receiving(status(code)) as there:
        sent = await send(there.url())
    assert (sent.status, sent.error, sent.is_gone) == (code, f"answered {code}", code == 410)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("86400", 3600),
        ("9" * 400, 3600),
        ("Fri, 31 Dec 2199 23:59:59 GMT", 3600),
        ("Thu, 01 Jan 1998 00:00:00 GMT", 1),
        ("Thu, 01 Jan 1998 00:00:00", 1),
        ("soon", None),
        ("-5", None),
        ("\u0664", None),
        ("1e3", None),
        ("", None),
    ],
)
async def test_when_it_wants_to_be_tried_again_is_read_within_reason(
    said: str, seconds: float | None
) -> None:
    async with receiving(status(503, f"retry-after: {said}")) as there:
        sent = await send(there.url())
    assert sent.retry_after == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_redirect_is_not_followed() -> None:
    async with receiving() as elsewhere:
        async with receiving(status(307, f"location: {elsewhere.url()}")) as there:
            sent = await send(there.url())
        assert (sent.status, sent.error) == (307, "answered 307")
        assert elsewhere.bodies == []


@pytest.mark.parametrize("answer", [receiver.close, receiver.nonsense, receiver.endless_head])
async def test_a_broken_answer_is_a_failure_and_not_quoted(answer: Answer) -> None:
    async with receiving(answer) as there:
        sent = await send(there.url())
    assert (sent.status, sent.error) == (None, "answered something that is not HTTP, or hung up")


async def test_who_says_nothing_is_given_up() -> None:
    async with receiving(receiver.hang) as there:
        sent = await send(there.url(), timeout_seconds=0.3)
        assert len(there.bodies) == 1
    assert (sent.status, sent.error) == (None, "no answer within 0.3 s")


async def test_a_body_without_an_end_is_not_read() -> None:
    async with receiving(receiver.endless_body) as there:
        sent = await send(there.url())
    assert (sent.status, sent.error) == (200, None)


async def test_nobody_there() -> None:
    async with receiving() as there:
        url = there.url()
    sent = await send(url)
    assert (sent.status, sent.error) == (None, "nobody listens there")


async def test_a_name_without_an_address_is_a_failure() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "name or service not known")

    sent = await send("https://no.example/hook", resolve=unknown)
    assert sent.error == "there is no host of that name"


async def test_names_that_nobody_answers_for_hold_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More of them at once than the threads that an event loop shares."""
    answered, asked, really = threading.Event(), list[str](), socket.getaddrinfo

    def ask(host: str, *more: Any, **how: Any) -> Any:
        asked.append(host)
        if host == "slow.example":
            answered.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "no name server answers")
        return really(host, *more, **how)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    async with receiving() as there:
        slow = [
            asyncio.create_task(send("http://slow.example/", timeout_seconds=60)) for _ in range(40)
        ]
        await eventually("all are asked for", lambda: _asked(asked))
        assert (await send(there.url(host="localhost"))).status == 204
        assert not any(each.done() for each in slow)
        answered.set()
        assert {each.error for each in await asyncio.gather(*slow)} == {
            "there is no host of that name"
        }


async def _asked(hosts: list[str]) -> bool:
    return len(hosts) == 40


async def test_the_system_is_asked_for_addresses() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)


# ---- where it must not go ---------------------------------------------------------------------


PRIVATE = "not sent: the URL points to this machine or its networks: write the URL"


async def test_a_private_address_is_not_called_unless_allowed() -> None:
    async with receiving() as there:
        refused = await send(there.url(), reach=Reach())
        assert refused.status is None
        assert refused.error is not None
        assert refused.error.startswith(PRIVATE)
        assert there.bodies == []
        assert (await send(there.url())).status == 204


async def test_a_public_name_at_a_private_address_is_not_called() -> None:
    async def to_metadata(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "169.254.169.254"]

    sent = await send("https://hooks.example/", reach=Reach(), resolve=to_metadata)
    assert sent.error is not None
    assert sent.error.startswith(PRIVATE)
    assert "169" not in sent.error, "nobody learns our addresses from it"


async def test_a_name_that_changes_its_address_is_looked_at_each_time() -> None:
    """Public when it was set, and at the first attempt; of our own network at the next."""
    answers = ["127.0.0.1", "169.254.169.254"]

    async def rebinding(host: str, port: int) -> list[str]:
        return [answers.pop(0)]

    async with receiving() as there:
        client = WebhookClient(reach=HERE, resolve=rebinding)
        first = await client.send(there.url(host="hooks.example"), (SECRET,), EVENT)
        await client.aclose()
        client = WebhookClient(reach=Reach(), resolve=rebinding)
        second = await client.send(there.url(host="hooks.example"), (SECRET,), EVENT)
        await client.aclose()
    assert (first.status, len(there.bodies)) == (204, 1)
    assert second.error is not None
    assert second.error.startswith(PRIVATE)


@pytest.mark.parametrize(
    ("url", "reach", "fault"),
    [
        ("http://hooks.example/", Reach(), "begins with http"),
        ("https://hooks.example:5432/", Reach(), "names port 5432, and only 443, 8443 may be"),
        ("https://hooks.example:25/", Reach(ports=frozenset([25])), "names port 25"),
        ("https://hooks.example:0/", HERE, "names port 0"),
        ("https://me@hooks.example/", HERE, "has a user or password"),
    ],
)
async def test_what_may_not_be_set_is_not_sent_to(url: str, reach: Reach, fault: str) -> None:
    """An endpoint may have been set before, under other settings."""

    async def public(host: str, port: int) -> list[str]:
        return ["93.184.215.14"]

    sent = await send(url, reach=reach, resolve=public)
    assert sent.status is None
    assert sent.error is not None
    assert sent.error.startswith(f"not sent: the URL {fault}")


async def test_the_address_that_was_checked_is_called_not_the_name_again() -> None:
    asked: list[str] = []

    async def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    async with receiving() as there:
        sent = await send(there.url(host="hooks.example"), resolve=once)
    assert sent.status == 204, "nobody else could have resolved the name"
    assert asked == ["hooks.example"]
    assert there.headers[0]["host"] == f"hooks.example:{there.port}"


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy, receiving() as there:
        monkeypatch.setenv("HTTP_PROXY", proxy.url(""))
        monkeypatch.setenv("ALL_PROXY", proxy.url(""))
        assert (await send(there.url())).status == 204
        assert proxy.bodies == []


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    """A server's certificate that nobody has vouched for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        [openssl, *made, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
        timeout=120,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_server_that_nobody_vouched_for_gets_nothing(stranger: ssl.SSLContext) -> None:
    there, asked_for = receiver.Receiver(), list[str | None]()

    def note(_socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        asked_for.append(name)

    stranger.sni_callback = note
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0, ssl=stranger)
    port = server.sockets[0].getsockname()[1]

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    try:
        sent = await send(f"https://hooks.example:{port}/hook", resolve=here)
    finally:
        server.close()
    assert asked_for == ["hooks.example"], "the certificate is that of the name"
    assert sent.status is None
    assert sent.error is not None
    assert "certificate is not trusted" in sent.error
    assert there.bodies == []
