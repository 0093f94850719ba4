"""What needs an operator, one finding a thing, each with what to do about it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from api.ways_on import command_of, to_decide
from domain.formats import short_moment
from domain.values import Instant, Value
from store.watch import Pressing, PressingUpgrade, Watch
from store.webhooks import Endpoint

FindingCode = Literal[
    "needs_attention",
    "parked_unrecorded",
    "credit_check_overdue",
    "past_the_hour",
    "credit_check_due",
    "invoice_overdue",
    "invoice_near_its_last_day",
    "webhook_endpoint_gone",
    "webhook_endpoint_failing",
    "webhook_dead_letters",
    "webhook_relay_behind",
    "temporal_unreachable",
]
"""Never renamed: scripts know them. docs/runbook.md says what each means, and a test compares."""

Severity = Literal["critical", "warning"]

SEVERITIES: dict[FindingCode, Severity] = {
    "needs_attention": "critical",
    "parked_unrecorded": "critical",
    "credit_check_overdue": "critical",
    "past_the_hour": "critical",
    "credit_check_due": "warning",
    "invoice_overdue": "critical",
    "invoice_near_its_last_day": "warning",
    "webhook_endpoint_gone": "warning",
    "webhook_endpoint_failing": "warning",
    "webhook_dead_letters": "warning",
    "webhook_relay_behind": "warning",
    "temporal_unreachable": "critical",
}
"""`critical`: something stands still, or cannot be seen, until somebody acts. `warning`: it soon will."""

UNTAKEN_FOR_LONG = timedelta(minutes=1)
"""A relay takes notices in within moments."""

_SAYS: dict[Pressing, str] = {
    "needs_attention": "parked at step {step}: {cause}",
    "credit_check_overdue": "the credit check should have ended at {deadline}: is a worker running?",
    "past_the_hour": "it should have been complete by {since}",
    "credit_check_due": "nobody has decided the credit check, which ends at {deadline}",
    "invoice_overdue": "the invoice should have been issued at {deadline}: is a worker running?",
    "invoice_near_its_last_day": "the last day for the invoice is near; it is to be issued at {deadline}",
}


class ParkedRun(Value):
    """A run that is parked, and could not tell the database."""

    upgrade_id: str
    tenant_id: str | None
    started_at: Instant


class Finding(Value):
    """One thing that needs somebody."""

    code: FindingCode
    severity: Severity
    since: Instant
    upgrade_id: str | None = None
    tenant_id: str | None = None
    message: str
    commands: tuple[str, ...]
    """What to do, as commands that are complete but for words in capitals."""


def findings_of(watch: Watch, parked: Iterable[ParkedRun] | None) -> tuple[Finding, ...]:
    """Everything that needs somebody, upgrades first.

    `parked` are the runs that only Temporal knows to be parked; None if it cannot be asked now.
    """
    return (
        *(_of_parked(run) for run in parked or ()),
        *(_of_upgrade(upgrade) for upgrade in watch.upgrades),
        *_of_webhooks(watch),
        *([] if parked is not None else [_unreachable(watch.at)]),
    )


def _of_upgrade(upgrade: PressingUpgrade) -> Finding:
    id = upgrade.upgrade_id
    commands = (command_of("status", id),)
    if upgrade.what == "needs_attention":
        commands = upgrade.continue_with
    elif upgrade.what == "credit_check_due":
        commands = to_decide(id)
    message = _SAYS[upgrade.what].format(
        step=upgrade.step,
        cause=upgrade.cause,
        since=_moment(upgrade.since),
        deadline=None if upgrade.deadline is None else _moment(upgrade.deadline),
    )
    return _finding(
        upgrade.what, upgrade.since, message, *commands, tenant=upgrade.tenant_id, upgrade=id
    )


def _of_parked(run: ParkedRun) -> Finding:
    return _finding(
        "parked_unrecorded",
        run.started_at,
        "its run is parked, and the database could not be told; the run's details say why",
        command_of("retry", run.upgrade_id),
        command_of("undo", run.upgrade_id, "--reason", "WHY"),
        tenant=run.tenant_id,
        upgrade=run.upgrade_id,
    )


def _of_webhooks(watch: Watch) -> Iterator[Finding]:
    for endpoint in watch.gone_endpoints:
        assert endpoint.gone_at is not None
        again = command_of("webhooks", "set", endpoint.tenant_id, endpoint.url)
        says = f"{endpoint.url} answered that it is gone; {_waiting(endpoint)}"
        yield _of_endpoint("webhook_endpoint_gone", endpoint, endpoint.gone_at, says, again)
    for endpoint in watch.failing_endpoints:
        assert endpoint.failing_since is not None
        look = command_of("webhooks", "deliveries", "--tenant", endpoint.tenant_id)
        says = f"{endpoint.url} fails since {_moment(endpoint.failing_since)}; {_waiting(endpoint)}"
        yield _of_endpoint("webhook_endpoint_failing", endpoint, endpoint.failing_since, says, look)
    for endpoint in watch.endpoints_with_dead_letters:
        letters = [each for each in watch.dead_letters if each.endpoint_id == endpoint.endpoint_id]
        attempts = [each.last_attempt_at for each in letters if each.last_attempt_at is not None]
        of_tenant = ("--tenant", endpoint.tenant_id)
        says = f"dead letters to {endpoint.url}: {endpoint.dead}"
        yield _of_endpoint(
            "webhook_dead_letters",
            endpoint,
            min(attempts, default=endpoint.created_at),
            says,
            command_of("webhooks", "dead-letters", *of_tenant),
            command_of("webhooks", "resend", "--all-dead", *of_tenant),
        )
    untaken = watch.notices_untaken_since
    if untaken is not None and untaken <= watch.at - UNTAKEN_FOR_LONG:
        says = (
            f"no relay has taken in notices since {_moment(untaken)}: is a worker with one running?"
        )
        yield _finding("webhook_relay_behind", untaken, says, command_of("webhooks", "list"))


def _of_endpoint(
    code: FindingCode, endpoint: Endpoint, since: datetime, message: str, *commands: str
) -> Finding:
    return _finding(code, since, message, *commands, tenant=endpoint.tenant_id)


def _unreachable(at: datetime) -> Finding:
    return _finding(
        "temporal_unreachable",
        at,
        "Temporal cannot be asked: what only it knows is not in this list, and no upgrade goes on",
    )


def _finding(
    code: FindingCode,
    since: datetime,
    message: str,
    *commands: str,
    tenant: str | None = None,
    upgrade: str | None = None,
) -> Finding:
    return Finding(
        code=code,
        severity=SEVERITIES[code],
        since=since,
        upgrade_id=upgrade,
        tenant_id=tenant,
        message=message,
        commands=commands,
    )


def _waiting(endpoint: Endpoint) -> str:
    return f"notices that wait for it: {endpoint.waiting}"


def _moment(at: datetime) -> str:
    return short_moment(at, "UTC").en
