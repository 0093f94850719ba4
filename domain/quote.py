"""The quote: what an upgrade costs, when it is due, and all to know before ordering (B21-B27)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.business_days import BusinessCalendar, decision_deadline
from domain.catalog import Plan
from domain.customer import Address, Subscription, Tenant
from domain.cycles import local_day, start_of_local_day
from domain.facts import Facts
from domain.forfeiture import first_day_without_forfeiture
from domain.payments import credit_reaches_account_by, invoice_day
from domain.policy import CreditCheckPolicy
from domain.pricing import Line, Pricing, price_upgrade, with_guarantee
from domain.pricing_inputs import PricingInputs
from domain.quote_digest import quote_digest
from domain.quote_inputs import pricing_inputs
from domain.quote_notices import QuoteNotice, quote_notices
from domain.rejections import InsufficientLicenses, SwitchDayInThePast, TooManyLicenses
from domain.values import (
    LAST_DAY,
    Amount,
    Billing,
    Currency,
    Id,
    Instant,
    PaymentMethod,
    Value,
    start_of_utc_second,
)

CreditCheckReason = Literal["pays_by_invoice", "threshold_reached"]

MOVING_DAYS = 1
"""Days a switch may come after the move could begin: the move may run past midnight."""


class QuoteRequest(Value):
    """What a customer asks a quote for. None means: as the tenant has it, or today."""

    target_plan_id: Id
    licenses: Annotated[int, Field(ge=1)]
    billing: Billing
    switch_on: Annotated[date, Field(le=LAST_DAY)] | None = None
    payment_method: PaymentMethod | None = None
    sold_to: Address | None = None
    billed_to: Address | None = None
    keep_disabled_services: bool = False


class CreditCheck(Value):
    """Whether a credit check is needed, why, and how long it may take (B37, B39)."""

    required: bool
    reasons: tuple[CreditCheckReason, ...]
    deadline_if_ordered_now: Instant | None = None


class Quote(Value):
    """An immutable offer; the invoice follows from its `inputs` and the day of the switch."""

    quote_id: str
    tenant_id: Id
    subscription_id: Id
    target_plan_id: Id
    licenses: int
    billing: Billing
    currency: Currency
    switch_on: date
    lines: tuple[Line, ...]
    total: Amount
    credit_applied: Amount
    account_credit: Amount
    forfeited: Amount
    no_forfeiture_from: date | None
    """None where nothing is forfeited."""
    latest: Pricing | None
    """The amounts for the latest day that a credit check can delay the switch to (B26)."""
    credit_check: CreditCheck
    invoice_between: tuple[date, date]
    """Earliest and latest day of the invoice, if ordered now."""
    credit_reaches_account_by: date
    sold_to: Address
    billed_to: Address
    payment_method: PaymentMethod
    users_to_move: int
    users_with_disabled_services: int
    keep_disabled_services: bool
    notices: tuple[QuoteNotice, ...]
    created_at: Instant
    expires_at: Instant
    digest: str
    """Same digest, same offer: see `quote_digest`."""
    request: QuoteRequest
    inputs: PricingInputs

    def is_expired(self, at: datetime) -> bool:
        """Whether it can no longer be ordered by (B25)."""
        return at >= self.expires_at


def make_quote(
    facts: Facts, request: QuoteRequest, *, quote_id: str, at: datetime, calendar: BusinessCalendar
) -> Quote:
    """The quote for `request` at the moment `at`.

    The caller has checked that the subscription may be upgraded to the target. Raises
    `InsufficientLicenses`, `TooManyLicenses` (B22) or `SwitchDayInThePast`; `LookupError` for a
    plan that the catalog does not have or that has no price in the tenant's currency.
    """
    today = local_day(at, facts.tenant.time_zone)
    _check_licenses(
        request.licenses, facts.subscription, facts.catalog.plans[request.target_plan_id]
    )
    if request.switch_on is not None and request.switch_on < today:
        raise SwitchDayInThePast(switch_on=request.switch_on.isoformat(), today=today.isoformat())
    return _offer(facts, request, quote_id=quote_id, at=at, calendar=calendar)


def requote(
    facts: Facts,
    quote: Quote,
    *,
    at: datetime,
    calendar: BusinessCalendar,
    quote_id: str | None = None,
) -> Quote:
    """What the request behind `quote` is offered now; under its own id unless another is given.

    A switch day that has passed meanwhile becomes today. Rejects nothing: whoever orders by it
    checks. The digest differs from the old one exactly when the old quote is stale (B25).
    """
    return _offer(
        facts, quote.request, quote_id=quote_id or quote.quote_id, at=at, calendar=calendar
    )


def credit_check_reasons(
    payment_method: PaymentMethod, total: Decimal, currency: str, policy: CreditCheckPolicy
) -> tuple[CreditCheckReason, ...]:
    """Why an order over `total` needs a credit check; empty when it needs none (B37)."""
    reasons: list[CreditCheckReason] = []
    if payment_method == "invoice":
        reasons.append("pays_by_invoice")
    threshold = policy.thresholds.get(currency)
    if threshold is not None and total >= threshold:
        reasons.append("threshold_reached")
    return tuple(reasons)


def credit_check_expected(facts: Facts, plan: Plan, at: datetime) -> bool:
    """Whether moving today's licenses to `plan` today would need a credit check (B5).

    Raises `LookupError` for a plan that has no price in the tenant's currency.
    """
    tenant, subscription = facts.tenant, facts.subscription
    licenses = max(1, subscription.licenses, subscription.assigned)
    inputs = pricing_inputs(facts, plan.id, licenses, subscription.billing, tenant.sold_to)
    total = price_upgrade(inputs, local_day(at, tenant.time_zone)).total
    policy = facts.policy.credit_check
    return bool(credit_check_reasons(tenant.payment_method, total, tenant.currency, policy))


def _check_licenses(licenses: int, subscription: Subscription, target: Plan) -> None:
    if licenses < subscription.assigned:
        raise InsufficientLicenses(licenses=licenses, assigned=subscription.assigned)
    if target.max_licenses is not None and licenses > target.max_licenses:
        raise TooManyLicenses(licenses=licenses, max_licenses=target.max_licenses)


def _offer(
    facts: Facts, request: QuoteRequest, *, quote_id: str, at: datetime, calendar: BusinessCalendar
) -> Quote:
    tenant, subscription, policy = facts.tenant, facts.subscription, facts.policy
    at = start_of_utc_second(at)
    switch_on = max(request.switch_on or date.min, local_day(at, tenant.time_zone))
    payment_method = request.payment_method or tenant.payment_method
    sold_to, billed_to = request.sold_to or tenant.sold_to, request.billed_to or tenant.billed_to

    inputs = pricing_inputs(
        facts, request.target_plan_id, request.licenses, request.billing, sold_to
    )
    pricing = price_upgrade(inputs, switch_on)
    credit_check = _credit_check(
        credit_check_reasons(payment_method, pricing.total, tenant.currency, policy.credit_check),
        _deadline(tenant, at, switch_on, policy.credit_check, calendar),
    )
    latest_day = _latest_switch_day(credit_check, switch_on, tenant.time_zone)
    latest = None
    if credit_check.required:
        inputs = with_guarantee(inputs, switch_on, latest_day)
        latest = price_upgrade(inputs, latest_day)
    first_invoice, last_invoice = (
        invoice_day(day, tenant.billing_day, policy.invoice.within_days)
        for day in (switch_on, latest_day)
    )
    no_forfeiture_from = first_day_without_forfeiture(inputs, switch_on)
    return Quote(
        quote_id=quote_id,
        tenant_id=tenant.id,
        subscription_id=subscription.id,
        target_plan_id=request.target_plan_id,
        licenses=request.licenses,
        billing=request.billing,
        currency=tenant.currency,
        switch_on=switch_on,
        lines=pricing.lines,
        total=pricing.total,
        credit_applied=pricing.credit_applied,
        account_credit=pricing.account_credit,
        forfeited=pricing.forfeited,
        no_forfeiture_from=no_forfeiture_from,
        latest=latest,
        credit_check=credit_check,
        invoice_between=(first_invoice, last_invoice),
        credit_reaches_account_by=credit_reaches_account_by(last_invoice, payment_method),
        sold_to=sold_to,
        billed_to=billed_to,
        payment_method=payment_method,
        users_to_move=subscription.assigned,
        users_with_disabled_services=subscription.users_with_disabled_services,
        keep_disabled_services=request.keep_disabled_services,
        notices=_notices(facts, request, pricing, credit_check, no_forfeiture_from),
        created_at=at,
        expires_at=at + timedelta(days=policy.quote.valid_days),
        digest=quote_digest(
            inputs,
            policy.credit_check,
            payment_method=payment_method,
            sold_to=sold_to,
            billed_to=billed_to,
            keep_disabled_services=request.keep_disabled_services,
        ),
        request=request,
        inputs=inputs,
    )


def _deadline(
    tenant: Tenant,
    at: datetime,
    switch_on: date,
    policy: CreditCheckPolicy,
    calendar: BusinessCalendar,
) -> datetime:
    """A check is asked for when the upgrade begins: now, or as its scheduled day begins."""
    asked_at = max(at, start_of_local_day(switch_on, tenant.time_zone))
    return decision_deadline(asked_at, tenant.time_zone, calendar, policy.business_days)


def _credit_check(reasons: tuple[CreditCheckReason, ...], deadline: datetime) -> CreditCheck:
    if not reasons:
        return CreditCheck(required=False, reasons=())
    return CreditCheck(required=True, reasons=reasons, deadline_if_ordered_now=deadline)


def _latest_switch_day(credit_check: CreditCheck, switch_on: date, time_zone: str) -> date:
    """The day the move can begin at the latest, and the time it takes to move."""
    deadline = credit_check.deadline_if_ordered_now
    begins_on = switch_on if deadline is None else local_day(deadline, time_zone)
    return begins_on + timedelta(days=MOVING_DAYS)


def _notices(
    facts: Facts,
    request: QuoteRequest,
    pricing: Pricing,
    credit_check: CreditCheck,
    no_forfeiture_from: date | None,
) -> tuple[QuoteNotice, ...]:
    users_off = facts.subscription.users_with_disabled_services
    return quote_notices(
        credit_check_deadline=credit_check.deadline_if_ordered_now,
        time_zone=facts.tenant.time_zone,
        country=facts.tenant.country,
        currency=facts.tenant.currency,
        forfeited=pricing.forfeited,
        no_forfeiture_from=no_forfeiture_from,
        account_credit=pricing.account_credit,
        switches_not_kept=0 if request.keep_disabled_services else users_off,
        locked_minutes=facts.policy.admin_lock.expected_minutes,
    )
