"""Two builds of the worker side by side, on a server whose operator types what the page says.

Of runs that cross over, of orders meanwhile, and of a build that cannot go on with them: see
docs/rolling-deploys.md.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncGenerator
from itertools import groupby
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType, TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.contrib.pydantic import pydantic_data_converter

from api.runs.findings import findings_of
from api.runs.halts import POLL_LASTS, find_halts
from api.runs.looking import look_at_all
from api.runs.temporal import histories
from api.terminal.ways_on import as_commands
from deploy.local_stack.temporal_server import DYNAMIC_CONFIG, TemporalServer, executable
from domain.views.read_models import UpgradeView
from store.database import Database
from store.watch import read_watch
from tests.callers import OPERATOR
from tests.clock import now
from tests.faults.process import WorkerProcess
from tests.waiting import eventually
from tests.workflows.checkouts import change, copy_code, run_starter
from tests.workflows.hooks import Hooks
from tests.workflows.story import Story, a_subscription, a_tenant, a_world
from workflows.contract import DECIDE_CREDIT_CHECK, MOVE_TASK_QUEUE, TASK_QUEUE
from workflows.replay import replay

DEPLOYMENT = "plan-upgrade"
QUEUES = (
    (TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    (TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    (MOVE_TASK_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
)
ON_THE_WAY = [f"t{number}" for number in range(1, 41)]
"""Tenants who order while builds change."""


class Deploys:
    """A story, the builds that work in it, and the operator who says which one is current."""

    def __init__(self, story: Story, server: TemporalServer) -> None:
        self.story = story
        self._server = server

    async def start(self, build: str) -> None:
        """A worker of that build, as well as those that work."""
        client = await Client.connect(
            self._server.address, data_converter=pydantic_data_converter, identity=build
        )
        await self.story.start_worker(client, WorkerDeploymentVersion(DEPLOYMENT, build))

    async def set_current(self, build: str) -> None:
        """As an operator types it; it is refused until that build serves both task queues.

        Task queues learn of it a moment later.
        """
        words = f"set-current-version --deployment-name {DEPLOYMENT} --build-id {build} --yes"

        async def is_current() -> bool:
            return (await self.type("worker", "deployment", *words.split())).returncode == 0

        async def is_known() -> bool:
            return {await self._current_on(*queue) for queue in QUEUES} == {build}

        await eventually(f"{build} is current", is_current)
        await eventually("task queues know that", is_known)

    async def _current_on(self, name: str, kind: TaskQueueType.ValueType) -> str:
        """The build that gets the tasks of a queue."""
        asked = DescribeTaskQueueRequest(
            namespace="default", task_queue=TaskQueue(name=name), task_queue_type=kind
        )
        described = await self.story.client.workflow_service.describe_task_queue(asked)
        return described.versioning_info.current_deployment_version.build_id

    async def type(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `temporal`."""
        command = [executable(), *words, "--address", self._server.address]
        return await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False, timeout=60
        )

    def process(self, checkout: Path, build: str, database_url: str, log: Path) -> WorkerProcess:
        """A worker of the code in that checkout, in a process of its own."""
        return WorkerProcess(
            log,
            database_url=database_url,
            temporal_address=self._server.address,
            namespace="default",
            batch=3,
            build=build,
            root=checkout,
        )

    async def run(
        self, checkout: Path, database_url: str, *words: str
    ) -> subprocess.CompletedProcess[str]:
        """A command of `starter.py` by the code in that checkout."""
        return await run_starter(checkout, database_url, self._server.address, *words)

    async def is_watched(self, upgrade: UpgradeView) -> bool:
        """Whether `watch` says of that run, and of no other, that its code fails."""

        async def connect() -> Client:
            return self.story.client

        database, at = self.story.database, now()
        seen = await look_at_all(database, connect, at)
        found = findings_of(await read_watch(database, at), seen)
        assert {each.code for each in found} <= {"run_fails"}, found
        assert all("[TMPRL1100] Nondeterminism error" in each.message for each in found)
        return [each.upgrade_id for each in found] == [upgrade.upgrade_id]

    async def works_again(self, upgrade: UpgradeView) -> bool:
        """Whether the failed task was tried again; until then the run refuses decisions."""
        run = (await self.story.handle(upgrade).describe()).raw_description
        return run.pending_workflow_task.attempt == 0

    async def has_no_current_build(self) -> bool:
        """Whether `watch` says that workers are there and get no work, and what to do."""
        found = await find_halts(self.story.client, now())
        assert {each.kind for each in found} <= {"no_worker"}, found
        way = f"temporal worker deployment set-current-version --deployment-name {DEPLOYMENT} --build-id a"
        return [
            (as_commands(each.next_actions), "no build is current" in each.message)
            for each in found
        ] == [
            ((way,), True),
            ((way,), True),
        ]

    async def lists(self, query: str, upgrade: UpgradeView) -> bool:
        """Whether that run alone is found."""
        found = [run.id async for run in self.story.client.list_workflows(query)]
        return found == [upgrade.workflow_id]

    async def builds_of(self, upgrade: UpgradeView) -> list[str]:
        """Which builds carried the run, one after the other."""
        found = [
            event.workflow_task_completed_event_attributes.deployment_version.build_id
            for event in await self.story.history_of(upgrade)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        ]
        return [build for build, _ in groupby(found)]

    async def who_worked(self, upgrade: UpgradeView) -> set[str]:
        """Which builds ran its activities."""
        return {
            event.activity_task_started_event_attributes.identity
            for event in await self.story.history_of(upgrade)
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
        }

    async def order_on_and_on(self, answered: list[UpgradeView], enough: asyncio.Event) -> None:
        """One tenant after the other orders; whoever is not answered is a failure."""
        for tenant in ON_THE_WAY:
            answered.append(await self.story.order(f"{tenant}-basic"))
            if enough.is_set():
                return
        pytest.fail("there are too few tenants for what has to happen meanwhile")


