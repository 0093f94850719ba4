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

from activities.webhook_client import Resolve, Sent, WebhookClient, resolve
from tests.activities import receiver
from tests.activities.receiver import Answer, receiving, status
from tests.workflows.story import eventually

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT: dict[str, Any] = {"id": "up-1-upgrade_complete", "data": {"text": {"zh-TW": "完成"}}}


async def send(
    url: str,
    *,
    allow_private: bool = True,
    timeout_seconds: float = 5.0,
    resolve: Resolve = resolve,
) -> Sent:
    sender = WebhookClient(
        allow_private=allow_private, timeout_seconds=timeout_seconds, resolve=resolve
    )
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


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (receiver.close, "RemoteProtocolError"),
        (receiver.nonsense, "RemoteProtocolError"),
        (receiver.endless_head, "RemoteProtocolError"),
    ],
)
async def test_a_broken_answer_is_a_failure(answer: Answer, error: str) -> None:
    async with receiving(answer) as there:
        sent = await send(there.url())
    assert sent.status is None
    assert sent.error is not None
    assert sent.error.startswith(error)


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
    assert sent.status is None
    assert sent.error is not None
    assert sent.error.startswith("ConnectError")


async def test_a_name_without_an_address_is_a_failure() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("name or service not known")

    sent = await send("https://no.example/hook", resolve=unknown)
    assert sent.error == "OSError: name or service not known"


async def test_names_that_nobody_answers_for_hold_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More of them at once than the threads that an event loop shares."""
    answered, asked, really = threading.Event(), list[str](), socket.getaddrinfo

    def ask(host: str, *more: Any, **how: Any) -> Any:
        asked.append(host)
        if host == "slow.example":
            answered.wait(60)
            raise OSError("no name server answers")
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
            "OSError: no name server answers"
        }


async def _asked(hosts: list[str]) -> bool:
    return len(hosts) == 40


async def test_the_system_is_asked_for_addresses() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)


# ---- where it must not go ---------------------------------------------------------------------


async def test_a_private_address_is_not_called_unless_allowed() -> None:
    async with receiving() as there:
        refused = await send(there.url(), allow_private=False)
        assert refused.status is None
        assert refused.error == "127.0.0.1 is at the private address 127.0.0.1: not sent there"
        assert there.bodies == []
        assert (await send(there.url())).status == 204


async def test_a_public_name_at_a_private_address_is_not_called() -> None:
    async def to_metadata(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "169.254.169.254"]

    sent = await send("http://hooks.example/", allow_private=False, resolve=to_metadata)
    assert sent.error is not None
    assert "hooks.example is at the private address 169.254.169.254" in sent.error


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
        [openssl, *made, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_server_that_nobody_vouched_for_gets_nothing(stranger: ssl.SSLContext) -> None:
    there = receiver.Receiver()
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0, ssl=stranger)
    port = server.sockets[0].getsockname()[1]
    try:
        sent = await send(f"https://localhost:{port}/hook")
    finally:
        server.close()
    assert sent.status is None
    assert sent.error is not None
    assert "certificate verify failed" in sent.error.lower()
    assert there.bodies == []
