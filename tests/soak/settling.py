"""What must be true of an order once nothing of it moves: its end, its events, its users, its money."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from domain.quoting.quote import Quote
from domain.upgrade.events import BillingSwitched, InvoiceIssued, OrderPlaced, QuoteRenewed
from domain.upgrade.states import ENDED_STAGES
from domain.upgrade.stored_events import RecordedEvent
from domain.values.cycles import local_day
from domain.views.read_models import Invoice, UpgradeView
from store import views
from store.database import Database
from tests.soak.asking import Fault
from tests.soak.model import COMPLETE, NOWHERE, Places, ShadowOrder, ShadowSubscription, Switches
from tests.store.support import holders

ONCE = (
    "OrderPlaced",
    "CreditCheckRequired",
    "CreditCheckApproved",
    "CreditCheckDeclined",
    "CreditCheckExpired",
    "MoveStarted",
    "UndoStarted",
    "BillingSwitched",
    "InvoiceIssued",
    "UpgradeCanceled",
    "UpgradeUndone",
    "UpgradeRefused",
)
"""Events that an upgrade has at most one of."""
CLOSES = (
    "BillingSwitched",
    "UpgradeCanceled",
    "UpgradeUndone",
    "CreditCheckDeclined",
    "CreditCheckExpired",
)
"""Events with which an upgrade gives up its tenant's one place."""


async def settle(judge: Database, order: ShadowOrder) -> UpgradeView:
    """Hold an order against what may be, and take its outcome into the tenant's shadow.

    Raises `Fault` where it is none of what may be.
    """
    while True:
        view, recorded = await _read(judge, order.upgrade_id)
        try:
            await _check(judge, order, view, recorded)
        except Fault:
            # One that was left waiting goes on by itself, also while it is looked at.
            after, _ = await _read(judge, order.upgrade_id)
            if after.version == view.version:
                raise
        else:
            await _take_in(judge, order, view)
            return view


async def _check(
    judge: Database, order: ShadowOrder, view: UpgradeView, recorded: Sequence[RecordedEvent]
) -> None:
    if order.seen is not None and view.version < order.seen.version:
        raise Fault(f"{order.upgrade_id}: version {order.seen.version} was seen, it is {view}")
    if view.stage not in order.may_end():
        raise Fault(
            f"{order.upgrade_id} is {view.stage}, and may be {sorted(order.may_end())}:"
            f" {_told(order)}"
        )
    _check_events(order, view, recorded)
    await _check_money(judge, order, view, recorded)
    await _check_users(judge, order, view)


async def settle_rivals(judge: Database, orders: Sequence[ShadowOrder]) -> str:
    """Of orders that one tenant placed at once, one at a time is open (B9); how it went."""
    spans: list[tuple[int, int]] = []
    for order in orders:
        rows = await judge.fetch(
            "select type, global_position from events where stream = 'upgrade-' || $1"
            " order by version",
            order.upgrade_id,
        )
        positions = {row["type"]: row["global_position"] for row in rows}
        if "UpgradeRefused" not in positions:
            end = min(positions[type] for type in CLOSES if type in positions)
            spans.append((positions["OrderPlaced"], end))
    for (_, end), (begin, _) in pairwise(sorted(spans)):
        if begin < end:
            raise Fault(f"{[order.upgrade_id for order in orders]} were open at the same time")
    return f"{len(orders) - len(spans)} of {len(orders)} refused"


async def _read(judge: Database, upgrade_id: str) -> tuple[UpgradeView, list[RecordedEvent]]:
    """An upgrade and its history, of one moment."""
    while True:
        view = await views.read_upgrade(judge, upgrade_id)
        if view is None:
            raise Fault(f"{upgrade_id} was acknowledged, and is gone")
        recorded = await views.read_events(judge, upgrade_id)
        if len(recorded) == view.version:
            return view, recorded
        await asyncio.sleep(0.05)


def _told(order: ShadowOrder) -> str:
    return (
        f"decisions {order.decisions}, cancels {order.cancels}, undos {order.undos},"
        f" people {order.people}, blocked {sorted(order.blocked)}, skipped {order.skipped}"
    )