@pytest.fixture
async def deploys(
    database: Database, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Deploys]:
    """A server of its own: which build is current is said of a task queue, which others share.

    It lists a run whose code fails after one attempt; by default after five, about a minute.
    """
    attempts = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute"
    monkeypatch.setitem(DYNAMIC_CONFIG, attempts, "1")
    with TemporalServer() as server:
        client = await Client.connect(server.address, data_converter=pydantic_data_converter)
        story = Story(database, client, hooks)
        checked = {"payment_method": "invoice"}
        crossing = (a_tenant(each, a_subscription(f"{each}-basic"), **checked) for each in "xyz")
        others = (a_tenant(each, a_subscription(f"{each}-basic")) for each in ON_THE_WAY)
        await story.load(a_world(tenants=(*crossing, *others)))
        yield Deploys(story, server)
        await story.end()


async def test_runs_cross_over_to_the_next_build_and_back(deploys: Deploys) -> None:
    story = deploys.story
    await deploys.start("a")
    await eventually("watch says how a gets work", deploys.has_no_current_build)
    await deploys.set_current("a")
    begun_on_a = await story.rest(await story.order("x-basic"))
    await deploys.start("b")
    answered: list[UpgradeView] = []
    enough = asyncio.Event()
    orders = story.begin(deploys.order_on_and_on(answered, enough))

    await deploys.set_current("b")
    await story.service.orders.decide(OPERATOR, begun_on_a.upgrade_id, "approved", reference="R-1")
    complete = await story.until(begun_on_a, "awaiting_invoice")
    begun_on_b = await story.rest(await story.order("y-basic"))
    await deploys.set_current("a")
    await story.service.orders.decide(OPERATOR, begun_on_b.upgrade_id, "approved", reference="R-2")
    await story.until(begun_on_b, "awaiting_invoice")
    await story.skip_to(complete, complete.deadline)
    await story.until(complete, "invoiced")
    enough.set()
    await orders

    assert await find_halts(story.client, now()) == ()
    missed = await find_halts(story.client, now() + 2 * POLL_LASTS)
    assert ["no worker of build a, which gets the work, on" in each.message for each in missed] == [
        True,
        True,
    ]
    assert await deploys.builds_of(begun_on_a) == ["a", "b", "a"]
    assert await deploys.builds_of(begun_on_b) == ["b", "a"]
    assert await deploys.who_worked(begun_on_b) == {"a"}, "moves and switch go where their run is"
    first = [(await deploys.builds_of(each))[0] for each in answered]
    assert [build for build, _ in groupby(first)] == ["a", "b", "a"]
    for each in answered:
        await story.until(each, "awaiting_invoice")


def with_bad_build(checkout: Path) -> Path:
    """A checkout in which somebody lets every order wait before it is checked."""
    copy_code(checkout)
    before = "        info, known = workflow.info(), self._known\n"
    change(
        checkout / "workflows" / "messages" / "order.py",
        before,
        f"{before}        await workflow.sleep(1)\n",
    )
    return checkout


async def test_a_bad_build_is_found_before_and_after_and_going_back_heals(
    deploys: Deploys, database_url: str, tmp_path: Path
) -> None:
    story = deploys.story
    await deploys.start("good")
    await deploys.set_current("good")
    waiting = await story.rest(await story.order("x-basic"))
    checkout = with_bad_build(tmp_path / "bad")

    replayed = await deploys.run(
        checkout, database_url, "replay", "--query", "ExecutionStatus = 'Running'"
    )
    assert replayed.returncode == 1, replayed.stderr
    assert [waiting.workflow_id] == [
        each["history"] for each in json.loads(replayed.stdout)["failed"]
    ]

    bad = deploys.process(checkout, "bad", database_url, tmp_path / "worker.log")
    bad.start()
    try:
        await deploys.set_current("bad")
        decision = {"decision": "approved", "reference": "R-1"}
        story.send(waiting, DECIDE_CREDIT_CHECK, decision, id="decide-1")
        begun_on_bad = await story.rest(await story.order("y-basic"))
        await eventually("watch names it", lambda: deploys.is_watched(waiting))
        await deploys.set_current("good")
    finally:
        bad.stop()

    assert await deploys.builds_of(begun_on_bad) == ["bad"]
    on_it = "TemporalWorkerDeploymentVersion = 'plan-upgrade:bad'"
    await eventually(
        "who is on the bad build is listed", lambda: deploys.lists(on_it, begun_on_bad)
    )
    # What began on the bad build is named by the good one, and begins anew by one command.
    found = await replay(histories(story.client, "ExecutionStatus = 'Running'"))
    assert [each.history for each in found.failed] == [begun_on_bad.workflow_id]
    again = f"-w {begun_on_bad.workflow_id} --type FirstWorkflowTask --reason went-back"
    reset = await deploys.type("workflow", "reset", *again.split())
    assert reset.returncode == 0, reset.stderr
    await story.service.orders.decide(
        OPERATOR, begun_on_bad.upgrade_id, "approved", reference="R-2"
    )
    await story.until(begun_on_bad, "awaiting_invoice")
    assert await deploys.builds_of(begun_on_bad) == ["good"]
    await eventually("it works again", lambda: deploys.works_again(waiting))
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="R-1")
    await story.until(waiting, "awaiting_invoice")
    assert await deploys.builds_of(waiting) == ["good"]
