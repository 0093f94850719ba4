"""From facts to the inputs of the price."""

from decimal import Decimal

from domain.catalog.customer import Address
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.pricing.inputs import NewTerm, OldTerm, PricingInputs, Tax
from domain.quoting.request import ChangeByHand
from domain.values.base import Billing
from domain.values.money import with_currency_digits
from domain.values.rejections import PriceUnknown


def pricing_inputs(
    facts: Facts,
    target_plan_id: str,
    licenses: int,
    billing: Billing,
    sold_to: Address,
    *,
    change: ChangeByHand | None = None,
) -> PricingInputs:
    """What `licenses` of the target plan cost depends on, for this subscription.

    Raises `LookupError` for a target that the catalog does not have, or that has no price in the
    tenant's currency; `PriceUnknown` where the subscription has no price of its own and its plan has
    lost the one it had.
    """
    tenant = facts.tenant
    target = facts.catalog.plans[target_plan_id]
    rate = facts.policy.tax.get(sold_to.country) if licenses else None
    return PricingInputs(
        currency=tenant.currency,
        time_zone=tenant.time_zone,
        language=tenant.language,
        country=tenant.country,
        old=_given_up(facts, change),
        new=NewTerm(
            plan_id=target.id,
            plan_name=target.name,
            licenses=licenses,
            unit_price=_list_price(target, tenant.currency, billing) if licenses else Decimal(0),
            billing=billing,
        ),
        tax=None if rate is None else Tax(country=sold_to.country, rate=rate),
    )


def _given_up(facts: Facts, change: ChangeByHand | None) -> OldTerm:
    """What is given up of the old subscription, and so earns credit for what of it is unused.

    All of it, by an upgrade and where a change by hand cancels it; where it is reduced, the licenses
    that go; where it stays as it is, nothing.
    """
    subscription = facts.subscription
    old = "canceled" if change is None else change.old
    licenses = subscription.licenses
    if change is not None and old != "canceled":
        licenses = 0 if change.licenses_kept is None else licenses - change.licenses_kept
    return OldTerm(
        subscription_id=subscription.id,
        plan_name=facts.plan.name,
        licenses=max(0, licenses),
        unit_price=Decimal(0) if old == "stays" else _old_unit_price(facts),
        billing=subscription.billing,
        cycle_anchor=subscription.cycle_anchor,
        prepaid=None if old == "stays" else subscription.prepaid,
    )


def _old_unit_price(facts: Facts) -> Decimal:
    """What the tenant pays per license and cycle: its own price, else the plan's."""
    subscription, currency = facts.subscription, facts.tenant.currency
    if subscription.price is not None:
        return with_currency_digits(subscription.price, currency)
    if subscription.prepaid is not None:
        # Priced by the term as a whole.
        return with_currency_digits(Decimal(0), currency)
    try:
        return _list_price(facts.plan, currency, subscription.billing)
    except LookupError:
        raise PriceUnknown(
            subscription_id=subscription.id, plan_id=facts.plan.id, currency=currency
        ) from None


def _list_price(plan: Plan, currency: str, billing: Billing) -> Decimal:
    price = plan.price_in(currency)
    if price is None:
        raise LookupError(f"plan {plan.id} has no price in {currency}")
    return with_currency_digits(price.for_billing(billing), currency)
