"""Read models: what people look at, each a pure function of a history.

Which rows of them follow from which event is in `domain.views.rows`.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import Field, model_validator

from domain.catalog.customer import Address
from domain.catalog.seller import Seller
from domain.eligibility.refusals import Refusal
from domain.pricing.account_credit import (
    CreditUse,
    SettlesFirst,
    sum_of_settled,
    sum_of_uses,
)
from domain.pricing.accounting import AccountingTax, accounting_tax
from domain.pricing.billing_days import credit_reaches_account_by, payment_due_on
from domain.pricing.credit import CreditTax
from domain.pricing.price import Line
from domain.quoting.orders import is_change
from domain.quoting.request import ChangeByHand, References
from domain.subscriptions.subscription import SubscriptionState
from domain.upgrade.alerts import expected_by, next_alert, standing_alert
from domain.upgrade.events import (
    Reviewer,
)
from domain.upgrade.payments import InvoicePayment, InvoiceStatus, is_unsaid
from domain.upgrade.states import (
    AlertKind,
    AwaitingCreditCheck,
    AwaitingInvoice,
    Canceled,
    Declined,
    Invoiced,
    Milestone,
    Moving,
    NeedsAttention,
    PlacedState,
    Refused,
    Scheduled,
    Stage,
    Switched,
    Undoing,
    Undone,
    Upgrade,
    is_open,
)
from domain.values.base import Instant, Language, PaymentMethod, Text, Value
from domain.values.rows import Row
from domain.views.attention import Attention, attention_of
from domain.views.notices import NoticeKind

UPGRADE_WORKFLOW = "PlanUpgrade"
CHANGE_WORKFLOW = "ChangePlan"

LONGEST_MOVE_SECONDS = 10 * 365 * 86_400
"""No estimate is later than that: it would only mean that next to nothing moves."""


class UserCounts(Value):
    """How far the move is."""

    total: int
    moved: int
    failed: int = 0
    """Who cannot be moved as things are."""
    remaining: int
    """Who can be moved and was not yet."""
    skipped: int = 0
    """Without whom an operator let it go on."""
    per_second: int | None = None
    """How fast the last batches were, while users move."""
    estimated_end: Instant | None = None
    """When everybody is over at that rate."""


class UpgradeView(Value):
    """Where an upgrade is: the answer to "where is my upgrade?" (B52)."""

    upgrade_id: str
    version: int
    """How many events led here: of two views the one with the higher version is newer."""
    workflow_id: str
    tenant_id: str
    subscription_id: str
    new_subscription_id: str | None
    target_plan_id: str
    stage: Stage
    deadline: Instant | None
    """Until when it waits: for its day, a credit decision, or the billing day."""
    quote_id: str
    users: UserCounts
    refusals: tuple[Refusal, ...] = ()
    placed_at: Instant
    completed_at: Instant | None = None
    invoice_number: str | None = None
    timeline: tuple[Milestone, ...]
    undoing: bool = False
    """Whether users are on their way back."""
    reason: str | None = None
    """Why it was canceled, declined or undone."""
    attention: Attention | None = None
    reviewer: Reviewer | None = None
    """Who is asked for the credit decision that it waits for."""
    expected_by: Instant | None = None
    """While users move: when all should be done (B51)."""
    alert: AlertKind | None = None
    """What operators were told and is still true: it takes longer than it should."""
    alert_at: Instant | None = None
    """When they are told, unless it goes on before."""
    change: ChangeByHand | None = None
    """What makes it a change by hand (B59-B61); None of an upgrade."""


class Notice(Value):
    """Something the customer is told, once (B62)."""

    notice_id: str
    tenant_id: str
    kind: NoticeKind
    upgrade_id: str
    created_at: Instant
    text: Text


class Invoice(Value):
    """The invoice as data, with all that its document shows (B54, B55).

    Everything was pinned before: parties and language by the quote, the seller by the policy, amounts
    by the switch. Only the account credit it uses is found when it is issued; no line changes.
    """

    number: str
    upgrade_id: str
    tenant_id: str
    issued_on: date
    currency: str
    lines: tuple[Line, ...]
    total: Decimal
    account_credit: Decimal
    """What this upgrade's own credit leaves for later invoices, with its tax (B31)."""
    account_credit_used: Decimal
    """What of `total` is paid by credits that earlier upgrades have left."""
    account_credit_uses: tuple[CreditUse, ...]
    """Of which upgrades' credits, the oldest first; sums to `account_credit_used`."""
    amount_due: Decimal
    """What is left to pay: `total` - `account_credit_used`."""
    settles: SettlesFirst = ()
    """What of `account_credit` has paid for the old subscription; only the rest is left (B65)."""
    credit_applied: Decimal
    forfeited: Decimal
    credit_tax: CreditTax | None = None
    """The tax in what is credited; None on invoices from before it was returned (B63)."""
    accounting: AccountingTax | None = None
    """Its tax in the currency that the seller accounts in, where that is another one."""
    references: References | None = None
    """What the customer's own books know it by."""
    subscription_id: str
    """The old one, which the credit is for."""
    new_subscription_id: str | None
    plan_name: str
    switched_on: date
    seller: Seller
    sold_to: Address
    billed_to: Address
    payment_method: PaymentMethod
    due_on: date
    """The day by which `amount_due` is to be paid."""
    credit_reaches_account_by: date
    """Where there is a credit (B56)."""
    language: Language
    status: Annotated[InvoiceStatus | None, Field(exclude_if=is_unsaid)] = None
    """Whether it is paid, today; None in what is stored, which never changes."""
    open_amount: Annotated[Decimal | None, Field(exclude_if=is_unsaid)] = None
    """What of `amount_due` is still to pay, today."""
    payments: Annotated[tuple[InvoicePayment, ...], Field(exclude_if=is_unsaid)] = ()
    """What was paid of it since it was issued, by cash or by credit from its subscription."""
    credit_note: Annotated[str | None, Field(exclude_if=is_unsaid)] = None
    """The number of the one that took it back: then it is void."""

    @property
    def account_credit_left(self) -> Decimal:
        """What of `account_credit` stays on the account."""
        return self.account_credit - sum_of_settled(self.settles, self.currency)

    @model_validator(mode="before")
    @classmethod
    def _all_is_due(cls, data: Any) -> Any:
        # Invoices from before account credit could pay say nothing of it.
        if not isinstance(data, dict):
            return data
        said = cast("dict[str, Any]", data)
        if "amount_due" in said or "total" not in said:
            return said
        none: dict[str, Any] = {"account_credit_used": "0", "account_credit_uses": []}
        return {**none, "amount_due": said["total"], **said}


