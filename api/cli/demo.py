"""The guided demo: several upgrades side by side, from order to invoice, on the local stack.

The same service, worker and server as everywhere; only the time of each run is skipped by the
server, so that days of waiting pass in moments. It can be repeated on the same data: what a first
demo has upgraded, a second one upgrades further.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from api.cli.context import Parts
from api.errors import ServiceError, Unavailable
from api.files.world_file import read_world_file
from api.files.world_reader import read_world
from api.service.verifying import Verified
from api.terminal.bills import show_invoice, show_quote
from api.terminal.commands import command, next_steps
from api.terminal.demo import LANGUAGE, Board, Stage
from api.terminal.options import show_options
from api.terminal.text import words
from api.terminal.upgrades import stage_of
from api.terminal.ways_on import command_of
from domain.quoting.quote import Quote, QuoteRequest
from domain.text.formats import money, operators_moment, short_day
from domain.values.base import Billing
from domain.values.rejections import Rejection
from domain.views.notices import NoticeKind
from domain.views.read_models import Invoice, UpgradeView

REFUSED = "tailspin-e5"
SHOWN_IN_FULL = "fabrikam"
CREDIT_CHECK_SECONDS = 2.0
"""How long the demo's reviewers take."""
PATIENCE_SECONDS = 120.0
"""How long an upgrade may stand still before the demo gives up."""
MOST_NAMES = 5


@dataclass(frozen=True)
class Part:
    """One customer's part in the demo."""

    tenant_id: str
    plan_id: str
    billing: Billing
    story: str
    credit_check: Literal["approved", "nobody decides"] | None = None


CAST = (
    Part("contoso", "business-premium", "monthly", "pays by card"),
    Part("fabrikam", "business-premium", "monthly", "pays by invoice, approved", "approved"),
    Part("globex", "office-365-e3", "monthly", "20,000 users to move"),
    Part("proseware", "business-premium", "annual", "pays for a year at once"),
    Part("adatum", "business-premium", "monthly", "nobody decides in time", "nobody decides"),
)


@dataclass(frozen=True)
class Told:
    """What the demo came to."""

    upgrades: Sequence[UpgradeView]
    invoices: Sequence[Invoice]
    verified: Verified

    @property
    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "upgrades": self.upgrades,
            "invoices": self.invoices,
            "verified": self.verified,
        }


class NotADemoDatabase(Rejection):
    """This database holds data that is not the demo's, and the demo would upgrade among it."""

    code = "not_a_demo_database"

    def __init__(self, foreign: Mapping[str, Sequence[str]]) -> None:
        """`foreign` are names by kind, as `not_in_world` tells them."""
        first = {kind: list(names[:MOST_NAMES]) for kind, names in foreign.items()}
        found = "; ".join(_counted(kind, names) for kind, names in foreign.items())
        super().__init__(
            f"this database holds what the demo's world does not, or holds otherwise: {found}. "
            "The demo changes nothing here: run ./dev demo, which starts an empty stack of its own",
            found=first,
        )


def _counted(kind: str, names: Sequence[str]) -> str:
    """Such as `2 tenants (acme, initech)`."""
    if kind == "policy":
        return "another policy"
    more = ", ..." if len(names) > MOST_NAMES else ""
    plural = "" if len(names) == 1 else "s"
    return f"{len(names):,} {kind}{plural} ({', '.join(names[:MOST_NAMES])}{more})"


async def play(
    parts: Parts, world_file: Path, stage: Stage, ui_url: str | None, *, stays: bool
) -> Told:
    """Play the whole demo. Raises when anything went otherwise than it should.

    `stays` says whether the stack is still there after it, to look around in.
    """
    demo = _Demo(parts, stage)
    await demo.load(world_file)
    await demo.show_refused()
    quotes = await demo.quote()
    upgrades = await demo.order(quotes)
    upgrades = await demo.live_on(upgrades)
    invoices = await demo.show_invoices(upgrades)
    verified = await demo.verify()
    if stays:
        await demo.say_where_to_look(upgrades, ui_url)
    else:
        demo.say_how_to_keep_it()
    return Told(upgrades, invoices, verified)


