"""What happens to the upgrades of some tenants, a step at a time.

Each step of an upgrade is the activity itself, with the failures that its run would be told, and what
follows from them is what the run does.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.failures import ATTEMPTS_WHEN_UNEXPECTED, StepFailures
from activities.holiday_calendar import holiday_calendar
from activities.steps import (
    LICENSE_CONFLICT,
    USERS_FAILED,
    DecisionInput,
    OrderInput,
    ProblemInput,
    ReasonInput,
    RunInput,
    SkipInput,
    StepInput,
)
from activities.upgrade_steps import PostgresUpgradeSteps
from activities.user_moves import MoveLimits, UsersCannotMove
from api.errors import ServiceError
from api.files.users_file import NamedUsers
from api.service.changes import ChangeQuotes, ChangeRequest
from domain.quoting.orders import OrderRequest, change_id_for, upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest, make_quote
from domain.upgrade.commands import StartMove
from domain.upgrade.states import ENDED_STAGES, Moving, Undoing
from domain.values.cycles import local_day
from domain.values.rejections import InsufficientLicenses, Rejection
from domain.views.read_models import UpgradeView, workflow_id_for, workflow_type_for
from store.database import Database
from store.errors import PromiseBroken
from store.facts import read_facts
from store.moves import FROM_THE_START, users_to_move
from store.quotes import save_quote
from store.upgrades import read_history
from tests.callers import OPERATOR
from tests.sequences.sequence import PEOPLE, PLANS, Choices, Do
from workflows.steps.table import step_id_of

Step = Callable[..., Awaitable[UpgradeView]]

KNOWN_FAILURES = frozenset({LICENSE_CONFLICT, USERS_FAILED, InsufficientLicenses.code})
"""Why a step may fail here. The last: a change gives up licenses that its users need by then."""

NO_ROOM = frozenset(
    {
        "ended_has_no_users",
        "closed_has_no_users",
        "opened_has_licenses_for_all",
        "moved_within_licenses",
        "assignments_pkey",
    }
)
"""Constraints that refuse a newcomer: they hold a license, or the subscription has ended or is full."""


@dataclass
class Upgrades:
    """What happens to some tenants of one database from a moment on."""

    database: Database
    tenants: Sequence[str]
    at: datetime
    seen: Counter[str] = field(default_factory=Counter[str])
    """What happened, and how it ended, how often."""
    _orders: int = 0
    _held: list[Quote] = field(default_factory=list[Quote])

    async def live(self, steps: Sequence[Do]) -> None:
        """Let all of this happen."""
        for do in steps:
            self.at += timedelta(seconds=1)
            happening = getattr(self, do.what)
            try:
                await happening(do.which, Choices(do.how))
            except (Rejection, ServiceError) as refusal:
                self.seen[f"{do.what}: {refusal.code}"] += 1
            else:
                self.seen[do.what] += 1

    # ---- who there is ---------------------------------------------------------------------------

    async def _subscriptions(self, *statuses: str) -> list[dict[str, Any]]:
        rows = await self.database.fetch(
            "select * from subscriptions where tenant_id = any($1::text[]) order by subscription_id",
            list(self.tenants),
        )
        return [dict(row) for row in rows if not statuses or row["status"] in statuses]

    async def upgrades(self, *, of_all: bool = False) -> list[UpgradeView]:
        """Those that go on, of these tenants or of all."""
        rows = await self.database.fetch(
            "select view from upgrades where (tenant_id = any($1::text[]) or $3)"
            " and stage <> all($2::text[]) order by upgrade_id",
            list(self.tenants),
            list(ENDED_STAGES),
            of_all,
        )
        return [UpgradeView.of_any_version(row["view"]) for row in rows]

    async def _upgrade(self, which: int) -> UpgradeView | None:
        """One that goes on, rather one whose users move."""
        views = await self.upgrades()
        views.sort(key=lambda view: view.stage in ("scheduled", "awaiting_invoice"))
        return views[which % len(views)] if views else None

    async def _users(self, subscription_id: str) -> list[str]:
        rows = await self.database.fetch(
            "select user_id from assignments where subscription_id = $1 order by user_id",
            subscription_id,
        )
        return [row["user_id"] for row in rows]

    # ---- orders ---------------------------------------------------------------------------------

    async def quote(self, which: int, how: Choices) -> Quote | None:
        """Somebody asks for a quote, and keeps it for later."""
        subs = await self._subscriptions("active", "active", "suspended")
        if not subs:
            return None
        subs = [each for each in subs if each["plan_id"] != PLANS[-1]] or subs
        sub = subs[which % len(subs)]
        facts = await read_facts(self.database, sub["subscription_id"])
        assert facts is not None
        days = how.of(0, 0, 0, 1, 5)
        asked = QuoteRequest(
            target_plan_id=how.of(*(PLANS[PLANS.index(sub["plan_id"]) + 1 :] or PLANS)),
            licenses=max(1, sub["assigned"] + how.of(0, 0, 1, 3, 3, 3, 3, -1)),
            billing=how.of("monthly", "annual"),
            keep_disabled_services=how.of(False, True),
            payment_method=how.of(None, None, "invoice", "card"),
            switch_on=local_day(self.at, facts.tenant.time_zone) + timedelta(days)
            if days
            else None,
        )
        self._orders += 1
        quote = make_quote(
            facts,
            asked,
            quote_id=f"q-{self._orders}",
            at=self.at,
            calendar=holiday_calendar(facts.tenant.country, facts.tenant.subdivision),
        )
        await save_quote(self.database, quote)
        self._held.append(quote)
        return quote

    async def order(self, which: int, how: Choices) -> None:
        """Somebody quotes and orders at once."""
        if quote := await self.quote(which, how):
            await self._order(quote, quote.quote_id)

    async def order_what_was_quoted(self, which: int, how: Choices) -> None:
        """Somebody orders by a quote of before, or once more by one that was ordered."""
        if self._held:
            quote = self._held[which % len(self._held)]
            await self._order(quote, how.of(quote.quote_id, f"another-{self._orders}"))

    async def change_by_hand(self, which: int, how: Choices) -> None:
        """Some users or all go to what is bought for them, or to what is there."""
        active = await self._subscriptions("active")
        subs = [each for each in active if each["assigned"]]
        if not subs:
            return
        sub = subs[which % len(subs)]
        others = [
            each["subscription_id"]
            for each in active
            if each["tenant_id"] == sub["tenant_id"]
            if each["subscription_id"] != sub["subscription_id"]
        ]
        users = await self._users(sub["subscription_id"])
        whole = how.of(True, False)
        listed = None if whole else NamedUsers(users[: how.of(1, 2, 3)])
        old = how.of("canceled", "stays") if whole else how.of("stays", "reduced")
        to: Any = how.of(*others, None)
        if to is None:
            plan = how.of(*PLANS)
            to = {"plan_id": plan, "licenses": len(users) + how.of(0, 2), "billing": "monthly"}
        self._orders += 1
        quotes = ChangeQuotes(
            self.database, holiday_calendar, lambda: self.at, lambda: f"q-{self._orders}"
        )
        request = ChangeRequest.model_validate(
            {
                "to": to,
                "old": old,
                "skip_faulty": True,
                "keep_disabled_services": how.of(False, True),
            }
        )
        quote = await quotes.quote(OPERATOR, sub["subscription_id"], request, listed)
        self._held.append(quote)
        if how.of(True, True, False):
            await self._order(quote, quote.quote_id)

    async def _order(self, quote: Quote, key: str) -> None:
        new_id = change_id_for if quote.request.change else upgrade_id_for
        request = OrderRequest(
            quote_id=quote.quote_id,
            idempotency_key=key,
            accept_forfeiture=quote.forfeited or None,
            schedule=quote.request.switch_on,
        )
        step = OrderInput(
            upgrade_id=new_id(quote.tenant_id, key),
            at=self.at,
            ordered_at=self.at,
            order=request.model_dump_json(exclude_none=True),
        )
        view = await self._told(self._steps.check_order, step)
        self.seen[f"ordered, and is {view.stage}"] += 1
        for refusal in view.refusals:
            self.seen[f"refused for {refusal.code}"] += 1

    # ---- steps, as the run of an upgrade has them carried out -----------------------------------

    @property
    def _steps(self) -> PostgresUpgradeSteps:
        return PostgresUpgradeSteps(self.database, holiday_calendar, MoveLimits(users_per_batch=2))

    def _step(self, view: UpgradeView) -> StepInput:
        return StepInput(
            upgrade_id=view.upgrade_id,
            subscription_id=view.subscription_id,
            tenant_id=view.tenant_id,
            at=self.at,
        )

    def _in_run_of(self, upgrade_id: str) -> ActivityEnvironment:
        """The last attempt of a step in that upgrade's own run."""
        environment = ActivityEnvironment()
        environment.info = replace(
            environment.info,
            workflow_id=workflow_id_for(upgrade_id),
            workflow_type=workflow_type_for(upgrade_id),
            attempt=ATTEMPTS_WHEN_UNEXPECTED,
        )
        return environment

    async def _run(self, step: Step, given: RunInput) -> UpgradeView:
        """Raises `ApplicationError`, as the run is told."""
        inbound = StepFailures().intercept_activity(_Innermost())
        asked = ExecuteActivityInput(fn=step, args=[given], executor=None, headers={})
        return await self._in_run_of(given.upgrade_id).run(inbound.execute_activity, asked)

    async def _told(self, step: Step, given: RunInput) -> UpgradeView:
        """The step of a message: what the domain rejects is the answer to it; all else is a fault."""
        try:
            return await self._run(step, given)
        except ApplicationError as error:
            cause = error.__context__
            if isinstance(cause, Rejection):
                raise cause from None
            raise

    async def _carried_out(self, step: Step, view: UpgradeView) -> None:
        """A step of the story, and what its run does where it fails."""
        try:
            now = await self._run(step, self._step(view))
        except ApplicationError as error:
            if error.type not in KNOWN_FAILURES:
                raise
            self.seen[f"{step.__name__} failed: {error.type}"] += 1
            if error.type == LICENSE_CONFLICT and not view.undoing:
                now = await self._run(self._steps.report_license_conflict, self._step(view))
            else:
                now = await self._park(view, step_id_of(step), f"{error.type}: {error.message}")
        self.seen[f"{step.__name__} led to {now.stage}"] += 1

    async def _park(self, view: UpgradeView, step: str, cause: str) -> UpgradeView:
        problem = ProblemInput(
            **self._step(view).model_dump(), step=step, cause=cause, forward=not view.undoing
        )
        return await self._run(self._steps.report_problem, problem)

    def _next_of(self, view: UpgradeView) -> Step | None:
        """The step that its run has carried out now."""
        match view.stage:
            case "moving_users":
                return self._steps.undo_move if view.undoing else self._steps.move_users
            case "switching_billing":
                return self._steps.switch_billing
            case _:
                return self._due(view)

    def _due(self, view: UpgradeView) -> Step | None:
        """The step that a wait ends with, once it is over."""
        if view.deadline is None or view.deadline > self.at:
            return None
        return {
            "scheduled": self._steps.start_scheduled,
            "awaiting_credit_check": self._steps.expire_credit_check,
            "awaiting_invoice": self._steps.issue_invoice,
        }.get(view.stage)

    async def go_on(self, which: int, how: Choices) -> None:
        """An upgrade goes on: by one step, or until it waits."""
        steps = how.of(1, 2, 6)
        view = await self._upgrade(which)
        while view is not None and steps and (step := self._next_of(view)):
            await self._carried_out(step, view)
            id, steps = view.upgrade_id, steps - 1
            view = next((each for each in await self.upgrades() if each.upgrade_id == id), None)

    async def move_a_batch(self, which: int, how: Choices) -> None:
        """Some users are moved, or moved back, and then the worker dies."""
        moving = [each for each in await self.upgrades() if each.stage == "moving_users"]
        if not moving:
            return
        view = moving[which % len(moving)]
        run, step = self._in_run_of(view.upgrade_id).run, self._step(view)
        history = await read_history(self.database, view.upgrade_id, view.subscription_id)
        steps = self._steps
        if not isinstance(history.state, Moving | Undoing):
            users = await users_to_move(self.database, view.upgrade_id, view.subscription_id)
            history = await run(steps._carried_out, step, StartMove(at=self.at, users=users))
        undoing, moves = isinstance(history.state, Undoing), steps._moves
        one_batch = moves._return_one_batch if undoing else moves._move_one_batch
        try:
            await run(one_batch, history, how.of(1, 2), FROM_THE_START, self.at)
        except UsersCannotMove:
            self.seen["a batch: users cannot move"] += 1
        except PromiseBroken as error:
            if error.constraint not in NO_ROOM:
                raise
            self.seen[f"a batch: {error.constraint}"] += 1
        else:
            self.seen["a batch: moved back" if undoing else "a batch: moved"] += 1

    async def wait(self, which: int, how: Choices) -> None:
        """Time passes; what waits for a moment goes on then, one after the other."""
        waiting = [view.deadline for view in await self.upgrades(of_all=True) if view.deadline]
        nearest = min([each for each in waiting if each > self.at], default=self.at)
        hour, day = timedelta(hours=1), timedelta(days=1)
        until = how.of(self.at + hour, nearest, nearest, self.at + day, self.at + 20 * day)
        while True:
            views = await self.upgrades(of_all=True)
            moments = [
                (moment, view.upgrade_id, view)
                for view in views
                for moment in (view.deadline, view.alert_at)
                if moment is not None and moment <= until and view.stage != "needs_attention"
            ]
            if not moments:
                break
            moment, _, view = min(moments, key=lambda each: each[:2])
            self.at = max(self.at, moment)
            if step := self._due(view):
                await self._carried_out(step, view)
            elif view.alert_at == moment:
                alerted = await self._run(self._steps.raise_alert, self._step(view))
                assert alerted.alert_at is None or alerted.alert_at > moment
            else:
                break
        self.at = max(self.at, until)

    # ---- messages to upgrades -------------------------------------------------------------------

    async def decide(self, which: int, how: Choices) -> None:
        """The credit check is decided on, whether it waits for that or not (B41)."""
        views = await self.upgrades()
        views.sort(key=lambda view: view.stage != "awaiting_credit_check")
        if not views:
            return
        waiting = [each for each in views if each.stage == "awaiting_credit_check"] or views
        view = waiting[which % len(waiting)]
        decided: dict[str, Any] = {
            "decision": how.of("approved", "approved", "declined"),
            "reference": how.of("R-1", "R-2"),
            "reason": "",
        }
        step = DecisionInput.model_validate(self._step(view).model_dump() | decided)
        await self._told(self._steps.decide_credit_check, step)

    async def cancel(self, which: int, how: Choices) -> None:
        """The customer wants out (B57); sometimes everybody is taken back at once."""
        if view := await self._upgrade(which):
            step = ReasonInput(**self._step(view).model_dump(), reason="changed my mind")
            now = await self._told(self._steps.cancel, step)
            self.seen[f"canceled while {view.stage}"] += 1
            if now.undoing and how.of(True, False):
                await self._carried_out(self._steps.undo_move, now)

    async def break_down(self, which: int, how: Choices) -> None:
        """A step fails for a reason that nobody understands."""
        going = [each for each in await self.upgrades() if self._next_of(each)]
        if going:
            view = going[which % len(going)]
            step = self._next_of(view)
            assert step is not None
            await self._park(view, step_id_of(step), "unexpected: the earth shook")

    async def resolve(self, which: int, how: Choices) -> None:
        """An operator lets a parked upgrade go on (B58)."""
        parked = [each for each in await self.upgrades() if each.stage == "needs_attention"]
        if not parked:
            return
        view = parked[which % len(parked)]
        action, fields = how.of("retry", "undo", "skip", "skip one"), self._step(view).model_dump()
        if action == "retry":
            await self._told(self._steps.resolve_attention, self._step(view))
        elif action == "undo":
            await self._told(self._steps.begin_undo, ReasonInput(**fields, reason="by an operator"))
        else:
            users = None if action == "skip" else (how.of(*PEOPLE),)
            step = SkipInput(**fields, reason="they are leaving", users=users)
            await self._told(self._steps.skip_users, step)
        self.seen[f"resolved by {action}"] += 1


class _Innermost(ActivityInboundInterceptor):
    """Carries the step out."""

    def __init__(self) -> None:
        pass

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await input.fn(*input.args)
