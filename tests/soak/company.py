"""The company that an order has on its way: whoever does something to it, or to its users, meanwhile.

Each comes at a moment of the dice's choosing, asks, and notes in the shadow what was answered.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Literal

from domain.views.read_models import UpgradeView
from store.errors import PromiseBroken
from tests.callers import OPERATOR
from tests.soak.asking import Fault
from tests.soak.model import Decided, Joined, Left, ShadowOrder
from tests.soak.ordering import Desk

DECISION_IS_KEPT = (
    "select from events where stream = 'upgrade-' || $1 and data ->> 'reference' = $2"
    " and type in ('CreditCheckApproved', 'CreditCheckDeclined', 'CreditDecisionRefused')"
)
CANCEL_IS_KEPT = (
    "select from events where stream = 'upgrade-' || $1"
    " and type in ('UpgradeCanceled', 'UndoStarted')"
)
ADMIN_EVENT_IS_KEPT = (
    "select from events where stream = 'subscription-' || $1 and type = $2 and data ->> $3 = $4"
)
NO_ROOM = frozenset(
    {
        "ended_has_no_users",
        "closed_has_no_users",
        "opened_has_licenses_for_all",
        "assignments_subscription_id_fkey",
    }
)
"""Constraints that refuse a newcomer: the subscription has ended, is full, or not there yet."""
CANCEL_ANSWERS = frozenset({"already_switched", "already_ended", "not_found", "unanswered"})
DECISION_ANSWERS = frozenset(
    {
        "decision_contradicts",
        "decision_too_late",
        "not_waiting_for_decision",
        "not_found",
        "unanswered",
    }
)
LOCKED_OR_GONE = frozenset(
    {
        "admin_locked",
        "subscription_canceled",
        "no_license_free",
        "not_found",
        "not_a_license_holder",
    }
)


class Company:
    """All who meet one order."""

    def __init__(self, desk: Desk, order: ShadowOrder) -> None:
        self._desk, self._order = desk, order
        self._dice, self._caller = desk.dice, desk.caller
        self._service, self._admin = desk.scene.ground.service, desk.scene.ground.admin
        self._references = 0
        self._newcomers = 0
        self._tasks: list[asyncio.Task[None]] = []

    # ---- coming and going ---------------------------------------------------------------------

    def invite(self, doing: Coroutine[Any, Any, None], *, within_seconds: float) -> None:
        """Let somebody do something, soon."""

        async def later(seconds: float) -> None:
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                doing.close()
                raise
            await doing

        self._tasks.append(asyncio.ensure_future(later(self._dice.uniform(0, within_seconds))))

    async def all_gone(self) -> None:
        """Until everybody has done what they came for."""
        await asyncio.gather(*self._tasks)

    def dismiss(self) -> None:
        """Nobody comes any more."""
        for task in self._tasks:
            task.cancel()

    # ---- what they do -------------------------------------------------------------------------

    async def cancel(self, *, patiently: bool = True) -> None:
        """The customer wants out (B57)."""
        order, reason = self._order, "the soak wants out"
        answer = await self._caller.ask(
            "cancel",
            lambda: self._service.orders.cancel(OPERATOR, order.upgrade_id, reason),
            tries=None if patiently else 1,
        )
        order.cancels.append(answer.code)
        if answer.code == "ok":
            view = answer.ok
            if view.stage != "canceled" and not (view.stage == "needs_attention" and view.undoing):
                raise Fault(f"{order.upgrade_id} was canceled, and is {view.stage}")
            moved = "moving" if any(m.stage == "moving_users" for m in view.timeline) else "waiting"
            self._caller.tally.count("canceled while", moved)
            self._desk.scene.keep(f"cancel {order.upgrade_id}", CANCEL_IS_KEPT, order.upgrade_id)
        elif answer.code not in CANCEL_ANSWERS:
            raise Fault(f"the cancel of {order.upgrade_id} was told {answer.code}")

    async def decide(
        self, decision: Literal["approved", "declined"], *, patiently: bool = True
    ) -> str:
        """Somebody decides the credit check (B41), under a new reference; what they were told."""
        self._references += 1
        return await self._decide(decision, f"R-{self._references}", patiently)

    async def decide_again(self) -> None:
        """A decision that counted comes once more, word for word: it counts as before."""
        counted = [each for each in self._order.decisions if each.answer == "ok"]
        for each in counted[:1]:
            answer = await self._decide(each.decision, each.reference, True)
            if answer != "ok":
                raise Fault(f"{each} was repeated, and told {answer}")

    async def decide_too_late(self) -> None:
        """The deadline has passed: refused, and kept."""
        if await self.decide("approved") != "decision_too_late":
            raise Fault(f"{self._order.upgrade_id} has expired, and was decided on all the same")

    async def _decide(
        self, decision: Literal["approved", "declined"], reference: str, patiently: bool
    ) -> str:
        order = self._order
        answer = await self._caller.ask(
            f"decide {decision}",
            lambda: self._service.orders.decide(
                OPERATOR, order.upgrade_id, decision, reference=reference
            ),
            tries=None if patiently else 1,
        )
        order.decisions.append(Decided(decision, reference, answer.code))
        if answer.code != "ok" and answer.code not in DECISION_ANSWERS:
            raise Fault(f"the decision on {order.upgrade_id} was told {answer.code}")
        if answer.code in ("ok", "decision_contradicts", "decision_too_late"):
            self._desk.scene.keep(
                f"decision {reference} on {order.upgrade_id}",
                DECISION_IS_KEPT,
                order.upgrade_id,
                reference,
            )
        return answer.code

    async def join(self, at: Literal["old", "new"]) -> None:
        """A system upstream gives somebody a license, behind the back of everybody (B49)."""
        self._newcomers += 1
        user = f"new-{self._newcomers}-{self._order.upgrade_id[-8:]}@soak.example"
        subscription = self._order.old_id if at == "old" else self._order.new_id
        database = self._desk.scene.ground.database

        async def insert() -> bool:
            try:
                await database.execute(
                    "insert into assignments (subscription_id, user_id) values ($1, $2)"
                    " on conflict do nothing",
                    subscription,
                    user,
                )
            except PromiseBroken as refused:
                if refused.constraint not in NO_ROOM:
                    raise
                return False
            return True

        answer = await self._caller.ask(f"join {at}", insert)
        if answer.ok or answer.unanswered_before:
            sure = answer.ok and not answer.unanswered_before
            self._order.people.append(Joined(user, at, "yes" if sure else "maybe"))
        self._caller.tally.count(f"joined {at}", "yes" if answer.value else "there is no room")

    async def leave(self) -> None:
        """A system upstream takes somebody's licenses away."""
        user = self._somebody()
        if user is None:
            return
        await self._remove(user)

    async def _remove(self, user: str) -> None:
        database, ids = self._desk.scene.ground.database, [self._order.old_id, self._order.new_id]

        async def delete() -> bool:
            await database.execute(
                "delete from assignments where subscription_id = any($1) and user_id = $2",
                ids,
                user,
            )
            return True

        await self._caller.told("leave", delete)
        self._order.people.append(Left(user))

    async def admin_assigns(self) -> None:
        """An admin gives somebody a license of the old subscription, unless it is locked (B51)."""
        self._newcomers += 1
        user = f"new-{self._newcomers}-{self._order.upgrade_id[-8:]}@soak.example"
        old = self._order.old_id
        answer = await self._caller.ask(
            "admin assign", lambda: self._admin.assign(OPERATOR, old, user)
        )
        if answer.code == "ok":
            self._order.people.append(Joined(user, "old"))
            self._keep_admin_event(old, "LicenseAssigned", "user_id", user)
        elif answer.unanswered_before:
            self._order.people.append(Joined(user, "old", "maybe"))
        self._require(answer.code, LOCKED_OR_GONE, "assign")

    async def admin_unassigns(self) -> None:
        """An admin takes a license of the old subscription from somebody, unless it is locked."""
        user = self._somebody()
        if user is None:
            return
        old = self._order.old_id
        answer = await self._caller.ask(
            "admin unassign", lambda: self._admin.unassign(OPERATOR, old, user)
        )
        if answer.code == "ok":
            self._order.people.append(Left(user, only_old=True))
            self._keep_admin_event(old, "LicenseUnassigned", "user_id", user)
        elif answer.unanswered_before:
            self._order.people.append(Left(user, only_old=True, certainty="maybe"))
        self._require(answer.code, LOCKED_OR_GONE, "unassign")

    async def admin_buys_licenses(self) -> None:
        """An admin sets more licenses of the old subscription, unless it is locked."""
        old = self._order.tenant.subscriptions[self._order.old_id]
        licenses = old.licenses + self._dice.randint(1, 5)
        answer = await self._caller.ask(
            "admin set-licenses", lambda: self._admin.set_licenses(OPERATOR, old.id, licenses)
        )
        if answer.code == "ok":
            old.licenses = licenses
            self._order.bought.append(licenses)
            self._keep_admin_event(old.id, "LicensesSet", "licenses", str(licenses))
        elif answer.unanswered_before:
            old.perhaps_licenses.add(licenses)
        self._require(answer.code, LOCKED_OR_GONE, "set-licenses")

    async def admin_blocks(self) -> None:
        """An operator says that the old subscription may not be upgraded, unless it is locked."""
        old = self._order.tenant.subscriptions[self._order.old_id]
        answer = await self._caller.ask(
            "admin block",
            lambda: self._admin.block(OPERATOR, old.id, "not_eligible", "the soak says so"),
        )
        self._order.was_blocked |= answer.code == "ok" or answer.unanswered_before > 0
        self._require(answer.code, LOCKED_OR_GONE, "block")

    async def block_user(self) -> None:
        """A user's license cannot be changed for a while, so that a move has to wait for somebody."""
        user = self._somebody()
        if user is None:
            return
        order = self._order

        async def block() -> bool:
            await self._service.administration.block_user(
                OPERATOR, order.old_id, user, code="legal_hold"
            )
            return True

        answer = await self._caller.ask("block user", block)
        if answer.code == "ok" or answer.unanswered_before:
            order.blocked.add(user)

    async def unblock_users(self) -> None:
        """Their licenses can be changed again."""
        for user in sorted(self._order.blocked):
            await self._caller.ask("unblock user", lambda user=user: self._unblock(user))

    async def _unblock(self, user: str) -> bool:
        await self._service.administration.unblock_user(OPERATOR, self._order.old_id, user)
        return True

    async def newcomers_leave(self) -> None:
        """Whoever has joined goes again: there is no license for them."""
        for each in [each for each in self._order.people if isinstance(each, Joined)]:
            await self._remove(each.user)

    def _somebody(self) -> str | None:
        """One of those who were there from the start and have not left, as far as is known."""
        left = {each.user for each in self._order.people if isinstance(each, Left)}
        held = self._order.users if self._order.listed is None else self._order.listed
        there = sorted(set(held) - left - self._order.blocked)
        return self._dice.choice(there) if len(there) > 1 else None

    def _keep_admin_event(self, subscription: str, type: str, field: str, value: str) -> None:
        self._desk.scene.keep(
            f"{type} {value} of {subscription}",
            ADMIN_EVENT_IS_KEPT,
            subscription,
            type,
            field,
            value,
        )

    @staticmethod
    def _require(code: str, allowed: frozenset[str], what: str) -> None:
        if code != "ok" and code not in allowed:
            raise Fault(f"an admin's {what} was told {code}")

    async def look(self) -> UpgradeView:
        """Where is my upgrade?"""
        order = self._order
        view = await self._caller.told(
            "status", lambda: self._service.reading.status(OPERATOR, order.upgrade_id)
        )
        self._desk.saw(order, view)
        return view
