"""The quote: what an upgrade costs, when it is due, and all to know before ordering (B21-B27)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.catalog.customer import Address, Tenant
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.catalog.policy import CreditCheckPolicy
from domain.catalog.taxes import is_taken_for_a_consumer
from domain.pricing.account_credit import (
    Settles,
    SettlesFirst,
    settle_in_order,
    sum_of_settled,
)
from domain.pricing.billing_days import credit_reaches_account_by, invoice_day
from domain.pricing.credit import CreditTax, with_tax
from domain.pricing.inputs import PricingInputs
from domain.pricing.price import Line, Pricing, price_upgrade, total_of, with_guarantee
from domain.pricing.proration import most_paid_minor
from domain.quoting.basis import Basis, basis_of
from domain.quoting.days import DayTotal, last_day, totals_of_days
from domain.quoting.digest import quote_digest
from domain.quoting.forfeiture import first_day_without_forfeiture
from domain.quoting.inputs_from_facts import (
    TODAY,
    TaxRules,
    cycle_not_priced_yet,
    pricing_inputs,
)
from domain.quoting.paid_period import period_has_moved
from domain.quoting.plan_changes import check_licenses_of_change, notices_of_change
from domain.quoting.quote_notices import QuoteNotice, quote_notices
from domain.quoting.request import CreditCheckReason, Parties, QuoteRequest
from domain.values.base import (
    Amount,
    Billing,
    Currency,
    Id,
    Instant,
    PaymentMethod,
    Value,
    start_of_utc_second,
)
from domain.values.business_days import BusinessCalendar, decision_deadline
from domain.values.cycles import local_day, start_of_local_day
from domain.values.money import LARGEST_MINOR, from_minor, to_minor
from domain.values.rejections import (
    AmountTooLarge,
    SwitchDayInThePast,
    TooManyLicenses,
    insufficient_licenses,
)

MOVING_DAYS = 1
"""Days a switch may come after the move could begin: the move may run past midnight."""


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
    credit_tax: CreditTax | None = None
    """The tax in these amounts, as in `Pricing` (B63)."""
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
    days: Annotated[
        tuple[DayTotal, ...],
        # The history of an order does without: they follow from `inputs`.
        Field(exclude_if=lambda days: not days),
    ] = ()
    """What it costs to begin on each day on which an order can (B67); of older code's quotes nothing."""
    basis: Annotated[
        Basis | None,
        # Nor this: it is for who orders by it.
        Field(exclude_if=lambda basis: basis is None),
    ] = None
    """What else it was made by, to say what has changed; of older code's quotes nothing."""
    settles: SettlesFirst = ()
    """What `account_credit` pays of what is owed for the old subscription as things are (B65)."""

    @property
    def last_day(self) -> date:
        """The last day on which an order by it can begin, but for `no_forfeiture_from`."""
        return _last_day(self.request, self.switch_on, self.expires_at, self.inputs.time_zone)

    def shows(self, day: date) -> bool:
        """Whether it says what it costs to begin on `day`: only then that can be ordered (B67)."""
        return self.switch_on <= day <= self.last_day or day == self.no_forfeiture_from

    def as_history_keeps_it(self) -> "Quote":
        """The same without what is only for whoever orders by it."""
        return self.model_copy(update={"days": (), "basis": None})

    @property
    def account_credit_left(self) -> Decimal:
        """What of `account_credit` stays on the account as things are."""
        return self.account_credit - sum_of_settled(self.settles, self.currency)

    @property
    def taxed_by(self) -> TaxRules:
        """By which rules its tax was made; quotes of older code are honored as they were made."""
        known = self.inputs.old.tax_rate is not None
        return TaxRules(
            returned=known,
            reverse_charge=known,
            reverse_charge_without_rate=known and self.inputs.tax is not None,
        )

    def is_expired(self, at: datetime) -> bool:
        """Whether it can no longer be ordered by (B25)."""
        return at >= self.expires_at

    def price_at_switch(self, begins_on: date, switched_on: date) -> Pricing:
        """What the upgrade costs that began on `begins_on` and switched on `switched_on` (B26).

        No day on which it waited after it began costs more than the quote's function says of the
        day it began; where a credit check may delay it, of the two days that the quote shows.
        """
        inputs = self.inputs
        if self.latest is None:
            inputs = with_guarantee(inputs, begins_on, begins_on)
        return price_upgrade(inputs, switched_on)


