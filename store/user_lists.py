"""Lists of users who are to be moved by hand: judged as a set, however long, and kept with a quote."""

from collections.abc import Iterable
from typing import Literal

from domain.quoting.request import Going
from domain.values.base import Value
from store.database import Executor, Transaction, query

MOST_FAULTS = 100
"""As many lines are named; all are counted."""

ListFault = Literal["listed_twice", "unknown_user", "no_license", "already_on_target"]


class FaultyLine(Value):
    """A user who cannot be moved as they are listed."""

    line: int
    user_id: str
    fault: ListFault
    first_line: int
    """The first line that names the user."""


class Judged(Value):
    """What a list comes to."""

    users: int
    """Who can be moved."""
    switched_off: int
    """Who of them has services switched off."""
    faulty: int
    """How many lines are wrong."""
    faults: tuple[FaultyLine, ...]
    """The first of them."""


class Everybody(Value):
    """Who holds a license of a subscription, where all are to move."""

    users: int
    already_there: int
    """Who holds one of the subscription they would move to as well."""
    switched_off: int


async def stage_users(transaction: Transaction, users: Iterable[tuple[int, str]]) -> None:
    """Take in lines, each a number and a user's id, as they are read: no list is too long."""
    await transaction.execute(
        "create temporary table staged_users (line integer, user_id text) on commit drop"
    )
    await transaction.copy_records_to_table("staged_users", records=users)


async def stage_list_of(transaction: Transaction, quote_id: str) -> None:
    """Take in the list of an earlier quote."""
    await transaction.execute(
        "create temporary table staged_users on commit drop as"
        " select row_number() over (order by user_id)::integer as line, user_id"
        " from users_to_move where quote_id = $1",
        quote_id,
    )


async def judge_users(
    transaction: Transaction, *, tenant_id: str, old: str, into: str | None
) -> Judged:
    """What is wrong with the lines that were taken in, and who is left without the faulty ones."""
    await transaction.execute(
        "create temporary table judged_users (line integer, user_id text,"
        " disabled_services text[], first_line integer, fault text) on commit drop"
    )
    await transaction.execute("analyze staged_users")
    await transaction.execute(query("moves/judge_users"), old, tenant_id, into)
    counted = await transaction.fetchrow(
        "select count(*) filter (where fault is null) as users,"
        " count(*) filter (where fault is null and disabled_services <> '{}') as switched_off,"
        " count(fault) as faulty from judged_users"
    )
    faults = await transaction.fetch(
        "select line, user_id, fault, first_line from judged_users"
        " where fault is not null order by line limit $1",
        MOST_FAULTS,
    )
    lines = tuple(FaultyLine.model_validate(dict(row)) for row in faults)
    return Judged.model_validate({**dict(counted), "faults": lines})


async def keep_list(transaction: Transaction, quote_id: str) -> None:
    """Keep the users without fault as the list of a quote; it never changes any more."""
    await transaction.execute(
        "insert into users_to_move (quote_id, user_id)"
        " select $1, user_id from judged_users where fault is null order by user_id",
        quote_id,
    )


async def count_everybody(transaction: Transaction, *, old: str, into: str | None) -> Everybody:
    """Who holds a license of the old subscription."""
    row = await transaction.fetchrow(
        "select count(*) as users, count(t.user_id) as already_there,"
        " count(*) filter (where t.user_id is null and a.disabled_services <> '{}')"
        " as switched_off"
        " from assignments a left join assignments t"
        " on t.subscription_id = $2 and t.user_id = a.user_id"
        " where a.subscription_id = $1",
        old,
        into,
    )
    return Everybody.model_validate(dict(row))


async def count_going(
    executor: Executor, *, old: str, into: str | None, list_id: str | None
) -> Going:
    """Who holds a license of the old subscription and is to go: everybody, or who a quote's list names."""
    row = await executor.fetchrow(query("moves/count_going"), old, into, list_id)
    return Going.model_validate(dict(row))


async def keep_list_again(
    transaction: Transaction, list_id: str, quote_id: str, *, old: str, into: str | None
) -> None:
    """Keep who of an earlier quote's list can still be moved as the list of another quote."""
    await transaction.execute(query("moves/keep_list_again"), list_id, quote_id, old, into)
