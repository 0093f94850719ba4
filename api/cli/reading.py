"""Verbs that read what an upgrade has left behind: events, invoice, notices, users."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Annotated

import typer

from api import inputs
from api.arguments import MOST_LISTED
from api.cli.context import (
    AfterUser,
    AsJson,
    Lang,
    Limit,
    Parts,
    SubscriptionId,
    TenantId,
    UpgradeId,
    desk_of,
)
from api.errors import BadInput
from api.files.new_file import file_to_write, new_file
from domain.documents.explanation import Explanation
from domain.ledger.statement import Statement
from domain.views.credit_notes import CreditNote
from domain.views.read_models import Invoice, Notice


def events(context: typer.Context, upgrade_id: UpgradeId, as_json: AsJson = False) -> None:
    """Everything that happened to an upgrade, from the order on.

    Example: starter.py events up-0123456789abcdef0123
    """
    from api.terminal.records import show_events  # noqa: PLC0415

    found = desk_of(context).ask(
        lambda parts: parts.service.reading.events(parts.caller, upgrade_id)
    )
    desk_of(context).tell(found, as_json=as_json, show=lambda console: show_events(console, found))


def invoice(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    pdf: Annotated[
        str | None, typer.Option("--pdf", metavar="FILE", help="Write its document to FILE too.")
    ] = None,
    xml: Annotated[
        str | None, typer.Option("--xml", metavar="FILE", help="Write its e-invoice to FILE too.")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The invoice of an upgrade, once its billing day has come.

    Example: starter.py invoice up-0123456789abcdef0123 --pdf invoice.pdf --xml invoice.xml
    """
    files = _files(pdf, xml)
    from api.terminal.bills import show_invoice  # noqa: PLC0415

    desk = desk_of(context)

    async def ask(parts: Parts) -> Invoice:
        await desk.speak(parts, lang, upgrade_id=upgrade_id)
        found = await parts.service.bills.invoice(parts.caller, upgrade_id)
        bills = parts.service.bills
        makers = {"pdf": bills.invoice_pdf, "xml": bills.e_invoice}
        _write(files, {each: await makers[each](parts.caller, upgrade_id) for each in files})
        return found

    found = desk.ask(ask)
    desk.tell(
        found,
        as_json=as_json,
        show=lambda console: show_invoice(console, found, desk.language, files.values()),
    )


def credit_note(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    pdf: Annotated[
        str | None, typer.Option("--pdf", metavar="FILE", help="Write its document to FILE too.")
    ] = None,
    xml: Annotated[
        str | None, typer.Option("--xml", metavar="FILE", help="Write it as e-invoice to FILE too.")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The credit note that took the invoice of an upgrade back.

    Example: starter.py credit-note up-0123456789abcdef0123 --pdf credit-note.pdf
    """
    files = _files(pdf, xml)
    from api.terminal.bills import show_credit_note  # noqa: PLC0415

    desk = desk_of(context)

    async def ask(parts: Parts) -> CreditNote:
        await desk.speak(parts, lang, upgrade_id=upgrade_id)
        bills = parts.service.bills
        found = await bills.credit_note(parts.caller, upgrade_id)
        makers = {"pdf": bills.credit_note_pdf, "xml": bills.e_credit_note}
        _write(files, {each: await makers[each](parts.caller, upgrade_id) for each in files})
        return found

    found = desk.ask(ask)
    desk.tell(
        found,
        as_json=as_json,
        show=lambda console: show_credit_note(console, found, desk.language, files.values()),
    )


def _files(pdf: str | None, xml: str | None) -> dict[str, str]:
    """Which files are to be written, by option. Raises `BadInput`."""
    files = {field: file for field, file in (("pdf", pdf), ("xml", xml)) if file is not None}
    if len({file_to_write(field, file) for field, file in files.items()}) < len(files):
        raise BadInput("xml", "is the file of --pdf: name another")
    return files


def _write(files: Mapping[str, str], documents: Mapping[str, bytes]) -> None:
    """Write each document to the file of its option, all or none."""
    with ExitStack() as all_or_none:
        for field, document in documents.items():
            all_or_none.enter_context(new_file(field, files[field])).write(document)


def explain(
    context: typer.Context, upgrade_id: UpgradeId, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Why an upgrade costs what it costs: from each line to the events behind it.

    Example: starter.py explain up-0123456789abcdef0123
    """
    desk = desk_of(context)

    async def ask(parts: Parts) -> Explanation:
        await desk.speak(parts, lang, upgrade_id=upgrade_id)
        return await parts.service.bills.explain(parts.caller, upgrade_id)

    from api.terminal.explanation import show_explanation  # noqa: PLC0415

    found = desk.ask(ask)
    desk.tell(
        found, as_json=as_json, show=lambda console: show_explanation(console, found, desk.language)
    )


def statement(
    context: typer.Context,
    tenant: TenantId,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="The last day of it; else all there is.")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What was booked for a tenant, account by account, with running balances.

    Example: starter.py statement contoso --until 2026-12-31
    """
    last_day = None if until is None else inputs.day_of("until", until)

    desk = desk_of(context)

    async def ask(parts: Parts) -> Statement:
        await desk.speak(parts, lang, tenant_id=tenant)
        return await parts.service.bills.statement(parts.caller, tenant, last_day)

    from api.terminal.statement import show_statement  # noqa: PLC0415

    found = desk.ask(ask)
    desk.tell(
        found, as_json=as_json, show=lambda console: show_statement(console, found, desk.language)
    )


def notices(
    context: typer.Context, tenant: TenantId, lang: Lang = None, as_json: AsJson = False
) -> None:
    """What a tenant was told, oldest first.

    Example: starter.py notices contoso --lang zh-TW
    """
    desk = desk_of(context)

    async def ask(parts: Parts) -> list[Notice]:
        await desk.speak(parts, lang, tenant_id=tenant)
        return await parts.service.reading.notices(parts.caller, tenant)

    from api.terminal.records import show_notices  # noqa: PLC0415

    found = desk.ask(ask)
    desk.tell(
        found, as_json=as_json, show=lambda console: show_notices(console, found, desk.language)
    )


def users(
    context: typer.Context,
    subscription: SubscriptionId,
    limit: Limit = "100",
    after: AfterUser = None,
    as_json: AsJson = False,
) -> None:
    """Who holds a license of a subscription, and what is switched off for them.

    Example: starter.py users contoso-basic --limit 20 --after ada@contoso.example
    """
    most = inputs.number_of("limit", limit, 1, MOST_LISTED)
    from api.terminal.records import show_users  # noqa: PLC0415

    found = desk_of(context).ask(
        lambda parts: parts.service.reading.users(
            parts.caller, subscription, limit=most, after=after
        )
    )
    desk_of(context).tell(
        found,
        as_json=as_json,
        show=lambda console: show_users(console, subscription, found, most),
    )
