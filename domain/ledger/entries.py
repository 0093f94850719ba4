"""Which entries follow from an event of an upgrade."""

from domain.ledger.bookings import (
    LedgerEntry,
    entries_of_invoice,
    entries_of_payment,
    entries_of_switch,
    entries_of_void,
)
from domain.upgrade.events import (
    BillingSwitched,
    CreditPaidOut,
    Event,
    InvoiceIssued,
    InvoicePaid,
    InvoiceSettled,
    InvoiceVoided,
)
from domain.upgrade.states import Invoiced, NeedsAttention, PlacedState


def entries_after(event: Event, state: PlacedState) -> list[LedgerEntry]:
    """What `event` books; `state` is the upgrade after it."""
    upgrade = state.upgrade
    of = {
        "upgrade_id": upgrade.order.upgrade_id,
        "tenant_id": upgrade.order.tenant_id,
        "currency": upgrade.quote.currency,
    }
    match event, state:
        case BillingSwitched(), _:
            return entries_of_switch(event, **of)
        case InvoiceIssued(), Invoiced():
            settled = len(upgrade.settlements)
            return entries_of_invoice(event, switched=state.switch, settled=settled, **of)
        case InvoiceVoided(), Invoiced():
            return entries_of_void(event, switched=state.switch, **of)
        case ((InvoiceSettled() | InvoicePaid() | CreditPaidOut()), _):
            number = len(upgrade.settlements) + len(upgrade.payments) + len(upgrade.payouts) - 1
            known = state.before if isinstance(state, NeedsAttention) else state
            invoiced = isinstance(known, Invoiced)
            return entries_of_payment(event, number=number, invoiced=invoiced, **of)
        case _:
            return []
