"""Whoever sees an order through: decides, waits for days by skipping them, and mends what is parked."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from api.errors import Unavailable
from api.service.time_travel import skip_time
from domain.upgrade.states import ENDED_STAGES
from domain.views.read_models import UpgradeView, workflow_id_for
from tests import clock
from tests.callers import OPERATOR
from tests.soak.asking import Fault
from tests.soak.company import Company
from tests.soak.model import ShadowOrder
from tests.soak.ordering import Desk

ORDER_SECONDS = 240.0
"""How long one order may take in all: longer than all faults that may meet it."""
LOOKS_SECONDS = (0.1, 0.4)
SKIP_SECONDS = 20.0
AGAIN_SECONDS = 12.0
"""After which a moment is skipped to once more, in case the first time was lost.

A skip waits for the workflow task that is under way, at most ten seconds, and shows only then: a second
one before that would skip as far again.
"""

Credit = Literal["approve", "decline", "both", "expire"]
Operator = Literal["retry", "skip", "undo"]


@dataclass
class Plan:
    """What the dice have in store for one order."""

    credit: Credit = "approve"
    operator: Operator = "retry"
    leaves_it_waiting: bool = False
    """Nobody lives through its days: it ends its story waiting."""
    patient: bool = True
    """Whether a decision is asked for until it is answered."""


def a_plan(dice: Random) -> Plan:
    """A plan by the dice."""
    credits: tuple[Credit, ...] = ("approve",) * 6 + ("decline", "both", "expire")
    operators: tuple[Operator, ...] = ("retry", "skip", "undo")
    return Plan(
        credit=dice.choice(credits),
        operator=dice.choice(operators),
        patient=dice.random() < 0.85,
    )


class Shepherd:
    """Sees one order through."""

    def __init__(self, desk: Desk, order: ShadowOrder, plan: Plan, company: Company) -> None:
        self._desk, self._order, self._plan, self._company = desk, order, plan, company
        self._caller, self._dice = desk.caller, desk.dice
        self._ground = desk.scene.ground
        self._skipper = TimeSkipper(self._ground.client)
        self._decided = False
        self._day_asked: float | None = None
        """When its scheduled day was asked for: its check comes some time after that."""
        self._unparked: set[int] = set()
        self._reductions_mended = 0
        self._skipped_at: dict[datetime, float] = {}
        """When which moment was skipped to: what it brings takes a while."""

    async def see_through(self) -> UpgradeView:
        """Until nothing of it moves any more. Raises `Fault` where that takes far too long."""
        end, version = time.monotonic() + ORDER_SECONDS, 0
        while True:
            view = await self._company.look()
            if view.version < version:
                raise Fault(f"{view.upgrade_id} went back from version {version} to {view.version}")
            version = view.version
            if await self._rests(view) or view.stage in ENDED_STAGES:
                if view.stage == "expired":
                    await self._company.decide_too_late()
                return view
            if time.monotonic() > end:
                raise Fault(f"{view.upgrade_id} is stuck in {view.stage}: {view!r}")
            await asyncio.sleep(self._dice.uniform(*LOOKS_SECONDS))

    async def _rests(self, view: UpgradeView) -> bool:
        """Bring about what it waits for; whether it is left as it is."""
        if self._day_asked is not None and view.stage != "scheduled":
            self._desk.scene.note_weather(self._order, self._day_asked)
            self._day_asked = None
        match view.stage:
            case "scheduled":
                if self._plan.leaves_it_waiting:
                    return self._leave()
                self._day_asked = self._day_asked or time.monotonic()
                await self._live_until(view.deadline, "scheduled day")
            case "awaiting_credit_check":
                if self._plan.leaves_it_waiting and not self._plan.patient:
                    return self._leave()
                await self._decide(view)
            case "awaiting_invoice":
                if self._plan.leaves_it_waiting:
                    return self._leave()
                await self._live_until(view.deadline, "billing day")
            case "needs_attention":
                await self._mend(view)
            case _:
                pass
        return False

    def _leave(self) -> bool:
        self._order.left_waiting = True
        return True

    # ---- the credit check ---------------------------------------------------------------------

    async def _decide(self, view: UpgradeView) -> None:
        if self._plan.credit == "expire":
            self._order.lets_expire = True
            await self._live_until(view.deadline, "credit deadline")
            return
        if self._decided:
            return  # it has been answered, and the stage follows
        company, patiently = self._company, self._plan.patient
        match self._plan.credit:
            case "approve":
                answers = [await company.decide("approved", patiently=patiently)]
            case "decline":
                answers = [await company.decide("declined", patiently=patiently)]
            case _:
                answers = await asyncio.gather(
                    company.decide("approved"), company.decide("declined")
                )
                if answers.count("ok") > 1:
                    raise Fault(f"{view.upgrade_id} was both approved and declined")
        # Whoever got no answer comes back for one.
        self._decided = "unanswered" not in answers
        if "ok" in answers and self._dice.random() < 0.3:
            await company.decide_again()

    # ---- time ---------------------------------------------------------------------------------

    async def _live_until(self, moment: datetime | None, what: str) -> None:
        """Skip to a moment of its run, unless the run has ended meanwhile."""
        if moment is None:
            raise Fault(f"{self._order.upgrade_id} waits for the {what}, and no moment is told")
        if time.monotonic() - self._skipped_at.get(moment, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return
        until = moment

        async def skip() -> bool:
            try:
                async with asyncio.timeout(SKIP_SECONDS):
                    await self._skip_to(until)
            except RPCError as error:
                if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                    return True  # its run has ended
                raise Unavailable("temporal", error.message) from error
            except (TimeoutError, RuntimeError) as error:
                raise Unavailable("temporal", str(error)) from error
            return True

        await self._caller.ask(f"skip to the {what}", skip, tries=1)
        self._skipped_at[moment] = time.monotonic()

    async def _skip_to(self, moment: datetime) -> None:
        """Skip as far as is left, unless an earlier skip, whose answer was lost, goes as far."""
        handle = self._ground.client.get_workflow_handle(workflow_id_for(self._order.upgrade_id))
        info = await self._skipper.get_time_skipping_info(handle)
        now = clock.now()
        if info is not None and info.HasField("current_time"):
            now = clock.time_of_run(info.current_time)
            skip = info.fast_forward_info
            if not skip.has_completed and clock.time_of_run(skip.target_time) > moment:
                await asyncio.sleep(LOOKS_SECONDS[1])
                return
        if now <= moment:
            await skip_time(self._ground.client, handle.id, moment - now + timedelta(seconds=1))

    # ---- operators ----------------------------------------------------------------------------

    async def _mend(self, view: UpgradeView) -> None:
        """What an operator does about a parked upgrade, once for each time it is parked."""
        if view.version in self._unparked:
            return
        self._unparked.add(view.version)
        assert view.attention is not None
        step, cause = view.attention.step, view.attention.cause
        self._caller.tally.count("parked", step)
        if step == "move-users" and self._order.blocked:
            await self._mend_move()
        elif step == "undo-move" and "license_conflict" in cause:
            await self._company.newcomers_leave()
            await self._resolve("retry")
        elif step == "switch-billing" and self._order.licenses_kept is not None:
            await self._mend_reduction()
        else:
            self._caller.tally.fault(
                view.upgrade_id, f"parked though nothing was wrong with it: {step}: {cause}"
            )
            await self._resolve("retry")

    async def _mend_move(self) -> None:
        if self._plan.operator == "retry":
            await self._company.unblock_users()
        await self._resolve(self._plan.operator)

    async def _mend_reduction(self) -> None:
        if self._plan.operator == "undo" or self._reductions_mended:
            # Without newcomers it is whoever was skipped that is one too many: it never fits.
            await self._resolve("undo")
            return
        self._reductions_mended += 1
        await self._company.newcomers_leave()
        await self._resolve("retry")

    async def _resolve(self, action: Operator) -> None:
        order, service = self._order, self._ground.service
        answer = await self._caller.ask(
            f"operator {action}",
            lambda: service.repair.resolve_attention(
                OPERATOR, order.upgrade_id, action, "the soak's operator"
            ),
        )
        if action == "undo":
            order.undos.append(answer.code)
        if action == "skip" and (answer.code == "ok" or answer.unanswered_before):
            order.skipped = True
        allowed = {"ok", "already_ended", "already_switched", "step_not_reached"}
        if answer.code not in allowed:
            raise Fault(f"an operator's {action} of {order.upgrade_id} was told {answer.code}")
