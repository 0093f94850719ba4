"""Verbs under `admin`: what remedies need done by hand. Each answers with what then stands."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from api import inputs
from api.caller import Caller
from api.cli.context import AsJson, Lang, Parts, SubscriptionId, UpgradeId, desk_of
from api.errors import BadInput
from api.service.administration import Administration, ServiceView, SubscriptionView
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice

User = Annotated[str, typer.Argument(metavar="USER", help="Their id.")]
AddOn = Annotated[str, typer.Argument(metavar="ADD_ON", help="The id of an add-on plan.")]


class IncidentAction(StrEnum):
    """What happens to an incident."""

    open = "open"
    close = "close"


class AddOnAction(StrEnum):
    """What happens to an add-on."""

    add = "add"
    remove = "remove"


def assign(
    context: typer.Context, subscription: SubscriptionId, user: User, as_json: AsJson = False
) -> None:
    """Give a user a license.

    Example: starter.py admin assign contoso-basic zoe@contoso.example
    """
    _change(context, as_json, lambda admin, caller: admin.assign(caller, subscription, user))


def unassign(
    context: typer.Context, subscription: SubscriptionId, user: User, as_json: AsJson = False
) -> None:
    """Take a user's license away.

    Example: starter.py admin unassign contoso-basic zoe@contoso.example
    """
    _change(context, as_json, lambda admin, caller: admin.unassign(caller, subscription, user))


def set_licenses(
    context: typer.Context,
    subscription: SubscriptionId,
    licenses: Annotated[str, typer.Argument(metavar="N", help="How many, all in all.")],
    as_json: AsJson = False,
) -> None:
    """Say how many licenses have been bought.

    Example: starter.py admin set-licenses contoso-basic 120
    """
    count = inputs.licenses_of("licenses", licenses)
    _change(context, as_json, lambda admin, caller: admin.set_licenses(caller, subscription, count))


def pay(
    context: typer.Context,
    *,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SUBSCRIPTION] [AMOUNT]",
            help="Whose balance, and how much of it; of an invoice only how much: all if not given.",
        ),
    ] = None,
    invoice: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="An invoice, or the upgrade it is of.")
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(metavar="R", help="The payment's id: repeats of one are one payment."),
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Record a payment: of some or all of a balance, or of an invoice.

    Example: starter.py admin pay tailspin-e5 190.00 --reference PAY-7
    """
    words = what or []
    if invoice is not None:
        _pay_invoice(context, invoice, words, reference, lang, as_json=as_json)
        return
    if len(words) != 2:
        raise BadInput(
            "subscription",
            "and an amount are needed: write SUBSCRIPTION AMOUNT, or --invoice NUMBER [AMOUNT]",
        )
    subscription, paid = words[0], inputs.amount_of("amount", words[1])
    _change(
        context, as_json, lambda admin, caller: admin.pay(caller, subscription, paid, reference)
    )


def _pay_invoice(
    context: typer.Context,
    invoice: str,
    words: Sequence[str],
    reference: str | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    if len(words) > 1:
        raise BadInput("amount", "is not alone: with --invoice write the amount, or nothing")
    if reference is None:
        raise BadInput("reference", "is missing: say which payment this is, by --reference R")
    paid = inputs.amount_of("amount", words[0]) if words else None

    desk = desk_of(context)

    async def ask(parts: Parts) -> Invoice:
        await desk.speak(parts, lang)
        return await parts.service.payments.pay(parts.caller, invoice, reference, paid)

    from api.terminal.bills import show_invoice  # noqa: PLC0415

    found = desk.ask(ask)
    desk.tell(
        found, as_json=as_json, show=lambda console: show_invoice(console, found, desk.language)
    )


def pay_out(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help="How much; all if not given.")
    ] = None,
    reference: Annotated[
        str, typer.Option(metavar="R", help="The payment's id: repeats of one are one payment.")
    ],
    as_json: AsJson = False,
) -> None:
    """Record that account credit was paid out, of the upgrade whose switch has left it.

    Example: starter.py admin pay-out up-0123456789abcdef0123 15.00 --reference OUT-7
    """
    paid = None if amount is None else inputs.amount_of("amount", amount)
    from api.terminal.administration import show_credit  # noqa: PLC0415

    desk = desk_of(context)
    view = desk.ask(
        lambda parts: parts.service.payments.pay_out(parts.caller, upgrade_id, reference, paid)
    )
    desk.tell(view, as_json=as_json, show=lambda console: show_credit(console, view))


