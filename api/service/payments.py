"""Payments: of invoices by their tenants, and of account credit to them; and invoices taken back (B65).

Nothing here moves money: payments record what a bank or a card service has done, once for each
reference. Raises `Rejection`s, `ServiceError`s.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal

from api import inputs
from api.arguments import allowed
from api.caller import Caller
from api.errors import BadInput, NotFound
from domain.text.messages import Key, Words, WrittenAmount
from domain.upgrade.commands import PayInvoice, PayOutCredit
from domain.values import rejections
from domain.values.base import Amount, Currency, Id, Value
from domain.values.cycles import local_day
from domain.values.money import from_minor
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice
from store import views
from store.database import Database
from store.errors import PromiseBroken
from store.payments import OwedInvoice, read_credit_left, read_owed
from store.upgrades import UpgradeHistory, carry_out, pay_out_credit, void_invoice

_ONE_PAYMENT_PER_REFERENCE = "one_payment_per_reference"


class CreditView(Value):
    """What is left of the account credit of an upgrade's switch."""

    upgrade_id: str
    tenant_id: str
    currency: Currency
    left: Amount


class Payments:
    """Recording what was paid, and what was paid out."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Time comes from `clock`."""
        self._database = database
        self._clock = clock

    @allowed("operator", "finance")
    async def pay(
        self, caller: Caller, invoice: Id, reference: Key, amount: WrittenAmount | None = None
    ) -> Invoice:
        """Record a payment of an invoice, named by its number or its upgrade; without an amount, of all.

        Answers with the invoice as it then stands. A repeat of a reference changes nothing.
        """
        owed = await self._owed(caller, invoice)
        paid = None if amount is None else inputs.payment_of(amount, owed.currency)
        command = PayInvoice(at=self._clock(), amount=paid, reference=reference)
        view = await views.read_upgrade(self._database, owed.upgrade_id)
        assert view is not None, "its invoice was found"
        await _recorded(
            reference,
            carry_out(
                self._database,
                owed.upgrade_id,
                view.subscription_id,
                command,
                caller.actor.metadata,
            ),
        )
        return await invoice_now(self._database, owed.upgrade_id, self._clock())

    @allowed("operator", "finance")
    async def pay_out(
        self, caller: Caller, upgrade_id: Id, reference: Key, amount: WrittenAmount | None = None
    ) -> CreditView:
        """Record that account credit was paid out that the switch of an upgrade has left; all of it, or some."""
        view = await views.read_upgrade(self._database, upgrade_id)
        if view is None or not caller.has(view.tenant_id):
            raise NotFound("upgrade", upgrade_id)
        currency = await views.read_currency(self._database, upgrade_id)
        if currency is None:
            raise NotFound("account credit of upgrade", upgrade_id, "its switch has left none")
        at = self._clock()
        paid = None if amount is None else inputs.payment_of(amount, currency)

        def command_with(left: Decimal) -> PayOutCredit:
            return PayOutCredit(at=at, amount=paid, reference=reference, left=left)

        await _recorded(
            reference,
            pay_out_credit(
                self._database,
                upgrade_id,
                view.subscription_id,
                command_with,
                caller.actor.metadata,
            ),
        )
        left = await read_credit_left(self._database, upgrade_id) or 0
        return CreditView(
            upgrade_id=upgrade_id,
            tenant_id=view.tenant_id,
            currency=currency,
            left=from_minor(left, currency),
        )

    @allowed("operator")
    async def void(self, caller: Caller, invoice: Id, reason: Words) -> CreditNote:
        """Take a whole invoice back, named as for `pay`; answers with its credit note.

        Once: a repeat, whatever its reason, answers with the same one.
        """
        owed = await self._owed(caller, invoice)
        view = await views.read_upgrade(self._database, owed.upgrade_id)
        assert view is not None, "its invoice was found"
        await void_invoice(
            self._database,
            owed.upgrade_id,
            view.subscription_id,
            caller.actor.metadata,
            at=self._clock(),
            reason=reason,
        )
        note = await views.read_credit_note(self._database, owed.upgrade_id)
        assert note is not None, "it was just written"
        return note

    async def _owed(self, caller: Caller, invoice: str) -> OwedInvoice:
        tenants = None if caller.has_all else sorted(caller.tenants)
        found = await read_owed(self._database, number=invoice, tenant_ids=tenants)
        found = found or await read_owed(self._database, upgrade_ids=[invoice], tenant_ids=tenants)
        if not found:
            raise NotFound("invoice", invoice)
        if len(found) > 1:
            upgrades = ", ".join(each.upgrade_id for each in found)
            raise BadInput(
                "invoice", f"{invoice} is a number of several sellers: name its upgrade, {upgrades}"
            )
        return found[0]


async def _recorded(reference: str, payment: Awaitable[UpgradeHistory]) -> None:
    """Await `payment`. Raises `PaymentReferenceReused` if its reference is one of something else."""
    try:
        await payment
    except PromiseBroken as error:
        if error.constraint != _ONE_PAYMENT_PER_REFERENCE:
            raise
        raise rejections.PaymentReferenceReused(
            f"{reference} is a payment of something else: give each payment its own reference",
            reference=reference,
        ) from None


async def invoice_now(database: Database, upgrade_id: str, at: datetime) -> Invoice:
    """An invoice that there is, with what is still open of it at that moment."""
    invoice = await views.read_invoice(database, upgrade_id)
    (owed,) = await read_owed(database, upgrade_ids=[upgrade_id])
    assert invoice is not None, "what is owed for it was found"
    return owed.told(invoice, local_day(at, owed.time_zone))
