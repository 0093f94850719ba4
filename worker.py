"""Composition root of a worker process: `./dev run worker.py`, or `python worker.py`.

Applies the migrations, makes sure the search attributes exist, then works until SIGTERM or Ctrl-C;
steps that are under way get time to finish. It takes no arguments.
"""

from deploy.environment import stop_without_environment, version

try:
    import asyncio
    import gc
    import signal
    import sys
    from collections.abc import AsyncGenerator, Iterable, Sequence
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import asynccontextmanager
    from datetime import timedelta
    from typing import Self

    import structlog
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.api.operatorservice.v1 import (
        AddSearchAttributesRequest,
        ListSearchAttributesRequest,
    )
    from temporalio.client import Client
    from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
    from temporalio.contrib.pydantic import pydantic_data_converter
    from temporalio.runtime import Runtime, TelemetryConfig
    from temporalio.service import RPCError, RPCStatusCode
    from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

    from activities.credit_review import CreditReview, OperatorReview
    from activities.credit_service import HttpCreditService
    from activities.failures import StepFailures
    from activities.holiday_calendar import holiday_calendar
    from activities.invoice_reminders import InvoiceReminders
    from activities.upgrade_steps import PostgresUpgradeSteps
    from activities.user_moves import MoveLimits
    from activities.webhook_client import WebhookClient
    from activities.webhook_relay import WebhookRelay
    from api.runs.retrying import GoingOn
    from api.runs.temporal import TemporalRuns
    from deploy.logs import configure_logs
    from deploy.settings import Settings, SettingsError, described_settings, load_settings
    from deploy.temporal_client import CannotConnect, connect_temporal
    from domain.integrations.webhooks import Reach
    from store.clock import read_clock
    from store.database import Database
    from store.errors import StoreError
    from store.migrate import migrate, require_migrated
    from workflows import contract
    from workflows.acting import Acting
    from workflows.messages.raw import for_workers
    from workflows.messages.unknown_type import UnknownType
    from workflows.search_attributes import SEARCH_ATTRIBUTES
    from workflows.steps.table import activities_on
    from workflows.story import ChangePlan, PlanUpgrade
except (ImportError, SyntaxError) as error:
    stop_without_environment(error)

_log = structlog.get_logger()

SEARCH_ATTRIBUTES_SECONDS = 90
"""A server looks for new search attributes once a minute by default."""

WORKFLOWS = [PlanUpgrade, ChangePlan, UnknownType]

LEASE_MARGIN_SECONDS = 5.0
"""How much longer than an attempt a relay keeps an endpoint to itself, to record how it ended."""


STOP_MARGIN_SECONDS = 10.0
"""How long a worker may take to end beyond the time that its steps have."""


class WorkerFailed(Exception):
    """A worker cannot begin, or cannot go on."""


