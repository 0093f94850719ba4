"""One stack for all tests of the command line: starting it takes longer than most of them."""

from collections.abc import Generator

import pytest

from deploy.postgres import PostgresServer
from deploy.temporal_server import TemporalServer
from tests.api.cli_support import Cli, worker_process


@pytest.fixture(scope="session")
def cli(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cli]:
    """The command line, with a worker behind it."""
    folder = tmp_path_factory.mktemp("cli")
    postgres_server.create_database("cli")
    with TemporalServer() as temporal:
        environment = {
            "DATABASE_URL": postgres_server.url("cli"),
            "TEMPORAL_ADDRESS": temporal.address,
            "MOVE_BATCH_SIZE": "100",
            "WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "true",  # receivers of these tests are here
        }
        with worker_process(environment, folder / "worker.log"):
            yield Cli(environment, folder)
