"""One question to a credit service on a real port, and every answer that must decide nothing."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from activities.credit_review import CreditQuestion, CreditServiceFailed
from tests.clock import machine_now
from tests.workflows.credit_desk import (
    APPROVAL,
    CALLBACK_KEY,
    FORGED,
    SERVICE_KEY,
    WRONG,
    CreditDesk,
    about,
    answer_seconds_of,
    answers,
    approves,
    decides,
    later,
)

NEW_KEY = b"the key that comes after......."
NEW_CALLBACK_KEY = b"one of our own that comes after"


def question(upgrade_id: str = "up-1") -> CreditQuestion:
    return CreditQuestion(
        upgrade_id=upgrade_id,
        tenant_id="contoso",
        amount=Decimal("12345.00"),
        amount_at_most=Decimal("12500.00"),
        currency="USD",
        reasons=("threshold_reached",),
        deadline=machine_now() + timedelta(days=2),
    )


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncGenerator[CreditDesk]:
    async with CreditDesk(answer_seconds=answer_seconds_of(request)).open() as desk:
        yield desk


@pytest.mark.parametrize("how", [*WRONG, *FORGED])
async def test_an_answer_that_is_not_right_decides_nothing(desk: CreditDesk, how: str) -> None:
    wrong, said = {**WRONG, **FORGED}[how]
    desk.answers = [wrong]
    with pytest.raises(CreditServiceFailed) as failed:
        await desk.review.ask(question())
    assert said in str(failed.value)
    assert len(desk.asked) == 1


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_signed_answer_decides(desk: CreditDesk, decision: str) -> None:
    desk.answers = [decides(decision, reason="we know them")]
    answer = await desk.review.ask(question())
    assert answer is not None
    assert (answer.decision, answer.reference) == (decision, "CS-1")
    assert answer.reason == "we know them"


async def test_clocks_may_differ_by_minutes(desk: CreditDesk) -> None:
    for age in (timedelta(minutes=4), timedelta(minutes=-4)):
        desk.answers = [answers(APPROVAL, age=age)]
        assert await desk.review.ask(question()) is not None


async def test_the_answer_to_one_question_is_none_to_the_next(desk: CreditDesk) -> None:
    desk.answers = [later]
    await desk.review.ask(question("up-1"))
    of_first = desk.reference
    desk.answers = [approves(of_first)]
    with pytest.raises(CreditServiceFailed, match="is that of another order"):
        await desk.review.ask(question("up-2"))
    assert await desk.review.ask(question("up-1")) is not None, "the same question, asked again"


async def test_an_expired_reference_is_refused(desk: CreditDesk) -> None:
    desk.answers = [approves(about("up-1", ends_in=timedelta(seconds=-5)))]
    with pytest.raises(CreditServiceFailed, match="callback_reference has expired"):
        await desk.review.ask(question())


async def test_keys_are_changed_without_a_gap(desk: CreditDesk) -> None:
    """First with us, then with the service; either may come first, and nothing fails between."""
    before = desk.review
    both = replace(before, key=NEW_KEY, retired_keys=(SERVICE_KEY,))
    after = replace(before, key=NEW_KEY)
    with_old, with_new = answers(APPROVAL), answers(APPROVAL, key=NEW_KEY)
    for review, keys, answer in (
        (before, (SERVICE_KEY,), with_old),
        (both, (SERVICE_KEY,), with_old),
        (both, (NEW_KEY,), with_new),
        (both, (NEW_KEY,), with_old),
        (after, (NEW_KEY,), with_new),
    ):
        desk.keys, desk.answers = keys, [answer]
        assert await review.ask(question()) is not None
    desk.answers = [with_old]
    with pytest.raises(CreditServiceFailed, match="made with another key"):
        await after.ask(question())


async def test_a_reference_is_good_under_the_key_it_was_given_out_with(desk: CreditDesk) -> None:
    """A service that answers the same question as before gives back the reference it had then."""
    desk.answers = [approves(about("up-1"))]
    changed = replace(
        desk.review, callback_key=NEW_CALLBACK_KEY, retired_callback_keys=(CALLBACK_KEY,)
    )
    assert await changed.ask(question()) is not None
    with pytest.raises(CreditServiceFailed, match="is not one that was given out"):
        await replace(changed, retired_callback_keys=()).ask(question())


async def test_a_proxy_sees_nothing_that_stays_on_this_machine(
    desk: CreditDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    desk.answers = [decides("approved")]
    assert await desk.review.ask(question()) is not None
