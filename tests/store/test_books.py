"""B31, B33 on the real database: any sequence of upgrades leaves balanced books.

A seed decides which subscription is upgraded to what and how that ends, and which invoices are issued
meanwhile, several at once and each of them twice. Every test ends with `verify`.
"""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Literal, get_args

import pytest

from api.service.payments import Payments, invoice_now
from store.database import Database
from store.rebuild import rebuild
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW, a_plan, a_price
from tests.store.support import Life, world_of, world_subscription, world_tenant

Ending = Literal["completed", "canceled", "canceled_in_the_move", "declined", "expired"]
ENDINGS = get_args(Ending)
SIZES = (1_000, 120, 40, 10)
"""Licenses of the subscriptions that Contoso begins with, each of a product of its own."""
STEPS = 24

PLANS = tuple(
    a_plan(f"{name}-{n}", product=f"product-{n}", prices=(a_price(price, "150.00"),))
    for n in range(len(SIZES))
    for name, price in (("one", "6.00"), ("other", "12.57"))
)
"""Upgraded there and back: the product stays the same, and has one live subscription."""


class Books:
    """One tenant's upgrades, one after the other, and the invoices that are still to come."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.rng = random.Random(seed)
        self.at = NOW
        self.held = [(f"sub-{n}", f"one-{n}") for n in range(len(SIZES))]
        """Subscription and its plan."""
        self.due: list[Life] = []
        self.unpaid: list[Life] = []
        self.endings: Counter[str] = Counter()

    async def step(self, number: int) -> None:
        """One order, to an end that the seed chooses; nothing is overdue when it comes (B18)."""
        if self.rng.random() < 0.2 or any(
            self.at - life.at > timedelta(days=15) for life in self.unpaid
        ):
            await self.pay()
        index = self.rng.randrange(len(self.held))
        subscription_id, plan = self.held[index]
        target = plan.replace("one", "other") if "one" in plan else plan.replace("other", "one")
        ending: Ending = self.rng.choice([*ENDINGS, "completed", "completed", "completed"])
        life = Life(
            self.database,
            subscription_id=subscription_id,
            key=f"key-{number}",
            licenses=self.rng.choice([1, 10, 60, 300]),
            at=self.at,
        )
        checked = ending in ("declined", "expired")
        await life.quote(
            target_plan_id=target,
            payment_method="invoice" if checked else "bank_transfer",
            billing=self.rng.choice(["monthly", "annual"]) if not checked else "monthly",
        )
        ordered = await life.order()
        if ordered.stage == "awaiting_credit_check" and not checked:
            await life.decide("approved")  # so much is ordered
        view = await self._to_its_end(life, ending)
        self.endings[view] += 1
        if view == "awaiting_invoice":
            new = await self.database.fetchval(
                "select view ->> 'new_subscription_id' from upgrades where upgrade_id = $1",
                life.upgrade_id,
            )
            self.held[index] = new, target
            await life.wait()
            self.due.append(life)
        self.at += timedelta(days=self.rng.randrange(12), hours=self.rng.randrange(24))

    async def _to_its_end(self, life: Life, ending: Ending) -> str:
        match ending:
            case "declined":
                return (await life.decide("declined")).stage
            case "expired":
                await life.wait()
                return (await life.expire()).stage
            case "canceled":
                return (await life.cancel()).stage
            case "canceled_in_the_move":
                await life.move()
                await life.cancel()
                return (await life.undo()).stage
            case "completed":
                await life.move()
                return (await life.switch()).stage

    async def issue(self, invoices: int) -> None:
        """So many at once, each twice, as after a lost reply."""
        now = [self.due.pop(self.rng.randrange(len(self.due))) for _ in range(invoices)]
        await asyncio.gather(*(life.invoice() for life in now for _ in range(2)))
        self.unpaid += now

    async def pay(self) -> None:
        """Pay what is still open of the invoices that are out (B65)."""
        desk = Payments(self.database, lambda: self.at)
        for life in self.unpaid:
            owed = await invoice_now(self.database, life.upgrade_id, self.at)
            if owed.open_amount:
                await desk.pay(OPERATOR, life.upgrade_id, life.key)
        self.unpaid.clear()

    async def hold(self) -> None:
        """What must be true at every commit."""
        unbalanced = await self.database.fetch(
            "select upgrade_id, booking, currency from ledger_entries"
            " group by upgrade_id, booking, currency having sum(amount_minor) <> 0"
        )
        assert not unbalanced
        credits = await self.database.fetchrow(
            "select coalesce(min(remaining_minor), 0) as least, coalesce(sum(remaining_minor), 0)"
            " as left, (select coalesce(-sum(amount_minor), 0) from ledger_entries"
            " where account = 'account_credit') as booked from account_credits"
        )
        assert credits["least"] >= 0
        assert credits["left"] == credits["booked"]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_sequence_leaves_balanced_books(database: Database, seed: int) -> None:
    subscriptions = [
        world_subscription(f"sub-{n}", plan=f"one-{n}", licenses=licenses, users=())
        for n, licenses in enumerate(SIZES)
    ]
    world = world_of(world_tenant("contoso", *subscriptions))
    await import_world(database, world.model_copy(update={"plans": PLANS}), NOW)
    books = Books(database, seed)
    for number in range(STEPS):
        await books.step(number)
        await books.hold()
        if books.rng.random() < 0.4:
            await books.issue(books.rng.randint(0, len(books.due)))
            await books.hold()
    await books.issue(len(books.due))
    await books.hold()

    ended = {"invoiced" if end == "awaiting_invoice" else end for end in books.endings}
    assert ended == {"invoiced", "canceled", "declined", "expired"}
    completed = books.endings["awaiting_invoice"]
    sums = await database.fetchrow(
        "select count(*) as invoices, sum((body ->> 'account_credit_used')::numeric) as used,"
        " sum((body ->> 'amount_due')::numeric) as due, sum((body ->> 'account_credit')::numeric)"
        " as arisen, (select sum(remaining_minor) from account_credits) as left_minor,"
        " (select sum(amount_minor) from ledger_entries where account = 'receivable') as owed_minor,"
        " (select coalesce(sum(amount_minor), 0) from ledger_entries"
        "  where account = 'account_credit' and booking = 'payment') as paid_minor,"
        " (select coalesce(sum(amount_minor), 0) from ledger_entries"
        "  where account = 'cash') as cash_minor"
        " from invoices"
    )
    assert sums["invoices"] == completed
    # Credit pays what is open for its own subscription first, invoiced or not (B65).
    by_credit = sums["used"] + sums["paid_minor"] / 100
    assert by_credit > 0, "this seed uses credit"
    assert sums["arisen"] == by_credit + sums["left_minor"] / 100
    assert sums["due"] == (sums["owed_minor"] + sums["paid_minor"] + sums["cash_minor"]) / 100
    assert (await rebuild(database)).ok
