"""What a customer is notified of, each kind at most once per upgrade (B38, B42, B62)."""

from collections.abc import Mapping
from typing import Literal

from domain.text.texts import TextValue, text
from domain.values.base import Text

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
    "switches_not_kept",
]

NOTICE_VALUES: Mapping[NoticeKind, frozenset[str]] = {
    "credit_check_required": frozenset({"plan_name", "deadline"}),
    "credit_check_declined": frozenset({"plan_name", "reference"}),
    "credit_check_expired": frozenset({"plan_name", "deadline"}),
    "upgrade_complete": frozenset({"plan_name", "users"}),
    "upgrade_delayed": frozenset({"plan_name", "deadline"}),
    "upgrade_canceled": frozenset({"plan_name", "reason"}),
    "upgrade_undone": frozenset({"plan_name", "reference"}),
    "upgrade_refused": frozenset({"plan_name", "reason"}),
    "license_conflict": frozenset({"plan_name", "users"}),
    "invoice_issued": frozenset({"plan_name", "invoice_number", "total", "amount_due"}),
    "switches_not_kept": frozenset({"plan_name", "users"}),
}
"""What each kind has to be told:

- `plan_name`: the name of the target plan
- `deadline`: a moment, as `domain.text.formats.moment` writes it; of `upgrade_delayed`, when the
  upgrade was expected to be complete
- `users`: how many; of `upgrade_complete` those moved, of `license_conflict` those without a
  license, of `switches_not_kept` those who had services switched off
- `invoice_number`; `total` and `amount_due`, what of it account credit does not pay, as
  `domain.text.formats.money` writes them
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
        "license_conflict",
        "invoice_issued",
    }
)
"""Kinds whose text has a sister for changes by hand; the kind is the same, as are its values."""


def notice_text(kind: NoticeKind, **values: TextValue) -> Text:
    """The text of a notice; `values` are exactly those that `NOTICE_VALUES` names for its kind."""
    return text(f"notice.{kind}", **values)


def notice_text_by_hand(kind: NoticeKind, **values: TextValue) -> Text:
    """The same of a change by hand."""
    if kind not in SAID_OTHERWISE_BY_HAND:
        return notice_text(kind, **values)
    return text(f"notice.{kind}.by_hand", **values)
