"""What operators are told when an upgrade takes longer than it should, each kind once per upgrade.

An alert changes nothing: whatever was going on goes on (B51).
"""

from datetime import timedelta
from typing import NamedTuple

from domain.upgrade.states import (
    AlertKind,
    AwaitingCreditCheck,
    Moved,
    Moving,
    NeedsAttention,
    PlacedState,
    ReadyToMove,
    Undoing,
)
from domain.values.base import Instant

MINUTE = timedelta(minutes=1)


class Alert(NamedTuple):
    """What operators are told, and the moment from which on it is true."""

    kind: AlertKind
    at: Instant


def expected_by(state: PlacedState) -> Instant | None:
    """When an upgrade whose users move should be complete, or back where it was (B51).

    None as long as nothing has begun, and once all is done.
    """
    known = state.before if isinstance(state, NeedsAttention) else state
    if not isinstance(known, ReadyToMove | Moving | Moved | Undoing):
        return None
    if isinstance(known, Undoing) and known.upgrade.locked_at is None:
        return None  # nothing was begun: nothing is locked
    began = next((mark.at for mark in known.upgrade.timeline if mark.stage == "moving_users"), None)
    return (
        None if began is None else began + state.upgrade.policy.admin_lock.expected_minutes * MINUTE
    )


def next_alert(state: PlacedState) -> Alert | None:
    """The alert that is raised unless the upgrade goes on before; None where there is none, or it stands."""
    alert = _due(state)
    return None if alert is None or alert.kind in state.upgrade.alerts else alert


def standing_alert(state: PlacedState) -> AlertKind | None:
    """The alert that was raised and is still true."""
    alert = _due(state)
    return alert.kind if alert is not None and alert.kind in state.upgrade.alerts else None


def _due(state: PlacedState) -> Alert | None:
    known = state.before if isinstance(state, NeedsAttention) else state
    if isinstance(known, AwaitingCreditCheck):
        notice = timedelta(hours=state.upgrade.policy.credit_check.reminder_hours)
        return Alert("credit_check_due", known.deadline - notice)
    late = expected_by(state)
    return None if late is None else Alert("past_the_hour", late)
