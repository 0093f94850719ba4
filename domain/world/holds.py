"""What upgrades hold of a subscription: fields in which a world file does not change it (B69).

An upgrade's own doing is never weakened: its plan, the licenses it bought or gave up, its
cancellation, whom it has moved. Joins, leaves, payments and prices are taken in as for any other
subscription, unless users are moving at this moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.catalog.facts import OpenUpgrade
from domain.values.base import CHANGE_PREFIX
from domain.world.differences import KeptCode
from domain.world.stored import StoredSubscription

USERS = "users"
"""The field that stands for who holds a license, listed or counted."""

_TAKEN_AFTER_THE_END = frozenset({"price", "tax_rate", "balance_due"})
_QUOTED_ON = frozenset(
    {"plan", "licenses", "billing", "cycle_anchor", "price", "tax_rate", "prepaid"}
)
_MADE_BY_UPGRADE = frozenset({"plan", "billing", "cycle_anchor", "prepaid"})
_GOES_ON = frozenset({"active", "suspended"})


@dataclass(frozen=True)
class Hold:
    """Why some fields of a subscription stay as they are."""

    code: KeptCode
    reason: str
    upgrade_id: str | None
    keeps: Callable[[str, Any, Any], bool]
    """Whether it keeps a field from changing, given its name in the file, the stored value, the file's."""


def holds_on(stored: StoredSubscription) -> tuple[Hold, ...]:
    """All that keeps fields of a stored subscription as they are; the first that does is told."""
    state = stored.state
    if state.locked_by is not None:
        return (_moving(state.locked_by),)
    if state.ended_by is not None:
        return (_ended(state.ended_by, stored),)
    if state.ended_on is not None:
        reason = "an administrator has canceled it, and a canceled subscription stays canceled"
        return (Hold("canceled_for_good", reason, None, _but_payments),)
    holds: list[Hold] = []
    if stored.open_upgrade is not None and stored.open_upgrade.stage != "scheduled":
        # A scheduled one is checked and quoted again on its day (B36): it holds nothing.
        holds.append(_open(stored.open_upgrade))
    if state.opened_by is not None:
        reason = f"{_named(state.opened_by)} has opened it like this"
        holds.append(Hold("opened_by_upgrade", reason, state.opened_by, _made_by_upgrade))
    if stored.joined_by is not None:
        reason = f"change {stored.joined_by} has moved users to it"
        holds.append(Hold("users_moved_in", reason, stored.joined_by, _needed_by_who_moved_in))
    if stored.left_by is not None and stored.gave_up_licenses:
        reason = f"change {stored.left_by} has moved users from it"
        holds.append(Hold("users_moved_away", reason, stored.left_by, _more_licenses))
    return tuple(holds)


def _named(upgrade_id: str) -> str:
    return f"{'change' if upgrade_id.startswith(CHANGE_PREFIX) else 'upgrade'} {upgrade_id}"


def _moving(upgrade_id: str) -> Hold:
    reason = (
        f"{_named(upgrade_id)} is moving users: load the file again once its status is no longer "
        "moving_users or switching_billing"
    )
    return Hold("upgrade_moves_users", reason, upgrade_id, lambda field, old, new: True)


def _ended(upgrade_id: str, stored: StoredSubscription) -> Hold:
    withdrawn = stored.state.opened_by == upgrade_id
    reason = (
        f"{_named(upgrade_id)}, which had opened it, was given up"
        if withdrawn
        else f"{_named(upgrade_id)} has replaced it"
    )
    if stored.successor is not None:
        reason += f"; its users are on {stored.successor}: name them there"
    return Hold("ended_by_upgrade", reason, upgrade_id, _but_payments)


def _open(upgrade: OpenUpgrade) -> Hold:
    reason = (
        f"{_named(upgrade.upgrade_id)} was quoted for it as it is ({upgrade.stage}): load the file "
        "again once that has ended, or cancel it first"
    )
    return Hold("upgrade_open", reason, upgrade.upgrade_id, _quoted_on)


def _but_payments(field: str, _old: Any, _new: Any) -> bool:
    return field not in _TAKEN_AFTER_THE_END


def _quoted_on(field: str, _old: Any, new: Any) -> bool:
    return field in _QUOTED_ON or (field == "status" and new != "active")


def _made_by_upgrade(field: str, old: Any, new: Any) -> bool:
    match field:
        case "licenses":
            return new < old
        case "status":
            return old in _GOES_ON and new not in _GOES_ON
        case _:
            return field in _MADE_BY_UPGRADE


def _needed_by_who_moved_in(field: str, old: Any, new: Any) -> bool:
    match field:
        case "plan":
            return True
        case "licenses":
            return new < old
        case "status":
            return old in _GOES_ON and new not in _GOES_ON
        case _:
            return False


def _more_licenses(field: str, old: Any, new: Any) -> bool:
    return field == "licenses" and new > old
