"""The command line: every verb under its name, by what it is for."""

from collections.abc import Callable
from typing import Annotated

import typer

from api.cli import (
    administration,
    changes,
    completion,
    lists,
    moves,
    operations,
    orders,
    reading,
    repair,
    serving,
    watch,
    webhooks,
)
from api.cli.calling import NAME_VARIABLE
from api.cli.context import desk_of
from api.cli.output import write_json
from api.cli.usage import HELP_NAMES, NAMING_OPTION, NoVerb, Verb, Verbs, help_and_examples
from api.errors import BadInput

VerbOf = Callable[..., None]

VERBS: dict[str, dict[str, VerbOf]] = {
    "Before an order": {
        "options": orders.options,
        "quote": orders.quote,
    },
    "Orders": {
        "upgrade": orders.upgrade,
        "change": changes.change,
        "decide": orders.decide,
        "cancel": orders.cancel,
    },
    "Where things are": {
        "list": lists.list_items,
        "status": orders.status,
        "events": reading.events,
        "actions": lists.actions,
        "moved": moves.moved,
        "users": reading.users,
        "notices": reading.notices,
        "invoice": reading.invoice,
        "credit-note": reading.credit_note,
        "explain": reading.explain,
        "statement": reading.statement,
    },
    "For operators": {
        "watch": watch.watch,
        "resume": repair.resume,
        "retry": repair.retry,
        "lost-invoices": repair.lost_invoices,
        "skip": moves.skip,
        "undo": orders.undo,
        "block-user": moves.block_user,
        "unblock-user": moves.unblock_user,
    },
    "Running the service": {
        "load": operations.load,
        "schema": operations.schema,
        "migrate": operations.migrate,
        "serve": serving.serve,
        "verify": operations.verify,
        "rebuild": operations.rebuild,
        "replay": operations.replay,
    },
    "On the local stack": {
        "demo": operations.demo,
        "fast-forward": operations.fast_forward,
    },
}
"""By their headings in the help."""

GROUPS: dict[str, tuple[str, dict[str, VerbOf]]] = {
    "admin": (
        "Change a subscription or a service by hand, as a remedy asks for.",
        {
            "assign": administration.assign,
            "unassign": administration.unassign,
            "set-licenses": administration.set_licenses,
            "pay": administration.pay,
            "pay-out": administration.pay_out,
            "void": administration.void,
            "incident": administration.incident,
            "block": administration.block,
            "unblock": administration.unblock,
            "activate": administration.activate,
            "add-on": administration.add_on,
            "cancel": administration.cancel,
        },
    ),
    "webhooks": (
        "Where tenants are told, and what could not be delivered.",
        {
            "set": webhooks.set_endpoint,
            "list": webhooks.list_endpoints,
            "remove": webhooks.remove,
            "deliveries": webhooks.deliveries,
            "dead-letters": webhooks.dead_letters,
            "resend": webhooks.resend,
        },
    ),
}
"""Verbs with verbs of their own."""

_HELP = """Upgrade subscriptions to another plan, and see where every upgrade is.

Each verb has a help of its own, VERB -h, and takes --json: then it prints one JSON document."""

_EXIT_CODES = """Exit codes: 0 done, 1 a check found something, 2 bad usage or bad input,
3 refused by a business rule, 4 not found, 5 Postgres or Temporal is out of reach."""


def all_verbs() -> list[str]:
    """The names of all verbs, those of groups after the name of theirs."""
    of_groups = [f"{group} {verb}" for group, (_, verbs) in GROUPS.items() for verb in verbs]
    return [*(name for verbs in VERBS.values() for name in verbs), *GROUPS, *of_groups]


def build_app() -> typer.Typer:
    """The command line, ready to be called with a `Desk` as its object."""
    app = typer.Typer(
        name="starter.py",
        cls=Verbs,
        help=_HELP,
        epilog=_EXIT_CODES,
        no_args_is_help=True,
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": list(HELP_NAMES)},
        subcommand_metavar="VERB ...",
    )
    app.callback()(_root)
    for heading, verbs in VERBS.items():
        _add(app, verbs, heading)
    for name, (says, verbs) in GROUPS.items():
        group = typer.Typer(
            cls=Verbs,
            help=says,
            no_args_is_help=True,
            rich_markup_mode=None,
            subcommand_metavar="VERB ...",
        )
        _add(group, verbs, None)
        app.add_typer(group, name=name, rich_help_panel="Verbs with verbs of their own")
    return app


def _add(app: typer.Typer, verbs: dict[str, VerbOf], heading: str | None) -> None:
    for name, verb in verbs.items():
        said, examples = help_and_examples(verb)
        app.command(name, cls=Verb, help=said, epilog=examples, rich_help_panel=heading)(verb)


def _root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    named: Annotated[
        str | None,
        typer.Option(
            NAMING_OPTION,
            metavar="NAME",
            help=f"Who the history shows; else {NAME_VARIABLE}, or you.",
        ),
    ] = None,
    show_completion: Annotated[
        completion.Shell | None,
        typer.Option(help="Print what completes verbs and options in this shell."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", hidden=True)] = False,
) -> None:
    if version:
        number = desk_of(context).wiring.version()
        if as_json:
            write_json({"version": number})
        else:
            typer.echo(f"plan-upgrade {number}")
        raise typer.Exit
    if show_completion is not None:
        typer.echo(
            completion.script(show_completion, desk_of(context).wiring.called_from_anywhere())
        )
        raise typer.Exit
    desk_of(context).named = named
    if context.invoked_subcommand is None:
        raise NoVerb
    if as_json:
        raise BadInput("json", "write --json after the verb")
