"""From facts to the inputs of the price."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from domain.catalog.customer import Address
from domain.catalog.facts import Facts, ListPrice, VoidCharge
from domain.catalog.plans import Plan
from domain.catalog.policy import Policy
from domain.catalog.taxes import is_reverse_charge, plain_rate
from domain.pricing.inputs import LaterPrice, NewTerm, OldTerm, PricingInputs, Tax
from domain.quoting.request import ChangeByHand
from domain.values.base import Billing
from domain.values.cycles import Cycle, cycle_containing, local_day, start_of_local_day
from domain.values.money import from_minor, to_minor, with_currency_digits
from domain.values.rejections import PriceUnknown


class TaxRules(NamedTuple):
    """Which rules of tax a price was made by: older code had fewer."""

    returned: bool = True
    """Whether the credit returns the tax that was charged (B63)."""
    reverse_charge: bool = True
    """Whether the table's rate is not that of a business elsewhere in the union (B68)."""
    reverse_charge_without_rate: bool = True
    """Whether that is said too where the table has no rate for its country."""


TODAY = TaxRules()


def pricing_inputs(
    facts: Facts,
    target_plan_id: str,
    licenses: int,
    billing: Billing,
    sold_to: Address,
    *,
    first_day: date,
    change: ChangeByHand | None = None,
    taxed_by: TaxRules = TODAY,
) -> PricingInputs:
    """What `licenses` of the target plan cost depends on, for this subscription, from `first_day` on.

    `taxed_by` is how older code has priced it, where a quote of that is honored as made. Raises `LookupError` for a target that the catalog does not
    have, or that has no price in the tenant's currency; `PriceUnknown` where the subscription has no
    price of its own and its plan has lost the one it had.
    """
    tenant = facts.tenant
    target = facts.catalog.plans[target_plan_id]
    return PricingInputs(
        currency=tenant.currency,
        time_zone=tenant.time_zone,
        language=tenant.language,
        country=tenant.country,
        old=_given_up(facts, change, first_day, returns_tax=taxed_by.returned),
        new=NewTerm(
            plan_id=target.id,
            plan_name=target.name,
            licenses=licenses,
            unit_price=_list_price(target, tenant.currency, billing) if licenses else Decimal(0),
            billing=billing,
        ),
        tax=_tax(facts.policy, sold_to, taxed_by) if licenses else None,
    )


def _tax(policy: Policy, sold_to: Address, rules: TaxRules) -> Tax | None:
    """The tax on what is bought; None where there is none (B68)."""
    rate = policy.tax.get(sold_to.country)
    known = rules.reverse_charge if rate is not None else rules.reverse_charge_without_rate
    if known and is_reverse_charge(policy.seller, sold_to):
        return Tax(country=sold_to.country, rate=Decimal(0), reverse_charge=True)
    return None if rate is None else Tax(country=sold_to.country, rate=rate)


def _given_up(
    facts: Facts, change: ChangeByHand | None, first_day: date, *, returns_tax: bool
) -> OldTerm:
    """What is given up of the old subscription, and so earns credit for what of it is unused.

    All of it, by an upgrade and where a change by hand cancels it; where it is reduced, the licenses
    that go; where it stays as it is, nothing.
    """
    subscription = facts.subscription
    old = "canceled" if change is None else change.priced_as
    licenses = subscription.licenses
    if change is not None and old != "canceled":
        licenses = 0 if change.licenses_kept is None else licenses - change.licenses_kept
    price, later = (Decimal(0), ()) if old == "stays" else _old_prices(facts, first_day)
    return OldTerm(
        subscription_id=subscription.id,
        plan_name=facts.plan.name,
        licenses=max(0, licenses),
        unit_price=price,
        later_prices=later,
        billing=subscription.billing,
        cycle_anchor=subscription.cycle_anchor,
        prepaid=None if old == "stays" else subscription.prepaid,
        tax_rate=_charged_rate(facts) if returns_tax else None,
    )


def _charged_rate(facts: Facts) -> Decimal:
    """At which tax was charged with the old subscription (B63).

    Where nobody has noted it, it is the table's rate of now for the tenant: older code that has imported
    it since then knew no reverse charge.
    """
    known = facts.subscription.tax_rate
    if known is None:
        known = facts.policy.tax.get(facts.tenant.sold_to.country, Decimal(0))
    return plain_rate(known)


