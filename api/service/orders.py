"""Orders, and what may be said about them until they end: decisions and cancels."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from api.arguments import allowed
from api.caller import Caller
from api.errors import BadInput, NotFound, NotRunning
from api.runs.port import Runs
from api.runs.resuming import start_again
from api.service.quotes import Quotes, facts_of
from api.service.reading import require_upgrade, upgrade_of
from api.service.running import ended_upgrade, resolve
from domain.quoting.orders import Order, OrderRequest, order_on, ordered_otherwise, to_order
from domain.quoting.quote import Quote
from domain.quoting.staleness import quote_stale
from domain.text.messages import (
    Key,
    M,
    OptionalWords,
    Words,
    WrittenAmount,
    WrittenDay,
    read_fields,
)
from domain.upgrade.commands import DecideCreditCheck
from domain.upgrade.credit_check import credit_decision_rejection
from domain.upgrade.states import ENDED_STAGES
from domain.values import rejections
from domain.values.base import Id
from domain.values.cycles import local_day
from domain.views.read_models import UpgradeView
from store import views
from store.credit_callbacks import note_callback
from store.database import Database
from store.quotes import read_quote
from store.upgrades import carry_out
from workflows import contract
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision


class Orders:
    """Placing orders, deciding on their credit, and canceling them."""

    def __init__(
        self, database: Database, runs: Runs, quotes: Quotes, clock: Callable[[], datetime]
    ) -> None:
        """`quotes` makes another quote if an order can no longer be placed on its own."""
        self._database = database
        self._runs = runs
        self._quotes = quotes
        self._clock = clock

    @allowed("customer_admin")
    async def upgrade(
        self,
        caller: Caller,
        subscription_id: Id,
        quote_id: Id,
        *,
        idempotency_key: Key | None = None,
        accept_forfeiture: WrittenAmount | None = None,
        schedule: WrittenDay | None = None,
    ) -> UpgradeView:
        """Order on a quote, and answer once the order is checked.

        Without an idempotency key the quote is the key, for good (B66): ordering on it again gives
        the same upgrade, whatever became of it. A new order takes a new quote or a new key.
        """
        quote = await self._quote_to_order(caller, subscription_id, quote_id)
        if quote.request.change is not None:
            raise BadInput(
                "quote",
                f"{quote_id} is for a change by hand: order it as one",
                next_actions=[to_order(quote)],
            )
        order = await self._order_on(
            quote, idempotency_key, accept_forfeiture=accept_forfeiture, schedule=schedule
        )
        return await self._place(caller, order, quote, idempotency_key, schedule)

    @allowed("customer_admin")
    async def change(
        self,
        caller: Caller,
        subscription_id: Id,
        quote_id: Id,
        *,
        idempotency_key: Key | None = None,
        accept_forfeiture: WrittenAmount | None = None,
    ) -> UpgradeView:
        """Order a change by hand on its quote; repeats are told apart as those of `upgrade`."""
        quote = await self._quote_to_order(caller, subscription_id, quote_id)
        if quote.request.change is None:
            raise BadInput(
                "quote",
                f"{quote_id} is for an upgrade: order it as one",
                next_actions=[to_order(quote)],
            )
        order = await self._order_on(quote, idempotency_key, accept_forfeiture=accept_forfeiture)
        return await self._place(caller, order, quote, idempotency_key)

    async def _quote_to_order(self, caller: Caller, subscription_id: str, quote_id: str) -> Quote:
        quote = await read_quote(self._database, quote_id)
        if quote is None or quote.subscription_id != subscription_id:
            await facts_of(
                self._database, caller, subscription_id
            )  # raises if that is the wrong one
            raise NotFound("quote of this subscription", quote_id, subscription_id=subscription_id)
        if not caller.has(quote.tenant_id):
            raise NotFound("subscription", subscription_id)
        return quote

    async def _order_on(self, quote: Quote, key: str | None, **asked: Any) -> Order:
        if key is None:
            key = await views.read_key_of_quote(self._database, quote.quote_id) or quote.quote_id
        named = {"quote_id": quote.quote_id, "idempotency_key": key}
        request = _message(OrderRequest, named | asked)
        with _bad_input():
            return order_on(quote, request)

    async def _place(
        self,
        caller: Caller,
        order: Order,
        quote: Quote,
        key: str | None,
        schedule: date | None = None,
    ) -> UpgradeView:
        """Place an order, under its own `key` or its quote's."""
        known = await views.read_order_digest(self._database, order.upgrade_id)
        if known is not None and known != order.digest:
            raise ordered_otherwise(order, key)
        if known is not None:
            return await self._repeated(caller, order.upgrade_id)
        now = self._clock()
        today = local_day(now, quote.inputs.time_zone)
        if schedule is not None and schedule < today:
            raise BadInput("schedule", f"{schedule} has passed: choose {today} or a later day")
        try:
            view = await self._runs.submit(order, quote, caller.actor)
            # A run that had its order before we asked may remember what an older backup has undone.
            return view if view.placed_at >= now else await self._in_database(caller, view)
        except NotRunning:
            if (known := await views.read_upgrade(self._database, order.upgrade_id)) is not None:
                return known
            # Its run has ended, and an older backup was restored since: it is placed again.
            return await self._runs.submit(order, quote, caller.actor, anew=True)
        except _QUOTE_ANEW as rejection:
            day = schedule if isinstance(rejection, rejections.QuoteForAnotherDay) else None
            fresh = await self._fresh_quote(caller, quote, day)
            told = rejection
            if isinstance(rejection, rejections.QuoteStale):
                # Not told by the run: what people wrote into addresses is no matter of Temporal's.
                told = quote_stale(quote, await self._quotes.what_has_changed(caller, quote))
            told.details = {**rejection.details, **told.details, **fresh}
            raise told from rejection

    async def _in_database(self, caller: Caller, view: UpgradeView) -> UpgradeView:
        """The upgrade as the database has it; if it has lost the order, its run places it again."""
        known = await views.read_upgrade(self._database, view.upgrade_id)
        return known or await resolve(
            self._runs, view.upgrade_id, AttentionResolution(action="retry"), caller.actor
        )

    async def _repeated(self, caller: Caller, upgrade_id: str) -> UpgradeView:
        """The upgrade that was ordered before; if its run is gone, it is started again (B72)."""
        view = await upgrade_of(self._database, caller, upgrade_id)
        if view.stage not in ENDED_STAGES:
            await start_again(self._database, self._runs, upgrade_id, caller.actor)
        return await upgrade_of(self._database, caller, upgrade_id)

    @allowed("credit_reviewer", "operator")
    async def decide(
        self,
        caller: Caller,
        upgrade_id: Id,
        decision: str,
        *,
        reference: Words,
        reason: OptionalWords = "",
    ) -> UpgradeView:
        """Record a credit decision (B41)."""
        fields = {"decision": decision, "reference": reference, "reason": reason}
        message = _message(CreditDecision, fields)
        await require_upgrade(self._database, caller, upgrade_id)
        try:
            return await self._runs.update(
                upgrade_id, contract.DECIDE_CREDIT_CHECK, message, caller.actor
            )
        except NotRunning:
            view = await ended_upgrade(self._database, caller, upgrade_id)
            return await self._decide_after_the_end(caller, view, message)

    @allowed("credit_reviewer", all_tenants=True)
    async def note_callback(
        self, caller: Caller, message_id: Key, upgrade_id: Id, digest: Key
    ) -> bool:
        """Note a message of the credit service; False if its id came before with another body."""
        return await note_callback(self._database, message_id, upgrade_id, digest)

    @allowed("customer_admin")
    async def cancel(self, caller: Caller, upgrade_id: Id, reason: Words) -> UpgradeView:
        """Cancel, as long as billing has not switched (B57); answers once all is as before."""
        request = CancelRequest(reason=reason)
        await require_upgrade(self._database, caller, upgrade_id)
        try:
            return await self._runs.update(upgrade_id, contract.CANCEL, request, caller.actor)
        except NotRunning:
            view = await ended_upgrade(self._database, caller, upgrade_id)
            if view.stage == "canceled":
                return view
            if view.completed_at is None:
                raise rejections.AlreadyEnded(stage=view.stage) from None
            raise rejections.AlreadySwitched(
                stage=view.stage, new_subscription_id=view.new_subscription_id
            ) from None

    async def _decide_after_the_end(
        self, caller: Caller, view: UpgradeView, message: CreditDecision
    ) -> UpgradeView:
        """A run that has ended cannot answer; the same rules can, and a late decision is kept."""
        command = DecideCreditCheck(
            at=self._clock(),
            decision=message.decision,
            reference=message.reference,
            reason=message.reason,
        )
        history = await carry_out(
            self._database,
            view.upgrade_id,
            view.subscription_id,
            command,
            {"step": "late decision", **caller.actor.metadata},
        )
        if rejection := credit_decision_rejection(command, history.state):
            raise rejection
        return await upgrade_of(self._database, caller, view.upgrade_id)

    async def _fresh_quote(
        self, caller: Caller, quote: Quote, day: date | None
    ) -> dict[str, object]:
        """A new quote for the same request, to go alongside a rejection (B25); or why there is none.

        `day` is the one that was asked for, where the quote does not show it (B67).
        """
        try:
            fresh = await self._quotes.make_again(caller, quote, day)
        except (rejections.Rejection, BadInput) as why:
            return {
                "quote": None,
                "no_quote": {**why.details, "code": why.code, "message": why.message},
            }
        return {"quote": fresh.model_dump(mode="json")}


_QUOTE_ANEW = (
    rejections.QuoteExpired,
    rejections.QuoteStale,
    rejections.QuoteAltered,
    rejections.QuoteForAnotherDay,
)
"""Rejections of an order that come with a new quote (B25)."""


@contextmanager
def _bad_input() -> Generator[None]:
    """Refuse what breaks a rule before Temporal or the database sees it."""
    try:
        yield
    except rejections.BadMessage as found:
        raise BadInput(found.field, found.fault) from None


def _message(kind: type[M], fields: Mapping[str, object]) -> M:
    with _bad_input():
        return read_fields(kind, fields)
