"""One upgrade for tests: its order and quote, every command, and a history that ends in every state.

Contoso moves from `basic` to `standard`: 100 licenses, 80 users, monthly. It orders on Thursday,
25 June 2026 at 09:00 in Los Angeles; a credit check may take until Monday at 09:00.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.catalog.customer import Prepaid
from domain.catalog.facts import Facts
from domain.quoting.orders import Order, upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest, make_quote, requote
from domain.upgrade.commands import (
    BeginUndo,
    Cancel,
    Command,
    CompleteMove,
    DecideCreditCheck,
    ExpireCreditCheck,
    FinishUndo,
    IssueInvoice,
    PayInvoice,
    PayOutCredit,
    PlaceOrder,
    RaiseAlert,
    RecordFailedUsers,
    RecordMovedUsers,
    RecordReturnedUsers,
    RemindOfInvoice,
    ReportLicenseConflict,
    ReportProblem,
    ResolveAttention,
    SettleInvoice,
    SkipUsers,
    StartMove,
    StartScheduled,
    SwitchBilling,
    VoidInvoice,
)
from domain.upgrade.events import UpgradeEvent
from domain.values.business_days import decision_deadline
from domain.values.cycles import local_day
from tests.domain.builders import NOW, a_subscription, a_tenant, facts
from tests.domain.scenario import lived


class Weekdays:
    """Monday to Friday, without holidays."""

    name = "US-WA"
    version = "test 1"

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5


LOS_ANGELES = "America/Los_Angeles"
UPGRADE_ID = upgrade_id_for("contoso", "key-1")
DEADLINE = decision_deadline(NOW, LOS_ANGELES, Weekdays(), 2)
SCHEDULED_DAY = date(2026, 7, 6)
DAYS_LATER = NOW + timedelta(days=40)
"""After every deadline there is."""

BY_CARD = facts()
BY_INVOICE = facts(tenant=a_tenant(payment_method="invoice"))
PREPAID = facts(
    subscription=a_subscription(
        prepaid=Prepaid.model_validate(
            {"kind": "upfront", "paid": "7300.00", "from": "2026-01-01", "until": "2026-12-31"}
        )
    )
)
"""20.00 a day until the end of 2026: on 25 June 3,800.00 are left, on 31 December 20.00."""
TARGET = "contoso-standard"
WITH_TARGET = facts(
    siblings=(a_subscription(TARGET, "standard", licenses=100, assigned=20),),
)
"""The tenant has a subscription of `standard` too, with 80 licenses free."""
BLOCKED = facts(subscription=a_subscription(status="suspended"))


def later(**by: float) -> datetime:
    """So long after the order."""
    return NOW + timedelta(**by)


def a_quote(of: Facts = BY_CARD, at: datetime = NOW, **request: Any) -> Quote:
    """A quote for `standard`; 100 licenses, monthly, unless asked otherwise."""
    asked = {"target_plan_id": "standard", "licenses": 100, "billing": "monthly"} | request
    return make_quote(
        of, QuoteRequest.model_validate(asked), quote_id="q-1", at=at, calendar=Weekdays()
    )


def a_change(**change: Any) -> dict[str, Any]:
    """What a quote is asked to change by hand: fifty users, listed, into what is there already."""
    return {"licenses": 0, "change": {"into": TARGET, "listed": True, "users": 50} | change}


def a_purchase(licenses: int = 60, **change: Any) -> dict[str, Any]:
    """The same into a new subscription."""
    return a_change(into=None, **change) | {"licenses": licenses}


def an_order(quote: Quote, **changes: Any) -> Order:
    """An order on `quote`."""
    fields: dict[str, Any] = {
        "upgrade_id": UPGRADE_ID,
        "idempotency_key": "key-1",
        "tenant_id": quote.tenant_id,
        "subscription_id": quote.subscription_id,
        "target_plan_id": quote.target_plan_id,
        "quote_id": quote.quote_id,
    }
    return Order.model_validate(fields | changes)


def clearing(at: datetime) -> dict[str, Any]:
    """What a credit check that begins at that moment would be held to."""
    return {
        "credit_deadline": decision_deadline(at, LOS_ANGELES, Weekdays(), 2),
        "calendar": Weekdays.name,
        "calendar_version": Weekdays.version,
    }


def place(
    of: Facts = BY_CARD, quote: Quote | None = None, at: datetime = NOW, **order: Any
) -> PlaceOrder:
    """Order on `quote`, or on one for the day of the order, where the facts are `of` by then."""
    day = order.get("schedule")
    if quote is None and isinstance(day, date) and day > local_day(at, of.tenant.time_zone):
        quote = a_quote(of, switch_on=day)
    quote = quote or a_quote(of)
    digest = requote(of, quote, at=at, calendar=Weekdays()).digest
    return PlaceOrder(
        at=at,
        order=an_order(quote, **order),
        quote=quote,
        facts=of,
        current_digest=digest,
        **clearing(at),
    )


def start_scheduled(of: Facts = BY_CARD, at: datetime = DAYS_LATER, **more: Any) -> StartScheduled:
    """The scheduled day, where the facts are `of` by then."""
    renewed = requote(of, a_quote(of), at=at, calendar=Weekdays())
    fields = {"at": at, "renewed_quote": renewed} | clearing(at) | more
    return StartScheduled.model_validate(fields)


def decision(word: str = "approved", reference: str = "R-1", **by: float) -> DecideCreditCheck:
    """A credit decision, an hour after the order unless another time is said."""
    said = {"decision": word, "reference": reference, "reason": "checked"}
    return DecideCreditCheck.model_validate(said | {"at": later(**(by or {"hours": 1}))})


EXPIRE = ExpireCreditCheck(at=DEADLINE)
START_MOVE = StartMove(at=later(hours=2), users=80)
MOVED_50 = RecordMovedUsers(at=later(hours=2, seconds=1), batch=1, users=50, remaining=30)
MOVED_30 = RecordMovedUsers(at=later(hours=2, seconds=2), batch=2, users=30, remaining=0)
COMPLETE_MOVE = CompleteMove(at=later(hours=2, seconds=2), batch=2)
FAILED_2 = RecordFailedUsers(at=later(hours=2, seconds=2), users=2, reasons={"upstream": 2})
SKIP_2 = SkipUsers(at=later(hours=6), users=2, reason="they left the company")
SWITCH = SwitchBilling(at=later(hours=3), users_left_behind=0)
INVOICE = IssueInvoice(at=DAYS_LATER, number="INV-00000001")
CANCEL = Cancel(at=later(hours=4), reason="changed our minds")
BEGIN_UNDO = BeginUndo(at=later(hours=4), reason="more users than licenses")
RETURNED_50 = RecordReturnedUsers(at=later(hours=4, seconds=1), batch=1, users=50)
FINISH_UNDO = FinishUndo(at=later(hours=4, seconds=2))
CONFLICT = ReportLicenseConflict(at=later(hours=2, seconds=3), users_without_license=4)
LATE = RaiseAlert(at=DAYS_LATER)
PROBLEM = ReportProblem(at=later(hours=5), step="switch-billing", cause="a bug")
RESOLVE = ResolveAttention(at=later(hours=6))

SETTLE = SettleInvoice(at=later(days=40), credit_of="ch-2", credit=Decimal("100.00"))
PAY = PayInvoice(at=later(days=41), amount=None, reference="P-1")
REMIND = RemindOfInvoice(at=later(days=41), reminder="overdue")
VOID = VoidInvoice(at=later(days=43), number="CN-00000001", reason="ordered by mistake")
PAY_OUT = PayOutCredit(
    at=later(days=42), amount=Decimal("5.00"), reference="O-1", left=Decimal("8.00")
)

COMMANDS: Mapping[type[Any], Command] = {
    type(command): command
    for command in (
        place(), start_scheduled(), decision(), EXPIRE, START_MOVE, MOVED_50, FAILED_2,
        COMPLETE_MOVE, SKIP_2, SWITCH, INVOICE, CANCEL, BEGIN_UNDO, RETURNED_50, FINISH_UNDO,
        CONFLICT, LATE, PROBLEM, RESOLVE, SETTLE, PAY, PAY_OUT, VOID, REMIND,
    )
}  # fmt: skip
"""One of each type."""

READY = lived([], place())
SCHEDULED = lived([], place(schedule=SCHEDULED_DAY))
AWAITING_CREDIT = lived([], place(BY_INVOICE))
MOVING = lived(READY, START_MOVE)
HALF_MOVED = lived(MOVING, MOVED_50)
FAILED = lived(
    HALF_MOVED,
    RecordMovedUsers(at=later(hours=2, seconds=2), batch=2, users=28, remaining=2),
    FAILED_2,
)
MOVED = lived(HALF_MOVED, MOVED_30, COMPLETE_MOVE)
AWAITING_INVOICE = lived(MOVED, SWITCH)
CANCELING = lived(HALF_MOVED, CANCEL)
UNDOING = lived(HALF_MOVED, BEGIN_UNDO)

HISTORIES: Mapping[str, list[UpgradeEvent]] = {
    "NotPlaced": [],
    "Checking": READY[:1],
    "Scheduled": SCHEDULED,
    "AwaitingCreditCheck": AWAITING_CREDIT,
    "ReadyToMove": READY,
    "Moving": MOVING,
    "Moving again": lived(MOVED, SwitchBilling(at=later(hours=3), users_left_behind=2)),
    "Moving with users who cannot": FAILED,
    "Moving on without users": lived(FAILED, PROBLEM, SKIP_2),
    "Moved": MOVED,
    "AwaitingInvoice": AWAITING_INVOICE,
    "Completed": lived(
        [],
        place(WITH_TARGET, a_quote(WITH_TARGET, **a_change())),
        START_MOVE.model_copy(update={"users": 50}),
        MOVED_50.model_copy(update={"remaining": 0}),
        COMPLETE_MOVE,
        SWITCH,
    ),
    "Invoiced": lived(AWAITING_INVOICE, INVOICE),
    "Undoing canceled": CANCELING,
    "Undoing undone": UNDOING,
    "Canceled": lived(CANCELING, RETURNED_50, FINISH_UNDO),
    "Undone": lived(UNDOING, RETURNED_50, FINISH_UNDO),
    "Refused": lived([], place(BLOCKED, a_quote())),
    "Declined": lived(AWAITING_CREDIT, decision("declined")),
    "Expired": lived(AWAITING_CREDIT, EXPIRE),
    **{
        f"NeedsAttention {state}": lived(history, PROBLEM)
        for state, history in {
            "Scheduled": SCHEDULED,
            "AwaitingCreditCheck": AWAITING_CREDIT,
            "ReadyToMove": READY,
            "Moving": HALF_MOVED,
            "Moving with users who cannot": FAILED,
            "Moved": MOVED,
            "AwaitingInvoice": AWAITING_INVOICE,
            "Undoing canceled": CANCELING,
            "Undoing undone": UNDOING,
        }.items()
    },
}
"""A name that begins with the type of the state, to a history that ends in it."""
