"""Which rows follow from an event of an upgrade.

The store writes them in the transaction that appends the event, and `rebuild` reproduces them from the
events alone.
"""

from domain.catalog.seller import Seller
from domain.eligibility.refusals import Refusal
from domain.ledger.entries import entries_after
from domain.text.formats import day, moment, money
from domain.text.texts import TextValue, joined, sentences, text
from domain.upgrade.events import (
    BillingSwitched,
    CreditCheckDeclined,
    CreditCheckExpired,
    CreditCheckRequired,
    Event,
    InvoiceIssued,
    InvoiceReminded,
    InvoiceVoided,
    LicenseConflictFound,
    UpgradeCanceled,
    UpgradeDelayed,
    UpgradeRefused,
    UpgradeUndone,
)
from domain.upgrade.states import Invoiced, NeedsAttention, PlacedState, Undoing, Upgrade
from domain.values.base import Text, Value
from domain.values.rows import Row, Rows
from domain.views.credit_notes import CreditNote, credit_note_of
from domain.views.notices import NoticeKind, how_to_pay, notice_text, notice_text_by_hand
from domain.views.read_models import Invoice, Notice, invoice_of


def rows_after(event: Event, state: PlacedState) -> Rows:
    """The rows that `event` adds beside the upgrade's own; `state` is the upgrade after it."""
    rows: Rows = {
        "notices": [_row(notice) for notice in _notices(event, state)],
        "ledger_entries": [_row(entry) for entry in entries_after(event, state)],
    }
    if isinstance(state, Invoiced) and isinstance(event, InvoiceIssued):
        invoice = invoice_of(state)
        rows["invoices"] = [_document_row(invoice, invoice.seller)]
    if isinstance(state, Invoiced) and isinstance(event, InvoiceVoided):
        note = credit_note_of(state)
        rows["credit_notes"] = [_document_row(note, note.invoice.seller)]
    return rows


def _document_row(document: Invoice | CreditNote, seller: Seller) -> Row:
    return {
        "number": document.number,
        "upgrade_id": document.upgrade_id,
        "tenant_id": document.tenant_id,
        "issued_on": document.issued_on.isoformat(),
        "body": _row(document),
        "seller": seller.identity,
    }


def _row(value: Value) -> Row:
    return value.model_dump(mode="json")


def _notices(event: Event, state: PlacedState) -> list[Notice]:
    say = notice_text if state.upgrade.change is None else notice_text_by_hand
    return [
        Notice(
            notice_id=f"{state.upgrade.order.upgrade_id}-{kind}",
            tenant_id=state.upgrade.order.tenant_id,
            kind=kind,
            upgrade_id=state.upgrade.order.upgrade_id,
            created_at=event.at,
            text=say(kind, plan_name=state.upgrade.plan_name, **values),
        )
        for kind, values in _notice_values(event, state).items()
    ]


def _notice_values(event: Event, state: PlacedState) -> dict[NoticeKind, dict[str, TextValue]]:
    """Which notices an event calls for (B38, B62), with what their texts need."""
    country = state.upgrade.quote.inputs.country
    match event:
        case CreditCheckRequired():
            deadline = moment(event.deadline, state.upgrade.time_zone, country)
            return {"credit_check_required": {"deadline": deadline}}
        case CreditCheckDeclined():
            return {"credit_check_declined": {"reference": event.reference}}
        case CreditCheckExpired():
            deadline = moment(event.deadline, state.upgrade.time_zone, country)
            return {"credit_check_expired": {"deadline": deadline}}
        case BillingSwitched():
            return _completion_notices(event, state)
        case UpgradeDelayed() if not _is_undone(state):
            deadline = moment(event.expected_by, state.upgrade.time_zone, country)
            return {"upgrade_delayed": {"deadline": deadline}}
        case LicenseConflictFound():
            return {"license_conflict": {"users": event.users_without_license}}
        case UpgradeCanceled():
            return {"upgrade_canceled": {"reason": event.reason.rstrip(".。")}}
        case UpgradeUndone():
            return {"upgrade_undone": {"reference": state.upgrade.order.upgrade_id}}
        case UpgradeRefused() if _has_waited(state):
            return {"upgrade_refused": {"reason": _reasons_and_remedies(event.refusals)}}
        case InvoiceIssued() if isinstance(state, Invoiced):
            return {"invoice_issued": _invoice_in_words(invoice_of(state))}
        case InvoiceReminded() if isinstance(state, Invoiced):
            kind: NoticeKind = "invoice_due" if event.reminder == "due" else "invoice_overdue"
            return {kind: _reminder_in_words(event, invoice_of(state))}
        case InvoiceVoided() if isinstance(state, Invoiced):
            return {"invoice_void": _credit_note_in_words(credit_note_of(state))}
        case _:
            return {}


