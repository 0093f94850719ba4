"""Carrying out commands: read the history, let the domain decide, make it true in one transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.quoting.orders import new_subscription_id_for
from domain.subscriptions.subscription import SubscriptionState, consequences, evolve_subscription
from domain.text.faults import quoted
from domain.upgrade.commands import (
    Command,
    IssueInvoice,
    PayOutCredit,
    SettleInvoice,
    VoidInvoice,
    command_id,
)
from domain.upgrade.decider import decide
from domain.upgrade.events import BillingSwitched, InvoiceSettled, SubscriptionEvent, UpgradeEvent
from domain.upgrade.evolve import evolve, fold
from domain.upgrade.states import NotPlaced, Placed, Switched, UpgradeState
from domain.upgrade.stored_events import RecordedEvent, subscription_stream, upgrade_stream
from domain.values.money import from_minor
from domain.values.rejections import BadMessage
from domain.values.rows import Rows
from domain.views.read_models import subscription_row, upgrade_row
from domain.views.rows import rows_after
from store.account_credit import read_open_credits
from store.database import Database, Executor, query
from store.errors import CarriedOutBefore, VersionConflict
from store.event_store import Append, append_of, commit_step
from store.invoice_numbers import Series, commit_numbered_step, new_placeholder
from store.payments import read_credit_left, read_who_credits
from store.retries import until_it_stands

ATTEMPTS = 20
"""How often a step decides anew because somebody else appended in between."""


@dataclass(frozen=True)
class SubscriptionHistory:
    """A subscription as it stands after `version` events; no state where there is none."""

    version: int
    state: SubscriptionState | None

    def then(self, events: Sequence[SubscriptionEvent]) -> "SubscriptionHistory":
        """The history with `events` at its end."""
        state = self.state
        for event in events:
            state = evolve_subscription(state, event)
        return SubscriptionHistory(self.version + len(events), state)


@dataclass(frozen=True)
class UpgradeHistory:
    """One upgrade as it stands, with the two subscriptions it involves."""

    upgrade_id: str
    version: int
    state: UpgradeState
    subscriptions: Mapping[str, SubscriptionHistory]

    async def append(
        self,
        executor: Executor,
        events: Sequence[UpgradeEvent],
        command: str,
        metadata: Mapping[str, Any],
    ) -> "UpgradeHistory":
        """Make `events` true, with all that follows from them, and return what then stands.

        `command` is the id of the command that led to them; what it has written once, it never
        writes again.
        One round trip. Raises `VersionConflict` when somebody else was faster, `CarriedOutBefore`
        when that was the same command.
        """
        if not events:
            return self
        step = self.step(events, command, metadata)
        if any(isinstance(event, BillingSwitched) for event in events):
            step = await self._and_settled(executor, step, metadata)
        if not await commit_step(executor, step.appends, step.rows):
            raise CarriedOutBefore(f"{self.upgrade_id} knows command {command}")
        return step.after

    async def _and_settled(
        self, executor: Executor, step: "_Step", metadata: Mapping[str, Any]
    ) -> "_Step":
        """With what the credit of a switch pays of what is owed for the subscription it is from (B65).

        Raises `VersionConflict` where that was paid since it was read.
        """
        state = step.after.state
        assert isinstance(state, Switched)
        for each in state.switch.settles:
            source = await _read_upgrade(executor, each.upgrade_id)
            settle = SettleInvoice(
                at=state.switch.at, credit_of=self.upgrade_id, credit=each.amount
            )
            events = decide(settle, source.state)
            if [e.amount for e in events if isinstance(e, InvoiceSettled)] != [each.amount]:
                raise VersionConflict(f"{each.upgrade_id} was paid meanwhile")
            step = step.with_(source.step(events, command_id(settle), metadata))
        return step

    async def append_numbered(
        self,
        executor: Executor,
        events_with: Callable[[str], Sequence[UpgradeEvent]],
        command: str,
        metadata: Mapping[str, Any],
        *,
        series: Series = "invoice",
    ) -> "UpgradeHistory":
        """The same for events that say the next number of the order's seller in a series (B54).

        `events_with` gives them for a number. In one round trip the number is taken and everything
        is made true, so that others wait for their numbers no longer than that.
        """
        placeholder = new_placeholder()
        events = events_with(placeholder)
        if not events:
            return self
        assert isinstance(self.state, Placed), "who sells is known from the order on"
        step = self.step(events, command, metadata)
        seller = self.state.upgrade.policy.seller.identity
        number = await commit_numbered_step(
            executor, step.appends, step.rows, seller, placeholder, series=series
        )
        if number is None:
            raise CarriedOutBefore(f"{self.upgrade_id} knows command {command}")
        return self.step(events_with(number), command, metadata).after

    @property
    def _old_licenses(self) -> int | None:
        """How many the subscription that users leave has; None before there is an order."""
        if isinstance(self.state, NotPlaced):
            return None
        old = self.subscriptions.get(self.state.upgrade.order.subscription_id)
        return None if old is None or old.state is None else old.state.subscription.licenses

    def step(
        self, events: Sequence[UpgradeEvent], command: str, metadata: Mapping[str, Any]
    ) -> "_Step":
        """What `events` append to which streams, and the rows that follow from them."""
        state, rows = self.state, Rows()
        effects: dict[str, list[SubscriptionEvent]] = {}
        for event in events:
            state = evolve(state, event)
            assert not isinstance(state, NotPlaced), "the first event is always OrderPlaced"
            for table, new in rows_after(event, state).items():
                rows.setdefault(table, []).extend(new)
            for subscription_id, effect in consequences(event, state, self._old_licenses).items():
                effects.setdefault(subscription_id, []).append(effect)
        assert not isinstance(state, NotPlaced), "there are events"
        subscription_id = state.upgrade.order.subscription_id
        if subscription_id not in self.subscriptions:
            read = quoted(next(iter(self.subscriptions)))
            raise BadMessage(
                "subscription_id", f"is {read}: {self.upgrade_id} is of {subscription_id}"
            )
        rows["upgrades"] = [upgrade_row(state)]
        stream = upgrade_stream(self.upgrade_id)
        appends = [append_of(stream, self.version, command, events, metadata)]
        subscriptions = dict(self.subscriptions)
        for subscription_id, new_events in sorted(effects.items()):
            before = subscriptions[subscription_id]
            after = subscriptions[subscription_id] = before.then(new_events)
            assert after.state is not None, "a subscription begins with its import or opening"
            rows.setdefault("subscriptions", []).append(subscription_row(after.state))
            appends.append(
                append_of(
                    subscription_stream(subscription_id),
                    before.version,
                    f"{self.upgrade_id}:{command}",
                    new_events,
                    metadata,
                )
            )
        version = self.version + len(events)
        after = UpgradeHistory(self.upgrade_id, version, state, subscriptions)
        return _Step(appends, rows, after)


@dataclass(frozen=True)
class _Step:
    """What becomes true at once."""

    appends: Sequence[Append]
    rows: Rows
    after: UpgradeHistory

    def with_(self, other: "_Step") -> "_Step":
        """Both at once; what `other` writes comes after."""
        rows = {
            table: [*self.rows.get(table, []), *other.rows.get(table, [])]
            for table in {*self.rows, *other.rows}
        }
        return _Step([*self.appends, *other.appends], rows, self.after)


async def read_history(executor: Executor, upgrade_id: str, subscription_id: str) -> UpgradeHistory:
    """One upgrade of one subscription, in one round trip."""
    ids = [subscription_id, new_subscription_id_for(upgrade_id)]
    found = await executor.fetchrow(
        query("upgrades/read_upgrade"), upgrade_stream(upgrade_id), subscription_stream(""), ids
    )
    events = [RecordedEvent.model_validate(each) for each in found["events"]]
    nothing = SubscriptionHistory(0, None)
    return UpgradeHistory(
        upgrade_id,
        len(events),
        fold(_events(events)),
        dict.fromkeys(ids, nothing)
        | {
            id: SubscriptionHistory(
                each["version"], SubscriptionState.of_any_version(each["state"])
            )
            for id, each in found["subscriptions"].items()
        },
    )


async def _read_upgrade(executor: Executor, upgrade_id: str) -> UpgradeHistory:
    """An upgrade whose subscription is not at hand; two round trips."""
    subscription_id = await executor.fetchval(
        "select subscription_id from upgrades where upgrade_id = $1", upgrade_id
    )
    return await read_history(executor, upgrade_id, subscription_id)


def _events(history: Sequence[RecordedEvent]) -> list[Any]:
    return [recorded.event() for recorded in history]


async def carry_out(
    database: Database,
    upgrade_id: str,
    subscription_id: str,
    command: Command,
    metadata: Mapping[str, Any],
) -> UpgradeHistory:
    """Carry out a command in two round trips and return the upgrade as it then stands.

    Carried out before, it changes nothing. Raises a `Rejection` where the domain forbids it, and
    `StoreError`s.
    """

    async def append(history: UpgradeHistory) -> UpgradeHistory:
        events = decide(command, history.state)
        return await history.append(database, events, command_id(command), metadata)

    return await _until_it_stands(database, upgrade_id, subscription_id, append)


async def issue_invoice(
    database: Database,
    upgrade_id: str,
    subscription_id: str,
    at: datetime,
    metadata: Mapping[str, Any],
) -> UpgradeHistory:
    """`carry_out` for `IssueInvoice`, under the next number of the order's seller (B54).

    It uses the tenant's account credit as it is read just before. Where another invoice was faster,
    the database refuses to use more than is left, and it is decided anew on that (B31).
    """

    async def append(history: UpgradeHistory) -> UpgradeHistory:
        credits = await read_open_credits(database, history.state)

        def events_with(number: str) -> list[UpgradeEvent]:
            command = IssueInvoice(at=at, number=number, open_credits=credits)
            return decide(command, history.state)

        return await history.append_numbered(database, events_with, IssueInvoice.__name__, metadata)

    return await _until_it_stands(database, upgrade_id, subscription_id, append)


async def void_invoice(
    database: Database,
    upgrade_id: str,
    subscription_id: str,
    metadata: Mapping[str, Any],
    *,
    at: datetime,
    reason: str,
) -> UpgradeHistory:
    """`carry_out` for `VoidInvoice`, under the next number of the seller's credit notes (B65).

    Who credits what the invoice has charged is read just before. The database looks again as it writes
    the credit note, and where that is no longer so, it is decided anew.
    """

    async def append(history: UpgradeHistory) -> UpgradeHistory:
        left_by = await read_who_credits(database, upgrade_id)

        def events_with(number: str) -> list[UpgradeEvent]:
            command = VoidInvoice(at=at, number=number, reason=reason, left_by=left_by)
            return decide(command, history.state)

        return await history.append_numbered(
            database, events_with, VoidInvoice.__name__, metadata, series="credit note"
        )

    return await _until_it_stands(database, upgrade_id, subscription_id, append)


async def pay_out_credit(
    database: Database,
    upgrade_id: str,
    subscription_id: str,
    command_with: Callable[[Decimal], PayOutCredit],
    metadata: Mapping[str, Any],
) -> UpgradeHistory:
    """`carry_out` for `PayOutCredit`, which `command_with` gives for what is left of the credit.

    That is read just before. Where an invoice or another payment was faster, it is decided anew on
    what is left then (B31).
    """

    async def append(history: UpgradeHistory) -> UpgradeHistory:
        assert not isinstance(history.state, NotPlaced), "its switch has left a credit"
        left = await read_credit_left(database, upgrade_id) or 0
        command = command_with(from_minor(left, history.state.upgrade.quote.currency))
        events = decide(command, history.state)
        return await history.append(database, events, command_id(command), metadata)

    return await _until_it_stands(database, upgrade_id, subscription_id, append)


async def _until_it_stands(
    database: Database,
    upgrade_id: str,
    subscription_id: str,
    append: Callable[[UpgradeHistory], Awaitable[UpgradeHistory]],
) -> UpgradeHistory:
    """Read, decide and append, and all again where somebody else appended in between."""
    is_repeat = False

    async def once() -> UpgradeHistory:
        nonlocal is_repeat
        history = await read_history(database, upgrade_id, subscription_id)
        try:
            return await append(history)
        except CarriedOutBefore:
            # It may have come in between, and forbid this one: decide once more on what now stands.
            if is_repeat:
                return history
            is_repeat = True
            raise

    return await until_it_stands(once, attempts=ATTEMPTS)
