"""`docs/credit-service.md` says what the code does, and its code runs as a service that is asked."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from activities.credit_review import CreditServiceFailed
from domain.integrations.callback_reference import upgrade_of_reference
from domain.integrations.signed_messages import verified_id
from tests.clock import machine_now
from tests.credit_page import (
    AT,
    CALLBACK_KEY,
    KEY,
    PAGE,
    answered,
    asked,
    code_of_the_page,
    page,
    question,
    service,
)


def test_the_page_says_what_the_code_does() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "write it again: python -m tests.credit_page"


def test_the_example_is_genuine_both_ways() -> None:
    headers, body = asked()
    is_genuine, now = code_of_the_page()["is_genuine"], AT.timestamp()
    assert is_genuine(KEY, headers, body, now=now)
    assert not is_genuine(KEY, headers, body + b" ", now=now)
    assert not is_genuine(KEY, headers, body, now=now + 301)
    headers, body = answered()
    assert verified_id((service().key,), headers, body, AT) == "CS-4711-approved"


def test_a_question_of_somebody_else_is_not_answered() -> None:
    headers, body = asked()
    with pytest.raises(PermissionError):
        code_of_the_page()["decide"](
            KEY, headers, body + b" ", "approved", "CS-1", now=AT.timestamp()
        )


@contextmanager
def serving(key: str) -> Generator[str]:
    """The page's code behind a port; its URL."""
    decide = code_of_the_page()["decide"]

    class Checks(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            try:
                headers, answer = decide(key, named, body, "declined", "CS-1", "no history")
            except PermissionError:
                self.send_error(401)
                return
            self.send_response(200)
            for name, value in {**headers, "content-length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Checks) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/checks"
        server.shutdown()
        thread.join()


async def test_the_code_on_the_page_is_a_service_that_decides() -> None:
    about = question(deadline=machine_now() + timedelta(days=2))
    with serving(KEY) as url:
        answer = await service(url).ask(about)
    assert answer is not None
    assert (answer.decision, answer.reference, answer.reason) == ("declined", "CS-1", "no history")
    with serving("A" * 32) as url, pytest.raises(CreditServiceFailed, match="it answered 401"):
        await service(url).ask(about)


def test_the_reference_of_the_example_is_about_its_order() -> None:
    _, body = answered()
    reference = body.decode().split('"callback_reference": "')[1].split('"')[0]
    assert upgrade_of_reference(CALLBACK_KEY, reference, AT) == question().upgrade_id
