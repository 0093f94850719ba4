"""Lists of users who are to be moved by hand: judged as a set, and kept as they are (B60)."""

from collections.abc import Iterator

import pytest

from activities.user_moves import UsersCannotMove
from api.errors import FaultyList
from api.files.users_file import UserLines
from store.database import Database
from store.errors import StatementFailed
from store.user_lists import judge_users, stage_users
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.changes import (
    ADA,
    BOB,
    CY,
    DEE,
    SOURCE,
    TARGET,
    THERE,
    ZOE,
    ChangeLife,
    held,
    sound,
    without,
)
from tests.store.support import world_of


@pytest.mark.parametrize("batch", [1, 2, 3, 9])
async def test_blocked_users_are_counted_once_however_small_the_batches(
    change: ChangeLife, batch: int
) -> None:
    """Of four who are listed two are blocked: never more than four are told of."""
    change.users_per_batch = batch
    await change.ask(ADA, BOB, CY, DEE)
    await change.order()
    await change.block(BOB, DEE)
    with pytest.raises(UsersCannotMove, match="2 users"):
        await change.move()
    told = await change.database.fetch(
        "select (data ->> 'users')::integer as users, (data ->> 'remaining')::integer as remaining"
        " from events where type = 'UsersMoved' order by version"
    )
    moved = 0
    for each in told:
        moved += each["users"]
        assert moved + each["remaining"] == 4, told
    assert moved == 2


async def test_a_listed_user_who_left_is_not_waited_for_and_one_who_comes_back_goes(
    change: ChangeLife,
) -> None:
    await change.ask(ADA, BOB)
    await change.order()
    await change.database.execute("delete from assignments where user_id = $1", ADA)
    moved = await change.move()
    assert (moved.stage, moved.users.total, moved.users.moved) == ("switching_billing", 1, 1)
    await change.database.execute("insert into assignments values ($1, $2)", SOURCE, ADA)
    change.later(seconds=1)
    assert (await change.switch()).stage == "moving_users"
    await change.move()
    change.later(seconds=1)
    assert (await change.switch()).stage == "completed"
    assert await held(change.database) == [without(ADA, BOB), {**THERE, ADA: [], BOB: []}]
    await sound(change.database)


async def test_every_fault_is_told_with_its_line_and_nothing_is_kept(change: ChangeLife) -> None:
    with pytest.raises(FaultyList) as faulty:
        await change.ask(ADA, "nobody@contoso.example", ZOE.id, ADA, "no id!", BOB)
    assert [
        (each["line"], each["fault"], each["user_id"]) for each in faulty.value.details["faults"]
    ] == [
        (2, "unknown_user", "nobody@contoso.example"),
        (3, "no_license", ZOE.id),
        (4, "listed_twice", ADA),
        (5, "unreadable", None),
    ]
    assert faulty.value.details["faulty"] == 4
    assert "line 1" in faulty.value.details["faults"][2]["message"]
    for table in ("quotes", "users_to_move"):
        assert await change.database.fetchval(f"select count(*) from {table}") == 0


async def test_faulty_lines_are_left_out_where_that_is_asked_for(change: ChangeLife) -> None:
    await change.database.execute("insert into assignments values ($1, $2)", TARGET, CY)
    with pytest.raises(FaultyList) as faulty:
        await change.ask(CY)
    (fault,) = faulty.value.details["faults"]
    assert (fault["place"], fault["message"]) == (
        "line 1",
        f"{CY} holds a license of {TARGET} already",
    )
    quote = await change.ask(ADA, ADA, CY, "nobody", skip_faulty=True)
    assert quote.users_to_move == 1
    await change.order()
    await change.move()
    assert (await change.switch()).stage == "completed"
    assert await held(change.database) == [without(ADA), {**THERE, ADA: [], CY: []}]
    with pytest.raises(Exception, match="no user is left"):
        await change.ask("nobody", skip_faulty=True)
    await sound(change.database)


async def test_a_list_never_changes(change: ChangeLife) -> None:
    await change.ask(ADA)
    for statement in ("delete from users_to_move", "update users_to_move set user_id = 'x'"):
        with pytest.raises(StatementFailed, match="append-only"):
            await change.database.execute(statement)


class Million(UserLines):
    """Lines as a file would give them; how many are held at once is seen by who reads."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return ((line, f"user-{line % 150_000:07}@contoso-basic") for line in range(1, 200_001))


async def test_a_long_list_is_judged_as_a_set(database: Database) -> None:
    world = world_of()
    await import_world(database, world, NOW)
    await database.execute(
        "insert into assignments select $1, format('user-%s@contoso-basic', lpad(n::text, 7, '0'))"
        " from generate_series(1, 100000) n",
        SOURCE,
    )
    async with database.transaction() as transaction:
        await stage_users(transaction, Million())
        judged = await judge_users(transaction, tenant_id="contoso", old=SOURCE, into=None)
    assert (judged.users, judged.faulty, len(judged.faults)) == (100_000, 100_000, 100)
