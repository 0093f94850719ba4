"""Which tax is charged (B68).

The policy has a rate for a country. It is charged to whoever is sold to there, but for reverse charge: a
business in another country of the European Union than the seller's accounts for the tax itself. A
business is who has a valid VAT number of the union, by the rules of `python-stdnum`: its form and its check
digits, not whether the number was ever given to anybody. Of the seller the form is enough.
"""

import re
from decimal import Decimal

from stdnum.eu import vat

from domain.catalog.customer import Address
from domain.catalog.policy import Policy
from domain.values.countries import COUNTRIES

# fmt: off
EU_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on

_VAT_NUMBER = re.compile(r"([A-Z]{2})[0-9A-Z+*]{2,13}")
_PREFIXES = {"EL": "GR", "XI": "GB"}
"""Of VAT numbers, where they are not the code of their country."""
_SPACING = re.compile(r"[\s./-]")


def table_rate(policy: Policy, sold_to: Address) -> Decimal:
    """The rate at which whoever is sold to is charged, a fraction; 0 if there is no tax."""
    if is_reverse_charge(policy.seller, sold_to):
        return Decimal(0)
    return plain_rate(policy.tax.get(sold_to.country, Decimal(0)))


def is_reverse_charge(seller: Address, sold_to: Address) -> bool:
    """Whether the customer accounts for the tax: a business in another country of the union."""
    return (
        _both_in_the_union(seller, sold_to)
        and has_valid_vat_number(sold_to)
        and country_of_vat_number(sold_to) != seller.country
    )


def is_taken_for_a_consumer(policy: Policy, sold_to: Address) -> bool:
    """Whether tax is charged only because the tax id that it names is no valid VAT number."""
    return (
        bool(sold_to.tax_id)
        and _both_in_the_union(policy.seller, sold_to)
        and not has_valid_vat_number(sold_to)
        and policy.tax.get(sold_to.country, 0) > 0
    )


def has_valid_vat_number(party: Address) -> bool:
    """Whether its tax id is a VAT number of a country of the union, with all check digits right."""
    number = vat_number(party)
    return (
        number is not None
        and country_of_vat_number(party) in EU_COUNTRIES
        and bool(vat.is_valid(number))
    )


def vat_number(party: Address) -> str | None:
    """The party's VAT number without spacing; None where its tax id lacks a country in front."""
    plain = _SPACING.sub("", party.tax_id).upper()
    found = _VAT_NUMBER.fullmatch(plain)
    return plain if found and _PREFIXES.get(found[1], found[1]) in COUNTRIES else None


def country_of_vat_number(party: Address) -> str:
    """Which country has given it; it need not be the one the party sits in. Empty for none."""
    prefix = (vat_number(party) or "")[:2]
    return _PREFIXES.get(prefix, prefix)


def plain_rate(rate: Decimal) -> Decimal:
    """The same rate without zeros at its end, so that equal rates are written equally."""
    return Decimal(f"{rate.normalize():f}")


def _both_in_the_union(seller: Address, sold_to: Address) -> bool:
    return (
        seller.country != sold_to.country
        and {seller.country, sold_to.country} <= EU_COUNTRIES
        and country_of_vat_number(seller) in EU_COUNTRIES
    )
