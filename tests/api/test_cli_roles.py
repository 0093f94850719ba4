"""From an empty database to an invoice, with a role for each, as a deployment goes."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import asyncpg
import pytest

from deploy.local_stack.postgres import PostgresServer
from tests.api.cli_support import ROOT, Cli, worker_process
from tests.roles import set_up_roles, url_as

NAME = "deployed"


@pytest.fixture
def url(postgres_server: PostgresServer) -> Generator[str]:
    """An empty database whose roles have been made."""
    postgres_server.create_database(NAME)
    url = postgres_server.url(NAME)
    asyncio.run(set_up_roles(url))
    yield url
    asyncio.run(_drop(postgres_server.url()))


async def _drop(url: str) -> None:
    admin = await asyncpg.connect(url)
    await admin.execute(f"drop database {NAME} with (force)")
    await admin.close()


def test_each_role_does_its_part(cli: Cli, url: str, tmp_path: Path) -> None:
    def as_role(role: str) -> Cli:
        return Cli({**cli.environment, "DATABASE_URL": url_as(role, url)}, tmp_path, cli.thread)

    def ended_worker(**settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**as_role("worker").environment, "LOG_FORMAT": "console", **settings}
        return subprocess.run(
            [sys.executable, str(ROOT / "worker.py")],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=ROOT,
            env=environment,
        )

    # Nothing is migrated yet: whoever may not do it says who must, and does nothing else.
    for settings, why in (
        ({"MIGRATE": "false"}, "MIGRATE is false"),
        ({"MIGRATE": "true"}, "this role may apply none"),
    ):
        ended = ended_worker(**settings)
        assert ended.returncode == 5, ended
        assert why in ended.stderr
        assert "starter.py migrate" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "worker ready" not in ended.stdout
    for verb in (("serve", "--port", "0"), ("migrate",)):
        served = as_role("api").run(*verb, "--json")
        assert (served.code, served.error["dependency"]) == (5, "postgres"), served
        assert "starter.py migrate" in served.error["message"]

    assert as_role("owner").json("migrate")["applied"]
    asyncio.run(set_up_roles(url_as("owner", url)))
    assert as_role("api").json("migrate") == {"applied": []}

    # MIGRATE is not set: there is nothing to apply, so nothing needs to be owned.
    with worker_process(
        {**as_role("worker").environment, "TASK_QUEUES": "plan-upgrades,user-moves"},
        tmp_path / "worker.log",
    ):
        api = as_role("api")
        subscription = api.tenant()
        api.json("admin", "set-licenses", subscription, "12")
        api.json("options", subscription)
        api.json("webhooks", "list")

    reader = as_role("reader")
    assert reader.json("verify", "--no-temporal")["ok"]
    assert reader.json("options", subscription)["upgradable"]
    for refused in (
        ("quote", subscription, "--to", "premium", "--licenses", "12", "--billing", "monthly"),
        ("admin", "set-licenses", subscription, "13"),
    ):
        done = reader.run(*refused, "--json")
        assert done.code != 0
        assert "permission denied" in done.error["message"]
