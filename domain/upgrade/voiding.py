"""A whole invoice is taken back by a credit note: a document of its own, never a changed invoice (B65).

The credit note is the invoice the other way round: each of its lines is booked back, with its tax. What
was still open is no longer owed, and what was paid, by money or by credit, is account credit. Nothing
else changes: users keep the subscription that the upgrade has opened. What the upgrade's own credit left on
the account beyond the invoice stays there.
"""

from datetime import timedelta
from decimal import Decimal

from domain.upgrade.commands import VoidInvoice
from domain.upgrade.events import InvoiceVoided, UpgradeEvent
from domain.upgrade.payments import open_amount
from domain.upgrade.states import Invoiced, PlacedState
from domain.values import rejections
from domain.values.cycles import local_day
from domain.values.money import from_minor, to_minor


def decide_void(command: VoidInvoice, state: PlacedState) -> list[UpgradeEvent]:
    """The credit note, once; nothing for a repeat, whatever its reason is.

    Within the days that the policy of the order gives for it, counted in the tenant's time zone. Raises
    `NotReached`, `VoidTooLate`, and `CreditedSince` where a later switch away from the subscription credits
    what this invoice has charged: that would be given back twice.
    """
    if not isinstance(state, Invoiced):
        raise rejections.NotReached("there is no invoice to void yet", stage=state.stage)
    if state.upgrade.voided is not None:
        return []
    today = local_day(command.at, state.upgrade.time_zone)
    days = state.upgrade.policy.invoice.void_within_days
    last = state.invoice.issued_on + timedelta(days=days)
    if today > last:
        raise rejections.VoidTooLate(
            number=state.invoice.number, days=days, last_day=last.isoformat()
        )
    if command.left_by is not None:
        raise rejections.CreditedSince(
            number=state.invoice.number,
            subscription_id=state.upgrade.new_subscription_id,
            upgrade_id=command.left_by,
        )
    return [
        InvoiceVoided(
            at=command.at,
            number=command.number,
            issued_on=today,
            reason=command.reason,
            account_credit=_paid(state),
        )
    ]


def _paid(state: Invoiced) -> Decimal:
    """What was paid of the invoice so far, in whatever way."""
    currency = state.upgrade.quote.currency
    total = to_minor(state.switch.pricing.total, currency)
    return from_minor(total - to_minor(open_amount(state), currency), currency)
