"""What goes wrong, as problem documents (RFC 9457): `application/problem+json`, never a traceback.

The table from our errors to codes and messages is `api.cli.answers.failure_of`; here it is only
given HTTP's words.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException

from api.cli.answers import ExitCode, failure_of
from api.http.safe_json import SafeJson

STATUS: Mapping[ExitCode, int] = {
    ExitCode.BAD_INPUT: HTTPStatus.BAD_REQUEST,
    ExitCode.REFUSED: HTTPStatus.CONFLICT,
    ExitCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ExitCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_SECONDS = "5"

_log = logging.getLogger(__name__)


class Problem(Exception):
    """Something is wrong with the request itself, in HTTP's own terms."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        """`code` is stable, `detail` says the fault and the mend, `more` is ready for JSON."""
        self.status, self.code, self.detail, self.more = status, code, detail, more
        super().__init__(detail)


def answer_problems(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""

    @app.exception_handler(Problem)
    async def of_request(_: Request, problem: Problem) -> SafeJson:
        return _document(problem.status, problem.code, problem.detail, problem.more)

    @app.exception_handler(RequestValidationError)
    async def of_shape(_: Request, error: RequestValidationError) -> SafeJson:
        faults = [
            {"field": ".".join(map(str, each["loc"])), "fault": each["msg"]}
            for each in error.errors()
        ]
        said = "; ".join(f"{each['field']}: {each['fault']}" for each in faults)
        return _document(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_input", said, {"faults": faults})

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> SafeJson:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND:
            detail = f"there is nothing at {request.url.path}: /openapi.json lists what there is"
        elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "another method")
            detail = f"{request.method} is not allowed here: use {allowed}"
        # With its headers: a 405 must say what is allowed.
        return _document(error.status_code, code, detail, headers=error.headers)

    @app.exception_handler(Exception)
    async def of_ours(_: Request, error: Exception) -> SafeJson:
        return _ours(error)

    @app.middleware("http")
    async def nothing_else(request: Request, call_next: Any) -> Any:
        # The handler of `Exception` runs outside of all others, and starlette raises the error again
        # after it: here it ends.
        try:
            return await call_next(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            return _ours(error)


def _ours(error: Exception) -> SafeJson:
    failure = failure_of(error)
    status = STATUS.get(failure.exit_code, HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request failed unexpectedly", exc_info=error)
        return _document(status, "unexpected", "an error that nobody foresaw: see the log")
    headers = {"retry-after": RETRY_AFTER_SECONDS} if status == STATUS[ExitCode.UNAVAILABLE] else {}
    return _document(status, failure.code, failure.message, failure.details, headers)


def _document(
    status: int,
    code: str,
    detail: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> SafeJson:
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
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )
