"""What happens beside the upgrades: users who come and go, admins, incidents and world files.

Everything goes through what the commands go through; only who assigns licenses upstream writes them
straight into the database.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.files.world_reader import read_world
from api.service.administration import Administration
from domain.text.faults import WorldFaults
from domain.values.cycles import local_day
from store.errors import PromiseBroken
from store.moved import block_user, unblock_user
from store.webhooks import put_endpoint
from store.world import import_world
from tests.callers import OPERATOR
from tests.sequences.sequence import ADD_ON, PEOPLE, PLANS, Choices
from tests.sequences.upgrades import NO_ROOM, Upgrades


@dataclass
class Life(Upgrades):
    """Whatever happens to some tenants of one database from a moment on."""

    # ---- users, behind everybody's back ---------------------------------------------------------

    async def join(self, which: int, how: Choices) -> None:
        """A user gets a license from whoever assigns them upstream (B49)."""
        if sub := await self._moving_or_other(which, how):
            off = ["teams"] if how.of(False, False, True) else []
            try:
                await self.database.execute(
                    "insert into assignments values ($1, $2, $3)", sub, how.of(*PEOPLE), off
                )
            except PromiseBroken as error:
                if error.constraint not in NO_ROOM:
                    raise
                self.seen[f"join: {error.constraint}"] += 1

    async def leave(self, which: int, how: Choices) -> None:
        """A user loses their license."""
        if sub := await self._moving_or_other(which, how):
            users = await self._users(sub) or ["nobody"]
            await self.database.execute(
                "delete from assignments where subscription_id = $1 and user_id = $2",
                sub,
                how.of(*users),
            )

    async def switch_a_service(self, which: int, how: Choices) -> None:
        """A service is switched off for a user, or all are on again."""
        if sub := await self._moving_or_other(which, how):
            await self.database.execute(
                "update assignments set disabled_services = $3"
                " where subscription_id = $1 and user_id = $2",
                sub,
                how.of(*(await self._users(sub) or ["nobody"])),
                ["teams"] if how.of(True, False) else [],
            )

    async def block_a_user(self, which: int, how: Choices) -> None:
        """Upstream keeps a user where they are, or no longer."""
        if sub := await self._moving_or_other(which, how):
            user = how.of(*(await self._users(sub) or ["nobody"]))
            if how.of(True, True, False):
                await block_user(self.database, sub, user, code="upstream", note="in dispute")
            else:
                await unblock_user(self.database, sub, user)

    async def _moving_or_other(self, which: int, how: Choices) -> str | None:
        """A subscription, mostly one of an upgrade that goes on."""
        view = await self._upgrade(which)
        if view is not None and how.of(True, True, False):
            return how.of(view.subscription_id, view.new_subscription_id or view.subscription_id)
        ids = [each["subscription_id"] for each in await self._subscriptions()]
        return ids[which % len(ids)]

    # ---- admins ---------------------------------------------------------------------------------

    async def administer(self, which: int, how: Choices) -> None:
        """An admin changes something about a subscription."""
        subs = await self._subscriptions()
        sub = subs[which % len(subs)]
        id, admin = sub["subscription_id"], Administration(self.database, lambda: self.at)
        holders = await self._users(id) or ["nobody"]
        changes: dict[str, Callable[[], Awaitable[object]]] = {
            "assign": lambda: admin.assign(OPERATOR, id, how.of(*PEOPLE)),
            "unassign": lambda: admin.unassign(OPERATOR, id, how.of(*holders)),
            "more licenses": lambda: admin.set_licenses(
                OPERATOR, id, sub["licenses"] + how.of(1, 5)
            ),
            "fewer licenses": lambda: admin.set_licenses(
                OPERATOR, id, max(1, sub["licenses"] - how.of(1, 4))
            ),
            "pay": lambda: admin.pay(OPERATOR, id, sub["balance_due"] or Decimal(1)),
            "block": lambda: admin.block(
                OPERATOR, id, how.of("fraud", "not_eligible"), "in dispute"
            ),
            "unblock": lambda: admin.unblock(OPERATOR, id),
            "activate": lambda: admin.activate(OPERATOR, id),
            "add an add-on": lambda: admin.add_add_on(OPERATOR, id, ADD_ON),
            "remove an add-on": lambda: admin.remove_add_on(OPERATOR, id, ADD_ON),
            "cancel": lambda: admin.cancel(OPERATOR, id),
        }
        what = how.of(*changes)
        await changes[what]()
        self.seen[f"admin: {what}"] += 1

    async def heal(self, which: int, how: Choices) -> None:
        """An admin removes whatever keeps a tenant from its upgrade."""
        admin = Administration(self.database, lambda: self.at)
        tenant = self.tenants[which % len(self.tenants)]
        for row in await self.database.fetch("select * from incidents"):
            await admin.close_incident(OPERATOR, row["service_id"], row["reference"])
        for sub in await self._subscriptions():
            id = sub["subscription_id"]
            if sub["tenant_id"] != tenant or sub["status"] == "canceled":
                continue
            if sub["blocked"]:
                await admin.unblock(OPERATOR, id)
            if sub["balance_due"]:
                await admin.pay(OPERATOR, id, sub["balance_due"])
            for add_on in sub["add_ons"]:
                await admin.remove_add_on(OPERATOR, id, add_on)
            await admin.activate(OPERATOR, id)

    async def change_health(self, which: int, how: Choices) -> None:
        """An incident opens, or is over (B8)."""
        admin = Administration(self.database, lambda: self.at)
        ids = await self.database.fetch("select service_id from services order by service_id")
        service = ids[which % len(ids)]["service_id"]
        if how.of(False, True, True, True):
            await admin.close_incident(OPERATOR, service, "I-1")
        else:
            await admin.open_incident(OPERATOR, service, "I-1")

    async def listen(self, which: int, how: Choices) -> None:
        """A tenant wants its notices sent."""
        url = how.of("https://hooks.example/a", "https://hooks.example/b")
        tenant = self.tenants[which % len(self.tenants)]
        secret = "whsec_" + "c2VjcmV0" * 6
        await put_endpoint(
            self.database,
            endpoint_id=f"wh-{tenant}-{url[-1]}",
            tenant_id=tenant,
            url=url,
            secret=secret,
        )

    # ---- world files ----------------------------------------------------------------------------

    async def load(self, which: int, how: Choices) -> None:
        """A world file says something else about a tenant and some of its subscriptions (B69)."""
        name = self.tenants[which % len(self.tenants)]
        stored = await self.database.fetchval("select body from tenants where tenant_id = $1", name)
        tenant = json.loads(stored) if isinstance(stored, str) else dict(stored)
        tenant |= {
            "payment_method": how.of(tenant["payment_method"], "card", "invoice"),
            "billing_day": how.of(tenant.get("billing_day", 1), 1, 28),
        }
        rows = [each for each in await self._subscriptions() if each["tenant_id"] == name]
        chosen = how.of(rows[:1], rows[-1:], rows[:2], [])
        extra = [{"subscription_id": f"{name}-extra", "plan_id": "basic", "licenses": 6}]
        held = [self._as_a_file_says(row, how) for row in chosen or extra]
        document: dict[str, Any] = {"tenants": [tenant | {"subscriptions": held}]}
        document |= how.of(
            {},
            {"policy": {"tax": {"US": "0.10"}}},
            {"policy": {"capacity": {"max_open_upgrades": 4}}},
            {"policy": {"credit_check": {"thresholds": {"USD": "50"}}}},
        )
        try:
            imported = await import_world(self.database, read_world(document), self.at)
        except WorldFaults as faults:
            self.seen["load: refused"] += 1
            self.seen[f"load: {str(faults)[:400]}"] += 1
            return
        for kept in imported.kept:
            self.seen[f"load: {kept.code}"] += 1
        self.seen["load: changed"] += bool(imported.changed)

    def _as_a_file_says(self, row: dict[str, Any], how: Choices) -> dict[str, Any]:
        said: dict[str, Any] = {
            "id": row["subscription_id"],
            "plan": how.of(*[row["plan_id"]] * 5, *PLANS),
            "licenses": how.of(row["licenses"], 9, 12),
            "status": how.of(*["active"] * 8, "suspended", "canceled"),
            "billing": how.of(row.get("billing", "monthly"), "annual"),
            "cycle_anchor": f"{row.get('cycle_anchor', local_day(self.at, 'UTC'))}",
        }
        said |= how.of(
            {}, {}, {}, {"price": "7.50"}, {"balance_due": "9.00"}, {"blocked": {"code": "fraud"}}
        )
        count = how.of(None, None, 3, 5)
        if count is not None:
            said["users"] = [{"id": user} for user in PEOPLE[-count:]]
        return said