# ---- events -----------------------------------------------------------------------------------


def _check_events(order: ShadowOrder, view: UpgradeView, recorded: Sequence[RecordedEvent]) -> None:
    types = Counter(event.type for event in recorded)
    twice = {name: types[name] for name in ONCE if types[name] > 1}
    if twice:
        raise Fault(f"{order.upgrade_id} has more than one of {twice}")
    complete = view.stage in COMPLETE
    if types["BillingSwitched"] != complete:
        raise Fault(f"{order.upgrade_id} is {view.stage} with {types['BillingSwitched']} switches")
    if types["InvoiceIssued"] != (view.stage == "invoiced"):
        raise Fault(f"{order.upgrade_id} is {view.stage} with {types['InvoiceIssued']} invoices")
    if [event.version for event in recorded] != list(range(1, len(recorded) + 1)):
        raise Fault(f"the versions of {order.upgrade_id} have a gap")


# ---- money ------------------------------------------------------------------------------------


async def _check_money(
    judge: Database, order: ShadowOrder, view: UpgradeView, recorded: Sequence[RecordedEvent]
) -> None:
    events: list[Any] = [each.event() for each in recorded]
    placed = _one(events, OrderPlaced)
    if placed is None or placed.quote != order.quote.as_history_keeps_it():
        raise Fault(f"{order.upgrade_id} was ordered on another quote than its caller was given")
    invoice = await views.read_invoice(judge, order.upgrade_id)
    switched = _one(events, BillingSwitched)
    if switched is None:
        if invoice is not None:
            raise Fault(f"{order.upgrade_id} is {view.stage} and has an invoice")
        return
    renewed = _one(events, QuoteRenewed)
    quote: Quote = order.quote if renewed is None else renewed.quote
    zone = order.quote.inputs.time_zone
    # A scheduled order begins on its day, also where nobody worked on that day.
    begins_on = max(local_day(placed.at, zone), order.quote.switch_on)
    agreed = quote.price_at_switch(begins_on, switched.switched_on)
    if switched.pricing != agreed:
        raise Fault(f"{order.upgrade_id} switched for {switched.pricing}, agreed was {agreed}")
    if begins_on == quote.switch_on:  # else it was ordered as a new day began
        _check_ceiling(order, quote, agreed.total)
    issued = _one(events, InvoiceIssued)
    if (invoice is None) != (issued is None):
        raise Fault(f"{order.upgrade_id} is {view.stage}: its invoice and its events differ")
    if invoice is not None and issued is not None:
        _check_invoice(order, invoice, issued, switched)


def _check_ceiling(order: ShadowOrder, quote: Quote, total: Decimal) -> None:
    """No invoice exceeds the higher of the amounts that the customer was shown (B26)."""
    highest = max(quote.total, quote.latest.total if quote.latest else quote.total)
    if total > highest:
        raise Fault(f"{order.upgrade_id} costs {total}, and {highest} was shown at most")


def _check_invoice(
    order: ShadowOrder, invoice: Invoice, issued: InvoiceIssued, switched: BillingSwitched
) -> None:
    pricing = switched.pricing
    if (invoice.lines, invoice.total) != (pricing.lines, pricing.total):
        raise Fault(f"the invoice of {order.upgrade_id} is not what was switched: {invoice}")
    if invoice.number != issued.number:
        raise Fault(f"{order.upgrade_id} has invoice {invoice.number}, and says {issued.number}")
    if invoice.amount_due != invoice.total - invoice.account_credit_used:
        raise Fault(f"the invoice of {order.upgrade_id} does not add up: {invoice}")
    if (invoice.issued_on - switched.switched_on).days > 30:
        raise Fault(f"the invoice of {order.upgrade_id} came late: {invoice.issued_on}")


def _one(events: Sequence[Any], kind: type[Any]) -> Any:
    return next((event for event in events if isinstance(event, kind)), None)


