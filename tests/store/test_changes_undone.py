"""Changes by hand that are taken back: who has which license after an undo (B57, B58)."""

import pytest

from api.service.administration import Administration
from domain.world.model import WorldUser
from store.database import Database
from store.errors import PromiseBroken
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.changes import (
    ADA,
    BOB,
    BUY,
    CY,
    DEE,
    EVERYBODY,
    SOURCE,
    TARGET,
    THERE,
    ZOE,
    ChangeLife,
    begin,
    held,
    row,
    sound,
    two_subscriptions,
    without,
)
from tests.store.support import USERS, run_step


@pytest.mark.parametrize("batch", [1, 2, 3])
async def test_an_undo_from_the_middle_gives_everybody_back_what_they_had(
    change: ChangeLife, batch: int
) -> None:
    change.users_per_batch = batch
    await change.ask(ADA, CY, DEE)
    await change.order()
    await change.move()
    assert (await change.cancel()).undoing
    assert (await change.undo()).stage == "canceled"
    assert await held(change.database) == [EVERYBODY, THERE]
    for each in (SOURCE, TARGET):
        now = await row(change.database, each)
        assert (now["status"], now["billed"], now["locked_by"]) == ("active", True, None)
    await sound(change.database)
    change.key = "key-2"
    await change.ask(ADA)
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    await sound(change.database)


async def test_who_holds_both_loses_the_old_license_and_an_undo_gives_it_back(
    database: Database,
) -> None:
    both = WorldUser(id=CY, disabled_services=("apps",))
    world = two_subscriptions(both, users=USERS[:3])
    await import_world(database, world, NOW)
    change = ChangeLife(database)
    quote = await change.ask(old="canceled")
    assert quote.users_to_move == 3
    before = await held(database)
    await change.order()
    await change.move()
    assert await held(database) == [{}, {ADA: [], BOB: [], CY: ["apps"]}]
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == before
    await sound(database)
    change.key = "key-2"
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert await held(database) == [{}, {ADA: [], BOB: [], CY: ["apps"]}]
    await sound(database)


async def test_who_left_does_not_come_back_by_an_undo(database: Database) -> None:
    both = (WorldUser(id=CY, disabled_services=("apps",)), WorldUser(id=DEE), ZOE)
    await import_world(database, two_subscriptions(*both), NOW)
    change = ChangeLife(database)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    # CY had both licenses, ADA and BOB were moved. ADA leaves for good, BOB leaves and joins again.
    await database.execute(
        "delete from assignments where subscription_id = $1 and user_id = any($2)",
        TARGET,
        [CY, ADA, BOB],
    )
    await database.execute("insert into assignments values ($1, $2)", TARGET, BOB)
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == [
        without(CY, ADA, BOB), {BOB: [], DEE: [], ZOE.id: ["apps"]},
    ]  # fmt: skip
    await sound(database)


async def test_who_left_the_target_and_joined_it_again_has_a_new_license_there(
    database: Database,
) -> None:
    """Held both before, or moved: one rule for both, an undo gives neither the old license back."""
    both = (WorldUser(id=CY, disabled_services=("apps",)), ZOE)
    await import_world(database, two_subscriptions(*both), NOW)
    change = ChangeLife(database)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    await change.ask(old="canceled")
    await change.order()
    await change.move()
    for user in (CY, BOB):
        await database.execute(
            "delete from assignments where subscription_id = $1 and user_id = $2", TARGET, user
        )
        await database.execute("insert into assignments values ($1, $2)", TARGET, user)
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    assert await held(database) == [
        without(CY, BOB), {CY: [], BOB: [], ZOE.id: ["apps"]},
    ]  # fmt: skip
    await sound(database)


@pytest.mark.parametrize("moved_before", [True, False])
@pytest.mark.parametrize("buys", [True, False], ids=["bought", "there before"])
async def test_who_held_both_licenses_has_the_last_old_one_back(
    database: Database, moved_before: bool, buys: bool
) -> None:
    """ADA is moved and joins the old one again, or joins the new one on her own before her turn."""
    await import_world(database, two_subscriptions(), NOW)
    await Administration(database, lambda: NOW).set_licenses(OPERATOR, TARGET, 20)
    change = ChangeLife(database, users_per_batch=1)
    await change.ask(into=None if buys else TARGET, buy={**BUY, "licenses": 9} if buys else None)
    await change.order()
    if moved_before:
        new = (await change.move()).new_subscription_id
    else:
        new = await begin(change, users=len(EVERYBODY))
    again = SOURCE if moved_before else new
    await database.execute("insert into assignments values ($1, $2, '{teams}')", again, ADA)
    change.later(seconds=1)
    if moved_before:
        assert (await change.switch()).stage == "moving_users"
    await change.move()
    assert (await held(database))[0] == {}
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    last = ["teams"] if moved_before else EVERYBODY[ADA]
    assert (await held(database))[0] == {**EVERYBODY, ADA: last}
    there = THERE if moved_before or buys else {**THERE, ADA: ["teams"]}
    assert (await held(database))[1] == there
    await sound(database)


async def test_no_more_users_come_than_there_are_licenses_whoever_was_faster(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, BOB, CY, DEE)
    await change.order()
    await begin(change, users=4)
    await change.database.execute("insert into assignments values ($1, 'new')", TARGET)
    with pytest.raises(PromiseBroken) as broken:
        await change.move()
    assert broken.value.constraint == "moved_within_licenses"
    given_up = await run_step(change.steps.report_license_conflict, change.step)
    assert given_up.undoing
    assert (await change.undo()).stage == "undone"
    assert await held(change.database) == [EVERYBODY, {**THERE, "new": []}]
    await sound(change.database)


async def test_users_moved_again_after_an_undo_have_the_switches_of_the_last_move(
    change: ChangeLife,
) -> None:
    """CY goes, comes back, goes for good, and is moved back by a change of its own."""
    await change.ask(CY)
    await change.order()
    await change.move()
    await change.cancel()
    assert (await change.undo()).stage == "canceled"
    change.key = "key-2"
    await change.ask(CY)
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    back = ChangeLife(change.database, subscription_id=TARGET, key="key-3")
    await back.ask(CY, into=SOURCE)
    await back.order()
    await back.move()
    assert (await back.switch()).stage == "completed"
    assert (await held(change.database))[0][CY] == [], "a move switches every service on (B45)"
    assert EVERYBODY[CY] != []
    await sound(change.database)
