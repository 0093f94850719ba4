"""The credit note that takes an invoice back (B65)."""

from datetime import date

from domain.upgrade.states import Invoiced
from domain.values.base import Amount, Currency, Value
from domain.values.money import from_minor, to_minor
from domain.views.read_models import Invoice, invoice_of


class CreditNote(Value):
    """The credit note as data, with all that its document shows.

    It takes back every line of its invoice, so its amounts are those of the invoice.
    """

    number: str
    """One of its seller's own series, without a gap."""
    upgrade_id: str
    tenant_id: str
    issued_on: date
    reason: str
    currency: Currency
    total: Amount
    """What is taken back: the total of the invoice."""
    no_longer_due: Amount
    """What of it was still open."""
    account_credit: Amount
    """What of it was paid, and is account credit of the tenant now."""
    invoice: Invoice
    """That it takes back, as it was issued."""


def credit_note_of(state: Invoiced) -> CreditNote:
    """The credit note of an upgrade whose invoice is void."""
    void, invoice = state.upgrade.voided, invoice_of(state)
    assert void is not None, "asked for of a void invoice"
    currency = invoice.currency
    open_minor = to_minor(invoice.total, currency) - to_minor(void.account_credit, currency)
    return CreditNote(
        number=void.number,
        upgrade_id=invoice.upgrade_id,
        tenant_id=invoice.tenant_id,
        issued_on=void.issued_on,
        reason=void.reason,
        currency=currency,
        total=invoice.total,
        no_longer_due=from_minor(open_minor, currency),
        account_credit=void.account_credit,
        invoice=invoice,
    )
