"""Which invoices are e-invoices too, and how EN 16931 calls their tax (B55).

EN 16931 is the norm of electronic invoices in the European Union: what is sold to somebody there comes
with its data in this form. Our invoices keep to the price and the rate that were ordered by; the norm wants to be told besides
why there is tax, or why there is none:

    S    a rate was configured for the country that is sold to, and is above 0
    Z    a rate was configured, and it is 0
    AE   the quote said reverse charge: the customer accounts for the tax (B68). Quotes of older code did
         not where no rate was configured: then by the same rule now
    O    none was configured, for any other reason: the seller charges no tax there
"""

from decimal import Decimal
from typing import Literal

from domain.catalog.taxes import EU_COUNTRIES, is_reverse_charge
from domain.text.texts import text
from domain.values.base import Value
from domain.values.currencies import minor_digits
from domain.values.rejections import NoEInvoice
from domain.views.read_models import Invoice

MOST_DIGITS = 2
"""Of an amount in EN 16931, whatever the currency."""

TaxCategory = Literal["S", "Z", "AE", "O"]


class TaxTreatment(Value):
    """Why an invoice has the tax that it has."""

    category: TaxCategory
    rate: Decimal
    """A fraction: "0.19" is 19 %."""


def tax_treatment(invoice: Invoice) -> TaxTreatment:
    """Why there is tax on what the invoice charges, or why there is none."""
    taxes = [line for line in invoice.lines if line.kind == "tax" and not line.returns_tax]
    rates = [Decimal(line.explanation["rate"]) for line in taxes]
    if taxes and taxes[0].is_reverse_charge:
        return TaxTreatment(category="AE", rate=Decimal(0))
    if rates and rates[0] > 0:
        return TaxTreatment(category="S", rate=rates[0])
    category: TaxCategory = "O"
    if rates and invoice.seller.tax_id:
        category = "Z"
    elif not rates and is_reverse_charge(invoice.seller, invoice.sold_to):
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
