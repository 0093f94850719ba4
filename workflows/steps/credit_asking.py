"""Asks the credit service in the background of the wait, again and again until it answers (B41).

One attempt a round, and the pauses between rounds are timers of the run: so its details can say at any
moment what the service answered last, and when it is asked again. Neither the deadline nor an
operator's decision waits for any of this.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from activities.steps import UpgradeSteps
from domain.text.escaping import markdown
from domain.views.read_models import UpgradeView
from workflows.steps import table
from workflows.steps.failures import cause_of
from workflows.steps.runner import StepRunner

ASKED = "the credit service has been asked, and will call back"
ONCE = RetryPolicy(maximum_attempts=1)


def ask_in_background(steps: StepRunner) -> "asyncio.Task[None] | None":
    """Begin to ask; None if operators alone decide. To cancel the task is to ask no more."""
    if steps.known.upgrade.reviewer != "credit_service":
        return None

    async def ask() -> None:
        answer = await _ask_until_answered(steps)
        try:
            await steps.learn(answer)
        except FailureError as error:
            steps.known.forget(cause_of(error))

    return asyncio.create_task(ask())


async def _ask_until_answered(steps: StepRunner) -> UpgradeView:
    """Ask until there is an answer; ends when it is canceled."""
    retry = table.STEPS["ask-credit-service"].retry
    assert retry.maximum_interval is not None
    say = _saying(steps)
    pause, failed = retry.initial_interval, 0
    say("the credit service is being asked")
    while True:
        try:
            view = await steps.activity(
                UpgradeSteps.ask_credit_service, "Ask the credit service", retry=ONCE
            )
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


def _saying(steps: StepRunner) -> Callable[[str], None]:
    """Tells operators how the credit service stands, as Markdown."""
    return lambda how: steps.known.display.credit_service(how, steps.known.upgrade)


def _said_by(error: FailureError) -> str:
    cause = error.cause or error
    return markdown(cause.message if isinstance(cause, FailureError) else cause)


def _wish_of(error: FailureError) -> timedelta:
    """When the service wants to be asked again, as it may say itself."""
    if isinstance(error.cause, ApplicationError) and error.cause.details:
        return timedelta(seconds=float(error.cause.details[0]))
    return timedelta(0)