def _reasons_and_remedies(refusals: tuple[Refusal, ...]) -> Text:
    """Every reason, then each way out once."""
    return sentences(
        dict.fromkeys(
            [refusal.message for refusal in refusals]
            + [refusal.remedy.text for refusal in refusals]
        )
    )


def _invoice_in_words(invoice: Invoice) -> dict[str, TextValue]:
    amount_due = money(invoice.amount_due, invoice.currency)
    payment = how_to_pay(
        invoice.payment_method,
        amount_due=amount_due if invoice.amount_due else None,
        due_on=day(invoice.due_on, invoice.sold_to.country),
        invoice_number=invoice.number,
    )
    total = money(invoice.total, invoice.currency)
    said = {"payment": payment, "total": total, "amount_due": amount_due}
    return {"invoice_number": invoice.number, **said}


def _reminder_in_words(event: InvoiceReminded, invoice: Invoice) -> dict[str, TextValue]:
    return {
        "invoice_number": invoice.number,
        "due_on": day(invoice.due_on, invoice.sold_to.country),
        "open_amount": money(event.open_amount, invoice.currency),
    }


def _credit_note_in_words(note: CreditNote) -> dict[str, TextValue]:
    amounts = {
        "total": note.total,
        "no_longer_due": note.no_longer_due,
        "account_credit": note.account_credit,
    }
    said: dict[str, TextValue] = {
        name: money(amount, note.currency) for name, amount in amounts.items()
    }
    numbers: dict[str, TextValue] = {
        "invoice_number": note.invoice.number,
        "credit_note_number": note.number,
    }
    return numbers | said


def _has_waited(state: PlacedState) -> bool:
    """Whether it was accepted before: then nobody is there to read the answer."""
    waited = {"scheduled", "awaiting_credit_check", "moving_users"}
    return any(mark.stage in waited for mark in state.upgrade.timeline)


def _is_undone(state: PlacedState) -> bool:
    """Whether it is on its way back: then no customer waits for it to be complete."""
    known = state.before if isinstance(state, NeedsAttention) else state
    return isinstance(known, Undoing)


def _completion_notices(
    event: BillingSwitched, state: PlacedState
) -> dict[NoticeKind, dict[str, TextValue]]:
    what_else = [_old_in_words(state.upgrade)]
    if event.pricing.charges:
        invoice_on = day(event.invoice_on, state.upgrade.quote.inputs.country)
        what_else.append(text("complete.invoice", invoice_on=invoice_on))
    users = text("count.users_moved", count=state.upgrade.moved)
    notices: dict[NoticeKind, dict[str, TextValue]] = {
        "upgrade_complete": {"users": users, "what_else": joined(what_else)}
    }
    lost = state.upgrade.quote.users_with_disabled_services
    if lost and not state.upgrade.quote.keep_disabled_services:
        notices["switches_not_kept"] = {"users": lost}
    return notices


def _old_in_words(upgrade: Upgrade) -> Text:
    """What has become of the subscription that users left."""
    old = upgrade.order.subscription_id
    if upgrade.ends_old:
        return text("complete.old_canceled", old=old)
    if upgrade.given_up is not None:
        licenses = text("count.licenses", count=upgrade.given_up)
        return text("complete.old_reduced", old=old, licenses=licenses)
    return text("complete.old_stays", old=old)
