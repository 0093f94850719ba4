"""Endpoints of webhooks and their deliveries, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from api.service.webhooks import EndpointSet
from api.terminal.commands import next_steps
from api.terminal.text import clean, facts, moment, say, title, words
from api.terminal.ways_on import command_of
from store.webhooks import Delivery, Endpoint


def show_endpoint_set(console: Console, endpoint: EndpointSet) -> None:
    """What was set; its secret, where nobody knows it yet."""
    say(console, title(f"Webhooks of {endpoint.tenant_id}", endpoint.endpoint_id))
    pairs = [("url", endpoint.url)]
    if endpoint.secret is not None:
        pairs.append(("secret", endpoint.secret))
    say(console, facts(pairs))
    if endpoint.secret is not None:
        say(console, words("keep the secret now: it is not shown again", "yellow"))


def show_endpoints(console: Console, endpoints: Sequence[Endpoint]) -> None:
    """A line for each endpoint."""
    if not endpoints:
        say(console, words("no webhook endpoints", "dim"))
        return
    table = _table("endpoint", "tenant", "delivered", "waiting", "dead", "url")
    for each in endpoints:
        url = clean(each.url)
        if each.gone_at is not None:
            url += " (gone: set it again)"
        elif each.failing_since is not None:
            url += f" (fails since {moment(each.failing_since)})"
        counts = (each.delivered, each.waiting, each.dead)
        table.add_row(each.endpoint_id, each.tenant_id, *(f"{count:,}" for count in counts), url)
    say(console, table)


def show_deliveries(console: Console, deliveries: Sequence[Delivery]) -> None:
    """A line for each delivery, and how to send it again."""
    if not deliveries:
        say(console, words("none", "dim"))
        return
    table = _table("no.", "state", "tries", "last (UTC)", "event", "said")
    for each in deliveries:
        last = "-" if each.last_attempt_at is None else moment(each.last_attempt_at)
        table.add_row(
            str(each.delivery_id),
            each.state,
            str(each.attempts),
            last,
            each.notice_id,
            clean(each.last_error or "-"),
        )
    say(console, table)
    dead = [str(each.delivery_id) for each in deliveries if each.state == "dead"]
    if dead:
        resend = ("webhooks", "resend")
        again = [command_of(*resend, dead[0]), command_of(*resend, "--all-dead")]
        next_steps(console, "Once the receiver is fixed, send one again, or all:", again)


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in ("no.", "state", "endpoint"))
    return table
