"""What is said of a server that gave no answer: nothing in the words of a library."""

import socket
import ssl

import httpx
import pytest

from activities.unanswered import why_unanswered


def wrapped(cause: Exception, error: Exception) -> Exception:
    """`error` as the HTTP library raises it, with what was below it as its cause."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            wrapped(ConnectionRefusedError(111, "x"), httpx.ConnectError("x")),
            "nobody listens there",
        ),
        (wrapped(ConnectionResetError(104, "x"), httpx.ReadError("x")), "it hung up"),
        (
            wrapped(socket.gaierror(-2, "x"), httpx.ConnectError("x")),
            "there is no host of that name",
        ),
        (
            wrapped(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x"), httpx.ConnectError("x")),
            "it does not agree with us on TLS",
        ),
        (httpx.ReadTimeout("x"), "it did not answer in time"),
        (httpx.ConnectTimeout("x"), "it did not answer in time"),
        (httpx.ReadError("x"), "the connection broke"),
        (
            httpx.RemoteProtocolError("x"),
            "it answered something that is not HTTP, or hung up",
        ),
        (httpx.UnsupportedProtocol("x"), "its URL cannot be called"),
        (httpx.InvalidURL("x"), "its URL cannot be called"),
        (OSError("x"), "no connection came about"),
        (httpx.ProxyError("x"), "no connection came about"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_failure_has_a_clause_of_ours(error: Exception, said: str) -> None:
    assert why_unanswered(error) == said


def test_a_certificate_that_is_not_trusted_says_why() -> None:
    cause = ssl.SSLCertVerificationError(1, "x")
    cause.verify_message = "certificate has expired"
    told = why_unanswered(wrapped(cause, httpx.ConnectError("x")))
    assert told == "its certificate is not trusted: certificate has expired"
