"""Why another's server gave no answer, in our words: those of the HTTP library tell of its own insides."""

import socket
import ssl
from collections.abc import Iterator

import httpx


def why_unanswered(error: BaseException) -> str:
    """One clause for people, such as `nobody listens there`; never what the server said."""
    for each in _causes(error):
        match each:
            case ssl.SSLCertVerificationError():
                return f"its certificate is not trusted: {each.verify_message}"
            case ssl.SSLError():
                return "it does not agree with us on TLS"
            case socket.gaierror():
                return "there is no host of that name"
            case ConnectionRefusedError():
                return "nobody listens there"
            case ConnectionResetError() | BrokenPipeError():
                return "it hung up"
            case httpx.TimeoutException() | TimeoutError():
                return "it did not answer in time"
            case httpx.RemoteProtocolError():
                return "it answered something that is not HTTP, or hung up"
            case httpx.InvalidURL() | httpx.UnsupportedProtocol() | UnicodeError():
                return "its URL cannot be called"
            case httpx.ReadError() | httpx.WriteError():
                return "the connection broke"
            case _:
                continue
    return "no connection came about"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error's causes from the innermost, which tells most, outwards."""
    if error.__cause__ is not None or error.__context__ is not None:
        yield from _causes(error.__cause__ or error.__context__ or error)
    yield error