def _old_prices(facts: Facts, first_day: date) -> tuple[Decimal, tuple[LaterPrice, ...]]:
    """What the tenant pays per license in the cycle of `first_day`, and in later ones where it differs.

    Its own price holds for every cycle. Without one, a cycle costs what the plan cost as it began, or
    when the subscription was first known (B64).
    """
    subscription, currency = facts.subscription, facts.tenant.currency
    if subscription.price is not None:
        own = with_currency_digits(subscription.price, currency)
        void = facts.void_charge
        if void is None or first_day > void.until:
            return own, ()
        later = LaterPrice(from_=void.until + timedelta(days=1), unit_price=own)
        return _paid_before_it_was_void(facts, void), (later,)
    if subscription.prepaid is not None:
        # Priced by the term as a whole.
        return with_currency_digits(Decimal(0), currency), ()
    if facts.list_prices:
        return _prices_of_cycles(facts, first_day)
    try:
        return _list_price(facts.plan, currency, subscription.billing), ()
    except LookupError:
        raise PriceUnknown(
            subscription_id=subscription.id, plan_id=facts.plan.id, currency=currency
        ) from None


def _paid_before_it_was_void(facts: Facts, void: VoidCharge) -> Decimal:
    """What a license was paid with in a period whose charge is void: only what earlier credit had paid (B65).

    Rounded down, and shared by all licenses that there are now, where some were added. Nothing where that was taxed at another rate, as the tax returned would not be its own.
    """
    currency = facts.tenant.currency
    if (void.tax_rate or Decimal(0)) != _charged_rate(facts):
        return from_minor(0, currency)
    licenses = max(void.licenses, facts.subscription.licenses)
    return from_minor(to_minor(void.paid, currency) // licenses, currency)


def _prices_of_cycles(facts: Facts, first_day: date) -> tuple[Decimal, tuple[LaterPrice, ...]]:
    """The plan's price as the cycle of `first_day` began, and every change of it from a later one on."""
    zone = facts.tenant.time_zone
    cycle = _cycle_of(facts, first_day)
    begun = start_of_local_day(cycle.first, zone)
    if facts.known_since is not None:
        begun = max(begun, facts.known_since)
    known = [each for each in facts.list_prices if each.since <= begun] or facts.list_prices[:1]
    first = price = _in_force(facts, known[-1])
    later: dict[date, Decimal] = {}
    for each in facts.list_prices:
        if each.since > known[-1].since:
            later[_first_cycle_from(facts, each.since)] = _in_force(facts, each)
    changes: list[LaterPrice] = []
    for day, cost in later.items():
        if cost != price:
            changes.append(LaterPrice(from_=day, unit_price=cost))
        price = cost
    return first, tuple(changes)


def _cycle_of(facts: Facts, day: date) -> Cycle:
    subscription = facts.subscription
    anchor = subscription.cycle_anchor
    return cycle_containing(anchor, subscription.billing, max(anchor, day))


def _first_cycle_from(facts: Facts, moment: datetime) -> date:
    """The first day of the first cycle that begins at `moment` or later."""
    zone = facts.tenant.time_zone
    cycle = _cycle_of(facts, local_day(moment, zone))
    if start_of_local_day(cycle.first, zone) >= moment:
        return cycle.first
    return cycle.last + timedelta(days=1)


def _in_force(facts: Facts, listed: ListPrice) -> Decimal:
    price = listed.price.for_billing(facts.subscription.billing)
    return with_currency_digits(price, facts.tenant.currency)


def cycle_not_priced_yet(facts: Facts, old: OldTerm, made_on: date, last_day: date) -> date | None:
    """The first day of the cycle that `last_day` is in, where its price follows the list (B64).

    None if the old subscription has a price of its own, nothing of it is given up, or that cycle has begun
    on the day that this is asked.
    """
    if facts.subscription.price is not None or old.prepaid is not None:
        return None
    if not old.licenses or not old.unit_price or last_day < old.cycle_anchor:
        return None
    first = _cycle_of(facts, last_day).first
    return first if first > made_on else None


def _list_price(plan: Plan, currency: str, billing: Billing) -> Decimal:
    price = plan.price_in(currency)
    if price is None:
        raise LookupError(f"plan {plan.id} has no price in {currency}")
    return with_currency_digits(price.for_billing(billing), currency)
