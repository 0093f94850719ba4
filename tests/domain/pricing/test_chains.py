"""One upgrade after another: each is credited from what the one before it really cost (B30, B31).

Carried out by the decider, with the subscription that it opens as the next one's old subscription:
nothing here knows how a price is handed on.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.catalog.customer import Prepaid, Subscription
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.pricing.price import Pricing
from domain.values.base import Billing
from domain.values.currencies import minor_digits
from domain.values.cycles import cycle_containing, start_of_local_day
from domain.values.money import from_minor, to_minor
from tests.domain.books import Books, Target
from tests.domain.builders import BASIC, a_catalog, a_price, a_subscription, a_tenant, facts
from tests.domain.pricing.pricing_cases import CHAINS, Case, Chain
from tests.domain.pricing.test_price import priced_as

Upgraded = tuple[Pricing, Subscription]


def upgrade(world: Facts, target: Plan, licenses: int, billing: Billing, at: datetime) -> Upgraded:
    """What the switch cost, and the subscription that came of it."""
    books = Books()
    opened = books.upgrade(world, Target(target, licenses, billing), at)
    (completed,) = books.due
    return completed.switch.pricing, opened


def a_target(number: int, price: Decimal, billing: Billing, currency: str) -> Plan:
    """A plan that every plan before it can be upgraded to."""
    services = {**BASIC.services, "exchange": number + 1}
    prices = {"monthly": "0", "annual": "0"} | {billing: str(price)}
    return BASIC.model_copy(
        update={
            "id": f"plan-{number}",
            "product": f"plan-{number}",
            "services": services,
            "prices": (a_price(prices["monthly"], prices["annual"], currency),),
        }
    )


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_chains_computed_by_hand(chain: Chain) -> None:
    subscription = first_subscription(chain.steps[0])
    current = BASIC
    for number, step in enumerate(chain.steps, start=1):
        licenses, _, price, billing = step.new.split()
        target = a_target(number, Decimal(price), billing, step.currency)  # pyright: ignore[reportArgumentType] - one of the two
        world = facts(
            tenant=a_tenant(currency=step.currency, time_zone="UTC"),
            subscription=subscription,
            catalog=a_catalog(current, target),
        )
        at = start_of_local_day(date.fromisoformat(step.day), "UTC")
        pricing, subscription = upgrade(world, target, int(licenses), billing, at)  # pyright: ignore[reportArgumentType]
        priced_as(step, pricing)
        current = target


def first_subscription(step: Case) -> Subscription:
    licenses, _, price, billing, _, anchor = step.old.split()
    prepaid = None
    if step.prepaid is not None:
        paid, first, last = step.prepaid.split()
        prepaid = Prepaid.model_validate(
            {"kind": "upfront", "paid": paid, "from": first, "until": last}
        )
    return a_subscription(
        licenses=max(3, int(licenses)),
        price=price,
        billing=billing,
        cycle_anchor=anchor,
        prepaid=prepaid,
        assigned=3,
    )


Step = tuple[int, int, int, Billing]
"""Days later, price in minor units, licenses, billing."""
BILLINGS: st.SearchStrategy[Billing] = st.sampled_from(["monthly", "annual"])
STEPS = st.tuples(st.integers(0, 70), st.integers(0, 5000), st.integers(1, 200), BILLINGS)


@any_of(
    st.lists(STEPS, min_size=1, max_size=4),
    STEPS,
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.dates(date(2027, 1, 1), date(2028, 12, 31)),
)
def test_what_is_paid_in_all_is_what_was_used(
    steps: list[Step], first: Step, currency: str, anchor: date
) -> None:
    """Over any chain of upgrades, to half a minor unit each: nothing is billed or credited twice."""
    _, price, licenses, billing = first
    subscription = a_subscription(
        licenses=licenses,
        price=from_minor(price, currency),
        billing=billing,
        cycle_anchor=anchor,
        assigned=1,
    )
    current, on = BASIC, anchor
    for number, (days, next_price, next_licenses, next_billing) in enumerate(steps, start=1):
        on += timedelta(days=days)
        target = a_target(number, from_minor(next_price, currency), next_billing, currency)
        world = facts(
            tenant=a_tenant(currency=currency, time_zone="UTC", payment_method="bank_transfer"),
            subscription=subscription,
            catalog=a_catalog(current, target),
        )
        paid = subscription.licenses * Fraction(subscription.price or 0)
        cycle = cycle_containing(subscription.cycle_anchor, subscription.billing, on)
        at = start_of_local_day(on, "UTC")
        pricing, subscription = upgrade(world, target, next_licenses, next_billing, at)

        charge = pricing.lines[0].amount
        credit = pricing.credit_applied + pricing.account_credit
        assert charge == next_licenses * from_minor(next_price, currency)
        assert pricing.total == charge - pricing.credit_applied >= 0
        assert 0 <= credit <= paid
        used = paid * (on - cycle.first).days / cycle.days
        unit = Fraction(1, 10 ** minor_digits(currency))
        assert abs(paid - Fraction(credit) - used) <= unit / 2
        assert to_minor(pricing.forfeited, currency) == 0
        assert (subscription.price, subscription.licenses, subscription.cycle_anchor) == (
            from_minor(next_price, currency),
            next_licenses,
            on,
        )
        current = target