def workflow_id_for(upgrade_id: str) -> str:
    """The id of the Temporal workflow that carries an upgrade, or a change by hand, out."""
    return f"plan-{'change' if is_change(upgrade_id) else 'upgrade'}-{upgrade_id}"


def workflow_type_for(upgrade_id: str) -> str:
    """The type of that workflow."""
    return CHANGE_WORKFLOW if is_change(upgrade_id) else UPGRADE_WORKFLOW


def upgrade_id_of(workflow_id: str) -> str:
    """The upgrade, or change by hand, that a workflow with this id carries out."""
    return workflow_id.removeprefix("plan-upgrade-").removeprefix("plan-change-")


def upgrade_view(state: PlacedState) -> UpgradeView:
    """The upgrade as callers see it."""
    order = state.upgrade.order
    known = state.before if isinstance(state, NeedsAttention) else state
    alert = next_alert(state)
    return UpgradeView(
        upgrade_id=order.upgrade_id,
        version=state.upgrade.version,
        workflow_id=workflow_id_for(order.upgrade_id),
        tenant_id=order.tenant_id,
        subscription_id=order.subscription_id,
        new_subscription_id=state.upgrade.new_subscription_id,
        target_plan_id=order.target_plan_id,
        stage=state.stage,
        deadline=_deadline(known),
        quote_id=order.quote_id,
        users=user_counts(state),
        refusals=known.refusals if isinstance(known, Refused) else (),
        placed_at=state.upgrade.placed_at,
        completed_at=known.switch.at if isinstance(known, Switched) else None,
        invoice_number=known.invoice.number if isinstance(known, Invoiced) else None,
        timeline=state.upgrade.timeline,
        undoing=isinstance(known, Undoing),
        reason=_reason(known),
        attention=attention_of(state) if isinstance(state, NeedsAttention) else None,
        reviewer=known.reviewer if isinstance(known, AwaitingCreditCheck) else None,
        expected_by=expected_by(state),
        alert=standing_alert(state),
        alert_at=None if alert is None else alert.at,
        change=state.upgrade.change,
    )


