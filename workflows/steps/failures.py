"""Why a step failed, as the run and its callers see it."""

from typing import NoReturn

from temporalio.exceptions import ApplicationError, FailureError

from activities.steps import UNEXPECTED
from domain.upgrade.states import Stage

LONGEST_CAUSE = 500
"""Characters of a cause that operators read."""


def cause_of(error: FailureError) -> ApplicationError:
    """What made the step fail, as its caller should see it.

    The failure of an ordinary activity is wrapped in an `ActivityError`, that of a local one is not.
    """
    cause = error if isinstance(error, ApplicationError) else error.cause
    if isinstance(cause, ApplicationError):
        return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
    return ApplicationError(str(cause or error), type=UNEXPECTED, non_retryable=True)


def one_line_of(cause: ApplicationError) -> str:
    """A cause as operators read it: one line."""
    return " ".join(f"{cause.type}: {cause.message}".split())[:LONGEST_CAUSE]


def nothing_follows(stage: Stage) -> NoReturn:
    """Raise for a stage that has no next step."""
    raise broken(f"stage {stage} has no next step")


def broken(what: str) -> ApplicationError:
    """The run cannot go on: a fault of ours, told apart from everything the business knows."""
    return ApplicationError(what, type=UNEXPECTED, non_retryable=True)
