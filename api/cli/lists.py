"""Verbs that list: what a customer talks about, and who did what."""

from enum import StrEnum
from typing import Annotated

import typer

from api import inputs
from api.cli.context import AsJson, desk_of
from api.service.lists import ITEMS, MOST_ITEMS, STAGES, Filter


class What(StrEnum):
    """What is listed; each value is a `store.lists.Noun`."""

    tenants = "tenants"
    subscriptions = "subscriptions"
    upgrades = "upgrades"
    quotes = "quotes"
    invoices = "invoices"


def _stages() -> list[str]:
    return list(STAGES)


def list_items(
    context: typer.Context,
    *,
    what: Annotated[What, typer.Argument(metavar="WHAT", help="What to list.")],
    tenant: Annotated[
        str | None, typer.Option(metavar="TENANT", help="Only this tenant's.")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(metavar="USER", help="Of what a user has a license of, or was moved by."),
    ] = None,
    quote: Annotated[
        str | None, typer.Option(metavar="QUOTE", help="What was quoted, and ordered on it.")
    ] = None,
    invoice: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="What this invoice is for.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            metavar="STAGE",
            help="With an upgrade in this stage; not of quotes and invoices.",
            autocompletion=_stages,
        ),
    ] = None,
    limit: Annotated[
        str, typer.Option("--limit", metavar="N", help=f"How many at most, up to {MOST_ITEMS}.")
    ] = str(ITEMS),
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on after this one, `next` of a page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tenants, subscriptions, upgrades, quotes or invoices, by what you know of them.

    Filters add up. Tenants and subscriptions come in the order of their ids, the others newest first.

    Example: starter.py list upgrades --user ada@contoso.example

    Example: starter.py list tenants --invoice INV-00000001
    """
    noun = what.value
    given: dict[Filter, str | None] = {
        "tenant": tenant,
        "user": user,
        "quote": quote,
        "invoice": invoice,
        "stage": stage,
    }
    filters: dict[Filter, str] = {name: value for name, value in given.items() if value is not None}
    most = inputs.number_of("limit", limit, 1, MOST_ITEMS)
    from api.terminal.lists import show_page  # noqa: PLC0415

    found = desk_of(context).ask(
        lambda parts: parts.service.lists.page(parts.caller, noun, filters, limit=most, after=after)
    )
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show_page(console, noun, filters, found, most),
    )


def actions(
    context: typer.Context,
    *,
    tenant: Annotated[
        str | None, typer.Option(metavar="TENANT", help="Only what was done to this tenant.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what somebody of this name did.")
    ] = None,
    limit: Annotated[
        str, typer.Option("--limit", metavar="N", help=f"How many at most, up to {MOST_ITEMS}.")
    ] = str(ITEMS),
    after: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Go on after this one, `next` of a page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who did what, newest first: orders, decisions, cancels, and what was changed by hand.

    Example: starter.py actions --tenant contoso

    Example: starter.py actions --by olga
    """
    most = inputs.number_of("limit", limit, 1, MOST_ITEMS)
    before = None if after is None else inputs.number_of("after", after, 1, 2**63 - 1)
    of = None if tenant is None else inputs.id_of("tenant", tenant)
    from api.terminal.lists import show_actions  # noqa: PLC0415

    found = desk_of(context).ask(
        lambda parts: parts.service.lists.actions(
            parts.caller, tenant_id=of, by=by, limit=most, before=before
        )
    )
    filters = {"tenant": tenant, "by": by}
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show_actions(
            console,
            {name: value for name, value in filters.items() if value is not None},
            found,
            most,
        ),
    )
