"""Changing plans by hand: some users or all, into a new subscription or one that is there (B59-B61)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Literal

import typer

from api import inputs
from api.cli.context import AsJson, Lang, Parts, SubscriptionId, desk_of
from api.cli.orders import (
    AcceptForfeiture,
    BilledTo,
    Billing,
    BuyerReference,
    IdempotencyKey,
    KeepSwitches,
    PayBy,
    PaymentMethod,
    PurchaseOrder,
    Wait,
)
from api.cli.output import EXIT_CODES, ExitCode
from api.errors import BadInput
from api.failures import refused_order
from api.files.users_file import NamedUsers, UserLines, UsersFile
from api.service.changes import ChangeRequest, Purchase
from api.service.checkout import address_of, references_of
from domain.quoting.quote import Quote
from domain.quoting.request import OldAfter
from domain.views.read_models import UpgradeView


def change(
    context: typer.Context,
    *,
    subscription: SubscriptionId,
    users: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Who moves: a CSV file with a column user_id."),
    ] = None,
    user: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Who moves; may be repeated.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody moves.")] = False,
    nobody: Annotated[
        bool, typer.Option("--nobody", help="Nobody moves: buy seats that nobody holds.")
    ] = False,
    to: Annotated[str | None, typer.Option(metavar="PLAN", help="Buy this plan for them.")] = None,
    licenses: Annotated[
        str | None, typer.Option(metavar="N", help="How many to buy, at least one a user.")
    ] = None,
    billing: Annotated[
        Billing | None, typer.Option(help="How often the new plan is paid for.")
    ] = None,
    payment_method: PayBy = None,
    sold_to: Annotated[
        str | None, typer.Option(metavar="JSON|@FILE", help="Sell to another address.")
    ] = None,
    billed_to: BilledTo = None,
    purchase_order: PurchaseOrder = None,
    buyer_reference: BuyerReference = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="SUBSCRIPTION2", help="Move to this one instead; buys nothing."),
    ] = None,
    switch_on: Annotated[
        str | None,
        typer.Option(
            metavar="DAY|period-end", help="Begin on a later day, or as the paid period ends."
        ),
    ] = None,
    reduce_old: Annotated[
        bool, typer.Option("--reduce-old", help="Give up as many old licenses as users move.")
    ] = False,
    reduce_old_to: Annotated[
        str | None, typer.Option(metavar="N", help="Let the old one keep so many licenses.")
    ] = None,
    cancel_old: Annotated[
        bool, typer.Option("--cancel-old", help="Cancel the old subscription; only with --all.")
    ] = False,
    keep_disabled_services: KeepSwitches = False,
    keep_add_ons: Annotated[
        bool,
        typer.Option(
            "--keep-add-ons", help="Let the new one have the add-ons of a canceled old one."
        ),
    ] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Go on without lines that are wrong.")
    ] = False,
    quote_id: Annotated[
        str | None, typer.Option("--quote", metavar="QUOTE", help="Order what this quote says.")
    ] = None,
    idempotency_key: IdempotencyKey = None,
    accept_forfeiture: AcceptForfeiture = None,
    wait: Wait = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Change plans by hand: quotes what is asked for, and with --quote orders it.

    Example: starter.py change contoso-basic --user ada@contoso.example --into contoso-standard

    Example: starter.py change contoso-basic --quote q-0123456789abcdef0123 --wait
    """
    asked = _Asked(
        users=users,
        user=user or [],
        all=everybody,
        nobody=nobody,
        to=to,
        licenses=licenses,
        billing=billing,
        payment_method=payment_method,
        sold_to=sold_to,
        billed_to=billed_to,
        purchase_order=purchase_order,
        buyer_reference=buyer_reference,
        into=into,
        switch_on=switch_on,
        reduce_old=reduce_old,
        reduce_old_to=reduce_old_to,
        cancel_old=cancel_old,
        keep_disabled_services=keep_disabled_services,
        keep_add_ons=keep_add_ons,
        skip_faulty=skip_faulty,
    )
    if quote_id is None:
        ordering = {
            "idempotency_key": idempotency_key,
            "accept_forfeiture": accept_forfeiture,
            "wait": wait,
        }
        _refuse(ordering, "belongs to an order: ask for a quote first, and order with --quote")
        _quote(context, subscription, asked, lang=lang, as_json=as_json)
        return
    _refuse(asdict(asked), "is settled by the quote: leave it out, or ask for another quote")
    _order(
        context,
        subscription,
        quote_id,
        idempotency_key=idempotency_key,
        accept_forfeiture=accept_forfeiture,
        wait=wait,
        lang=lang,
        as_json=as_json,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options that ask for a quote, as they were typed; each is named as its field."""

    users: str | None
    user: list[str]
    all: bool
    nobody: bool
    to: str | None
    licenses: str | None
    billing: Billing | None
    payment_method: PaymentMethod | None
    sold_to: str | None
    billed_to: str | None
    purchase_order: str | None
    buyer_reference: str | None
    into: str | None
    switch_on: str | None
    reduce_old: bool
    reduce_old_to: str | None
    cancel_old: bool
    keep_disabled_services: bool
    keep_add_ons: bool
    skip_faulty: bool

    def who(self) -> UserLines | None:
        """Who is to move; None for everybody, or for nobody."""
        if (self.users is not None) + bool(self.user) + self.all + self.nobody != 1:
            raise BadInput(
                "users",
                "say who moves: --users FILE, --user ID, --all or --nobody, and one of them",
            )
        if self.all or self.nobody:
            return None
        return NamedUsers(self.user) if self.users is None else UsersFile(self.users)

    def request(self) -> ChangeRequest:
        """All the rest."""
        kept = self.reduce_old_to
        return ChangeRequest(
            to=self._target(),
            switch_on=self._day(),
            old=self._old_after(),
            licenses_kept=None
            if kept is None
            else inputs.number_of("reduce_old_to", kept, 0, inputs.MAX_LICENSES),
            keep_disabled_services=self.keep_disabled_services,
            keep_add_ons=self.keep_add_ons,
            skip_faulty=self.skip_faulty,
            nobody=self.nobody,
        )

    def _day(self) -> date | Literal["period-end"] | None:
        if self.switch_on is None or self.switch_on == "period-end":
            return self.switch_on
        return inputs.day_of("switch_on", self.switch_on)

    def _target(self) -> Purchase | str:
        if self.into is not None:
            buying = (
                *("to", "licenses", "billing", "payment_method", "sold_to", "billed_to"),
                *("purchase_order", "buyer_reference"),
            )
            _refuse(
                {name: getattr(self, name) for name in buying},
                "buys something, and --into does not: leave one of the two out",
            )
            return inputs.id_of("into", self.into)
        if self.to is None:
            raise BadInput(
                "to", "say where users move: --to PLAN buys it, --into SUBSCRIPTION2 is there"
            )
        if self.licenses is None or self.billing is None:
            missing = "licenses" if self.licenses is None else "billing"
            raise BadInput(missing, "is missing: a purchase needs --licenses and --billing")
        return Purchase(
            plan_id=inputs.id_of("to", self.to),
            licenses=inputs.licenses_of("licenses", self.licenses),
            billing=self.billing.value,
            payment_method=None if self.payment_method is None else self.payment_method.value,
            sold_to=None if self.sold_to is None else address_of("sold_to", self.sold_to),
            billed_to=None if self.billed_to is None else address_of("billed_to", self.billed_to),
            references=references_of(self.purchase_order, self.buyer_reference),
        )

    def _old_after(self) -> OldAfter:
        if self.reduce_old and self.reduce_old_to is not None:
            raise BadInput("reduce_old_to", "says how many it keeps: leave --reduce-old out")
        reduces = self.reduce_old or self.reduce_old_to is not None
        if reduces and self.cancel_old:
            raise BadInput("cancel_old", "leaves nothing to reduce: leave one of the two out")
        if self.cancel_old and not self.all:
            raise BadInput("cancel_old", "the others need it: write --all as well, or --reduce-old")
        return "reduced" if reduces else "canceled" if self.cancel_old else "stays"


def _refuse(options: Mapping[str, object], why: str) -> None:
    for name, given in options.items():
        if given not in (None, False, []):
            raise BadInput(name, why)


def _quote(
    context: typer.Context, subscription_id: str, asked: _Asked, *, lang: str | None, as_json: bool
) -> None:
    who, request = asked.who(), asked.request()
    desk = desk_of(context)

    async def ask(parts: Parts) -> Quote:
        await desk.speak(parts, lang, subscription_id=subscription_id)
        return await parts.service.quotes.make_for_change(
            parts.caller, subscription_id, request, who
        )

    from api.terminal.bills import show_quote  # noqa: PLC0415

    made = desk.ask(ask)
    desk.tell(made, as_json=as_json, show=lambda console: show_quote(console, made, desk.language))


def _order(
    context: typer.Context,
    subscription_id: str,
    quote_id: str,
    *,
    idempotency_key: str | None,
    accept_forfeiture: str | None,
    wait: bool,
    lang: str | None,
    as_json: bool,
) -> None:
    accepted = (
        None
        if accept_forfeiture is None
        else inputs.amount_of("accept_forfeiture", accept_forfeiture)
    )
    desk = desk_of(context)

    async def ask(parts: Parts) -> UpgradeView:
        await desk.speak(parts, lang, subscription_id=subscription_id)
        view = await parts.service.orders.change(
            parts.caller,
            subscription_id,
            quote_id,
            idempotency_key=idempotency_key,
            accept_forfeiture=accepted,
        )
        if wait:
            async for each in parts.service.reading.follow(parts.caller, view.upgrade_id):
                view = each
        return view

    from api.terminal.upgrades import show_upgrade  # noqa: PLC0415

    view = desk.ask(ask)
    failure = refused_order(view) if view.stage == "refused" else None
    desk.tell(
        view if failure is None else {**view.model_dump(mode="json"), **failure.document},
        as_json=as_json,
        show=lambda console: show_upgrade(console, view, desk.language),
        exit_code=ExitCode.DONE if failure is None else EXIT_CODES[failure.kind],
    )