def make_quote(
    facts: Facts, request: QuoteRequest, *, quote_id: str, at: datetime, calendar: BusinessCalendar
) -> Quote:
    """The quote for `request` at the moment `at`.

    The caller has checked that the subscription may be upgraded to the target. Raises
    `InsufficientLicenses`, `TooManyLicenses` (B22), `SwitchDayInThePast` or `AmountTooLarge`;
    `LookupError` for a plan that the catalog does not have or that has no price in the tenant's
    currency.
    """
    today = local_day(at, facts.tenant.time_zone)
    _check_licenses(request, facts, facts.catalog.plans[request.target_plan_id])
    if request.switch_on is not None and request.switch_on < today:
        raise SwitchDayInThePast(switch_on=request.switch_on.isoformat(), today=today.isoformat())
    quote = _offer(facts, request, quote_id=quote_id, at=at, calendar=calendar)
    _check_amounts(quote)
    return quote


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
    checks.
    """
    return _offer(
        facts, quote.request, quote_id=quote_id or quote.quote_id, at=at, calendar=calendar
    )


def digest_now(
    facts: Facts, quote: Quote, *, at: datetime, calendar: BusinessCalendar
) -> str | None:
    """The digest that the request behind `quote` has now; None where there is no offer of it any more.

    It differs from the quote's own exactly when the quote is stale (B25).
    """
    now = offer_now(facts, quote, at=at, calendar=calendar)
    return None if now is None else now.digest


def offer_now(
    facts: Facts, quote: Quote, *, at: datetime, calendar: BusinessCalendar
) -> Quote | None:
    """What the request behind `quote` is offered now; None where it has no price any more.

    None also where it was to begin as a paid period ends, and that ends on another day now: it would cost
    the next one.
    """
    if period_has_moved(facts.subscription, quote.request, quote.switch_on):
        return None
    try:
        return _offer(
            facts,
            quote.request,
            quote_id=quote.quote_id,
            at=at,
            calendar=calendar,
            first_day=quote.switch_on,
            taxed_by=quote.taxed_by,
        )
    except LookupError:
        return None


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


def reasons_for(
    request: QuoteRequest, payment_method: PaymentMethod, total: Decimal, facts: Facts
) -> tuple[CreditCheckReason, ...]:
    """Why this order needs a credit check; where nothing is bought, it needs none (B61)."""
    if not request.licenses:
        return ()
    return credit_check_reasons(
        payment_method, total, facts.tenant.currency, facts.policy.credit_check
    )


def credit_check_expected(facts: Facts, plan: Plan, at: datetime) -> bool:
    """Whether moving today's licenses to `plan` today would need a credit check (B5).

    Raises `LookupError` for a plan that has no price in the tenant's currency.
    """
    tenant, subscription = facts.tenant, facts.subscription
    licenses = max(1, subscription.licenses, subscription.assigned)
    today = local_day(at, tenant.time_zone)
    inputs = pricing_inputs(
        facts, plan.id, licenses, subscription.billing, tenant.sold_to, first_day=today
    )
    total = total_of(inputs, today)
    policy = facts.policy.credit_check
    return bool(credit_check_reasons(tenant.payment_method, total, tenant.currency, policy))


def _check_licenses(request: QuoteRequest, facts: Facts, target: Plan) -> None:
    licenses, assigned = request.licenses, facts.subscription.assigned
    if request.change is not None:
        check_licenses_of_change(facts, request)
    elif licenses < assigned:
        raise insufficient_licenses(licenses, assigned)
    if target.max_licenses is not None and licenses > target.max_licenses:
        raise TooManyLicenses(licenses=licenses, max_licenses=target.max_licenses)


def _check_amounts(quote: Quote) -> None:
    """Nobody is quoted what could not be booked, whatever the day."""
    currency, old = quote.currency, quote.inputs.old
    amounts = [quote.total + quote.credit_applied]
    if quote.credit_tax is not None:
        amounts.append(amounts[0] + quote.credit_tax.applied)
    paid = most_paid_minor(old, currency)
    amounts.append(from_minor(with_tax(paid, old.tax_rate, currency), currency))
    amount = max(amounts)
    if to_minor(amount, currency) > LARGEST_MINOR:
        largest = from_minor(LARGEST_MINOR, currency)
        raise AmountTooLarge(amount=str(amount), largest=str(largest), currency=currency)


def _offer(
    facts: Facts,
    request: QuoteRequest,
    *,
    quote_id: str,
    at: datetime,
    calendar: BusinessCalendar,
    first_day: date | None = None,
    taxed_by: TaxRules = TODAY,
) -> Quote:
    """The prices of cycles are pinned from `first_day` on; without one from the day that it is for."""
    tenant, subscription, policy = facts.tenant, facts.subscription, facts.policy
    at = start_of_utc_second(at)
    parties = request.parties(tenant)
    priced = _priced(facts, request, parties, at, calendar, first_day=first_day, taxed_by=taxed_by)
    pricing = priced.pricing
    first_invoice, last_invoice = (
        invoice_day(day, tenant.billing_day, policy.invoice.within_days)
        for day in (pricing.switch_on, priced.latest_day)
    )
    no_forfeiture_from = first_day_without_forfeiture(priced.inputs, pricing.switch_on)
    settles = settle_in_order(facts.owed, pricing.account_credit, tenant.currency)
    users, switched_off = _users_to_move(facts, request)
    expires_at = at + timedelta(days=policy.quote.valid_days)
    last = _last_day(request, pricing.switch_on, expires_at, tenant.time_zone)
    return Quote(
        quote_id=quote_id,
        tenant_id=tenant.id,
        subscription_id=subscription.id,
        target_plan_id=request.target_plan_id,
        licenses=request.licenses,
        billing=request.billing,
        currency=tenant.currency,
        switch_on=pricing.switch_on,
        lines=pricing.lines,
        total=pricing.total,
        credit_applied=pricing.credit_applied,
        account_credit=pricing.account_credit,
        forfeited=pricing.forfeited,
        credit_tax=pricing.credit_tax,
        no_forfeiture_from=no_forfeiture_from,
        latest=priced.latest,
        credit_check=priced.credit_check,
        invoice_between=(first_invoice, last_invoice),
        credit_reaches_account_by=credit_reaches_account_by(last_invoice, parties.payment_method),
        sold_to=parties.sold_to,
        billed_to=parties.billed_to,
        payment_method=parties.payment_method,
        users_to_move=users,
        users_with_disabled_services=switched_off,
        keep_disabled_services=request.keep_disabled_services,
        notices=_notices(
            facts,
            request,
            priced,
            no_forfeiture_from,
            settles=settles,
            days=(local_day(at, tenant.time_zone), last),
        ),
        created_at=at,
        expires_at=expires_at,
        digest=quote_digest(facts, request, parties, priced.inputs, priced.credit_check.reasons),
        request=request,
        inputs=priced.inputs,
        days=totals_of_days(priced.inputs, pricing.switch_on, last, no_forfeiture_from),
        basis=basis_of(facts, request),
        settles=settles,
    )


def _last_day(request: QuoteRequest, switch_on: date, expires_at: datetime, zone: str) -> date:
    """As a paid period ends, that day only: a day later the next one would be credited nothing."""
    if request.change is not None and request.change.at_period_end:
        return switch_on
    return last_day(switch_on, expires_at, zone)


def _users_to_move(facts: Facts, request: QuoteRequest) -> tuple[int, int]:
    """How many are to move, and how many of them have services switched off."""
    subscription, change = facts.subscription, request.change
    if change is None:
        return subscription.assigned, subscription.users_with_disabled_services
    return change.users, change.switched_off


@dataclass(frozen=True, slots=True)
class _Priced:
    """The amounts of an offer, and the days that they are for."""

    inputs: PricingInputs
    pricing: Pricing
    credit_check: CreditCheck
    latest_day: date
    """The last day that billing is expected to switch on."""
    latest: Pricing | None
    """The amounts of that day, where a credit check may delay the switch to it."""


def _priced(
    facts: Facts,
    request: QuoteRequest,
    parties: Parties,
    at: datetime,
    calendar: BusinessCalendar,
    *,
    first_day: date | None,
    taxed_by: TaxRules,
) -> _Priced:
    tenant, policy = facts.tenant, facts.policy.credit_check
    switch_on = max(request.switch_on or date.min, local_day(at, tenant.time_zone))
    inputs = pricing_inputs(
        facts,
        request.target_plan_id,
        request.licenses,
        request.billing,
        parties.sold_to,
        first_day=first_day or switch_on,
        change=request.change,
        taxed_by=taxed_by,
    )
    pricing = price_upgrade(inputs, switch_on)
    credit_check = _credit_check(
        reasons_for(request, parties.payment_method, pricing.total, facts),
        _deadline(tenant, at, switch_on, policy, calendar),
    )
    latest_day = latest_switch_day(credit_check, switch_on, tenant.time_zone)
    if not credit_check.required:
        return _Priced(inputs, pricing, credit_check, latest_day, latest=None)
    inputs = with_guarantee(inputs, switch_on, latest_day)
    latest = price_upgrade(inputs, latest_day)
    return _Priced(inputs, pricing, credit_check, latest_day, latest)


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


def latest_switch_day(credit_check: CreditCheck, switch_on: date, time_zone: str) -> date:
    """The day the move can begin at the latest, and the time it takes to move."""
    deadline = credit_check.deadline_if_ordered_now
    begins_on = switch_on if deadline is None else local_day(deadline, time_zone)
    return begins_on + timedelta(days=MOVING_DAYS)


def _notices(
    facts: Facts,
    request: QuoteRequest,
    priced: _Priced,
    no_forfeiture_from: date | None,
    *,
    settles: tuple[Settles, ...],
    days: tuple[date, date],
) -> tuple[QuoteNotice, ...]:
    """`days` are that on which it is made, and the last on which an order by it can begin."""
    _, users_off = _users_to_move(facts, request)
    by_hand = () if request.change is None else notices_of_change(facts, request)
    pricing = priced.pricing
    return by_hand + quote_notices(
        credit_check_deadline=priced.credit_check.deadline_if_ordered_now,
        time_zone=facts.tenant.time_zone,
        country=facts.tenant.country,
        currency=facts.tenant.currency,
        forfeited=pricing.forfeited,
        no_forfeiture_from=no_forfeiture_from,
        account_credit=pricing.account_credit,
        settles=settles,
        switches_not_kept=0 if request.keep_disabled_services else users_off,
        locked_minutes=facts.policy.admin_lock.expected_minutes,
        invalid_tax_id=_invalid_tax_id(facts, request),
        price_of_later_cycle=cycle_not_priced_yet(facts, priced.inputs.old, *days),
    )


def _invalid_tax_id(facts: Facts, request: QuoteRequest) -> str:
    """The tax id for which tax is charged, as it is no VAT number (B68); empty if that is not so."""
    sold_to = request.parties(facts.tenant).sold_to
    is_one = request.licenses and is_taken_for_a_consumer(facts.policy, sold_to)
    return sold_to.tax_id if is_one else ""