class Workers:
    """The workers of one process, one for each task queue it serves; works within `async with`."""

    def __init__(self, workers: Sequence[Worker], stop_seconds: float) -> None:
        """They start and stop together; whichever has not ended after `stop_seconds` is left behind."""
        self._workers = workers
        self._stop_seconds = stop_seconds
        self._runs: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start, and wait until every one works. Raises `WorkerFailed`."""
        self._runs = [asyncio.create_task(worker.run()) for worker in self._workers]
        try:
            while not all(worker.is_running for worker in self._workers):
                self._require_running()
                await asyncio.sleep(0.01)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop all at once, so that each has the whole time for what is under way."""
        await self._stop()

    async def until(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set. Raises `WorkerFailed` as soon as one can no longer."""
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopped, *self._runs], return_when=asyncio.FIRST_COMPLETED)
            self._require_running()
        finally:
            stopped.cancel()

    def _require_running(self) -> None:
        for run in self._runs:
            # Without a walrus: an old Python has to read this file to say that it is too old.
            error = run.exception() if run.done() and not run.cancelled() else None
            if error is not None:
                said = " ".join(str(error).split())[:300]
                raise WorkerFailed(f"Temporal no longer lets it work: {said}") from error

    async def _stop(self) -> None:
        stops = [asyncio.create_task(worker.shutdown()) for worker in self._workers]
        # Now and then the SDK waits for ever, at the very end, when all steps have ended. A process
        # that hangs there would keep its deploy waiting until it is killed.
        _, hanging = await asyncio.wait([*stops, *self._runs], timeout=self._stop_seconds)
        if hanging:
            _log.warning("worker left behind: it did not end in time", seconds=self._stop_seconds)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*stops, *self._runs, return_exceptions=True)


def build_workers(
    client: Client,
    database: Database,
    *,
    limits: MoveLimits,
    credit_review: CreditReview | None = None,
    task_queues: Iterable[str] = contract.TASK_QUEUES,
    graceful_shutdown_seconds: float = 20.0,
    version: WorkerDeploymentVersion | None = None,
) -> Workers:
    """Workers for every step and workflow of the service, or for those of some task queues.

    With a `version` each gets work only once that is current or ramping in its deployment; runs go
    over to it with their next workflow task.
    """
    steps = PostgresUpgradeSteps(database, holiday_calendar, limits, credit_review)
    return Workers(
        [
            Worker(
                for_workers(client),
                task_queue=task_queue,
                workflows=WORKFLOWS if task_queue == contract.TASK_QUEUE else [],
                activities=activities_on(task_queue, steps),
                interceptors=[Acting(), StepFailures()],
                # Histories are replayed in one, before a deploy: see `workflows.sandbox`.
                workflow_runner=UnsandboxedWorkflowRunner(),
                workflow_task_executor=ThreadPoolExecutor(
                    max_workers=4, thread_name_prefix="workflow"
                ),
                graceful_shutdown_timeout=timedelta(seconds=graceful_shutdown_seconds),
                # By default beats are held back for eight of ten seconds, and pauses heard as late.
                max_heartbeat_throttle_interval=timedelta(seconds=1),
                deployment_config=_deployment_of(version),
            )
            for task_queue in task_queues
        ],
        stop_seconds=graceful_shutdown_seconds + STOP_MARGIN_SECONDS,
    )


def _deployment_of(version: WorkerDeploymentVersion | None) -> WorkerDeploymentConfig | None:
    """Runs last weeks: pinned to their build, each would need its old workers for so long."""
    if version is None:
        return None
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def version_of(settings: Settings) -> WorkerDeploymentVersion | None:
    """The build that this worker runs, as the settings say; None where builds are not told apart."""
    if settings.worker_build_id is None:
        return None
    return WorkerDeploymentVersion(
        deployment_name=settings.worker_deployment, build_id=settings.worker_build_id
    )


def credit_review_of(settings: Settings) -> CreditReview:
    """Who decides credit checks, as the settings say: a credit service, or operators alone."""
    service = settings.credit_service()
    if service is None:
        return OperatorReview()
    return HttpCreditService(
        url=service.url,
        key=service.key,
        callback_key=service.callback_key,
        callback_url=service.callback_url,
        retired_keys=service.retired_keys,
        retired_callback_keys=service.retired_callback_keys,
    )


async def ensure_search_attributes(client: Client) -> None:
    """Add the search attributes that the namespace lacks, and wait until runs can carry them.

    Temporal Cloud does not let workers do that; there it is done once, by hand (see the runbook).
    """
    kinds = {
        "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
        "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    }
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = {
            key.name: kinds[key.indexed_value_type.name.title()]
            for key in SEARCH_ATTRIBUTES
            if key.name not in known.custom_attributes
        }
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
            await _until_known(client, missing)
    except (RPCError, TimeoutError) as error:
        cause = str(error) or f"not known after {SEARCH_ATTRIBUTES_SECONDS} s"
        _log.warning("search attributes could not be checked", cause=cause)


async def _until_known(client: Client, names: Iterable[str]) -> None:
    """The server takes in new attributes seconds later; an order before that would fail."""
    query = " AND ".join(f"{name} IS NULL" for name in names)
    async with asyncio.timeout(SEARCH_ATTRIBUTES_SECONDS):
        while True:
            try:
                await client.count_workflows(query)
            except RPCError as error:
                if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                    raise
            else:
                return
            await asyncio.sleep(0.1)


@asynccontextmanager
async def webhook_relay(
    database: Database, settings: Settings, stop: asyncio.Event
) -> AsyncGenerator[None]:
    """Send webhooks beside the work, where the settings say so.

    It stops with `stop`, together with the workers, so that each has the whole time to end what it
    has begun.
    """
    if not settings.webhook_relay:
        yield
        return
    client = WebhookClient(
        reach=Reach(*settings.webhook_reach),
        timeout_seconds=settings.webhook_timeout_seconds,
    )
    relay = WebhookRelay(
        database, client, lease_seconds=settings.webhook_timeout_seconds + LEASE_MARGIN_SECONDS
    )
    running = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await client.aclose()


@asynccontextmanager
async def invoice_reminders(
    database: Database, settings: Settings, stop: asyncio.Event
) -> AsyncGenerator[None]:
    """Remind customers of open invoices beside the work (B65), by the workers that decide what happens."""
    if contract.TASK_QUEUE not in settings.task_queues.split(","):
        yield
        return
    running = asyncio.create_task(InvoiceReminders(database).run(stop, await read_clock(database)))
    try:
        yield
    finally:
        running.cancel()  # a reminder is written whole or not at all, and else by the next worker
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def going_on(
    database: Database, client: Client, settings: Settings, stop: asyncio.Event
) -> AsyncGenerator[None]:
    """Let upgrades try again beside the work that were parked for what passes (B72).

    By the workers that decide what happens; those that only move users leave it to them.
    """
    if contract.TASK_QUEUE not in settings.task_queues.split(","):
        yield
        return

    async def connected() -> Client:
        return client

    loop = GoingOn(database, TemporalRuns(connected), client)
    running = asyncio.create_task(loop.run(stop, await read_clock(database)))
    try:
        yield
    finally:
        running.cancel()  # whatever it has asked for is asked for again by the next worker
        await asyncio.gather(running, return_exceptions=True)


async def _prepare_schema(database: Database, settings: Settings) -> None:
    """Apply the migrations that are missing, or say that there are some."""
    if not settings.migrate:
        await require_migrated(database, "MIGRATE is false")
        return
    for name in await migrate(database):
        _log.info("migration applied", name=name)


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set.

    Raises `StoreError`, `CannotConnect` or `WorkerFailed` where it cannot begin, or cannot go on, and
    `SettingsError` where settings cannot be used.
    """
    try:
        database = await Database.open(
            settings.database_url,
            min_connections=settings.database_pool_min,
            max_connections=settings.database_pool_max,
            statement_seconds=settings.database_timeout_seconds,
        )
    except ValueError:  # its words repeat parts of the URL, which holds a password
        raise SettingsError("DATABASE_URL cannot be read: check its parts") from None
    try:
        await _prepare_schema(database, settings)
        client = await connect_temporal(
            data_converter=pydantic_data_converter,
            # One of its own, so that it can be let go of before the interpreter ends: see below.
            runtime=Runtime(telemetry=TelemetryConfig()),
        )
        await ensure_search_attributes(client)
        workers = build_workers(
            client,
            database,
            limits=MoveLimits(
                users_per_batch=settings.move_batch_size,
                seconds_per_batch=settings.move_batch_seconds,
                batches_at_once=settings.moves_at_once,
            ),
            task_queues=settings.task_queues.split(","),
            credit_review=credit_review_of(settings),
            graceful_shutdown_seconds=settings.graceful_shutdown_seconds,
            version=version_of(settings),
        )
        async with (
            webhook_relay(database, settings, stop),
            going_on(database, client, settings, stop),
            invoice_reminders(database, settings, stop),
            workers,
        ):
            # Whoever started this process waits for the line, whatever the level of the logs.
            print("worker ready", flush=True)
            await workers.until(stop)
            _log.info("worker stops once running steps are done")
    finally:
        await database.close()


def answer_to(arguments: Sequence[str]) -> int | None:
    """Answer words that a worker was called with; None without any, and it works."""
    if not arguments:
        return None
    if list(arguments) in (["-h"], ["--help"]):
        lines = (f"  {name}\n      {says}" for name, says in described_settings())
        print(f"{__doc__}\nSettings, each an environment variable:\n", *lines, sep="\n")
        return 0
    if list(arguments) == ["--version"]:
        print(f"plan-upgrade {version()}")
        return 0
    print(
        "error: a worker takes no arguments, its settings are in the environment:"
        " worker.py --help lists them",
        file=sys.stderr,
    )
    return 2


async def main() -> int:
    """Run a worker process; returns its exit code."""
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    configure_logs(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    try:
        await work(settings, stop)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (StoreError, CannotConnect, WorkerFailed) as error:
        _log.error("worker cannot work", cause=str(error))
        return 5
    return 0


if __name__ == "__main__":
    answered = answer_to(sys.argv[1:])
    exit_code = asyncio.run(main()) if answered is None else answered
    # A runtime of Temporal that is still alive when the interpreter ends crashes it now and then,
    # after all is done, with a wrong exit code.
    gc.collect()
    sys.exit(exit_code)
