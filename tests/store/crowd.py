"""A database with very many rows of everything, to look at what reading a few of them costs.

Nobody has lived in it: its rows have no history, and a test that uses it breaks promises. Number n of each
kind belongs to tenant n; tenant 1 has `users` more users.
"""

from store.database import Database
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import world_of, world_tenant

STAGES = ("invoiced", "canceled", "refused", "awaiting_credit_check")
"""Of upgrades, in turn."""


def six(number: int) -> str:
    return f"{number:06}"


async def crowd(database: Database, *, rows: int, users: int = 0) -> Database:
    """`rows` tenants, each with a subscription, its user, a quote, an upgrade and an invoice."""
    await import_world(database, world_of(world_tenant()), NOW)
    await add_to_crowd(database, 1, rows)
    await database.execute(
        "insert into assignments (subscription_id, user_id)"
        " select 'sub-000001', 'user-' || lpad(n::text, 6, '0') || '@contoso.example'"
        " from generate_series(1, $1::integer) n",
        users,
    )
    await database.execute("analyze")
    return database


async def add_to_crowd(database: Database, first: int, last: int) -> None:
    """Numbers `first` to `last` of everything; ten of them at each moment and day."""
    async with database.transaction() as transaction:
        # Numbers of invoices, and who was moved, are only to be looked at.
        await transaction.execute("set local session_replication_role = replica")
        for table, columns in _ROWS.items():
            await transaction.execute(
                f"insert into {table} select {columns} from generate_series($1::integer, $2) n,"
                " lateral (select lpad(n::text, 6, '0')) as id (six),"
                " lateral (select substr(md5(n::text), 1, 20)) as id_of_hex (hex),"
                " lateral (select timestamptz '2026-01-01 00:00Z' + n / 10 * interval '1 s')"
                " as moment (at),"
                " lateral (select to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))"
                " as moment_written (written)",
                first,
                last,
            )


_STAGE = f"(array{list(STAGES)!r})[1 + n % {len(STAGES)}]"
_ROWS = {
    "tenants": "'tenant-' || six,"
    " jsonb_build_object('name', 'Tenant', 'country', 'US', 'currency', 'USD',"
    " 'time_zone', 'UTC')",
    "subscriptions (subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor,"
    " add_ons, billed)": "'sub-' || six, 'tenant-' || six, 'basic', 1000000, 'active', 'monthly',"
    " '2026-01-01', '[]', false",
    "assignments": "'sub-' || six, 'ada@tenant-' || six, '{}'",
    "users_of_tenants": "'ada@tenant-' || six, 'tenant-' || six",
    "quotes": "'q-' || hex, 'sub-' || six, jsonb_build_object('tenant_id', 'tenant-' || six,"
    " 'target_plan_id', 'standard', 'licenses', 10, 'total', '1.00', 'currency', 'USD',"
    " 'created_at', written, 'expires_at', written), at",
    "upgrades": "'up-' || hex, 'tenant-' || six, 'sub-' || six, 'q-' || hex,"
    f" {_STAGE}, false, null, '', jsonb_build_object('placed_at', written, 'target_plan_id',"
    " 'standard', 'new_subscription_id', 'sub-' || six)",
    "moved_users (upgrade_id, user_id, batch, disabled_before)": "'up-' || hex,"
    " 'ada@tenant-' || six, 1, '{}'",
    "invoices": "'INV-00' || six, 'up-' || hex, 'tenant-' || six, '2026-01-01'::date + n / 10,"
    " jsonb_build_object('subscription_id', 'sub-' || six, 'new_subscription_id', 'sub-' || six,"
    " 'total', '1.00', 'currency', 'USD', 'due_on', '2026-02-01'), 'seller'",
}
