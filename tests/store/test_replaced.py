"""A subscription that an upgrade has ended says where its users are (B19)."""

import pytest

from domain.eligibility.refusals import Refusal
from domain.eligibility.subscription_rules import refusals_of
from domain.text.messages import day_from
from domain.values import rejections
from store.database import Database
from store.facts import read_facts
from store.views import read_upgrade
from tests.domain.builders import NOW
from tests.store.support import Life


async def not_active(database: Database, subscription_id: str) -> Refusal:
    facts = await read_facts(database, subscription_id)
    assert facts is not None
    return next(each for each in refusals_of(facts, NOW) if each.code == "subscription_not_active")


async def new_subscription_of(life: Life) -> str:
    view = await read_upgrade(life.database, life.upgrade_id)
    assert view is not None
    assert view.new_subscription_id is not None
    return view.new_subscription_id


async def test_one_that_was_replaced_names_the_new_one(database: Database, life: Life) -> None:
    await life.quote()
    await life.order()
    await life.move()
    await life.switch()
    new = await new_subscription_of(life)
    refusal = await not_active(database, "contoso-basic")
    assert refusal.evidence["replaced_by"] == new
    assert f"moved its users to {new}" in refusal.message.en
    assert f"starter.py options {new}" in refusal.remedy.text.en
    with pytest.raises(rejections.AlreadySwitched) as told:
        await life.cancel()
    assert "order a new upgrade" in told.value.message
    assert told.value.details["new_subscription_id"] == new


async def test_one_that_was_opened_and_given_up_names_the_old_one(
    database: Database, life: Life
) -> None:
    await life.quote()
    await life.order()
    await life.move()
    new = await new_subscription_of(life)
    await life.cancel()
    await life.undo()
    assert (await not_active(database, new)).evidence["replaced_by"] == "contoso-basic"


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("2027-2-1", "2027-02-01"),
        ("2027/02/1", "2027-02-01"),
        ("2027-2-30", "2026-06-18"),
        ("soon", "2026-06-18"),
    ],
)
def test_a_day_is_told_how_to_be_written(written: str, fix: str) -> None:
    with pytest.raises(ValueError, match=f"write it as {fix}"):
        day_from(written)
