"""The service: what callers can ask and order, each one method, over the store and the runs.

Time comes from `clock`, never from inside the rules. Raises `Rejection`s, `ServiceError`s.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Literal

from api import inputs
from api.arguments import Limit, SomeUsers, checked
from api.errors import BadInput, NotFound, NotRunning, Unavailable
from api.files.users_file import UserLines
from api.runs.port import Runs
from api.runs.resuming import start_again
from api.service.changes import ChangeQuotes, ChangeRequest
from api.service.checkout import require_addresses
from api.ways_on import command_of, to_order
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.documents.explanation import Explanation, explain
from domain.eligibility.subscription_rules import check_order
from domain.ledger.statement import Statement, statement_of
from domain.quoting.options import ManualChange, Options, manual_change_of, options_of
from domain.quoting.orders import Order, OrderRequest, order_on
from domain.quoting.quote import Quote, QuoteRequest, credit_check_expected, make_quote
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
from domain.upgrade.states import ENDED_STAGES, Stage
from domain.upgrade.stored_events import RecordedEvent
from domain.values import rejections
from domain.values.base import Id
from domain.values.business_days import BusinessCalendar, CalendarOf
from domain.values.cycles import local_day
from domain.views.read_models import Invoice, Notice, UpgradeView
from domain.world.importing import Section
from domain.world.placed import WorldFile
from store import views
from store.database import Database
from store.facts import read_facts
from store.moved import (
    FailedUser,
    MovedUser,
    block_user,
    read_failed_users,
    read_moved_users,
    unblock_user,
)
from store.moves import FROM_THE_START
from store.quotes import read_quote, save_quote
from store.upgrades import carry_out
from store.views import LicenseHolder
from store.world import Imported, import_world
from workflows import contract
from workflows.contract import AttentionResolution, CancelRequest, CreditDecision

POLL_SECONDS = 0.2

AT_REST = ENDED_STAGES | frozenset[Stage](
    {"scheduled", "awaiting_credit_check", "awaiting_invoice", "needs_attention"}
)
"""Stages in which nothing moves by itself for now: it waits for a day, for somebody, or has ended."""


class UpgradeService:
    """Everything a backend service or an operator can ask for."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        calendar_of: CalendarOf,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`calendar_of` gives the business days of a country and subdivision."""
        self._database = database
        self._runs = runs
        self._calendar_of = calendar_of
        self._clock = clock
        self._changes = ChangeQuotes(database, calendar_of, clock, _new_quote_id)

    # ---- before the order -------------------------------------------------------------------

    @checked
    async def load(
        self, file: WorldFile, *, replace: frozenset[Section] = frozenset(), dry_run: bool = False
    ) -> Imported:
        """Import a world file, all or nothing; what it does not say stays as it is (B69).

        Sections in `replace` become exactly those of the file; a `dry_run` only says what would change.
        Raises `WorldFaults`.
        """
        return await import_world(
            self._database, file, self._clock(), replace=replace, dry_run=dry_run
        )

    @checked
    async def options(self, subscription_id: Id) -> Options:
        """Which plans the subscription may be upgraded to, and why not to the others (B1-B20)."""
        facts = await self._facts(subscription_id)
        at = self._clock()

        def credit_check(plan: Plan) -> bool:
            return credit_check_expected(facts, plan, at)

        return options_of(facts, at, credit_check)

    @checked
    async def by_hand(self, subscription_id: Id, target_plan_id: Id) -> ManualChange:
        """How to do by hand what was refused as an upgrade (B59)."""
        return manual_change_of(await self._facts(subscription_id), self._clock(), target_plan_id)

    @checked
    async def quote(self, subscription_id: Id, request: QuoteRequest) -> Quote:
        """A binding quote, kept for the order to name (B21-B27).

        Raises `QuoteRefused`, with every refusal and the way by hand (B59), when the order would be
        refused now.
        """
        inputs.require_licenses("licenses", request.licenses)
        require_addresses(sold_to=request.sold_to, billed_to=request.billed_to)
        facts = await self._facts(subscription_id)
        at = self._clock()
        if refusals := check_order(facts, request.target_plan_id, at):
            raise rejections.QuoteRefused(
                " ".join(refusal.message.en for refusal in refusals),
                subscription_id=subscription_id,
                refusals=[refusal.model_dump(mode="json") for refusal in refusals],
                manual_change=manual_change_of(facts, at, request.target_plan_id).model_dump(
                    mode="json"
                ),
            )
        quote = make_quote(
            facts, request, quote_id=_new_quote_id(), at=at, calendar=self._calendar(facts)
        )
        await save_quote(self._database, quote)
        return quote

    @checked
    async def quote_change(
        self, subscription_id: Id, request: ChangeRequest, users: UserLines | None
    ) -> Quote:
        """A binding quote for a change by hand (B59-B61); see `api.service.changes`."""
        return await self._changes.quote(subscription_id, request, users)

    # ---- the order --------------------------------------------------------------------------

    @checked
    async def upgrade(
        self,
        subscription_id: Id,
        quote_id: Id,
        *,
        idempotency_key: Key | None = None,
        accept_forfeiture: WrittenAmount | None = None,
        schedule: WrittenDay | None = None,
    ) -> UpgradeView:
        """Order on a quote, and answer once the order is checked.

        Without an idempotency key the quote is the key: ordering on it again gives the same
        upgrade, until that one has ended without a switch; then it is a new order.
        """
        quote = await self._quote_to_order(subscription_id, quote_id)
        if quote.request.change is not None:
            raise BadInput(
                "quote",
                f"{quote_id} is for a change by hand: order it as one",
                commands=[to_order(quote)],
            )
        order = await self._order_on(
            quote, idempotency_key, accept_forfeiture=accept_forfeiture, schedule=schedule
        )
        return await self._place(order, quote, schedule)

    @checked
    async def change(
        self,
        subscription_id: Id,
        quote_id: Id,
        *,
        idempotency_key: Key | None = None,
        accept_forfeiture: WrittenAmount | None = None,
    ) -> UpgradeView:
        """Order a change by hand on its quote; repeats are told apart as those of `upgrade`."""
        quote = await self._quote_to_order(subscription_id, quote_id)
        if quote.request.change is None:
            raise BadInput(
                "quote",
                f"{quote_id} is for an upgrade: order it as one",
                commands=[to_order(quote)],
            )
        order = await self._order_on(quote, idempotency_key, accept_forfeiture=accept_forfeiture)
        return await self._place(order, quote)

    async def _quote_to_order(self, subscription_id: str, quote_id: str) -> Quote:
        quote = await read_quote(self._database, quote_id)
        if quote is None or quote.subscription_id != subscription_id:
            await self._facts(subscription_id)  # raises if that is the wrong one
            raise NotFound("quote of this subscription", quote_id, subscription_id=subscription_id)
        return quote

    async def _order_on(self, quote: Quote, key: str | None, **asked: Any) -> Order:
        named = {
            "quote_id": quote.quote_id,
            "idempotency_key": key or await self._key_of_quote(quote.quote_id),
        }
        request = _message(OrderRequest, named | asked)
        with _bad_input():
            return order_on(quote, request)

    async def _place(self, order: Order, quote: Quote, schedule: date | None = None) -> UpgradeView:
        known = await views.read_order_digest(self._database, order.upgrade_id)
        if known is not None and known != order.digest:
            raise rejections.IdempotencyKeyReused(upgrade_id=order.upgrade_id)
        if known is not None:
            return await self._repeated(order.upgrade_id)
        now = self._clock()
        today = local_day(now, quote.inputs.time_zone)
        if schedule is not None and schedule < today:
            raise BadInput("schedule", f"{schedule} has passed: choose {today} or a later day")
        try:
            view = await self._runs.submit(order, quote)
            # A run that had its order before we asked may remember what an older backup has undone.
            return view if view.placed_at >= now else await self._in_database(view)
        except NotRunning:
            if (known := await views.read_upgrade(self._database, order.upgrade_id)) is not None:
                return known
            # Its run has ended, and an older backup was restored since: it is placed again.
            return await self._runs.submit(order, quote, anew=True)
        except _QUOTE_ANEW as rejection:
            rejection.details = {**rejection.details, **await self._fresh_quote(quote)}
            raise

    async def _in_database(self, view: UpgradeView) -> UpgradeView:
        """The upgrade as the database has it; if it has lost the order, its run places it again."""
        known = await views.read_upgrade(self._database, view.upgrade_id)
        return known or await self._resolve(view.upgrade_id, AttentionResolution(action="retry"))

    async def _repeated(self, upgrade_id: str) -> UpgradeView:
        """The upgrade that was ordered before; if its run is gone, it is started again (B72)."""
        view = await self.status(upgrade_id)
        if view.stage not in ENDED_STAGES:
            await start_again(self._database, self._runs, upgrade_id)
        return await self.status(upgrade_id)

    @checked
    async def decide(
        self, upgrade_id: Id, decision: str, *, reference: Words, reason: OptionalWords = ""
    ) -> UpgradeView:
        """Record a credit decision (B41)."""
        fields = {"decision": decision, "reference": reference, "reason": reason}
        message = _message(CreditDecision, fields)
        try:
            return await self._runs.update(upgrade_id, contract.DECIDE_CREDIT_CHECK, message)
        except NotRunning:
            return await self._decide_after_the_end(await self._ended(upgrade_id), message)

    @checked
    async def cancel(self, upgrade_id: Id, reason: Words) -> UpgradeView:
        """Cancel, as long as billing has not switched (B57); answers once all is as before."""
        request = CancelRequest(reason=reason)
        try:
            return await self._runs.update(upgrade_id, contract.CANCEL, request)
        except NotRunning:
            view = await self._ended(upgrade_id)
            if view.stage == "canceled":
                return view
            kind = rejections.AlreadySwitched if view.completed_at else rejections.AlreadyEnded
            raise kind(stage=view.stage) from None

    @checked
    async def resolve_attention(
        self,
        upgrade_id: Id,
        action: Literal["retry", "undo", "skip"],
        reason: OptionalWords = "",
        users: SomeUsers | None = None,
    ) -> UpgradeView:
        """Let a parked upgrade go on: try the failed step again, or take everything back.

        Or skip `users` who cannot be moved, all of them where it is None: their license ends when
        billing switches.
        """
        skipped = None if users is None else tuple(users)
        resolution = AttentionResolution(action=action, reason=reason, users=skipped)
        try:
            # Before the database is asked: a run may be parked before its order is known there.
            return await self._resolve(upgrade_id, resolution)
        except NotRunning:
            view = await self._ended(upgrade_id)
            raise rejections.AlreadyEnded(stage=view.stage) from None

    async def _resolve(self, upgrade_id: str, resolution: AttentionResolution) -> UpgradeView:
        try:
            return await self._runs.update(upgrade_id, contract.RESOLVE_ATTENTION, resolution)
        except rejections.NotOrdered:
            # By asking, the run has learned that the database has lost its order. Now it is parked as
            # one that has none: it places it again, or gives it up.
            return await self._runs.update(upgrade_id, contract.RESOLVE_ATTENTION, resolution)

    async def _ended(self, upgrade_id: str) -> UpgradeView:
        """How an upgrade ended whose run is gone: read after that, for the end is written before.

        Raises `NotFound`, and `Unavailable` if the upgrade goes on: then its run is lost.
        """
        view = await self.status(upgrade_id)
        if view.stage not in ENDED_STAGES:
            raise Unavailable(
                "temporal",
                f"the run {view.workflow_id} is gone, and the upgrade is {view.stage}: start its run "
                f"again by `{command_of('resume', upgrade_id)}`, then repeat this",
            )
        return view

    # ---- where is my upgrade? ---------------------------------------------------------------

    @checked
    async def status(self, upgrade_id: Id) -> UpgradeView:
        """Where the upgrade is; always readable (B51, B52)."""
        view = await views.read_upgrade(self._database, upgrade_id)
        if view is None:
            raise NotFound("upgrade", upgrade_id)
        return view

    async def follow(self, upgrade_id: str) -> AsyncIterator[UpgradeView]:
        """The upgrade now, and again whenever it changes, until it is at rest (B52)."""
        seen = -1
        while True:
            view = await self.status(upgrade_id)
            if view.version > seen:
                seen = view.version
                yield view
            if view.stage in AT_REST:
                return
            await asyncio.sleep(POLL_SECONDS)

    @checked
    async def events(self, upgrade_id: Id) -> list[RecordedEvent]:
        """What happened, from the order on."""
        events = await views.read_events(self._database, upgrade_id)
        if not events:
            raise NotFound("upgrade", upgrade_id)
        return events

    @checked
    async def invoice(self, upgrade_id: Id) -> Invoice:
        """The invoice; `NotFound` while there is none."""
        invoice = await views.read_invoice(self._database, upgrade_id)
        if invoice is None:
            raise _no_invoice(await self.status(upgrade_id))
        return invoice

    @checked
    async def invoice_pdf(self, upgrade_id: Id) -> bytes:
        """The invoice as a document, the same bytes each time (B55); `NotFound` as for `invoice`."""
        from api.documents.invoice_pdf import invoice_pdf  # noqa: PLC0415 - few ask for it

        invoice = await self.invoice(upgrade_id)
        return await asyncio.to_thread(invoice_pdf, invoice)

    @checked
    async def e_invoice(self, upgrade_id: Id) -> bytes:
        """The invoice as XML of EN 16931; `NotFound` as for `invoice`.

        Raises `NoEInvoice`, which says why there is none.
        """
        from api.documents.e_invoice import e_invoice  # noqa: PLC0415 - few ask for it

        return e_invoice(await self.invoice(upgrade_id))

    @checked
    async def explain(self, upgrade_id: Id) -> Explanation:
        """Why the upgrade costs what it costs: from each line to the events behind it (B27)."""
        histories = await views.read_money_histories(self._database, upgrade_id)
        if histories is None:
            raise NotFound("upgrade", upgrade_id)
        return explain(histories.upgrade, histories.subscription, histories.credits)

    @checked
    async def statement(self, tenant_id: Id, until: WrittenDay | None = None) -> Statement:
        """What the tenant's ledger says, up to the day `until` of the tenant (B33)."""
        ledger = await views.read_ledger(self._database, tenant_id)
        if ledger is None:
            raise NotFound("tenant", tenant_id)
        return statement_of(
            ledger.entries, tenant_id=tenant_id, time_zone=ledger.time_zone, until=until
        )

    @checked
    async def notices(self, tenant_id: Id) -> list[Notice]:
        """What the tenant was told, oldest first (B62)."""
        notices = await views.read_notices(self._database, tenant_id)
        if notices is None:
            raise NotFound("tenant", tenant_id)
        return notices

    @checked
    async def users(
        self, subscription_id: Id, *, limit: Limit = 100, after: Id | None = None
    ) -> list[LicenseHolder]:
        """Who holds a license of the subscription."""
        users = await views.read_users(self._database, subscription_id, limit=limit, after=after)
        if users is None:
            raise NotFound("subscription", subscription_id)
        return users

    # ---- who was moved, and who cannot be ----------------------------------------------------

    @checked
    async def moved_users(
        self,
        upgrade_id: Id,
        *,
        lost_switches: bool = False,
        limit: Limit = 100,
        after: Id | None = None,
    ) -> list[MovedUser]:
        """The ledger of the upgrade's move, or of those who lost switches by it (B45)."""
        users = await read_moved_users(
            self._database,
            upgrade_id,
            after=after or FROM_THE_START,
            limit=limit,
            lost_switches=lost_switches,
        )
        if not users:
            await self.status(upgrade_id)
        return users

    @checked
    async def failed_users(
        self, upgrade_id: Id, *, limit: Limit = 100, after: Id | None = None
    ) -> list[FailedUser]:
        """Whom the upgrade's move could not take along, and why."""
        users = await read_failed_users(
            self._database, upgrade_id, after=after or FROM_THE_START, limit=limit
        )
        if not users:
            await self.status(upgrade_id)
        return users

    @checked
    async def skip_users(
        self, upgrade_id: Id, users: SomeUsers | None, reason: Words
    ) -> UpgradeView:
        """Go on without users who cannot be moved; without all of them where `users` is None."""
        await self.status(upgrade_id)
        return await self.resolve_attention(upgrade_id, "skip", reason, users)

    @checked
    async def block_user(
        self, subscription_id: Id, user_id: Id, *, code: Id, note: OptionalWords = ""
    ) -> None:
        """Keep a user's license from being changed; moves leave them where they are."""
        if not await block_user(self._database, subscription_id, user_id, code=code, note=note):
            raise NotFound(
                "license holder of this subscription", user_id, subscription_id=subscription_id
            )

    @checked
    async def unblock_user(self, subscription_id: Id, user_id: Id) -> None:
        """Let a user's license be changed again."""
        if not await unblock_user(self._database, subscription_id, user_id):
            raise NotFound(f"block in {subscription_id} of user", user_id)

    # ---- shared -----------------------------------------------------------------------------

    async def _facts(self, subscription_id: str) -> Facts:
        facts = await read_facts(self._database, subscription_id)
        if facts is None:
            raise NotFound("subscription", subscription_id)
        return facts

    def _calendar(self, facts: Facts) -> BusinessCalendar:
        return self._calendar_of(facts.tenant.country, facts.tenant.subdivision)

    async def _key_of_quote(self, quote_id: str) -> str:
        ordered = await views.read_upgrades_of_quote(self._database, quote_id)
        given_up = ENDED_STAGES - {"invoiced", "completed"}
        ended = sum(view.stage in given_up for view in ordered)
        return f"{quote_id}/{ended}" if ended else quote_id

    async def _fresh_quote(self, quote: Quote) -> dict[str, object]:
        """A new quote for the same request, to go alongside a rejection (B25); or why there is none."""
        today = local_day(self._clock(), quote.inputs.time_zone)
        request = quote.request
        if request.switch_on is not None and request.switch_on < today:
            request = request.model_copy(update={"switch_on": None})
        try:
            if request.change is None:
                fresh = await self.quote(quote.subscription_id, request)
            else:
                fresh = await self._changes.again(quote)
        except (rejections.Rejection, BadInput) as why:
            return {
                "quote": None,
                "no_quote": {**why.details, "code": why.code, "message": why.message},
            }
        return {"quote": fresh.model_dump(mode="json")}

    async def _decide_after_the_end(
        self, view: UpgradeView, message: CreditDecision
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
            {"step": "late decision"},
        )
        if rejection := credit_decision_rejection(command, history.state):
            raise rejection
        return await self.status(view.upgrade_id)


_QUOTE_ANEW = (rejections.QuoteExpired, rejections.QuoteStale, rejections.QuoteAltered)
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


def _new_quote_id() -> str:
    return "q-" + uuid.uuid4().hex[:20]
