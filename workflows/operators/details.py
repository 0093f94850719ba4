"""What an operator reads in the Temporal UI: where a run stands, what it waits for, what comes next.

It is Markdown, so what somebody else wrote (a reason, a cause) stands in it as a code span.
"""

from domain.text.escaping import markdown
from domain.upgrade.states import AlertKind, Stage
from domain.values.actions import ActionName
from domain.views.attention import Attention
from domain.views.read_models import UpgradeView

_DOING: dict[Stage, str] = {
    "checking": "Checking the order",
    "scheduled": "Waiting for the scheduled day",
    "awaiting_credit_check": "Waiting for a credit decision",
    "moving_users": "Moving users to the new subscription",
    "switching_billing": "Switching billing from the old subscription to the new one",
    "awaiting_invoice": "Complete. Waiting for the billing day",
    "completed": "Done: nothing was bought, so no invoice follows",
    "invoiced": "Done: the invoice is issued",
    "refused": "Ended: the order was refused",
    "declined": "Ended: the credit check was declined",
    "expired": "Ended: nobody decided the credit check in time",
    "canceled": "Ended: canceled by the customer",
    "undone": "Ended: undone, everything is as before",
    "needs_attention": "Parked: an operator must look",
}
_NEXT: dict[Stage, str] = {
    "checking": "the credit check where one is needed, then the move",
    "scheduled": "on that day the order is checked and quoted anew; to stop it: cancel",
    "awaiting_credit_check": "approved: users move; declined, or no decision in time: the order ends"
    " and nothing has changed",
    "moving_users": "billing switches once every user is over; until then it can be canceled",
    "switching_billing": "the upgrade is complete, and its invoice follows on the billing day",
    "awaiting_invoice": "the invoice is issued by itself",
}
_WAYS_ON: dict[ActionName, str] = {
    "retry": "once the cause is mended, try that step again: `starter.py retry {upgrade_id}`",
    "undo": "or give the upgrade up, and everything goes back as it was:"
    ' `starter.py undo {upgrade_id} --reason "WHY"`',
    "skip_failed_users": "or go on without the users who cannot be moved: their license ends at the"
    ' switch: `starter.py skip {upgrade_id} --all-failed --reason "WHY"`',
}
"""This page is a door of its own: it words actions as commands."""
_ALERTS: dict[AlertKind, str] = {
    "credit_check_due": "the deadline is near, and nobody has decided",
    "past_the_hour": "it takes longer than expected; look at the pending activity's last failure",
}
_RUNBOOK = "docs/runbook.md"


def details_of(view: UpgradeView, credit_service: str = "", noted: str = "") -> str:
    """Where the upgrade stands, as Markdown. Names no person (ids and counts only).

    `credit_service` says how the credit service stands, while one is asked, as Markdown; `noted` what
    was asked in vain.
    """
    doing = "Moving users back" if view.undoing else _DOING[view.stage]
    # Markdown makes a list only of lines after an empty one.
    lines = [f"**{doing}**", ""]
    if view.deadline is not None:
        lines.append(f"- until: {view.deadline:%Y-%m-%d %H:%M:%S} UTC at the latest")
    if view.stage == "awaiting_credit_check":
        lines.append(f"- who decides: {credit_service or 'an operator'}")
    if view.expected_by is not None:
        lines.append(f"- expected by: {view.expected_by:%Y-%m-%d %H:%M:%S} UTC")
    if view.alert is not None:
        lines.append(f"- alert: **{_ALERTS[view.alert]}** (runbook: `{_RUNBOOK}#alerts`)")
    if view.attention is not None:
        lines += _attention(view.attention)
    if noted:
        lines.append(f"- noted: {markdown(noted)}")
    if view.refusals:
        lines.append("- refused because: " + ", ".join(f"`{r.code}`" for r in view.refusals))
    if view.reason:
        lines.append(f"- reason: {markdown(view.reason)}")
    lines.append(
        f"- order: quote {markdown(view.quote_id)} of tenant {markdown(view.tenant_id)}, from"
        f" {markdown(view.subscription_id)} to plan {markdown(view.target_plan_id)}"
    )
    lines.append(f"- users: {_users(view)}")
    if view.invoice_number:
        lines.append(f"- invoice: {markdown(view.invoice_number)}")
    if following := _NEXT.get(view.stage):
        lines.append("- next: " + following.format(upgrade_id=view.upgrade_id))
    if view.stage == "awaiting_credit_check":
        lines += _deciding(view.upgrade_id)
    done = " → ".join(f"{mark.stage} {mark.at:%m-%d %H:%M}" for mark in view.timeline)
    lines.append(f"- so far: {done}")
    lines.append(f"- runbook: `{_RUNBOOK}#{view.stage.replace('_', '-')}`")
    return "\n".join(lines)


def details_of_unrecorded(upgrade_id: str, view: UpgradeView | None, step: str, cause: str) -> str:
    """The same of a run that is parked where the database could not be told.

    Without a `view`, not even the order is in it.
    """
    give_up = f'`starter.py undo {upgrade_id} --reason "WHY"`'
    lines = [
        "**Parked: an operator must look, and the database could not be told**",
        "",
        f"- failed step: `{step}`",
        f"- cause: {markdown(cause)}",
        f"- next: {_WAYS_ON['retry'].format(upgrade_id=upgrade_id)}",
    ]
    if view is None:
        lines.append(f"- or give the order up, of which nothing is recorded: {give_up}")
    elif view.completed_at is None:
        lines.append(f"- {_WAYS_ON['undo'].format(upgrade_id=upgrade_id)}")
    lines += [
        '- from this page instead: send the update `resolve_attention` with `{"action": "retry"}`',
        f"- runbook: `{_RUNBOOK}#needs-attention`",
    ]
    return "\n".join(lines)


def details_of_rejected(message: str) -> str:
    """The same of an order that was rejected, so that nothing was ordered."""
    return f"**Rejected:** {markdown(message)}"


def _deciding(upgrade_id: str) -> list[str]:
    """The commands by which an operator decides; that counts in any case."""
    decide = f"starter.py decide {upgrade_id}"
    return [
        f'- to approve it yourself: `{decide} approved --reference "YOUR REFERENCE"`',
        f'- to decline: `{decide} declined --reference "YOUR REFERENCE" --reason "WHY"`',
    ]


def _attention(attention: Attention) -> list[str]:
    """What failed, and the commands that let it go on."""
    lines = [f"- failed step: `{attention.step}`", f"- cause: {markdown(attention.cause)}"]
    lines += [
        f"- next: {_WAYS_ON[way.action].format_map(way.arguments)}"
        for way in attention.next_actions
        if way.action in _WAYS_ON
    ]
    if len(attention.next_actions) == 1:
        lines.append("- billing has switched: from here there is only forward, no undo")
    lines.append(
        "- from this page instead: send the update `resolve_attention` with"
        ' `{"action": "retry"}` or `{"action": "undo"}`'
    )
    return lines


def _users(view: UpgradeView) -> str:
    users = view.users
    counts = [f"{users.moved} of {users.total} moved"]
    if users.failed:
        who = f"`starter.py moved {view.upgrade_id} --failed`"
        counts.append(f"{users.failed} cannot be moved ({who})")
    if users.skipped:
        counts.append(f"{users.skipped} skipped")
    if view.stage == "moving_users":
        counts.append("how far it is now: the heartbeat of the pending activity")
    return ", ".join(counts)
