"""A move, and its undo, against a model: users join, leave, change and are blocked between batches.

What fails is not shrunk, which would take minutes: it is told at once, with all its steps and the line
that repeats it (`@reproduce_failure`).
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from temporalio.testing import ActivityEnvironment

from activities.user_moves import UsersCannotMove
from domain.upgrade.commands import StartMove
from domain.upgrade.states import Moved, Moving, Undoing
from store.database import Database
from store.moves import FROM_THE_START
from store.upgrades import read_history
from store.verify import verify
from store.world import import_world
from tests.domain.builders import NOW
from tests.examples import examples
from tests.store.support import Life, holders, world_of, world_subscription, world_tenant

ODD = ["USER-1", "Ärger", "a,b", '"quoted"', "=1+1", " ", "日本", "user-1 ", "\U0001f600"]
"""Ids whose order depends on who sorts, and some that files must take care of."""
PEOPLE = st.sampled_from([f"user-{n}" for n in range(8)] + ODD)
SERVICES = st.sampled_from([[], ["teams"], ["exchange", "sharepoint"]])


@dataclass
class Ground:
    """What all examples share: one database, and an event loop of their own."""

    runner: asyncio.Runner
    database: Database
    numbers: "count[int]"

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(doing)


class MoveMachine(RuleBasedStateMachine):
    """One move; `users` is who holds a license, with the services that are off for them."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        name = f"tenant-{next(self.ground.numbers)}"
        self.old, self.beside = f"{name}-basic", f"{name}-premium"
        self.new = ""
        self.life = Life(self.ground.database, self.old, name, licenses=40)
        self.users: dict[str, list[str]] = {f"user-{n}": ["teams"] * (n % 2) for n in range(6)}
        self.before: dict[str, list[str]] = {}
        """Whose old license the move took, with what was off for them then: what an undo restores."""
        self.after = FROM_THE_START
        self.ground.run(self._begin(name))

    async def _begin(self, name: str) -> None:
        listed = tuple({"id": u, "disabled_services": off} for u, off in self.users.items())
        held = world_subscription(self.old, licenses=40, users=listed)
        beside = world_subscription(self.beside, plan="premium", licenses=40, users=listed)
        await import_world(self.ground.database, world_of(world_tenant(name, held, beside)), NOW)
        await self.life.quote()
        await self.life.order()
        steps, start = self.life.steps, StartMove(at=NOW, users=len(self.users))
        history = await ActivityEnvironment().run(steps._carried_out, self.life.step, start)
        assert isinstance(history.state, Moving)
        assert history.state.upgrade.new_subscription_id is not None
        self.new = history.state.upgrade.new_subscription_id

    async def _held(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        return (
            await holders(self.ground.database, self.old),
            await holders(self.ground.database, self.new),
        )

    # ---- what happens ---------------------------------------------------------------------------

    @rule(size=st.integers(1, 4))
    def a_batch_moves(self, size: int) -> None:
        self.ground.run(self._batch(size))

    async def _batch(self, size: int) -> None:
        history = await read_history(self.ground.database, self.life.upgrade_id, self.old)
        moves, old, new = self.life.steps._moves, *await self._held()
        undoing = isinstance(history.state, Undoing)
        if not undoing and not isinstance(history.state, Moving):
            return
        one_batch = moves._return_one_batch if undoing else moves._move_one_batch
        try:
            _, batch = await ActivityEnvironment().run(
                one_batch, history, size, self.after, self.life.at
            )
        except UsersCannotMove:
            self.after = FROM_THE_START
        else:
            self.after = batch.upto or FROM_THE_START
        left, arrived = await self._held()
        if undoing:
            for user in new.keys() - arrived.keys():
                self.users[user] = old.get(user, self.before.pop(user, new[user]))  # B57
                assert left[user] == self.users[user], user
            return
        for user in old.keys() - left.keys():
            self.before[user] = old[user]
        for user in arrived.keys() - new.keys():
            self.users[user] = []  # B45
        assert old.keys() - left.keys() <= arrived.keys(), "nobody gets lost on the way"

    @rule(sure=st.sampled_from([True, False, False]))
    def it_is_canceled(self, sure: bool) -> None:
        if sure:
            self.ground.run(self._canceled())

    async def _canceled(self) -> None:
        history = await read_history(self.ground.database, self.life.upgrade_id, self.old)
        if isinstance(history.state, Moving):
            await self.life.cancel()
            self.after = FROM_THE_START

    @rule(user=PEOPLE, off=SERVICES, into_new=st.booleans())
    def somebody_joins(self, user: str, off: list[str], into_new: bool) -> None:
        at = self.new if into_new else self.old
        insert = "insert into assignments values ($1, $2, $3) on conflict do nothing returning true"
        if not self.ground.run(self._joined(insert, at, user, off)):
            return
        old, new = self.ground.run(self._held())
        self.users[user] = new.get(user, old.get(user, off))

    async def _joined(self, insert: str, at: str, user: str, off: list[str]) -> bool:
        history = await read_history(self.ground.database, self.life.upgrade_id, self.old)
        if not isinstance(history.state, Moving | Undoing):
            return False
        return bool(await self.ground.database.fetchval(insert, at, user, off))

    @rule(user=PEOPLE)
    def somebody_leaves(self, user: str) -> None:
        self._execute(
            "delete from assignments where subscription_id in ($1, $2) and user_id = $3", user
        )
        self.users.pop(user, None)
        self.before.pop(user, None)

    @rule(user=PEOPLE, off=SERVICES)
    def switches_change(self, user: str, off: list[str]) -> None:
        self._execute(
            "update assignments set disabled_services = $4"
            " where subscription_id in ($1, $2) and user_id = $3",
            user,
            off,
        )
        if user in self.users:
            self.users[user] = off

    @rule(user=PEOPLE)
    def somebody_is_blocked(self, user: str) -> None:
        self.ground.run(self._block(user))

    async def _block(self, user: str) -> None:
        await self.ground.database.execute(
            "insert into user_blocks values ($1, $2, 'upstream') on conflict do nothing",
            self.old,
            user,
        )

    @rule()
    def everybody_is_unblocked(self) -> None:
        self.ground.run(self._unblock())

    async def _unblock(self) -> None:
        await self.ground.database.execute(
            "delete from user_blocks where subscription_id = $1", self.old
        )

    def _execute(self, statement: str, *arguments: Any) -> None:
        self.ground.run(self.ground.database.execute(statement, self.old, self.new, *arguments))

    # ---- what holds -----------------------------------------------------------------------------

    @invariant()
    def everybody_holds_a_license_and_nobody_else_does(self) -> None:
        old, new = self.ground.run(self._held())
        assert {*old, *new} == set(self.users)  # B44, B49
        for user, off in self.users.items():
            assert off in (old.get(user), new.get(user)), user

    @invariant()
    def licenses_of_other_subscriptions_are_untouched(self) -> None:
        beside = self.ground.run(holders(self.ground.database, self.beside))
        assert beside == {f"user-{n}": ["teams"] * (n % 2) for n in range(6)}  # B46

    def teardown(self) -> None:
        if self.new:
            self.ground.run(self._end())

    async def _end(self) -> None:
        """The move ends, with a switch or an undo, and everybody is where they belong."""
        old, new = await self._held()
        history = await read_history(self.ground.database, self.life.upgrade_id, self.old)
        if len(self.users) % 2 or not isinstance(history.state, Moving | Moved):
            expected = {
                user: old[user] if user in old else self.before.get(user, off)
                for user, off in self.users.items()
            }
            await self.life.cancel()
            assert (await self.life.undo()).stage == "canceled"
            assert await self._held() == (expected, {})
            return
        expected = {user: new.get(user, []) for user in self.users}
        await self._unblock()
        view = await self.life.move()
        assert (view.stage, view.users.failed) == ("switching_billing", 0)
        self.life.later(seconds=1)
        assert (await self.life.switch()).stage in ("awaiting_invoice", "moving_users")
        if (await self.life.move()).stage == "switching_billing":  # who had joined after the move
            self.life.later(seconds=1)
            await self.life.switch()
        assert await self._held() == ({}, expected)


def test_a_move_does_what_the_model_of_it_does(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(database_url, max_connections=2))
        MoveMachine.ground = Ground(runner, database, count(1))
        run_state_machine_as_test(
            MoveMachine,
            settings=examples(
                15,
                stateful_step_count=25,
                deadline=None,
                print_blob=True,
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
            ),
        )
        verified = runner.run(verify(database))
        runner.run(database.close())
    assert verified.ok, verified.violations
    assert verified.checked["moves_are_recorded"] > 0
