"""World files, upgrades, changes by hand and administrators in any order: every promise holds after each
sequence, and no file weakens what an upgrade has made.

What fails is not shrunk, which would take minutes: it is told at once, with all its steps and the line
that repeats it (`@reproduce_failure`).
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.errors import ServiceError
from api.files.world_reader import read_world
from api.service.administration import Administration
from domain.text.faults import WorldFaults
from domain.values.rejections import Rejection
from domain.world.importing import Section
from store.database import Database
from store.errors import PromiseBroken
from store.rebuild import rebuild
from store.verify import verify
from store.world import Imported, import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.domain.world_documents import catalog, subscription, tenant
from tests.domain.worlds import mostly
from tests.examples import examples
from tests.store.changes import ChangeLife
from tests.store.support import Life

PEOPLE = [f"user-{n}" for n in range(6)]
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "price": st.sampled_from([None, "5.00", "7.50"]),
    "balance_due": mostly("0.00", st.just("9.00")),
    "prepaid": mostly(None, st.just({"kind": "product_key"})),
    "blocked": mostly(None, st.just({"code": "fraud"})),
    "users": st.lists(
        st.fixed_dictionaries(
            {"id": st.sampled_from(PEOPLE)},
            optional={"disabled_services": st.sampled_from([[], ["teams"]])},
        ),
        unique_by=lambda user: user["id"],
    ),
}
SUBSCRIPTIONS = st.fixed_dictionaries(
    {
        "plan": mostly(None, st.sampled_from(["basic", "standard"])),
        "licenses": st.integers(5, 12),
        "status": mostly("active", st.sampled_from(["suspended", "canceled", "expired"])),
        "billing": mostly("monthly", st.just("annual")),
        "cycle_anchor": st.sampled_from(["2026-06-18", "2026-06-01"]),
    },
    optional=OPTIONAL,
)
TENANTS = st.fixed_dictionaries(
    {
        "payment_method": mostly("card", st.just("invoice")),
        "time_zone": mostly("America/Los_Angeles", st.just("Asia/Tokyo")),
    },
    optional={"language": st.sampled_from(["en", "zh-TW"]), "billing_day": st.integers(1, 28)},
)
MADE = ("plan_id", "billing", "cycle_anchor", "opened_by", "billed")


@dataclass
class Ground:
    """What all examples share: one database, and an event loop of their own."""

    runner: asyncio.Runner
    database: Database
    numbers: "count[int]"
    seen: dict[str, int]

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(doing)

    def note(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


class ImportMachine(RuleBasedStateMachine):
    """One tenant with two subscriptions and whatever upgrades open."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.name = f"tenant-{next(self.ground.numbers)}"
        self.first = f"{self.name}-basic"
        self.lives: list[Life] = []
        self.orders = 0
        self.at = NOW
        self.before: dict[str, dict[str, Any]] = {}
        users = [{"id": user} for user in PEOPLE[:4]]
        whole = [
            subscription(id=self.first, users=users),
            subscription(id=f"{self.name}-standard", plan="standard", users=users[:1]),
        ]
        document = {**catalog(), "tenants": [tenant(*whole, id=self.name)]}
        self.ground.run(import_world(self.ground.database, read_world(document), NOW))

    async def _rows(self) -> dict[str, dict[str, Any]]:
        rows = await self.ground.database.fetch(
            "select * from subscriptions where tenant_id = $1", self.name
        )
        return {row["subscription_id"]: dict(row) for row in rows}

    # ---- what happens ---------------------------------------------------------------------------

    @rule(
        of_tenant=TENANTS,
        given=st.lists(SUBSCRIPTIONS, min_size=1, max_size=3),
        which=st.lists(st.integers(0, 6), min_size=3, max_size=3, unique=True),
        replace=st.booleans(),
    )
    def a_file_is_loaded(
        self,
        of_tenant: dict[str, Any],
        given: list[dict[str, Any]],
        which: list[int],
        replace: bool,
    ) -> None:
        self.ground.run(self._load(of_tenant, given, which, replace))

    async def _load(
        self,
        of_tenant: dict[str, Any],
        given: list[dict[str, Any]],
        which: list[int],
        replace: bool,
    ) -> None:
        before = await self._rows()
        ids = sorted(before)
        held = [
            subscription(**{**each, "id": ids[number % len(ids)]})
            for number, each in zip(which, given, strict=False)
        ]
        unique = {
            each["id"]: {**each, "plan": each["plan"] or before[each["id"]]["plan_id"]}
            for each in held
        }
        document: dict[str, Any] = {
            "tenants": [tenant(*unique.values(), id=self.name, **of_tenant)],
            "policy": {"tax": {"US": "0.10"}},
        }
        file = read_world(document)
        tried: Imported | None = None
        imported: Imported | None = None
        chosen = frozenset[Section](["policy"] if replace else [])
        try:
            tried = await import_world(
                self.ground.database, file, self.at, replace=chosen, dry_run=True
            )
            assert await self._rows() == before, "a dry run changes nothing"
            imported = await import_world(self.ground.database, file, self.at, replace=chosen)
        except WorldFaults:
            assert tried is None, "what was tried can be done"
        if tried is None or imported is None:
            self.ground.note("refused")
            assert await self._rows() == before
            return
        assert tried == imported.model_copy(update={"dry_run": True})
        again = await import_world(self.ground.database, file, self.at, replace=chosen)
        assert again.changed == ()
        assert [(each.id, each.code) for each in again.kept] == [
            (each.id, each.code) for each in imported.kept
        ]
        self._check_what_was_made(imported, before, await self._rows())

    def _check_what_was_made(
        self,
        imported: Imported,
        before: dict[str, dict[str, Any]],
        after: dict[str, dict[str, Any]],
    ) -> None:
        for kept in imported.kept:
            self.ground.note(kept.code)
        assert before.keys() <= after.keys()
        for id, was in before.items():
            now = after[id]
            assert (now["opened_by"], now["ended_by"]) == (was["opened_by"], was["ended_by"])
            assert now["locked_by"] == was["locked_by"]
            if was["ended_by"]:
                assert (now["status"], now["assigned"]) == ("canceled", 0)
            elif was["opened_by"] and not was["ended_on"]:
                assert {key: now[key] for key in MADE} == {key: was[key] for key in MADE}
                assert now["licenses"] >= max(was["licenses"], now["assigned"])
            if was != now:
                self.ground.note("changed")

    @rule(
        by_hand=st.booleans(),
        whole=st.booleans(),
        which=st.integers(0, 6),
        steps=st.sampled_from([[], ["move"], ["move", "switch"], ["move", "switch", "invoice"]]),
    )
    def something_is_ordered(
        self, by_hand: bool, whole: bool, which: int, steps: list[str]
    ) -> None:
        self.ground.run(self._order(by_hand, whole, which))
        for step in steps:
            self.an_upgrade_goes_on(step)

    async def _order(self, by_hand: bool, whole: bool, which: int) -> None:
        rows = await self._rows()
        ids = [id for id, row in sorted(rows.items()) if row["status"] == "active"]
        if not ids:
            return
        source = ids[which % len(ids)]
        self.orders += 1
        number = f"{self.orders}"
        into = next((id for id in ids if id != source), None)
        users = [
            row["user_id"]
            for row in await self.ground.database.fetch(
                "select user_id from assignments where subscription_id = $1", source
            )
        ]
        life: Life
        try:
            if by_hand and into is not None and users:
                life = ChangeLife(self.ground.database, source, self.name, number, at=self.at)
                listed = users if whole else users[:1]
                await life.ask(*listed, into=into, old="canceled" if whole else "stays")
            else:
                life = Life(self.ground.database, source, self.name, number, at=self.at)
                target = "standard" if rows[source]["plan_id"] == "basic" else "premium"
                await life.quote(target_plan_id=target, licenses=12)
            view = await life.order()
        except (Rejection, ServiceError, LookupError):
            return
        self.ground.note(f"ordered {view.stage}")
        for refusal in view.refusals:
            self.ground.note(refusal.code)
        if view.stage != "refused":
            self.lives.append(life)

    @rule(step=st.sampled_from(["decide", "move", "move", "switch", "switch", "invoice", "cancel"]))
    def an_upgrade_goes_on(self, step: str) -> None:
        if self.lives:
            self.ground.run(self._go_on(self.lives[-1], step))

    async def _go_on(self, life: Life, step: str) -> None:
        self.at += timedelta(seconds=1)
        life.at = max(life.at, self.at)
        steps: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "decide": lambda: life.decide("approved"),
            "move": life.move,
            "switch": life.switch,
            "cancel": life.cancel,
        }
        try:
            if step == "invoice":
                await life.wait()
                view = await life.invoice()
            else:
                view = await steps[step]()
            if view.undoing:
                view = await life.undo()
        except (Rejection, PromiseBroken, AssertionError):
            return  # not the time for it
        self.ground.note(view.stage)

    @rule(
        what=st.sampled_from(["assign", "unassign", "licenses", "pay", "cancel"]),
        which=st.integers(0, 6),
        user=st.sampled_from(PEOPLE),
    )
    def an_administrator_changes_something(self, what: str, which: int, user: str) -> None:
        self.ground.run(self._administer(what, which, user))

    async def _administer(self, what: str, which: int, user: str) -> None:
        admin = Administration(self.ground.database, lambda: self.at)
        ids = sorted(await self._rows())
        id = ids[which % len(ids)]
        try:
            match what:
                case "assign":
                    await admin.assign(OPERATOR, id, user)
                case "unassign":
                    await admin.unassign(OPERATOR, id, user)
                case "licenses":
                    await admin.set_licenses(OPERATOR, id, 9)
                case "cancel":
                    await admin.cancel(OPERATOR, id)
                case _:
                    await admin.unblock(OPERATOR, id)
        except (Rejection, ServiceError):
            return

    # ---- what holds -----------------------------------------------------------------------------

    @invariant()
    def every_subscription_has_its_tenant(self) -> None:
        rows = self.ground.run(self._rows())
        assert rows.keys() >= self.before.keys()
        self.before = rows

    def teardown(self) -> None:
        self.ground.run(self._end())

    async def _end(self) -> None:
        report = await rebuild(self.ground.database)
        assert report.ok, report.differences


def test_files_upgrades_and_administrators_in_any_order_keep_every_promise(
    database_url: str,
) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(database_url, max_connections=2))
        ImportMachine.ground = Ground(runner, database, count(1), {})
        run_state_machine_as_test(
            ImportMachine,
            settings=examples(
                12,
                stateful_step_count=25,
                deadline=None,
                derandomize=True,  # so that every run sees all that is asked for below
                print_blob=True,
                phases=[Phase.explicit, Phase.generate],
                database=None,
            ),
        )
        verified = runner.run(verify(database))
        runner.run(database.close())
    assert verified.ok, verified.violations
    seen = ImportMachine.ground.seen
    print("SEEN", seen)
    assert {"changed", "ended_by_upgrade", "opened_by_upgrade", "awaiting_invoice"} <= seen.keys()
