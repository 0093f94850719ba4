"""Verbs around moves: who was moved and what they lost, who cannot be moved, and what to do then."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
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
    UpgradeId,
    desk_of,
)
from api.cli.orders import tell_upgrade
from api.errors import BadInput
from api.files.csv_file import write_csv
from api.service.reading import FailedUser, MovedUser, each_page
from domain.views.read_models import UpgradeView

UserId = Annotated[str, typer.Argument(metavar="USER", help="Their id.")]


class Which(StrEnum):
    """Which users of a move."""

    MOVED = "moved"
    LOST_SWITCHES = "lost_switches"
    FAILED = "failed"


def moved(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    lost_switches: Annotated[
        bool, typer.Option("--lost-switches", help="Only who had services off that are on now.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Who cannot be moved or was skipped, and why.")
    ] = False,
    limit: Limit = "100",
    after: AfterUser = None,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="All of them, into a CSV file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who was moved by an upgrade: what they had before, what they have now, when, in which batch.

    Example: starter.py moved up-0123456789abcdef0123 --lost-switches --csv lost.csv
    """
    if lost_switches and failed:
        raise BadInput("failed", "who failed lost no switches: leave one of the two out")
    which = Which.FAILED if failed else Which.LOST_SWITCHES if lost_switches else Which.MOVED
    most = inputs.number_of("limit", limit, 1, MOST_LISTED)
    if csv is not None:
        _export(context, upgrade_id, which, csv, as_json=as_json)
        return
    from api.terminal.moves import show_failed_users, show_moved_users  # noqa: PLC0415

    desk = desk_of(context)
    if failed:
        missed = desk.ask(
            lambda parts: parts.service.reading.failed_users(
                parts.caller, upgrade_id, limit=most, after=after
            )
        )
        desk.tell(
            missed,
            as_json=as_json,
            show=lambda console: show_failed_users(console, upgrade_id, missed, most),
        )
        return
    found = desk.ask(
        lambda parts: parts.service.reading.moved_users(
            parts.caller, upgrade_id, lost_switches=lost_switches, limit=most, after=after
        )
    )
    desk.tell(
        found,
        as_json=as_json,
        show=lambda console: show_moved_users(
            console, upgrade_id, found, most, lost_switches=lost_switches
        ),
    )


def _export(
    context: typer.Context, upgrade_id: str, which: Which, file: str, *, as_json: bool
) -> None:
    async def ask(parts: Parts) -> int:
        service = parts.service
        await service.reading.status(parts.caller, upgrade_id)
        if which is Which.FAILED:
            return await write_csv(
                file,
                FailedUser,
                each_page(
                    lambda after, n: service.reading.failed_users(
                        parts.caller, upgrade_id, limit=n, after=after
                    )
                ),
            )
        lost = which is Which.LOST_SWITCHES
        return await write_csv(
            file,
            MovedUser,
            each_page(
                lambda after, n: service.reading.moved_users(
                    parts.caller, upgrade_id, lost_switches=lost, limit=n, after=after
                )
            ),
        )

    from api.terminal.moves import show_export  # noqa: PLC0415

    rows = desk_of(context).ask(ask)
    desk_of(context).tell(
        {"file": file, "rows": rows},
        as_json=as_json,
        show=lambda console: show_export(console, file, rows),
    )


def skip(
    context: typer.Context,
    *,
    upgrade_id: UpgradeId,
    users: Annotated[
        list[str] | None, typer.Argument(metavar="USER", help="Whom to go on without.")
    ] = None,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="Everybody who cannot be moved.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Go on without users who cannot be moved: their license ends when billing switches.

    Example: starter.py skip up-0123456789abcdef0123 ada@contoso.example --reason "left us"
    """
    listed = users or None
    if (listed is None) != all_failed:
        raise BadInput("user", "name the users, or write --all-failed, and not both")

    async def ask(parts: Parts) -> UpgradeView:
        return await parts.service.repair.skip_users(parts.caller, upgrade_id, listed, reason)

    tell_upgrade(context, upgrade_id, ask, lang=lang, as_json=as_json)


def block_user(
    context: typer.Context,
    *,
    subscription: SubscriptionId,
    user: UserId,
    code: Annotated[str, typer.Option(metavar="C", help="Why, as a code: legal_hold, …")],
    note: Annotated[str, typer.Option(metavar="T", help="Why, in words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a user's license from being changed, as a system upstream would. A move waits for them.

    Example: starter.py block-user contoso-basic ada@contoso.example --code legal_hold
    """
    _change_block(
        context,
        lambda parts: parts.service.administration.block_user(
            parts.caller, subscription, user, code=code, note=note
        ),
        {"subscription_id": subscription, "user_id": user, "blocked": True},
        as_json=as_json,
    )


def unblock_user(
    context: typer.Context, subscription: SubscriptionId, user: UserId, as_json: AsJson = False
) -> None:
    """Let a user's license be changed again; then `retry` the upgrade that waits for it.

    Example: starter.py unblock-user contoso-basic ada@contoso.example
    """
    _change_block(
        context,
        lambda parts: parts.service.administration.unblock_user(parts.caller, subscription, user),
        {"subscription_id": subscription, "user_id": user, "blocked": False},
        as_json=as_json,
    )


def _change_block(
    context: typer.Context,
    ask: Callable[[Parts], Awaitable[None]],
    answer: dict[str, object],
    *,
    as_json: bool,
) -> None:
    from api.terminal.moves import show_block  # noqa: PLC0415

    desk_of(context).ask(ask)
    desk_of(context).tell(answer, as_json=as_json, show=lambda console: show_block(console, answer))
