"""Verbs of a customer's way: options, quote, upgrade, status, and changing one's mind."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api import inputs
from api.cli.context import AsJson, Lang, Parts, SubscriptionId, UpgradeId, desk_of
from api.cli.output import EXIT_CODES, ExitCode
from api.failures import refused_order
from api.runs.findings import Finding
from api.service.checkout import address_of, references_of
from api.service.reading import AT_REST
from domain.quoting.options import ManualChange, Options
from domain.quoting.quote import Quote, QuoteRequest
from domain.upgrade.states import ENDED_STAGES
from domain.views.read_models import UpgradeView

if TYPE_CHECKING:
    from rich.console import Console


class Billing(StrEnum):
    """How often the new plan is paid for."""

    monthly = "monthly"
    annual = "annual"


class PaymentMethod(StrEnum):
    """How the customer pays."""

    card = "card"
    invoice = "invoice"
    bank_transfer = "bank_transfer"


# Options that `change` has as well.
IdempotencyKey = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Repeats under one key are one order; else the quote is."),
]

AcceptForfeiture = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="What the quote says would be lost.")
]

Wait = Annotated[bool, typer.Option("--wait", help="Until it rests or has ended.")]

PayBy = Annotated[PaymentMethod | None, typer.Option(help="Pay otherwise than usual.")]

BilledTo = Annotated[
    str | None, typer.Option(metavar="JSON|@FILE", help="Bill to another address.")
]

PurchaseOrder = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Your order's number, for the invoice.")
]

BuyerReference = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Your reference, for the invoice.")
]

KeepSwitches = Annotated[
    bool, typer.Option("--keep-disabled-services", help="Leave off what users have off.")
]


class Decision(StrEnum):
    """What a credit check came to."""

    approved = "approved"
    declined = "declined"


def options(
    context: typer.Context,
    subscription: SubscriptionId,
    *,
    every_reason: Annotated[bool, typer.Option("--all", help="Why not, for every plan.")] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Which plans a subscription may be upgraded to, and why not to the others.

    Example: starter.py options contoso-basic
    """
    desk = desk_of(context)

    async def ask(parts: Parts) -> Options:
        await desk.speak(parts, lang, subscription_id=subscription)
        return await parts.service.quotes.options(parts.caller, subscription)

    from api.terminal.options import show_options  # noqa: PLC0415

    found = desk.ask(ask)
    desk.tell(
        found,
        as_json=as_json,
        show=lambda console: show_options(console, found, desk.language, every_reason=every_reason),
    )


def quote(
    context: typer.Context,
    *,
    subscription: SubscriptionId,
    to: Annotated[str, typer.Option("--to", metavar="PLAN", help="The plan to upgrade to.")],
    licenses: Annotated[str, typer.Option(metavar="N", help="How many, at least one a user.")],
    billing: Annotated[Billing, typer.Option(help="How often the new plan is paid for.")],
    switch_on: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day to upgrade on; today if not given.")
    ] = None,
    payment_method: PayBy = None,
    sold_to: Annotated[
        str | None,
        typer.Option(
            metavar="JSON|@FILE", help="Sell to another address; its country says the tax."
        ),
    ] = None,
    billed_to: BilledTo = None,
    purchase_order: PurchaseOrder = None,
    buyer_reference: BuyerReference = None,
    keep_disabled_services: KeepSwitches = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What an upgrade costs: a binding offer, itemized, to order by.

    Example: starter.py quote contoso-basic --to business-premium --licenses 100 --billing monthly
    """
    request = QuoteRequest(
        target_plan_id=inputs.id_of("to", to),
        licenses=inputs.licenses_of("licenses", licenses),
        billing=billing.value,
        switch_on=None if switch_on is None else inputs.day_of("switch_on", switch_on),
        payment_method=None if payment_method is None else payment_method.value,
        sold_to=None if sold_to is None else address_of("sold_to", sold_to),
        billed_to=None if billed_to is None else address_of("billed_to", billed_to),
        references=references_of(purchase_order, buyer_reference),
        keep_disabled_services=keep_disabled_services,
    )

    desk = desk_of(context)

    async def ask(parts: Parts) -> Quote:
        await desk.speak(parts, lang, subscription_id=subscription)
        return await parts.service.quotes.make(parts.caller, subscription, request)

    from api.terminal.bills import show_quote  # noqa: PLC0415

    made = desk.ask(ask)
    desk.tell(made, as_json=as_json, show=lambda console: show_quote(console, made, desk.language))


def upgrade(
    context: typer.Context,
    *,
    subscription: SubscriptionId,
    quote_id: Annotated[str, typer.Option("--quote", metavar="QUOTE", help="The quote's id.")],
    idempotency_key: IdempotencyKey = None,
    accept_forfeiture: AcceptForfeiture = None,
    schedule: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day to start on; else the quote's.")
    ] = None,
    wait: Wait = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Order an upgrade by its quote. Repeating an order gives the same upgrade.

    Example: starter.py upgrade contoso-basic --quote q-0123456789abcdef0123 --wait
    """
    accepted = (
        None
        if accept_forfeiture is None
        else inputs.amount_of("accept_forfeiture", accept_forfeiture)
    )
    day = None if schedule is None else inputs.day_of("schedule", schedule)

    desk = desk_of(context)

    async def ask(parts: Parts) -> tuple[UpgradeView, ManualChange | None]:
        await desk.speak(parts, lang, subscription_id=subscription)
        view = await parts.service.orders.upgrade(
            parts.caller,
            subscription,
            quote_id,
            idempotency_key=idempotency_key,
            accept_forfeiture=accepted,
            schedule=day,
        )
        if wait:
            async for each in parts.service.reading.follow(parts.caller, view.upgrade_id):
                view = each
        if view.stage != "refused":
            return view, None
        return view, await parts.service.quotes.by_hand(
            parts.caller, view.subscription_id, view.target_plan_id
        )

    from api.terminal.upgrades import show_upgrade  # noqa: PLC0415

    view, way = desk.ask(ask)
    failure = None if way is None else refused_order(view, way)
    desk.tell(
        view if failure is None else {**view.model_dump(mode="json"), **failure.document},
        as_json=as_json,
        show=lambda console: show_upgrade(console, view, desk.language, way),
        exit_code=ExitCode.DONE if failure is None else EXIT_CODES[failure.kind],
    )


