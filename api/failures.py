"""What went wrong, as every door tells it: a kind, a code, and words with the fix.

The one table from what the service raises. Doors give only their own words for a kind: the command line
an exit code, HTTP a status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from api.errors import BadInput, Forbidden, NotFound, ServiceError, Unavailable
from domain.quoting.options import ManualChange
from domain.text.faults import WorldFaults, fault_of
from domain.values.rejections import QuoteRefused, Rejection, UnknownQuote, UnknownSubscription
from domain.views.read_models import UpgradeView
from store.errors import SchemaMissing, SchemaUnfit, StatementFailed, StoreUnavailable

Kind = Literal["bad_input", "forbidden", "refused", "not_found", "unavailable", "unexpected"]
"""Whose move it is: the caller corrects, asks somebody who may, accepts, looks elsewhere, or tries again.

Or we have a bug."""

START = "start the stack with ./dev up"
START_THE_STACK = f"{START}, or set DATABASE_URL"


@dataclass(frozen=True)
class Failure:
    """Why something was not done."""

    kind: Kind
    code: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    text: str | None = None
    """What people read instead of the message."""

    @property
    def document(self) -> dict[str, Any]:
        """The error object of the contract."""
        return {"error": {**self.details, "code": self.code, "message": self.message}}


def failure_of(error: Exception) -> Failure:
    """What a caller sees of an error; one that no line names is unexpected."""
    match error:
        case UnknownSubscription() | UnknownQuote():
            return Failure("not_found", error.code, error.message, error.details)
        case Rejection():
            return _rejected(error)
        case WorldFaults():
            faults = [{"place": fault.place, "message": fault.message} for fault in error.faults]
            return Failure(
                "bad_input",
                "world_faults",
                f"the world file has {len(faults)} faults; nothing was imported"
                if len(faults) != 1
                else "the world file has a fault; nothing was imported",
                {"faults": faults},
            )
        case NotFound():
            return _service_failure("not_found", error)
        case BadInput():
            return _service_failure("bad_input", error)
        case Forbidden():
            return _service_failure("forbidden", error)
        case Unavailable():
            return _service_failure("unavailable", error)
        case StoreUnavailable():
            return _postgres_failure(f"{error}: check DATABASE_URL, or {START}")
        case SchemaMissing() | SchemaUnfit():
            return _postgres_failure(str(error))
        case StatementFailed():
            return _service_failure("unexpected", ServiceError(str(error)))
        case ServiceError():
            return _service_failure("unexpected", error)
        case ExceptionGroup():
            # Of things that were done at once; the first one that went wrong tells most.
            return failure_of(error.exceptions[0])
        case ValidationError():
            # What the edge let through and a value of the domain refused.
            first = fault_of(error.errors()[0], BaseModel, "")
            return _service_failure(
                "bad_input", BadInput(first.place or error.title, first.message)
            )
        case _:
            return unexpected(error)


def unexpected(error: BaseException) -> Failure:
    """An error that nobody foresaw; its own words are the log's, as they are a library's."""
    return Failure(
        "unexpected",
        "unexpected",
        f"something went wrong that nobody foresaw ({type(error).__name__}): asking again is safe;"
        " with LOG_LEVEL=DEBUG the log has all of it, for a report",
    )


def _rejected(error: Rejection) -> Failure:
    code = error.code
    if isinstance(error, QuoteRefused):
        code = error.details["refusals"][0]["code"]
    return Failure("refused", code, error.message, error.details)


def _service_failure(kind: Kind, error: ServiceError) -> Failure:
    return Failure(kind, error.code, error.message, error.details)


def _postgres_failure(message: str) -> Failure:
    return _service_failure("unavailable", Unavailable("postgres", message))


def refused_order(view: UpgradeView, way: ManualChange | None = None) -> Failure:
    """The failure of an order that the rules refused, an upgrade's with the way by hand (B59)."""
    details: dict[str, object] = {
        "refusals": [refusal.model_dump(mode="json") for refusal in view.refusals]
    }
    if way is not None:
        details["manual_change"] = way.model_dump(mode="json")
    return Failure(
        "refused",
        view.refusals[0].code,
        " ".join(refusal.message.en for refusal in view.refusals),
        details,
    )
