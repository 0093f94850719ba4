"""What needs an operator: each thing with since when, and what to do about it."""

from rich.console import Console
from rich.table import Table

from api.terminal.commands import command
from api.terminal.text import clean, moment, say, title, words
from store.watch import Pressing, PressingUpgrade, Watch

_SAYS: dict[Pressing, str] = {
    "needs_attention": "parked",
    "credit_check_overdue": "credit check past its deadline",
    "past_the_hour": "past the hour",
    "credit_check_due": "credit check ends soon",
    "invoice_overdue": "invoice not issued on its day",
    "invoice_near_its_last_day": "invoice near its last day",
}
_DO: dict[Pressing, str] = {
    "needs_attention": "starter.py retry {id} | undo {id} --reason TEXT",
    "credit_check_overdue": "is a worker running? it ends by itself",
    "past_the_hour": "starter.py status {id}",
    "credit_check_due": "starter.py decide {id} approved|declined --reference REF",
    "invoice_overdue": "is a worker running? starter.py status {id}",
    "invoice_near_its_last_day": "starter.py status {id}",
}


def show_watch(console: Console, watch: Watch) -> None:
    """Everything, the most pressing first."""
    say(console, title("Watch", moment(watch.at)))
    if watch.is_quiet:
        say(console, words("nothing needs you", "green"))
    for upgrade_id in watch.unrecorded or ():
        line = f"{upgrade_id}: parked, and the database could not be told; its run says why"
        say(console, words(f"✗ {line}", "red"))
        command(console, _DO["needs_attention"].format(id=upgrade_id))
    if watch.unrecorded is None:
        say(console, words("✗ Temporal is out of reach: what only it knows is not shown", "red"))
    for upgrade in watch.upgrades:
        _show_upgrade(console, upgrade)
    for endpoint in watch.gone_endpoints:
        line = f"webhooks of {endpoint.tenant_id} are gone, {endpoint.waiting} wait: {endpoint.url}"
        say(console, words(f"✗ {line}", "red"))
        command(console, f"starter.py webhooks set {endpoint.tenant_id} URL")
    for endpoint in watch.failing_endpoints:
        assert endpoint.failing_since is not None
        line = (
            f"webhooks of {endpoint.tenant_id} fail since {moment(endpoint.failing_since)},"
            f" {endpoint.waiting} wait: {clean(endpoint.url)}"
        )
        say(console, words(f"✗ {line}", "yellow"))
        command(console, f"starter.py webhooks deliveries --tenant {endpoint.tenant_id}")
    if watch.dead_letters:
        say(console, words(f"✗ {len(watch.dead_letters)} dead letters", "red"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        for each in watch.dead_letters:
            table.add_row(
                f"  {each.delivery_id}", each.notice_id, clean(each.last_error), clean(each.url)
            )
        say(console, table)
        command(console, "starter.py webhooks resend NO. | --all-dead")
    if watch.notices_untaken_since is not None:
        since = moment(watch.notices_untaken_since)
        say(console, words(f"notices wait for a webhook relay since {since}", "yellow"))


def _show_upgrade(console: Console, upgrade: PressingUpgrade) -> None:
    says = f"{_SAYS[upgrade.what]}, {moment(upgrade.since)}"
    say(console, words(f"✗ {upgrade.upgrade_id} of {upgrade.tenant_id}: {says}", "red"))
    if upgrade.cause is not None:
        say(console, words(f"  {upgrade.step}: {upgrade.cause}"))
    command(console, _DO[upgrade.what].format(id=upgrade.upgrade_id))
