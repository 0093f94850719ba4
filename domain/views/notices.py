"""What a customer is notified of, each kind at most once per upgrade (B38, B42, B62)."""

from collections.abc import Mapping
from typing import Literal

from domain.text.texts import TextValue, text
from domain.values.base import PaymentMethod, Text

NoticeKind = Literal[
    "credit_check_required",
    "credit_check_declined",
    "credit_check_expired",
    "upgrade_complete",
    "upgrade_delayed",
    "upgrade_canceled",
    "upgrade_undone",
    "upgrade_refused",
    "license_conflict",
    "invoice_issued",
    "invoice_due",
    "invoice_overdue",
    "invoice_void",
    "switches_not_kept",
]

NOTICE_VALUES: Mapping[NoticeKind, frozenset[str]] = {
    "credit_check_required": frozenset({"plan_name", "deadline"}),
    "credit_check_declined": frozenset({"plan_name", "reference"}),
    "credit_check_expired": frozenset({"plan_name", "deadline"}),
    "upgrade_complete": frozenset({"plan_name", "users", "what_else"}),
    "upgrade_delayed": frozenset({"plan_name", "deadline"}),
    "upgrade_canceled": frozenset({"plan_name", "reason"}),
    "upgrade_undone": frozenset({"plan_name", "reference"}),
    "upgrade_refused": frozenset({"plan_name", "reason"}),
    "license_conflict": frozenset({"plan_name", "users"}),
    "invoice_issued": frozenset({"plan_name", "invoice_number", "payment", "total", "amount_due"}),
    "invoice_due": frozenset({"plan_name", "invoice_number", "due_on", "open_amount"}),
    "invoice_overdue": frozenset({"plan_name", "invoice_number", "due_on", "open_amount"}),
    "invoice_void": frozenset(
        {
            "plan_name",
            "invoice_number",
            "credit_note_number",
            "total",
            "no_longer_due",
            "account_credit",
        }
    ),
    "switches_not_kept": frozenset({"plan_name", "users"}),
}
"""What each kind has to be told:

- `plan_name`: the name of the target plan
- `deadline`: a moment, as `domain.text.formats.moment` writes it; of `upgrade_delayed`, when the
  upgrade was expected to be complete
- `users`: how many; of `upgrade_complete` that they were moved, of `license_conflict` those without
  a license, of `switches_not_kept` those who had services switched off
- `what_else`: what becomes of the old subscription, and when the invoice comes, without a full stop
- `payment`: a whole sentence, as `how_to_pay` says it
- `invoice_number`; `total` and `amount_due`, what of it account credit does not pay, as
  `domain.text.formats.money` writes them
- `due_on`: a day; `open_amount`: what is still to pay, as money
- `credit_note_number`; `total`, what of it is `no_longer_due`, and what is `account_credit` now, all as money
- `reason`: of `upgrade_canceled` the reason given, without a full stop; of `upgrade_refused` whole
  sentences: the messages of its refusals, and what can be done about them
- `reference`: of `credit_check_declined` the reviewer's, of `upgrade_undone` the upgrade's id
"""


SAID_OTHERWISE_BY_HAND: frozenset[NoticeKind] = frozenset(
    {
        "credit_check_required",
        "credit_check_declined",
        "credit_check_expired",
        "upgrade_complete",
        "upgrade_delayed",
        "upgrade_canceled",
        "upgrade_undone",
        "upgrade_refused",
        "license_conflict",
        "invoice_issued",
    }
)
"""Kinds whose text has a sister for changes by hand; the kind is the same, as are its values."""


def how_to_pay(
    method: PaymentMethod, *, amount_due: Text | None, due_on: Text, invoice_number: str
) -> Text:
    """A whole sentence: what happens to what is due, or what to do. `amount_due` is None for nothing."""
    if amount_due is None:
        return text("document.nothing_due")
    if method == "card":
        return text("document.card_charged", day=due_on)
    return text("document.transfer", amount=amount_due, day=due_on, number=invoice_number)


def notice_text(kind: NoticeKind, **values: TextValue) -> Text:
    """The text of a notice; `values` are exactly those that `NOTICE_VALUES` names for its kind."""
    return text(f"notice.{kind}", **values)


def notice_text_by_hand(kind: NoticeKind, **values: TextValue) -> Text:
    """The same of a change by hand."""
    if kind not in SAID_OTHERWISE_BY_HAND:
        return notice_text(kind, **values)
    return text(f"notice.{kind}.by_hand", **values)
