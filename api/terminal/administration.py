"""How admin verbs answer people: the subscription or the service as it then stands."""

from rich.console import Console

from api.service.administration import ServiceView, SubscriptionView
from api.service.payments import CreditView
from api.terminal.text import facts, moment, say, title


def show_subscription(console: Console, view: SubscriptionView) -> None:
    """A subscription after a change."""
    users = f"{view.assigned} of {view.licenses} licenses assigned"
    pairs = [("plan", view.plan_id), ("status", view.status), ("users", users)]
    if view.balance_due:
        pairs.append(("balance due", f"{view.currency} {view.balance_due:f}"))
    if view.add_ons:
        pairs.append(("add-ons", ", ".join(view.add_ons)))
    if view.blocked is not None:
        pairs.append(("blocked", f"{view.blocked.code} {view.blocked.note}".strip()))
    if view.locked_by is not None and view.locked_until is not None:
        pairs.append(("locked by", f"{view.locked_by}, until about {moment(view.locked_until)}"))
    say(console, title(view.subscription_id, _news(view.changed)), facts(pairs))


def show_service(console: Console, view: ServiceView) -> None:
    """A service after an incident began or ended."""
    state = "healthy" if view.healthy else f"open incidents: {', '.join(view.open_incidents)}"
    say(console, title(view.service, _news(view.changed)), facts([("state", state)]))


def show_credit(console: Console, view: CreditView) -> None:
    """Account credit after some of it was paid out."""
    left = f"{view.currency} {view.left:f}"
    say(console, title(view.upgrade_id, view.tenant_id), facts([("account credit left", left)]))


def _news(changed: bool) -> str:
    return "changed" if changed else "as it was"