class _Demo:
    """One scene a method."""

    def __init__(self, parts: Parts, stage: Stage) -> None:
        self._parts = parts
        self._service = parts.service
        self._caller = parts.caller.model_copy(update={"door": "demo"})
        self._stage = stage

    async def load(self, world_file: Path) -> None:
        """A catalog, and customers in every situation.

        Raises before it writes anything: `NotADemoServer`, `NotADemoDatabase`.
        """
        await self._service.operations.require_time_skipping(self._caller)
        file = read_world(read_world_file(world_file))
        world = file.world
        if foreign := await self._service.operations.not_in_world(self._caller, world):
            raise NotADemoDatabase(foreign)
        await self._stage.scene("A world of customers is loaded")
        known = await self._service.operations.active_subscriptions(self._caller)
        if known.keys() == {tenant.id for tenant in world.tenants}:
            self._stage.line("an earlier demo was here; this one goes on from it", "dim")
            return
        found = await self._service.operations.load(self._caller, file)
        self._stage.line(
            f"{found.tenants} customers with {found.subscriptions} subscriptions and "
            f"{found.assignments:,} users; {found.plans} plans"
        )

    async def show_refused(self) -> None:
        """B4: every reason at once, and what to do about each."""
        await self._stage.scene("One customer may not upgrade: every reason, and every way out")
        options = await self._service.quotes.options(self._caller, REFUSED)
        if options.upgradable:
            self._stage.line(f"{REFUSED} may be upgraded now: somebody mended it", "dim")
        elif self._stage.console is not None:
            show_options(self._stage.console, options, LANGUAGE)
        await self._stage.pause()

    async def quote(self) -> list[tuple[Part, Quote]]:
        """B21-B27: a binding offer for everybody who may upgrade."""
        await self._stage.scene("The others ask for binding quotes")
        active = await self._service.operations.active_subscriptions(self._caller)
        quotes: list[tuple[Part, Quote]] = []
        for part in CAST:
            quote = await self._quote_for(part, active.get(part.tenant_id, {}))
            if quote is None:
                self._stage.line(f"{part.tenant_id} has nothing left to upgrade", "dim")
                continue
            quotes.append((part, quote))
            check = "credit check" if quote.credit_check.required else "no credit check"
            self._stage.line(
                f"{quote.subscription_id} → {quote.target_plan_id}:"
                f" {money(quote.total, quote.currency).en} after"
                f" {money(quote.credit_applied, quote.currency).en} of credit, {check}"
            )
        for part, quote in quotes:
            if part.tenant_id == SHOWN_IN_FULL and self._stage.console is not None:
                self._stage.show("")
                show_quote(self._stage.console, quote, LANGUAGE)
        await self._stage.pause()
        return quotes

    async def _quote_for(self, part: Part, licenses: Mapping[str, int]) -> Quote | None:
        """For the first subscription that can be upgraded, to the wanted plan or the cheapest."""
        for id, bought in sorted(licenses.items()):
            options = await self._service.quotes.options(self._caller, id)
            plans = [target.plan_id for target in options.targets]
            wanted = part.plan_id in plans
            for plan in [part.plan_id] * wanted + [plan for plan in plans if plan != part.plan_id]:
                request = QuoteRequest(target_plan_id=plan, licenses=bought, billing=part.billing)
                try:
                    return await self._service.quotes.make(self._caller, id, request)
                except Rejection:
                    continue  # too small a plan for so many users: the next one
        return None

    async def order(self, quotes: Sequence[tuple[Part, Quote]]) -> list[UpgradeView]:
        """All at once; what waits for a credit check gets its decision, or none."""
        await self._stage.scene("They order, and the upgrades run side by side")
        board = self._stage.board({quote.quote_id: part.story for part, quote in quotes})
        with board:
            async with asyncio.TaskGroup() as group:
                orders = [
                    group.create_task(self._carry_out(part, quote, board)) for part, quote in quotes
                ]
        return [order.result() for order in orders]

    async def _carry_out(self, part: Part, quote: Quote, board: Board) -> UpgradeView:
        view = await self._service.orders.upgrade(
            self._caller,
            quote.subscription_id,
            quote.quote_id,
            accept_forfeiture=quote.forfeited or None,
        )
        view = await self._follow(view, board)
        if view.stage != "awaiting_credit_check":
            return view
        await self._tell_notice(view, "credit_check_required")
        if part.credit_check != "approved":
            return view
        await asyncio.sleep(CREDIT_CHECK_SECONDS)
        view = await self._service.orders.decide(
            self._caller, view.upgrade_id, "approved", reference=f"CR-{part.tenant_id}"
        )
        return await self._follow(view, board)

    async def _follow(self, view: UpgradeView, board: Board) -> UpgradeView:
        board.update(view)
        changes = self._service.reading.follow(self._caller, view.upgrade_id)
        try:
            while True:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    view = await anext(changes)
                board.update(view)
        except StopAsyncIteration:
            return view
        except TimeoutError:
            raise Unavailable(
                "worker",
                f"upgrade {view.upgrade_id} has been {view.stage} for {PATIENCE_SECONDS:.0f} s",
            ) from None

    async def _tell_notice(self, view: UpgradeView, kind: NoticeKind) -> None:
        for notice in await self._service.reading.notices(self._caller, view.tenant_id):
            if notice.upgrade_id == view.upgrade_id and notice.kind == kind:
                self._stage.notice(notice)

    async def live_on(self, upgrades: Sequence[UpgradeView]) -> list[UpgradeView]:
        """Days pass for each run, skipped by the server, until what it waits for has come."""
        await self._stage.scene("Days pass: the server skips the time of each run")
        ended: list[UpgradeView] = []
        for waiting in upgrades:
            view, waiting_for = waiting, waiting.deadline
            if waiting_for is not None:  # on its billing day it may be further by now
                view = await self._service.operations.live_until(
                    self._caller, view.upgrade_id, waiting_for
                )
                at, stage = operators_moment(waiting_for), stage_of(view, LANGUAGE)
                self._stage.line(f"{view.subscription_id} lived on to {at}: {stage}")
            _require_as_told(view)
            if view.stage == "expired":
                await self._tell_notice(view, "credit_check_expired")
            ended.append(view)
        await self._stage.pause()
        return ended

    async def show_invoices(self, upgrades: Sequence[UpgradeView]) -> list[Invoice]:
        """B54: one for each that is complete; one of them with all its arithmetic."""
        await self._stage.scene("Every completed upgrade has its one invoice")
        invoices: list[Invoice] = []
        for view in upgrades:
            if view.stage != "invoiced":
                continue
            invoice = await self._service.bills.invoice(self._caller, view.upgrade_id)
            invoices.append(invoice)
            if invoice.tenant_id == SHOWN_IN_FULL and self._stage.console is not None:
                self._stage.show("")
                show_invoice(self._stage.console, invoice, LANGUAGE)
                self._stage.show("")
            else:
                self._stage.line(
                    f"{invoice.number} for {invoice.tenant_id}: "
                    f"{money(invoice.total, invoice.currency).en},"
                    f" issued on {short_day(invoice.issued_on).en}"
                )
        await self._stage.pause()
        return invoices

    async def verify(self) -> Verified:
        """Every promise, over everything that just happened."""
        await self._stage.scene("Is all of it true?")
        verified, _ = await self._service.operations.verify(self._caller)
        looked_at = sum(verified.checked.values())
        verdict = "all hold" if verified.ok else f"{len(verified.violations)} violations"
        self._stage.line(
            f"{len(verified.checked)} promises checked in {looked_at:,} places: {verdict}"
        )
        if not verified.ok:
            raise ServiceError(f"violations: {verified.violations}")
        return verified

    async def say_where_to_look(self, upgrades: Sequence[UpgradeView], ui_url: str | None) -> None:
        """For the curious."""
        console = self._stage.console
        if console is None:
            return
        self._stage.show("", words("Where to look", "bold"))
        if ui_url:
            namespace = (await self._parts.temporal()).namespace
            command(console, f"{ui_url}/namespaces/{namespace}/workflows")
        for view in [view for view in upgrades if view.stage == "invoiced"][:1]:
            for verb in ("status", "events", "invoice"):
                command(console, command_of(verb, view.upgrade_id))
            command(console, command_of("options", str(view.new_subscription_id)))
            command(console, command_of("notices", view.tenant_id, "--lang", "zh-TW"))
        command(console, command_of("--help"))

    def say_how_to_keep_it(self) -> None:
        """For the curious whose stack ends with the demo: nothing of it is left to look at."""
        if self._stage.console is None:
            return
        self._stage.show("", words("The stack of this demo ends now, and its data with it."))
        next_steps(
            self._stage.console, "To play it on a stack that stays up:", ["./dev demo --keep"]
        )


def _require_as_told(view: UpgradeView) -> None:
    """Raises `ServiceError` for an upgrade that did not end as the story goes."""
    part = next(part for part in CAST if part.tenant_id == view.tenant_id)
    expires = part.credit_check == "nobody decides"
    if view.stage != ("expired" if expires else "invoiced"):
        raise ServiceError(f"upgrade {view.upgrade_id} of {view.tenant_id} is {view.stage}")
