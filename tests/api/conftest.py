"""One stack for all tests of the command line: starting it takes longer than most of them."""

from collections.abc import Generator

import pytest

from deploy.local_stack.postgres import PostgresServer
from tests.api.cli_support import Cli, running_stack


@pytest.fixture(scope="session")
def cli(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cli]:
    """The command line, with a worker behind it."""
    with running_stack(
        postgres_server,
        tmp_path_factory.mktemp("cli"),
        "cli",
        MOVE_BATCH_SIZE="100",
        WEBHOOK_ALLOW_PRIVATE_ADDRESSES="true",  # receivers of these tests are here
    ) as cli:
        yield cli


@pytest.fixture(scope="module")
def own_cli(
    request: pytest.FixtureRequest,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Cli]:
    """A stack of one file's own, for tests that change the catalog or the policy of everybody."""
    name = request.path.stem
    with running_stack(postgres_server, tmp_path_factory.mktemp(name), name) as cli:
        yield cli
