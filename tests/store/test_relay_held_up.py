"""The relay waits for a transaction that somebody has left open: whose, since when, and how to end it."""

import shlex
from datetime import timedelta

import asyncpg

from api.runs.findings import Finding, SeenInTemporal, findings_of
from api.terminal.ways_on import as_commands
from deploy.local_stack.postgres import PostgresServer
from store.database import Database
from store.follower import Follower
from store.watch import HoldingUp, Watch, read_watch
from store.webhooks import FOLLOWER, fill_deliveries, put_endpoint
from tests.clock import now
from tests.store.support import Life

LATER = timedelta(minutes=5)


def findings(watch: Watch) -> list[Finding]:
    found = findings_of(watch, SeenInTemporal())
    return [each for each in found if each.code.startswith("webhook_relay")]


async def listened_to(database: Database, life: Life) -> None:
    """A whole life of which an endpoint is to be told."""
    await put_endpoint(
        database, endpoint_id="wh-1", tenant_id="contoso", url="https://hooks.example", secret="s"
    )
    await life.live()


async def test_a_relay_behind_a_transaction_of_another_database_is_told_with_its_command(
    database: Database, life: Life, postgres_server: PostgresServer
) -> None:
    foreign = await asyncpg.connect(
        postgres_server.url("postgres"), server_settings={"application_name": "a report"}
    )
    try:
        await foreign.execute("begin")
        await foreign.execute("select pg_current_xact_id()")
        await listened_to(database, life)
        follower = Follower(database, FOLLOWER)
        while await follower.run_once(fill_deliveries):
            pass  # what was written before that transaction began
        untaken = (await read_watch(database, now())).notices_untaken_since
        assert untaken is not None
        assert findings(await read_watch(database, untaken)) == [], "only just"
        (held,) = findings(await read_watch(database, now() + LATER))
        assert (held.code, held.severity) == ("webhook_relay_held_up", "critical")
        assert f"process {foreign.get_server_pid()}, user postgres, database postgres" in (
            held.message
        )
        assert "application a report, state idle in transaction" in held.message
        assert held.since <= now()

        program, _, option, statement = shlex.split(as_commands(held.next_actions)[0])
        assert (program, option) == ("psql", "-c")
        await database.execute(statement)
        while await follower.run_once(fill_deliveries) == 0:
            assert findings(await read_watch(database, now() + LATER))
        while await follower.run_once(fill_deliveries):
            pass
        assert findings(await read_watch(database, now() + LATER)) == []
    finally:
        foreign.terminate()


async def test_a_relay_that_is_not_there_is_no_ones_transaction(
    database: Database, life: Life
) -> None:
    await listened_to(database, life)
    (behind,) = findings(await read_watch(database, now() + LATER))
    assert behind.code == "webhook_relay_behind"


async def test_a_prepared_transaction_is_rolled_back_by_its_name(
    database: Database, life: Life
) -> None:
    await listened_to(database, life)
    watch = await read_watch(database, now() + LATER)
    prepared = HoldingUp(
        pid=None,
        prepared="kim's",
        username="kim",
        database="other",
        application=None,
        state="prepared",
        since=now(),
    )
    (held,) = findings(watch.model_copy(update={"relay_waits_for": prepared}))
    assert shlex.split(as_commands(held.next_actions)[0])[3] == "rollback prepared 'kim''s'"
    assert "prepared as kim's, user kim" in held.message