def status(
    context: typer.Context,
    upgrade_id: UpgradeId,
    watch: Annotated[bool, typer.Option("--watch", help="Live, until it rests.")] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Where an upgrade is, and what keeps it from going on.

    Example: starter.py status up-0123456789abcdef0123 --watch
    """
    desk = desk_of(context)
    from api.terminal.upgrades import show_upgrade  # noqa: PLC0415
    from api.terminal.watch import show_each  # noqa: PLC0415

    async def ask(parts: Parts) -> tuple[UpgradeView, tuple[Finding, ...]]:
        language = await desk.speak(parts, lang, upgrade_id=upgrade_id)
        if watch and not as_json:
            from api.terminal.live import watch_upgrade  # noqa: PLC0415

            return await watch_upgrade(parts.service, parts.caller, upgrade_id, language), ()
        view = await (
            _at_rest(parts, upgrade_id)
            if watch
            else parts.service.reading.status(parts.caller, upgrade_id)
        )
        return view, await _held_up(parts, view)

    view, findings = desk.ask(ask)
    if watch and not as_json:
        return

    def show(console: "Console") -> None:
        show_upgrade(console, view, desk.language)
        show_each(console, findings, desk.language)

    held_up = [each.model_dump(mode="json", exclude_none=True) for each in findings]
    document = {**view.model_dump(mode="json"), "held_up": held_up}
    desk.tell(document, as_json=as_json, show=show)


async def _held_up(parts: Parts, view: UpgradeView) -> tuple[Finding, ...]:
    """What only Temporal knows of what keeps it from going on."""
    if view.stage in ENDED_STAGES:
        return ()
    return await parts.service.reading.held_up(parts.caller, view.upgrade_id)


async def _at_rest(parts: Parts, upgrade_id: str) -> UpgradeView:
    async for view in parts.service.reading.follow(parts.caller, upgrade_id):
        if view.stage in AT_REST:
            return view
    raise AssertionError("following ends at rest")


def decide(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    decision: Annotated[Decision, typer.Argument(help="What the credit check came to.")],
    reference: Annotated[str, typer.Option(metavar="REF", help="The reviewer's reference.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Record the decision of a credit check. Repeating the same one changes nothing.

    Example: starter.py decide up-0123456789abcdef0123 approved --reference CR-2026-118
    """
    tell_upgrade(
        context,
        upgrade_id,
        lambda parts: parts.service.orders.decide(
            parts.caller, upgrade_id, decision.value, reference=reference, reason=reason
        ),
        lang=lang,
        as_json=as_json,
    )


def cancel(
    context: typer.Context,
    upgrade_id: UpgradeId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Cancel an upgrade before billing switches; users who have moved go back.

    Example: starter.py cancel up-0123456789abcdef0123 --reason "ordered twice"
    """
    tell_upgrade(
        context,
        upgrade_id,
        lambda parts: parts.service.orders.cancel(parts.caller, upgrade_id, reason),
        lang=lang,
        as_json=as_json,
    )


def undo(
    context: typer.Context,
    upgrade_id: UpgradeId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Take an upgrade back before billing has switched, as its operator.

    Example: starter.py undo up-0123456789abcdef0123 --reason "wrong price list"
    """
    inputs.words_of("reason", reason)  # here it has to be given; a retry has none
    tell_upgrade(
        context,
        upgrade_id,
        lambda parts: parts.service.repair.resolve_attention(
            parts.caller, upgrade_id, "undo", reason
        ),
        lang=lang,
        as_json=as_json,
    )


def tell_upgrade(
    context: typer.Context,
    upgrade_id: str,
    ask: Callable[[Parts], Awaitable[UpgradeView]],
    *,
    lang: str | None,
    as_json: bool,
) -> None:
    """Ask for something of an upgrade, and tell where it is then."""
    from api.terminal.upgrades import show_upgrade  # noqa: PLC0415

    desk = desk_of(context)

    async def asked(parts: Parts) -> UpgradeView:
        await desk.speak(parts, lang, upgrade_id=upgrade_id)
        return await ask(parts)

    view = desk.ask(asked)
    desk.tell(
        view, as_json=as_json, show=lambda console: show_upgrade(console, view, desk.language)
    )