# ---- users ------------------------------------------------------------------------------------


async def _check_users(judge: Database, order: ShadowOrder, view: UpgradeView) -> None:
    """Nobody is lost, nobody is doubled, and whoever joined or left was logged doing so."""
    old, new = await _held(judge, order.old_id), await _held(judge, order.new_id)
    allowed = order.places(view.stage)
    for user in {*old, *new, *allowed}:
        place = _place(user, old, new)
        may_be = allowed.get(user, frozenset({NOWHERE}))
        if place not in may_be:
            raise Fault(
                f"{order.upgrade_id} is {view.stage}: {user} holds {sorted(place) or 'nothing'},"
                f" may hold {[sorted(each) for each in may_be]}: {_told(order)}"
            )
        _check_switches(order, view, user, old, new)


def _place(user: str, old: dict[str, Switches], new: dict[str, Switches]) -> Places:
    held: list[Any] = [name for name, users in (("old", old), ("new", new)) if user in users]
    return frozenset(held)


def _check_switches(
    order: ShadowOrder,
    view: UpgradeView,
    user: str,
    old: dict[str, Switches],
    new: dict[str, Switches],
) -> None:
    for name, held in (("old", old), ("new", new)):
        expected = order.switches(user, "old" if name == "old" else "new", view.stage)
        if user in held and expected is not None and held[user] != expected:
            raise Fault(
                f"{order.upgrade_id} is {view.stage}: {user} has {sorted(held[user])} off in the"
                f" {name} subscription, expected {sorted(expected)}"
            )


async def _held(judge: Database, subscription_id: str) -> dict[str, Switches]:
    found = await holders(judge, subscription_id)
    return {user: frozenset(off) for user, off in found.items()}


# ---- what the tenant has now ---------------------------------------------------------------------


async def _take_in(judge: Database, order: ShadowOrder, view: UpgradeView) -> None:
    """What races have left open is now as it is found; all else the shadow knew before."""
    if view.stage not in ENDED_STAGES and view.stage not in COMPLETE:
        return
    known = order.tenant.subscriptions
    old = known[order.old_id]
    old.users = await _held(judge, order.old_id)
    if view.stage in COMPLETE:
        if order.ends_old:
            old.alive = False
        elif order.licenses_kept is not None and not order.gave_up_licenses:
            # As many as were quoted, whatever was bought meanwhile, or after the switch. Once: this
            # is repeated where the judge's own connection broke further down.
            order.gave_up_licenses = True
            given_up = order.quote.inputs.old.licenses
            old.perhaps_licenses |= {*order.bought, *(each - given_up for each in order.bought)}
            old.licenses -= given_up
        if not order.into_existing:
            known[order.new_id] = ShadowSubscription(
                id=order.new_id,
                plan=order.quote.target_plan_id,
                licenses=order.quote.licenses,
                users={},
                opened=True,
            )
    if order.new_id in known:
        known[order.new_id].users = await _held(judge, order.new_id)
    for sub in (old, *([known[order.new_id]] if order.new_id in known else [])):
        await check_subscription(judge, sub)


async def check_subscription(judge: Database, sub: ShadowSubscription) -> None:
    """A subscription is what the shadow says: licenses, users, whether it lives, and free."""
    row = await judge.fetchrow(
        "select licenses, status, locked_by, assigned from subscriptions where subscription_id = $1",
        sub.id,
    )
    if row is None:
        raise Fault(f"there is no subscription {sub.id}")
    if row["licenses"] in sub.perhaps_licenses:
        sub.licenses = row["licenses"]
    sub.perhaps_licenses.clear()
    found = (row["licenses"], row["status"] != "canceled", row["locked_by"], row["assigned"])
    expected = (sub.licenses, sub.alive, None, len(sub.users))
    if found != expected:
        raise Fault(
            f"{sub.id}: licenses, alive, locked by, assigned are {found}, expected {expected}"
        )
    held = await _held(judge, sub.id)
    if held != sub.users:
        raise Fault(f"{sub.id} is held by {held}, expected {sub.users}")