def user_counts(state: PlacedState) -> UserCounts:
    """How far the move is, how fast, and when it will be over (B48)."""
    rate = state.users_per_second if isinstance(state, Moving) else None
    return UserCounts(
        total=state.upgrade.users,
        moved=state.upgrade.moved,
        failed=state.upgrade.failed,
        remaining=state.upgrade.remaining,
        skipped=state.upgrade.skipped,
        per_second=None if rate is None else round(rate),
        estimated_end=_end_of_move(state, rate) if isinstance(state, Moving) and rate else None,
    )


def _end_of_move(state: Moving, users_per_second: float) -> Instant:
    seconds = min(state.upgrade.remaining / users_per_second, LONGEST_MOVE_SECONDS)
    return state.recent[-1].at + timedelta(seconds=round(seconds))


def invoice_of(state: Invoiced) -> Invoice:
    """The invoice: the lines that billing switched by, under a number and a day."""
    quote, pricing, issued_on = state.upgrade.quote, state.switch.pricing, state.invoice.issued_on
    uses = state.invoice.account_credit_uses
    used = sum_of_uses(uses, quote.currency)
    return Invoice(
        number=state.invoice.number,
        upgrade_id=state.upgrade.order.upgrade_id,
        tenant_id=state.upgrade.order.tenant_id,
        issued_on=issued_on,
        currency=quote.currency,
        lines=pricing.lines,
        total=pricing.total,
        account_credit=pricing.account_credit,
        account_credit_used=used,
        account_credit_uses=uses,
        amount_due=pricing.total - used,
        settles=state.switch.settles,
        credit_applied=pricing.credit_applied,
        forfeited=pricing.forfeited,
        credit_tax=pricing.credit_tax,
        accounting=accounting_tax(state.upgrade.policy.accounting, pricing, quote.currency),
        references=quote.request.references,
        subscription_id=state.upgrade.order.subscription_id,
        new_subscription_id=state.upgrade.new_subscription_id,
        plan_name=state.upgrade.plan_name,
        switched_on=state.switch.switched_on,
        seller=state.upgrade.policy.seller,
        sold_to=quote.sold_to,
        billed_to=quote.billed_to,
        payment_method=quote.payment_method,
        due_on=payment_due_on(issued_on, quote.payment_method),
        credit_reaches_account_by=credit_reaches_account_by(issued_on, quote.payment_method),
        language=quote.inputs.language,
    )


def upgrade_row(state: PlacedState) -> Row:
    """The row of table `upgrades`."""
    view = upgrade_view(state)
    return {
        "upgrade_id": view.upgrade_id,
        "tenant_id": view.tenant_id,
        "subscription_id": view.subscription_id,
        "quote_id": view.quote_id,
        "stage": view.stage,
        "is_open": is_open(state),
        "deadline": view.model_dump(mode="json")["deadline"],
        "order_digest": state.upgrade.order.digest,
        "view": view.model_dump(mode="json"),
    }


def subscription_row(state: SubscriptionState) -> Row:
    """The row of table `subscriptions`, without the counters that the database keeps itself."""
    fields = state.subscription.model_dump(
        mode="json", exclude={"assigned", "users_with_disabled_services"}
    )
    more = state.model_dump(mode="json", exclude={"subscription"})
    return {"subscription_id": fields.pop("id"), **fields, **more}


def _deadline(state: PlacedState) -> Instant | None:
    match state:
        case Scheduled():
            return state.starts_at
        case AwaitingCreditCheck():
            return state.deadline
        case AwaitingInvoice():
            return state.switch.invoice_due_at
        case _:
            return None


def _reason(state: PlacedState) -> str | None:
    match state:
        case Undoing() | Canceled() | Undone():
            return state.reason
        case Declined(upgrade=Upgrade(credit=credit)) if credit is not None:
            return credit.reason or None
        case _:
            return None
