"""What becomes of Postgres' errors: whether a step retries them, or an operator must look."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
import pytest

from store.database import Database
from store.errors import Deadlocked, StatementFailed, StoreError, StoreUnavailable

UNAVAILABLE = (
    "08000", "08003", "08006", "28000", "28P01",
    "53000", "53100", "53200", "53300", "53400",
    "57000", "57014", "57P01", "57P02", "57P03", "57P05",
    "58000", "58030", "58P01", "58P02",
    "25006", "25P03", "25P04", "3D000", "40001", "40003", "55006", "55P03", "72000", "F0000",
)  # fmt: skip
FAILED = ("22001", "22003", "22021", "22P02", "25001", "42501", "42703", "54000", "XX000", "XX001")


async def raised_by(database: Database, sqlstate: str) -> StoreError:
    with pytest.raises(StoreError) as raised:
        await database.execute(
            f"do $$ begin raise exception 'planted' using errcode = '{sqlstate}'; end $$"
        )
    return raised.value


async def test_what_a_healthy_server_would_take_is_unavailable_now(database: Database) -> None:
    told = {state: await raised_by(database, state) for state in UNAVAILABLE}
    kinds = {state: type(error) for state, error in told.items()}
    assert kinds == dict.fromkeys(UNAVAILABLE, StoreUnavailable)
    for state, error in told.items():
        # In our own words; Postgres' are the cause, for the log.
        assert str(error).startswith("Postgres ")
        assert str(error).endswith(f"({state})")
        assert "planted" in str(error.__cause__)
    assert isinstance(await raised_by(database, "40P01"), Deadlocked)


async def test_whatever_else_postgres_says_is_an_error_of_ours_with_its_code(
    database: Database,
) -> None:
    for state in FAILED:
        error = await raised_by(database, state)
        assert isinstance(error, StatementFailed), state
        assert (error.sqlstate, str(error)) == (state, f"Postgres {state}: planted")


async def test_values_that_postgres_cannot_hold_are_not_retried(database: Database) -> None:
    for value, sql in ((2**31, "select $1::integer"), ("a\x00b", "select $1::text")):
        with pytest.raises(StatementFailed):
            await database.fetchval(sql, value)


async def test_a_lock_not_to_be_had_in_time_is_unavailable(database: Database) -> None:
    await database.execute("create table held (n integer); insert into held values (1)")
    async with database.transaction() as holder:
        await holder.execute("update held set n = 2")
        with pytest.raises(StoreUnavailable, match=r"did not get a lock in time.*55P03"):
            await database.execute("set lock_timeout = '50ms'; update held set n = 3")


async def test_a_transaction_left_idle_is_unavailable(database: Database) -> None:
    async def fall_asleep() -> None:
        async with database.transaction() as transaction:
            await transaction.execute("set local idle_in_transaction_session_timeout = '50ms'")
            await asyncio.sleep(0.5)
            await transaction.fetchval("select 1")

    with pytest.raises(StoreUnavailable):
        await fall_asleep()


async def test_no_error_of_the_driver_gets_through(database: Database) -> None:
    states = {
        kind.sqlstate
        for kind in vars(asyncpg).values()
        if isinstance(kind, type) and issubclass(kind, asyncpg.PostgresError) and kind.sqlstate
    }
    assert len(states) > 200
    for state in sorted(states - {"00000", "01000", "02000"}):
        assert isinstance(await raised_by(database, state), StoreError)


REFUSED = {
    "nobody there": ("127.0.0.1:1", "nobody listens at the address in DATABASE_URL"),
    "no such host": ("nowhere.invalid:1", "there is no host of the name in DATABASE_URL"),
}


@pytest.mark.parametrize("address", REFUSED)
async def test_who_cannot_be_reached_is_told_in_plain_words(address: str) -> None:
    place, said = REFUSED[address]
    with pytest.raises(StoreUnavailable) as raised:
        await Database.open(f"postgresql://postgres@{place}/any", connect_seconds=5)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"path": "/nope"}, "Postgres has no database of this name (3D000)"),
        ({"query": "foo=1"}, "Postgres refuses a parameter of DATABASE_URL (42704)"),
        (
            {"query": "sslmode=perhaps"},
            "the sslmode of DATABASE_URL, or a file that it names, cannot be used",
        ),
    ],
)
async def test_an_address_that_is_wrong_is_told_in_plain_words(
    database_url: str, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        await Database.open(urlsplit(database_url)._replace(**changed).geturl())
    assert str(raised.value) == said
