"""A tenant's books, kept as the database keeps them: from the events of one upgrade after another.

Each upgrade is carried out by the decider; entries and invoices are those of the read models, and
what is open of account credit follows from the entries alone.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from domain.catalog.customer import Subscription
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.ledger.bookings import LedgerEntry
from domain.ledger.statement import CurrencyStatement, statement_of
from domain.pricing.account_credit import OpenCredit
from domain.quoting.orders import Order, upgrade_id_for
from domain.quoting.quote import Quote, make_quote, requote
from domain.quoting.request import QuoteRequest, References
from domain.subscriptions.subscription import SubscriptionState, consequences, evolve_subscription
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    IssueInvoice,
    PlaceOrder,
    RecordMovedUsers,
    StartMove,
    SwitchBilling,
)
from domain.upgrade.decider import decide
from domain.upgrade.evolve import evolve
from domain.upgrade.states import AwaitingInvoice, NotPlaced, PlacedState, UpgradeState
from domain.values.base import Billing
from domain.views.read_models import Invoice
from domain.views.rows import rows_after
from tests.domain.upgrades import Weekdays, clearing

Ending = Literal[
    "completed", "canceled", "canceled_in_the_move", "undone", "declined", "expired"
]  # fmt: skip
NEEDS_A_CREDIT_CHECK = ("declined", "expired")


class Target(NamedTuple):
    """What is ordered."""

    plan: Plan
    licenses: int
    billing: Billing = "monthly"
    references: References | None = None


class Books:
    """The ledger of one tenant, with the invoices that are issued and those that are due."""

    def __init__(self) -> None:
        self.entries: list[LedgerEntry] = []
        self.invoices: list[Invoice] = []
        self.due: list[AwaitingInvoice] = []
        self.subscriptions: dict[str, SubscriptionState] = {}

    @property
    def open_credits(self) -> tuple[OpenCredit, ...]:
        """As table `account_credits` has them: the first entry of each is the one that left it."""
        left: Counter[str] = Counter()
        arisen: dict[str, datetime] = {}
        for entry in self.entries:
            if entry.credit_of is not None:
                left[entry.credit_of] -= entry.amount_minor
                arisen.setdefault(entry.credit_of, entry.booked_at)
        return tuple(
            OpenCredit(upgrade_id=of, remaining_minor=left[of], arisen_at=at)
            for of, at in arisen.items()
        )

    def statement(self, world: Facts) -> CurrencyStatement:
        """What the tenant's statement says of the only currency there is."""
        tenant = world.tenant
        (told,) = statement_of(
            self.entries, tenant_id=tenant.id, time_zone=tenant.time_zone
        ).currencies
        return told

    def upgrade(
        self, world: Facts, target: Target, at: datetime, ending: Ending = "completed"
    ) -> Subscription:
        """Carry an order out up to its switch, or to the end it comes to before.

        Returns the subscription that is then billed: the new one, or the old one as it was. The
        invoice of a completed upgrade is due then, and waits for `issue_until`.
        """
        quote = self._quote(world, target, at)
        old, users = world.subscription, world.subscription.assigned
        self.subscriptions[old.id] = SubscriptionState(subscription=old)
        state: UpgradeState = NotPlaced()
        for command in (_order(world, quote, at), *_way_to(ending, quote, users, at)):
            state = self._after(command, state)
        assert not isinstance(state, NotPlaced)
        if isinstance(state, AwaitingInvoice):
            self.due.append(state)
        (billed,) = (
            each.subscription
            for each in (
                self.subscriptions[id]
                for id in {old.id, state.upgrade.new_subscription_id or old.id}
            )
            if each.billed
        )
        return billed.model_copy(update={"assigned": users})  # the database counts them

    def issue_until(self, at: datetime | None = None) -> None:
        """Issue the invoices that fall due until `at`, or all: the earliest first."""
        for state in sorted(self.due, key=lambda each: each.switch.invoice_due_at):
            due_at = state.switch.invoice_due_at
            if at is None or due_at <= at:
                self.due.remove(state)
                self.issue(state, due_at)

    def issue(self, state: PlacedState, at: datetime) -> None:
        """Issue this upgrade's invoice, under the next number."""
        number = f"INV-{len(self.invoices) + 1:08}"
        self._after(IssueInvoice(at=at, number=number, open_credits=self.open_credits), state)

    def _quote(self, world: Facts, target: Target, at: datetime) -> Quote:
        request = QuoteRequest(
            target_plan_id=target.plan.id,
            licenses=target.licenses,
            billing=target.billing,
            references=target.references,
        )
        id = f"q-{world.subscription.id}-{at.isoformat()}"
        return make_quote(world, request, quote_id=id, at=at, calendar=Weekdays())

    def _after(self, command: Command, state: UpgradeState) -> UpgradeState:
        for event in decide(command, state):
            state = evolve(state, event)
            assert not isinstance(state, NotPlaced)
            for id, effect in consequences(event, state).items():
                after = evolve_subscription(self.subscriptions.get(id), effect)
                assert after is not None
                self.subscriptions[id] = after
            rows = rows_after(event, state)
            self.entries += map(LedgerEntry.model_validate, rows["ledger_entries"])
            self.invoices += [
                Invoice.model_validate(row["body"]) for row in rows.get("invoices", ())
            ]
        return state


def _order(world: Facts, quote: Quote, at: datetime) -> PlaceOrder:
    return PlaceOrder(
        at=at,
        order=Order(
            upgrade_id=upgrade_id_for(world.tenant.id, quote.quote_id),
            idempotency_key=quote.quote_id,
            tenant_id=world.tenant.id,
            subscription_id=world.subscription.id,
            target_plan_id=quote.target_plan_id,
            quote_id=quote.quote_id,
            accept_forfeiture=quote.forfeited,
        ),
        quote=quote,
        facts=world,
        current_digest=requote(world, quote, at=at, calendar=Weekdays()).digest,
        **clearing(at),
    )


def _way_to(ending: Ending, quote: Quote, users: int, at: datetime) -> list[Command]:
    """What is asked after the order, and how it ends."""
    deadline = clearing(at)["credit_deadline"]
    decision: Mapping[str, Any] = {"at": at, "reference": "R-1"}
    if ending == "declined":
        return [DecideCreditCheck(decision="declined", **decision)]
    if ending == "expired":
        return [ExpireCreditCheck(at=deadline)]
    way: list[Command] = []
    if quote.credit_check.required:
        way.append(DecideCreditCheck(decision="approved", **decision))
    if ending == "canceled":
        return [*way, Cancel(at=at, reason="changed our minds")]
    second = at + timedelta(seconds=1)
    way.append(StartMove(at=second, users=users))
    match ending:
        case "canceled_in_the_move":
            return [*way, Cancel(at=second, reason="changed our minds"), FinishUndo(at=second)]
        case "undone":
            return [*way, BeginUndo(at=second, reason="it cannot be done"), FinishUndo(at=second)]
        case "completed":
            return [
                *way,
                RecordMovedUsers(at=second, batch=1, users=users, remaining=0),
                CompleteMove(at=second, batch=1),
                SwitchBilling(at=second, users_left_behind=0),
            ]
