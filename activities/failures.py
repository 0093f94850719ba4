"""How a step fails, decided in one place for every step.

- The domain rejects it: no retry would help, the workflow is told the rejection's code.
- The store is out of reach, or short of disk, memory or a lock: retried for as long as it takes.
- Users are blocked: retried a few times, then handed to the workflow, which parks the run.
- Anything else is unexpected: retried a few times, then handed to the workflow, which parks the
  run for an operator.
"""

from typing import Any, NoReturn

import structlog
from pydantic_core import to_jsonable_python
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.credit_review import CreditServiceFailed
from activities.steps import (
    CREDIT_SERVICE_FAILED,
    LICENSE_CONFLICT,
    PROMISE_BROKEN,
    UNEXPECTED,
    USERS_FAILED,
    RunInput,
    StepInput,
)
from activities.user_moves import UsersCannotMove
from domain.text.faults import quoted
from domain.values.rejections import BadMessage, Rejection
from domain.views.read_models import workflow_id_for, workflow_type_for
from store.errors import PromiseBroken, StoreUnavailable, VersionConflict

ATTEMPTS_WHEN_UNEXPECTED = 5

_log = structlog.get_logger()


class StepFailures(Interceptor):
    """Gives every log line of a step its ids, and every failure its right kind."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the step."""
        return _StepInbound(next)


class _StepInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        step = next((arg for arg in input.args if isinstance(arg, RunInput)), None)
        ids = {} if step is None else step.model_dump(include={"upgrade_id", "tenant_id"})
        with structlog.contextvars.bound_contextvars(
            step=info.activity_type, workflow_id=info.workflow_id, attempt=info.attempt, **ids
        ):
            try:
                if isinstance(step, StepInput):
                    require_own_run(step.upgrade_id)
                result = await super().execute_activity(input)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is sorted here
                _fail(error, info.activity_type, info.attempt)
            _log.info("step done", stage=getattr(result, "stage", None))
            return result


def require_own_run(upgrade_id: str) -> None:
    """Raise `BadMessage` unless it is the upgrade's own run that asks: nobody else's word counts (B70)."""
    info, id, type = activity.info(), workflow_id_for(upgrade_id), workflow_type_for(upgrade_id)
    if info.workflow_type != type:
        raise BadMessage("workflow_type", f"is {quoted(info.workflow_type)}: start {type} for it")
    if info.workflow_id != id:
        raise BadMessage(
            "workflow_id", f"is {quoted(info.workflow_id)}: start it under {quoted(id)}"
        )


def _fail(error: Exception, step: str, attempt: int) -> NoReturn:
    match error:
        case ApplicationError():
            raise error
        case CreditServiceFailed():
            _log.warning("the credit service failed", cause=str(error))
            wish = error.retry_after_seconds
            raise ApplicationError(
                str(error), *([wish] if wish else []), type=CREDIT_SERVICE_FAILED
            ) from error
        case Rejection():
            _log.info("step rejected", code=error.code, reason=error.message)
            raise rejected(error) from None
        case StoreUnavailable() | VersionConflict():
            _log.warning("step will be retried", cause=str(error), said=str(error.__cause__ or ""))
            raise ApplicationError(str(error), type=type(error).__name__) from error
        case UsersCannotMove():
            final = attempt >= ATTEMPTS_WHEN_UNEXPECTED
            _log.warning("users cannot be moved", cause=str(error), final=final)
            raise ApplicationError(str(error), type=USERS_FAILED, non_retryable=final) from None
        case PromiseBroken(constraint="opened_has_licenses_for_all") if step == "undo_move":
            # There is nothing left to take back: it waits for an operator.
            raise ApplicationError(
                "more users would go back than the old subscription has licenses, as some joined"
                " during the move: take some off with `starter.py admin unassign`, which operators"
                " may while it waits, then retry",
                type=LICENSE_CONFLICT,
                non_retryable=True,
            ) from error
        case PromiseBroken(constraint="opened_has_licenses_for_all" | "moved_within_licenses"):
            raise ApplicationError(
                "more users joined than licenses were ordered",
                type=LICENSE_CONFLICT,
                non_retryable=True,
            ) from error
        case PromiseBroken():
            final = attempt >= ATTEMPTS_WHEN_UNEXPECTED
            _log.warning("step met a broken promise", cause=str(error), final=final)
            raise ApplicationError(str(error), type=PROMISE_BROKEN, non_retryable=final) from error
        case _:
            final = attempt >= ATTEMPTS_WHEN_UNEXPECTED
            _log.exception("step failed unexpectedly", final=final)
            raise ApplicationError(
                f"{type(error).__name__}: {error}", type=UNEXPECTED, non_retryable=final
            ) from error


def rejected(rejection: Rejection) -> ApplicationError:
    """The rejection as workflows and callers of updates receive it: code, message, details."""
    known = [] if rejection.known is None else [to_jsonable_python(dict(rejection.known))]
    return ApplicationError(
        rejection.message,
        to_jsonable_python(dict(rejection.details)),
        *known,
        type=rejection.code,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )
