"""The life of a change by hand, step by step: Contoso has a `basic` and a `standard` subscription."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.holiday_calendar import holiday_calendar
from api.files.users_file import NamedUsers
from api.service.changes import ChangeQuotes, ChangeRequest
from domain.quoting.orders import change_id_for
from domain.quoting.quote import Quote
from domain.quoting.request import OldAfter
from domain.upgrade.commands import StartMove
from domain.upgrade.states import Moving
from domain.world.model import World, WorldUser
from store.database import Database
from store.verify import verify
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.support import (
    USERS,
    Life,
    holders,
    in_run_of,
    world_of,
    world_subscription,
    world_tenant,
)

SOURCE, TARGET = "contoso-basic", "contoso-standard"
ADA, BOB, CY, DEE = (f"{name}@contoso.example" for name in ("ada", "bob", "cy", "dee"))
ZOE = WorldUser(id="zoe@contoso.example", disabled_services=("apps",))
"""Who holds a license of the target already."""
BUY = {"plan_id": "standard", "licenses": 5, "billing": "monthly"}


EVERYBODY = {user.id: list(user.disabled_services) for user in USERS}
"""Who holds a license of the old subscription, with the services that are off for them."""
THERE = {ZOE.id: ["apps"]}
"""The same of the one that was there before."""
ON = dict[str, list[str]]


def two_subscriptions(*there: WorldUser, name: str = "contoso", **source: Any) -> World:
    """Ten licenses of `basic` with seven users, and five of `standard` with zoe."""
    return world_of(
        world_tenant(
            name,
            world_subscription(f"{name}-basic", **source),
            world_subscription(
                f"{name}-standard", plan="standard", licenses=5, users=there or (ZOE,)
            ),
        )
    )


@dataclass
class ChangeLife(Life):
    """One change by hand, lived through by its steps as a worker would run them."""

    asked: int = 0

    @property
    def upgrade_id(self) -> str:
        return change_id_for(self.tenant_id, self.key)

    async def ask(
        self,
        *users: str,
        into: str | None = TARGET,
        old: OldAfter = "stays",
        skip_faulty: bool = False,
        buy: dict[str, Any] | None = None,
        kept: int | None = None,
        keep_add_ons: bool = False,
        switch_on: date | str | None = None,
        nobody: bool = False,
    ) -> Quote:
        """A quote for these users, or for everybody; it is what is ordered next."""
        self.asked += 1
        quotes = ChangeQuotes(
            self.database,
            holiday_calendar,
            lambda: self.at,
            lambda: f"q-{self.subscription_id}-{self.key}-{self.asked}",
        )
        request = ChangeRequest.model_validate(
            {
                "to": buy or into,
                "old": old,
                "skip_faulty": skip_faulty,
                "licenses_kept": kept,
                "keep_add_ons": keep_add_ons,
                "switch_on": switch_on,
                "nobody": nobody,
            }
        )
        listed: Sequence[str] | None = users or None
        quote = await quotes.quote(
            OPERATOR, self.subscription_id, request, None if listed is None else NamedUsers(listed)
        )
        self.order_on(quote)
        return quote


async def held(database: Database, *subscriptions: str) -> list[ON]:
    """Who holds which license, with what is off; of both subscriptions, unless some are named."""
    return [await holders(database, each) for each in subscriptions or (SOURCE, TARGET)]


def without(*users: str) -> ON:
    """Who holds a license of the old one, but these."""
    return {user: off for user, off in EVERYBODY.items() if user not in users}


async def row(database: Database, subscription_id: str) -> dict[str, Any]:
    """What a subscription is, apart from its users."""
    return dict(
        await database.fetchrow(
            "select status, licenses, billed, locked_by, assigned from subscriptions"
            " where subscription_id = $1",
            subscription_id,
        )
    )


async def begin(change: ChangeLife, users: int) -> str | None:
    """Begin the move, and move nobody yet; the id of the subscription that users are to go to."""
    start = StartMove(at=NOW, users=users)
    history = await in_run_of(change.upgrade_id).run(change.steps._carried_out, change.step, start)
    assert isinstance(history.state, Moving)
    return history.state.upgrade.new_subscription_id


async def sound(database: Database) -> None:
    """Fail if any promise is broken."""
    verified = await verify(database)
    assert verified.ok, verified.violations
