"""Asking the credit service in the background of the wait, again and again until it answers (B41).

One attempt a round, and the pauses between rounds are timers of the run: so its details can say at
any moment what the service answered last, and when it is asked again. The deadline and operators'
decisions do not wait for any of this.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.text.escaping import markdown
    from domain.views.read_models import UpgradeView
    from workflows import policies

ASKED = "the credit service has been asked, and will call back"


async def ask_until_answered(
    ask: Callable[[], Awaitable[UpgradeView]], say: Callable[[str], None]
) -> UpgradeView:
    """Ask until there is an answer; ends when it is canceled.

    `say` tells operators how it stands, as Markdown.
    """
    retry = policies.STEPS["ask-credit-service"].retry
    assert retry.maximum_interval is not None
    pause, failed = retry.initial_interval, 0
    say("the credit service is being asked")
    while True:
        try:
            view = await ask()
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            failed += 1
            wait = max(pause, _wish_of(error))
            again = workflow.now() + wait
            say(
                f"the credit service failed {failed} times, last: {_said_by(error)}. It is asked"
                f" again at {again:%Y-%m-%d %H:%M:%S} UTC; nothing is lost meanwhile"
            )
            await workflow.sleep(wait, summary="Ask the credit service again")
            pause = min(pause * retry.backoff_coefficient, retry.maximum_interval)
        else:
            say(ASKED)
            return view


def _said_by(error: FailureError) -> str:
    cause = error.cause or error
    return markdown(cause.message if isinstance(cause, FailureError) else cause)


def _wish_of(error: FailureError) -> timedelta:
    """When the service wants to be asked again, as it may say itself."""
    if isinstance(error.cause, ApplicationError) and error.cause.details:
        return timedelta(seconds=float(error.cause.details[0]))
    return timedelta(0)
