"""What upgrades cost: invoices, where each amount comes from, and the ledger."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from api.arguments import allowed
from api.caller import Caller
from api.errors import NotFound
from api.service.payments import invoice_now
from api.service.reading import upgrade_of
from domain.documents.explanation import Explanation, explain
from domain.ledger.statement import Statement, statement_of
from domain.text.messages import WrittenDay
from domain.upgrade.states import ENDED_STAGES
from domain.values.base import Id
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice, UpgradeView
from store import views
from store.database import Database


class Bills:
    """Invoices and books."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`database` has the invoices, and the events that they follow from."""
        self._database = database
        self._clock = clock

    @allowed("viewer", "customer_admin", "operator", "finance", "auditor")
    async def invoice(self, caller: Caller, upgrade_id: Id) -> Invoice:
        """The invoice, and what is still open of it (B65); `NotFound` while there is none."""
        await self._invoice(caller, upgrade_id)
        return await invoice_now(self._database, upgrade_id, self._clock())

    @allowed("viewer", "customer_admin", "operator", "finance", "auditor")
    async def invoice_pdf(self, caller: Caller, upgrade_id: Id) -> bytes:
        """The invoice as a document, the same bytes each time (B55); `NotFound` as for `invoice`."""
        from api.documents.invoice_pdf import invoice_pdf  # noqa: PLC0415 - few ask for it

        return await asyncio.to_thread(invoice_pdf, await self._invoice(caller, upgrade_id))

    @allowed("finance", "auditor")
    async def e_invoice(self, caller: Caller, upgrade_id: Id) -> bytes:
        """The invoice as XML of EN 16931; `NotFound` as for `invoice`.

        Raises `NoEInvoice`, which says why there is none.
        """
        from api.documents.e_invoice import e_invoice  # noqa: PLC0415 - few ask for it

        return e_invoice(await self._invoice(caller, upgrade_id))

    @allowed("viewer", "customer_admin", "operator", "finance", "auditor")
    async def credit_note(self, caller: Caller, upgrade_id: Id) -> CreditNote:
        """The credit note that took the invoice back (B65); `NotFound` where the invoice stands."""
        invoice = await self._invoice(caller, upgrade_id)
        note = await views.read_credit_note(self._database, upgrade_id)
        if note is None:
            raise NotFound(
                "credit note of upgrade", upgrade_id, f"its invoice {invoice.number} stands"
            )
        return note

    @allowed("viewer", "customer_admin", "operator", "finance", "auditor")
    async def credit_note_pdf(self, caller: Caller, upgrade_id: Id) -> bytes:
        """The credit note as a document, the same bytes each time; `NotFound` as for `credit_note`."""
        from api.documents.invoice_pdf import credit_note_pdf  # noqa: PLC0415 - few ask for it

        note = await self.credit_note(caller, upgrade_id)
        return await asyncio.to_thread(credit_note_pdf, note)

    @allowed("finance", "auditor")
    async def e_credit_note(self, caller: Caller, upgrade_id: Id) -> bytes:
        """The credit note as XML of EN 16931, of type 381; raises as `e_invoice` does."""
        from api.documents.e_invoice import e_credit_note  # noqa: PLC0415 - few ask for it

        return e_credit_note(await self.credit_note(caller, upgrade_id))

    @allowed("finance", "auditor")
    async def explain(self, caller: Caller, upgrade_id: Id) -> Explanation:
        """Why the upgrade costs what it costs: from each line to the events behind it (B27)."""
        histories = await views.read_money_histories(self._database, upgrade_id)
        if histories is None or not caller.has(histories.upgrade[0].data["order"]["tenant_id"]):
            raise NotFound("upgrade", upgrade_id)
        return explain(histories.upgrade, histories.subscription, histories.credits)

    @allowed("finance", "auditor")
    async def statement(
        self, caller: Caller, tenant_id: Id, until: WrittenDay | None = None
    ) -> Statement:
        """What the tenant's ledger says, up to the day `until` of the tenant (B33)."""
        ledger = None
        if caller.has(tenant_id):
            ledger = await views.read_ledger(self._database, tenant_id)
        if ledger is None:
            raise NotFound("tenant", tenant_id)
        return statement_of(
            ledger.entries, tenant_id=tenant_id, time_zone=ledger.time_zone, until=until
        )

    async def _invoice(self, caller: Caller, upgrade_id: str) -> Invoice:
        invoice = await views.read_invoice(self._database, upgrade_id)
        if invoice is None or not caller.has(invoice.tenant_id):
            raise _no_invoice(await upgrade_of(self._database, caller, upgrade_id))
        return invoice


def _no_invoice(view: UpgradeView) -> NotFound:
    """Why an upgrade has no invoice, and whether one will come."""
    why = f"it is in stage {view.stage}, and comes to one on a billing day once it is complete"
    if view.stage == "completed":
        why = "it bought nothing, so there is nothing to invoice"
    elif view.stage in ENDED_STAGES:
        why = f"it has ended as {view.stage}, and only a completed upgrade is invoiced"
    elif view.stage == "awaiting_invoice" and view.deadline is not None:
        why = f"it is issued as the billing day begins, at {view.deadline:%Y-%m-%d %H:%M} UTC"
    return NotFound("invoice of upgrade", view.upgrade_id, why, stage=view.stage)
