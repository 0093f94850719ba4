"""What goes wrong, as problem documents (RFC 9457): `application/problem+json`, never a traceback.

The table from our errors to codes and messages is `api.failures.failure_of`; here each kind is only
given HTTP's status. Of what is out of reach, callers are told which, and the log why: addresses of ours
are nobody's business.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from itertools import chain
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.failures import Kind, failure_of
from api.http.safe_json import SafeJson
from domain.text.faults import fault_of

STATUS: Mapping[Kind, int] = {
    "bad_input": HTTPStatus.BAD_REQUEST,
    "forbidden": HTTPStatus.FORBIDDEN,
    "refused": HTTPStatus.CONFLICT,
    "not_found": HTTPStatus.NOT_FOUND,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "unexpected": HTTPStatus.INTERNAL_SERVER_ERROR,
}
RETRY_AFTER_SECONDS = "5"
MAX_HEAD_BYTES = 16 * 1024
"""Of a path with its query, and the headers."""
LONGEST_PATH = 200
"""Characters of a path that are said back."""

_log = logging.getLogger(__name__)


class Problem(Exception):
    """Something is wrong with the request itself, in HTTP's own terms."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        """`code` is stable, `detail` says the fault and the mend, `more` is ready for JSON."""
        self.status, self.code, self.detail, self.more = status, code, detail, more
        super().__init__(detail)


def unreadable(errors: Iterable[Any], kind: type[BaseModel] = BaseModel) -> Problem:
    """The answer to a body or a parameter that pydantic could not read as `kind`, field by field."""
    told = [fault_of(each, kind, "") for each in errors]
    faults = [{"field": each.place or "body", "fault": each.message} for each in told]
    said = "; ".join(f"{each['field']}: {each['fault']}" for each in faults)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_input", said, faults=faults)


def answer_problems(app: FastAPI, hosts: Collection[str] = ()) -> None:
    """Let the app answer every error with a problem document, and other hosts than these with none else."""

    @app.exception_handler(Problem)
    async def of_request(_: Request, problem: Problem) -> SafeJson:
        return problem_document(problem.status, problem.code, problem.detail, problem.more)

    @app.exception_handler(RequestValidationError)
    async def of_shape(_: Request, error: RequestValidationError) -> SafeJson:
        problem = unreadable(error.errors())
        return problem_document(problem.status, problem.code, problem.detail, problem.more)

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> SafeJson:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND:
            # Not `request.url`: that is made from the host that the caller names.
            path = request.scope["path"][:LONGEST_PATH]
            detail = f"there is nothing at {path}: /openapi.json lists what there is"
        elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "another method")
            detail = f"{request.method[:LONGEST_PATH]} is not allowed here: use {allowed}"
        # With its headers: a 405 must say what is allowed.
        return problem_document(error.status_code, code, detail, headers=error.headers)

    app.add_middleware(_Answers, hosts=frozenset(hosts))


class _Answers:
    """Around all of the app: whatever is raised is answered here, unless an answer has begun."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        answer = self._refused(scope)
        try:
            if answer is None:
                await self._app(scope, receive, noted)
        except ClientDisconnect:
            _log.debug("a caller hung up before its request was there")
        except asyncio.CancelledError:  # the server stops, and has waited for as long as it may
            answer = problem_document(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "stopping",
                "this server stops: send the same again",
            )
        except Exception as error:
            if begun:
                raise
            answer = _ours(error)
        if answer is not None and not begun:
            await answer(scope, receive, send)

    def _refused(self, scope: Scope) -> SafeJson | None:
        """The answer to a request that is not looked at: too long a head, or for a host not ours.

        A look at the health is for any host: probes ask by address.
        """
        head = (scope["raw_path"], scope["query_string"], *chain.from_iterable(scope["headers"]))
        if sum(map(len, head)) + 4 * len(scope["headers"]) > MAX_HEAD_BYTES:
            return problem_document(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "head_too_long",
                f"the path and the headers are longer than {MAX_HEAD_BYTES} bytes: leave some out",
            )
        if not self._hosts or scope["path"] == "/health":
            return None
        named = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if _name_of(named.decode("latin-1")) in self._hosts:
            return None
        return problem_document(
            HTTPStatus.MISDIRECTED_REQUEST, "misdirected_request", "this host is not served here"
        )


def _name_of(host: str) -> str:
    """The name in a header `Host`, without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower().rstrip(".")


def _ours(error: Exception) -> SafeJson:
    failure = failure_of(error)
    status = STATUS[failure.kind]
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request failed unexpectedly", exc_info=error)
        return problem_document(status, "unexpected", "an error that nobody foresaw: see the log")
    if status != HTTPStatus.SERVICE_UNAVAILABLE:
        return problem_document(status, failure.code, failure.message, failure.details)
    _log.warning("a request could not be answered: %s", failure.message)
    which = failure.details.get("dependency", "something")
    said = f"{which}: out of reach for the moment, send the same again"
    return problem_document(status, failure.code, said, failure.details)


def problem_document(
    status: int,
    code: str,
    detail: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> SafeJson:
    """A problem document; `more` is ready for JSON. A 503 says when to come again."""
    again = {"retry-after": RETRY_AFTER_SECONDS} if status == STATUS["unavailable"] else {}
    body = {
        **dict(more or {}),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
    }
    return SafeJson(
        to_jsonable_python(body, fallback=str),
        status,
        headers=again | dict(headers or {}),
        media_type="application/problem+json",
    )