def void(
    context: typer.Context,
    *,
    invoice: Annotated[
        str, typer.Option(metavar="NUMBER", help="The invoice, or the upgrade it is of.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why: it stands on the credit note.")],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Take a whole invoice back by a credit note; repeats answer with the same one.

    What was open of it is no longer owed, what was paid is account credit. Subscriptions stay as they are.

    Example: starter.py admin void --invoice INV-00000001 --reason "ordered by mistake"
    """
    from api.terminal.bills import show_credit_note  # noqa: PLC0415

    desk = desk_of(context)

    async def ask(parts: Parts) -> CreditNote:
        await desk.speak(parts, lang)
        return await parts.service.payments.void(parts.caller, invoice, reason)

    note = desk.ask(ask)
    desk.tell(
        note, as_json=as_json, show=lambda console: show_credit_note(console, note, desk.language)
    )


def block(
    context: typer.Context,
    subscription: SubscriptionId,
    code: Annotated[str, typer.Option(metavar="C", help="not_eligible, or another system's code.")],
    note: Annotated[str, typer.Option(metavar="T", help="Why, in your own words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a subscription from being upgraded; it takes the place of an earlier block.

    Example: starter.py admin block contoso-basic --code not_eligible --note "under review"
    """
    _change(context, as_json, lambda admin, caller: admin.block(caller, subscription, code, note))


def unblock(context: typer.Context, subscription: SubscriptionId, as_json: AsJson = False) -> None:
    """Take the block away.

    Example: starter.py admin unblock contoso-basic
    """
    _change(context, as_json, lambda admin, caller: admin.unblock(caller, subscription))


def activate(context: typer.Context, subscription: SubscriptionId, as_json: AsJson = False) -> None:
    """Say that a subscription is set up, reactivated or renewed.

    Example: starter.py admin activate contoso-basic
    """
    _change(context, as_json, lambda admin, caller: admin.activate(caller, subscription))


def add_on(
    context: typer.Context,
    action: Annotated[AddOnAction, typer.Argument(help="What to do with it.")],
    subscription: SubscriptionId,
    add_on: AddOn,
    as_json: AsJson = False,
) -> None:
    """Add an add-on to a subscription, or remove it.

    Example: starter.py admin add-on remove tailspin-e5 visio-plan-2
    """
    if action is AddOnAction.add:
        _change(
            context, as_json, lambda admin, caller: admin.add_add_on(caller, subscription, add_on)
        )
    else:
        _change(
            context,
            as_json,
            lambda admin, caller: admin.remove_add_on(caller, subscription, add_on),
        )


def cancel(context: typer.Context, subscription: SubscriptionId, as_json: AsJson = False) -> None:
    """Cancel a subscription that nobody holds a license of any more.

    Example: starter.py admin cancel contoso-basic-2
    """
    _change(context, as_json, lambda admin, caller: admin.cancel(caller, subscription))


def incident(
    context: typer.Context,
    action: Annotated[IncidentAction, typer.Argument(help="Whether it begins or is over.")],
    service: Annotated[str, typer.Option(metavar="S", help="The service's id.")],
    reference: Annotated[str, typer.Option(metavar="R", help="What the incident is known by.")],
    as_json: AsJson = False,
) -> None:
    """Open or close an incident of a service.

    Example: starter.py admin incident close --service exchange --reference EX-1
    """
    from api.terminal.administration import show_service  # noqa: PLC0415

    async def ask(parts: Parts) -> ServiceView:
        admin, caller = parts.service.administration, parts.caller
        if action is IncidentAction.open:
            return await admin.open_incident(caller, service, reference)
        return await admin.close_incident(caller, service, reference)

    desk = desk_of(context)
    view = desk.ask(ask)
    desk.tell(view, as_json=as_json, show=lambda console: show_service(console, view))


def _change(
    context: typer.Context,
    as_json: bool,
    change: Callable[[Administration, Caller], Awaitable[SubscriptionView]],
) -> None:
    from api.terminal.administration import show_subscription  # noqa: PLC0415

    desk = desk_of(context)
    view = desk.ask(lambda parts: change(parts.service.administration, parts.caller))
    desk.tell(view, as_json=as_json, show=lambda console: show_subscription(console, view))
