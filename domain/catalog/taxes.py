"""Which tax is charged: the table of the policy, by the country sold to."""

from decimal import Decimal

from domain.catalog.customer import Address
from domain.catalog.policy import Policy


def table_rate(policy: Policy, sold_to: Address) -> Decimal:
    """The rate that the table has for whoever is sold to, a fraction; 0 if it has none."""
    return plain_rate(policy.tax.get(sold_to.country, Decimal(0)))


def plain_rate(rate: Decimal) -> Decimal:
    """The same rate without zeros at its end, so that equal rates are written equally."""
    return Decimal(f"{rate.normalize():f}")
