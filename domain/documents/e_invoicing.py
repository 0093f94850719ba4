"""Which invoices are e-invoices too, and how EN 16931 calls their tax (B55).

EN 16931 is the norm of electronic invoices in the European Union: what is sold to somebody there comes
with its data in this form. Our invoices keep to the price and the rate that were ordered by; the norm wants to be told besides
why there is tax, or why there is none:

    S    a rate was configured for the country that is sold to, and is above 0
    Z    a rate was configured, and it is 0
    AE   none was; seller and customer sit in two countries of the union, and each has a VAT number
         of it: the customer accounts for the tax (reverse charge)
    O    none was, for any other reason: the seller charges no tax there
"""

import re
from decimal import Decimal
from typing import Literal

from domain.catalog.customer import Address
from domain.text.texts import text
from domain.values.base import Value
from domain.values.countries import COUNTRIES
from domain.values.currencies import minor_digits
from domain.values.rejections import NoEInvoice
from domain.views.read_models import Invoice

# fmt: off
EU_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on

MOST_DIGITS = 2
"""Of an amount in EN 16931, whatever the currency."""

TaxCategory = Literal["S", "Z", "AE", "O"]

_VAT_NUMBER = re.compile(r"([A-Z]{2})[0-9A-Z+*]{2,13}")
_PREFIXES = {"EL": "GR", "XI": "GB"}
"""Of VAT numbers, where they are not the code of their country."""
_SPACING = re.compile(r"[\s./-]")


class TaxTreatment(Value):
    """Why an invoice has the tax that it has."""

    category: TaxCategory
    rate: Decimal
    """A fraction: "0.19" is 19 %."""


def vat_number(party: Address) -> str | None:
    """The party's VAT number without spacing; None where its tax id lacks a country in front."""
    plain = _SPACING.sub("", party.tax_id).upper()
    found = _VAT_NUMBER.fullmatch(plain)
    return plain if found and _PREFIXES.get(found[1], found[1]) in COUNTRIES else None


def tax_treatment(invoice: Invoice) -> TaxTreatment:
    """Why there is tax on what the invoice charges, or why there is none."""
    rates = [
        Decimal(line.explanation["rate"])
        for line in invoice.lines
        if line.kind == "tax" and not line.returns_tax
    ]
    if rates and rates[0] > 0:
        return TaxTreatment(category="S", rate=rates[0])
    category: TaxCategory = "O"
    if rates and invoice.seller.tax_id:
        category = "Z"
    elif not rates and _is_reverse_charge(invoice):
        category = "AE"
    return TaxTreatment(category=category, rate=Decimal(0))


def credit_treatment(invoice: Invoice) -> TaxTreatment | None:
    """How the credit is taxed, as a line of its own; None where it is an amount paid before (B63).

    It is paid before where no tax can be returned with it: on invoices from before tax was; where the
    charge is taxed and what is credited was not; and beside category O, which the norm lets stand
    only alone.
    """
    of, charge = invoice.credit_tax, tax_treatment(invoice)
    if of is None or not invoice.credit_applied:
        return None
    if of.rate > 0:
        return None if charge.category == "O" else TaxTreatment(category="S", rate=of.rate)
    return None if charge.rate > 0 else charge


def e_invoice_rejection(invoice: Invoice) -> NoEInvoice | None:
    """Why there is no e-invoice beside the invoice; None where there is one."""
    if invoice.sold_to.country not in EU_COUNTRIES:
        words = text("rejection.no_e_invoice.not_in_the_eu")
        return NoEInvoice(words.en, reason="not_in_the_eu")
    if minor_digits(invoice.currency) > MOST_DIGITS:
        words = text("rejection.no_e_invoice.too_many_digits", currency=invoice.currency)
        return NoEInvoice(words.en, reason="too_many_digits", currency=invoice.currency)
    return None


def _is_reverse_charge(invoice: Invoice) -> bool:
    seller, customer = invoice.seller, invoice.sold_to
    return (
        seller.country != customer.country
        and {seller.country, customer.country} <= EU_COUNTRIES
        and all(_country_of_vat_number(each) in EU_COUNTRIES for each in (seller, customer))
    )


def _country_of_vat_number(party: Address) -> str:
    """Which country has given it; it need not be the one the party sits in."""
    prefix = (vat_number(party) or "")[:2]
    return _PREFIXES.get(prefix, prefix)
