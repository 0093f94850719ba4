"""Verbs under `webhooks`: where tenants are told, and what could not be delivered."""

from typing import Annotated, Any

import typer

from api import inputs
from api.cli.context import AsJson, Parts, TenantId, desk_of
from api.errors import BadInput
from api.files.given_secret import secret_from
from api.service.webhooks import Delivery, Endpoint, EndpointSet

OfTenant = Annotated[
    str | None, typer.Option("--tenant", metavar="TENANT", help="Of this tenant only.")
]


def set_endpoint(
    context: typer.Context,
    tenant: TenantId,
    url: Annotated[str, typer.Argument(metavar="URL", help="https://... to post notices to.")],
    secret: Annotated[
        str | None,
        typer.Option(
            metavar="@FILE|-",
            help="Where the secret is, - for stdin; else one is made and shown once.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send a tenant's notices to a URL from now on; again, to give it a new secret.

    For a day everything is then signed with both, so that the receiver can change over.

    Example: starter.py webhooks set contoso https://hooks.contoso.example/upgrades
    """
    given = None if secret is None else secret_from("secret", secret)

    async def ask(parts: Parts) -> EndpointSet:
        return await parts.service.webhooks.set(parts.caller, tenant, url, given)

    from api.terminal.webhooks import show_endpoint_set  # noqa: PLC0415

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found, as_json=as_json, show=lambda console: show_endpoint_set(console, found)
    )


def list_endpoints(
    context: typer.Context, tenant: OfTenant = None, as_json: AsJson = False
) -> None:
    """Endpoints, with how much was delivered, waits, or is dead.

    Example: starter.py webhooks list --tenant contoso
    """

    async def ask(parts: Parts) -> list[Endpoint]:
        return await parts.service.webhooks.endpoints(parts.caller, tenant)

    from api.terminal.webhooks import show_endpoints  # noqa: PLC0415

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found, as_json=as_json, show=lambda console: show_endpoints(console, found)
    )


def remove(
    context: typer.Context,
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id.")],
    as_json: AsJson = False,
) -> None:
    """Send nothing to an endpoint any more, not even what still waits.

    Example: starter.py webhooks remove wh-0123456789abcdef0123
    """

    async def ask(parts: Parts) -> dict[str, Any]:
        await parts.service.webhooks.remove(parts.caller, endpoint)
        return {"removed": endpoint}

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found, as_json=as_json, show=lambda console: console.print(f"removed: {endpoint}")
    )


def dead_letters(context: typer.Context, tenant: OfTenant = None, as_json: AsJson = False) -> None:
    """What was given up after every attempt had failed, and why.

    Example: starter.py webhooks dead-letters
    """

    async def ask(parts: Parts) -> list[Delivery]:
        return await parts.service.webhooks.deliveries(parts.caller, tenant_id=tenant, state="dead")

    from api.terminal.webhooks import show_deliveries  # noqa: PLC0415

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found, as_json=as_json, show=lambda console: show_deliveries(console, found)
    )


def deliveries(context: typer.Context, tenant: OfTenant = None, as_json: AsJson = False) -> None:
    """Everything that was sent or waits to be sent, what was tried last first.

    Example: starter.py webhooks deliveries --tenant contoso
    """

    async def ask(parts: Parts) -> list[Delivery]:
        return await parts.service.webhooks.deliveries(parts.caller, tenant_id=tenant)

    from api.terminal.webhooks import show_deliveries  # noqa: PLC0415

    found = desk_of(context).ask(ask)
    desk_of(context).tell(
        found, as_json=as_json, show=lambda console: show_deliveries(console, found)
    )


def resend(
    context: typer.Context,
    delivery: Annotated[str | None, typer.Argument(metavar="DELIVERY", help="Its number.")] = None,
    *,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Every dead letter.")] = False,
    tenant: OfTenant = None,
    as_json: AsJson = False,
) -> None:
    """Send a dead letter, or what was delivered before, once more; receivers tell it by its event id.

    Example: starter.py webhooks resend 17
    """
    if (delivery is None) != all_dead:
        raise BadInput("delivery", "name one delivery by its number, or all with --all-dead")
    if delivery is not None and tenant is not None:
        raise BadInput("tenant", "goes with --all-dead only: leave it out")

    number = None if delivery is None else inputs.number_of("delivery", delivery, 1, 2**63 - 1)

    async def ask(parts: Parts) -> list[int]:
        webhooks = parts.service.webhooks
        if number is None:
            return await webhooks.resend_dead(parts.caller, tenant)
        return [(await webhooks.resend(parts.caller, number)).delivery_id]

    sent_again = desk_of(context).ask(ask)
    desk_of(context).tell(
        {"sent_again": sent_again},
        as_json=as_json,
        show=lambda console: console.print(
            f"sent again: {', '.join(map(str, sent_again)) or 'nothing was dead'}"
        ),
    )
