"""What needs an operator, one finding a thing, each with what to do about it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from api.runs.halted import Halt
from api.runs.port import RunStatus, SeenRun
from api.runs.strays_found import Stray, Strays
from domain.text.formats import operators_moment
from domain.values.actions import Action, action, retry_or_undo, to_decide
from domain.values.base import Instant, Value
from store.watch import Pressing, PressingUpgrade, Watch
from store.webhooks import Endpoint

FindingCode = Literal[
    "needs_attention",
    "parked_unrecorded",
    "run_missing",
    "run_disagrees",
    "order_unknown",
    "no_worker",
    "tasks_wait",
    "run_fails",
    "run_paused",
    "activity_paused",
    "credit_check_overdue",
    "past_the_hour",
    "credit_check_due",
    "invoice_overdue",
    "invoice_near_its_last_day",
    "webhook_endpoint_gone",
    "webhook_endpoint_failing",
    "webhook_dead_letters",
    "webhook_relay_behind",
    "webhook_relay_held_up",
    "temporal_unreachable",
]
"""Never renamed: scripts know them. docs/runbook.md says what each means, and a test compares."""

Severity = Literal["critical", "warning"]

SEVERITIES: dict[FindingCode, Severity] = {
    "needs_attention": "critical",
    "parked_unrecorded": "critical",
    "run_missing": "critical",
    "run_disagrees": "critical",
    "order_unknown": "critical",
    "no_worker": "critical",
    "tasks_wait": "warning",
    "run_fails": "critical",
    "run_paused": "critical",
    "activity_paused": "critical",
    "credit_check_overdue": "critical",
    "past_the_hour": "critical",
    "credit_check_due": "warning",
    "invoice_overdue": "critical",
    "invoice_near_its_last_day": "warning",
    "webhook_endpoint_gone": "warning",
    "webhook_endpoint_failing": "warning",
    "webhook_dead_letters": "warning",
    "webhook_relay_behind": "warning",
    "webhook_relay_held_up": "critical",
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


UnreachableReason = Literal[
    "refused", "unknown_host", "silent", "no_namespace", "not_allowed", "tls", "unwell", "unknown"
]
"""Never renamed, like the codes of findings."""


class Unseen(Value):
    """Why Temporal could not be asked."""

    reason: UnreachableReason
    address: str | None = None
    why: str
    """In words, with the fix."""


class Finding(Value):
    """One thing that needs somebody."""

    code: FindingCode
    severity: Severity
    since: Instant
    upgrade_id: str | None = None
    tenant_id: str | None = None
    message: str
    reason: UnreachableReason | None = None
    """Why Temporal cannot be asked."""
    address: str | None = None
    """Where it should be, if that is known."""
    next_actions: tuple[Action, ...]
    """What to do."""


class SeenInTemporal(Value):
    """What only Temporal knows."""

    parked: Mapping[str, SeenRun] = Field(default_factory=dict[str, SeenRun])
    """Upgrade id to its run, which is parked and could not tell the database."""
    strays: Strays = Strays()
    halts: tuple[Halt, ...] = ()


def findings_of(watch: Watch, seen: SeenInTemporal | Unseen) -> tuple[Finding, ...]:
    """Everything that needs somebody, upgrades first."""
    if isinstance(seen, Unseen):
        unreachable = _unreachable(seen, watch.at)
        return (*map(_of_upgrade, watch.upgrades), *_of_webhooks(watch), unreachable)
    unknown = {each.upgrade_id for each in seen.strays.found if each.kind == "order_unknown"}
    return (
        *map(_of_halt, seen.halts),
        *(_of_parked(id, run) for id, run in seen.parked.items() if id not in unknown),
        *map(_of_stray, seen.strays.found),
        *_of_more_missing(seen.strays, watch.at),
        *map(_of_upgrade, watch.upgrades),
        *_of_webhooks(watch),
    )


def held_up(seen: SeenInTemporal | Unseen, at: datetime) -> tuple[Finding, ...]:
    """What keeps one upgrade from going on, by what was seen of it."""
    if isinstance(seen, Unseen):
        return (_unreachable(seen, at),)
    return (*map(_of_stray, seen.strays.found), *map(_of_halt, seen.halts))


def _of_halt(halt: Halt) -> Finding:
    return _finding(
        halt.kind,
        halt.since,
        halt.message,
        *halt.next_actions,
        tenant=halt.tenant_id,
        upgrade=halt.upgrade_id,
    )


def _of_stray(stray: Stray) -> Finding:
    id, run = stray.upgrade_id, stray.run
    actions: tuple[Action, ...] = (action("resume", upgrade_id=id),)
    if stray.kind == "run_missing":
        gone = "Temporal does not have it any more"
        if run is not None:
            gone = f"it has {_ENDED.get(run.status, 'ended')}"
        message = f"the upgrade is {stray.stage}, and no run carries it on: {gone}"
    elif stray.kind == "run_disagrees":
        shown = run and run.stage
        message = (
            f"the database has it as {stray.stage}, its run as {shown}: was a backup restored?"
        )
    else:
        shown = run and run.stage
        message = (
            f"its run stands at {shown}, and the database does not know the order: was an older "
            "backup restored?"
        )
        actions = retry_or_undo(id)
    return _finding(stray.kind, stray.since, message, *actions, tenant=stray.tenant_id, upgrade=id)


_ENDED: dict[RunStatus, str] = {
    "completed": "completed",
    "failed": "failed",
    "canceled": "been canceled",
    "terminated": "been terminated",
    "timed_out": "timed out",
}
"""How a run ended, after "it has"."""


def _of_more_missing(strays: Strays, at: datetime) -> Iterator[Finding]:
    """Those that nobody has asked for one by one."""
    if strays.more_missing:
        since = min((each.since for each in strays.found if each.kind == "run_missing"), default=at)
        says = f"upgrades without a run beyond those above: about {strays.more_missing:,}"
        actions = (action("resume_all", dry_run=True), action("resume_all"))
        yield _finding("run_missing", since, says, *actions)


def _of_upgrade(upgrade: PressingUpgrade) -> Finding:
    id = upgrade.upgrade_id
    attention = upgrade.attention
    actions: tuple[Action, ...] = (action("show_status", upgrade_id=id),)
    if attention is not None:
        actions = attention.next_actions
    elif upgrade.what == "credit_check_due":
        actions = to_decide(id)
    message = _SAYS[upgrade.what].format(
        step=attention and attention.step,
        cause=attention and attention.cause,
        since=operators_moment(upgrade.since),
        deadline=None if upgrade.deadline is None else operators_moment(upgrade.deadline),
    )
    return _finding(
        upgrade.what, upgrade.since, message, *actions, tenant=upgrade.tenant_id, upgrade=id
    )


def _of_parked(upgrade_id: str, run: SeenRun) -> Finding:
    return _finding(
        "parked_unrecorded",
        run.started_at,
        "its run is parked, and the database could not be told; the run's details say why",
        *retry_or_undo(upgrade_id),
        tenant=run.tenant_id,
        upgrade=upgrade_id,
    )


def _of_webhooks(watch: Watch) -> Iterator[Finding]:
    for endpoint in watch.gone_endpoints:
        assert endpoint.gone_at is not None
        again = action("set_webhook_endpoint", tenant_id=endpoint.tenant_id, url=endpoint.url)
        says = f"{endpoint.url} answered that it is gone; {_waiting(endpoint)}"
        yield _of_endpoint("webhook_endpoint_gone", endpoint, endpoint.gone_at, says, again)
    for endpoint in watch.failing_endpoints:
        assert endpoint.failing_since is not None
        look = action("show_deliveries", tenant_id=endpoint.tenant_id)
        since = operators_moment(endpoint.failing_since)
        says = f"{endpoint.url} fails since {since}; {_waiting(endpoint)}"
        yield _of_endpoint("webhook_endpoint_failing", endpoint, endpoint.failing_since, says, look)
    for endpoint in watch.endpoints_with_dead_letters:
        letters = [each for each in watch.dead_letters if each.endpoint_id == endpoint.endpoint_id]
        attempts = [each.last_attempt_at for each in letters if each.last_attempt_at is not None]
        says = f"dead letters to {endpoint.url}: {endpoint.dead}"
        yield _of_endpoint(
            "webhook_dead_letters",
            endpoint,
            min(attempts, default=endpoint.created_at),
            says,
            action("show_dead_letters", tenant_id=endpoint.tenant_id),
            action("resend_dead_letters", tenant_id=endpoint.tenant_id),
        )
    yield from _of_relay(watch)


def _of_relay(watch: Watch) -> Iterator[Finding]:
    """A relay that takes in no notices: there is none, or it waits for a transaction of somebody's."""
    untaken, holding = watch.notices_untaken_since, watch.relay_waits_for
    if untaken is None or untaken > watch.at - UNTAKEN_FOR_LONG:
        return
    if holding is None:
        says = (
            f"no relay has taken in notices since {operators_moment(untaken)}:"
            " is a worker with one running?"
        )
        yield _finding("webhook_relay_behind", untaken, says, action("list_webhook_endpoints"))
        return
    since = holding.since or untaken
    whose = ", ".join(
        f"{name} {value}"
        for name, value in (
            ("process", holding.pid),
            ("prepared as", holding.prepared),
            ("user", holding.username),
            ("database", holding.database),
            ("application", holding.application),
            ("state", holding.state),
        )
        if value
    )
    statement = f"select pg_terminate_backend({holding.pid})"
    if holding.prepared is not None:
        literal = holding.prepared.replace("'", "''")
        statement = f"rollback prepared '{literal}'"
    yield _finding(
        "webhook_relay_held_up",
        since,
        f"notices wait since {operators_moment(untaken)} for a transaction that is open since"
        f" {operators_moment(since)}: {whose}",
        action("run_in_postgres", statement=statement),
    )


def _of_endpoint(
    code: FindingCode, endpoint: Endpoint, since: datetime, message: str, *actions: Action
) -> Finding:
    return _finding(code, since, message, *actions, tenant=endpoint.tenant_id)


def _unreachable(unseen: Unseen, at: datetime) -> Finding:
    found = _finding(
        "temporal_unreachable",
        at,
        f"Temporal cannot be asked, so what only it knows is not in this list, and no upgrade goes on:"
        f" {unseen.why}",
    )
    return found.model_copy(update={"reason": unseen.reason, "address": unseen.address})


def _finding(
    code: FindingCode,
    since: datetime,
    message: str,
    *actions: Action,
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
        next_actions=actions,
    )


def _waiting(endpoint: Endpoint) -> str:
    return f"notices that wait for it: {endpoint.waiting}"
