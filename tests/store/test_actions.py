"""The list of who did what, as the metadata of events says (B71)."""

from domain.subscriptions.administration import AssignLicense
from store.actions import read_actions
from store.administration import carry_out_change
from store.database import Database
from store.world import import_world
from tests.domain.builders import NOW
from tests.store.support import Life, world_of, world_tenant


async def test_what_an_admin_did_by_older_code_is_listed_without_a_door(database: Database) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    command = AssignLicense(at=NOW, user_id="new@contoso.example")
    assert await carry_out_change(database, "contoso-basic", command, {"by": "admin"})
    (done,) = await read_actions(database, limit=10)
    assert (done.by, done.door, done.tenant_id) == ("admin", None, "contoso")
    assert (done.stream, done.events) == ("subscription-contoso-basic", ("LicenseAssigned",))


async def test_what_runs_did_by_themselves_is_no_action(database: Database) -> None:
    await import_world(database, world_of(world_tenant()), NOW)
    await Life(database).live()
    assert await database.fetchval("select count(*) from events") > 5
    assert await read_actions(database, limit=10) == []
