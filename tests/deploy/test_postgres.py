import asyncio
import stat
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local_stack import postgres
from deploy.local_stack.child import ChildError
from deploy.local_stack.postgres import PostgresServer
from tests.deploy.conftest import ROOT, alive, eventually


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresServer, None, None]:
    with PostgresServer(tmp_path_factory.mktemp("data") / "a folder", durable=False) as started:
        yield started


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_answers_in_utc_and_utf8_whatever_the_locale(server: PostgresServer) -> None:
    facts = "current_setting('TimeZone') || ' ' || current_setting('server_encoding')"
    assert await ask(server.url(), f"select {facts}") == "UTC UTF8"


async def test_a_killed_server_keeps_what_it_acknowledged(server: PostgresServer) -> None:
    await ask(server.url(), "create table kept as select 7 as n")
    port = server.port
    server.kill()
    assert not server.process_alive
    server.start()
    assert server.port == port
    assert await ask(server.url(), "select n from kept") == 7


async def test_start_and_stop_may_be_repeated(server: PostgresServer) -> None:
    server.stop()
    server.stop()
    server.start()
    server.start()
    assert await ask(server.url(), "select 1") == 1


async def test_a_database_is_created_once(server: PostgresServer) -> None:
    server.create_database("orders")
    server.create_database("orders")
    assert await ask(server.url("orders"), "select current_database()") == "orders"


async def test_other_users_of_the_machine_need_the_password(server: PostgresServer) -> None:
    password = server.data_dir / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data_dir.stat().st_mode) & 0o077 == 0
    guessed = server.url().replace(password.read_text(), "postgres")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(guessed, "select 1")


def test_refuses_data_that_a_live_server_uses(server: PostgresServer) -> None:
    command = (
        f"import deploy.local_stack.postgres as p; p.STALE_PID_SECONDS = 0.2; "
        f"p.PostgresServer({str(server.data_dir)!r}).start()"
    )
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "already serves" in done.stderr
    assert server.process_alive


def test_a_stale_pid_file_is_not_believed_though_the_pid_is_in_use(tmp_path: Path) -> None:
    stopped = PostgresServer(tmp_path, durable=False)
    stopped.start()
    pid_file = tmp_path / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    stopped.stop()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        stopped.start()
        assert stopped.process_alive
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
        stopped.stop()


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with PostgresServer(tmp_path, durable=False) as server:
        assert server.process_alive
    assert not half.exists()


def test_says_what_the_log_says_when_it_cannot_start(
    tmp_path: Path, server: PostgresServer
) -> None:
    second = PostgresServer(tmp_path, port=server.port, durable=False)
    with pytest.raises(ChildError, match="Address already in use"):
        second.start()
    assert not second.process_alive


def test_survives_the_thread_that_started_it(server: PostgresServer) -> None:
    server.stop()
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    assert not eventually(lambda: not server.process_alive, within_seconds=0.3)


def test_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from deploy.local_stack.postgres import PostgresServer; "
        "s = PostgresServer(sys.argv[1], durable=False); s.start(); "
        "print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    children = psutil.Process(parent.pid).children(recursive=True)
    assert any("postgres" in child.name() for child in children)
    parent.kill()
    parent.communicate(timeout=60)
    assert eventually(lambda: not alive(children)), alive(children)


async def test_a_durable_cluster_syncs(tmp_path: Path) -> None:
    with PostgresServer(tmp_path) as server:
        settings = "current_setting('fsync') || ' ' || current_setting('synchronous_commit')"
        assert await ask(server.url(), f"select {settings}") == "on on"


def test_root_without_namespaces_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))  # no unshare
    with pytest.raises(ChildError, match="run as an ordinary user, or set DATABASE_URL"):
        postgres.PostgresServer(tmp_path / "data").start()


async def test_may_be_started_from_an_event_loop(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path, durable=False)
    await asyncio.to_thread(server.start)
    try:
        assert await ask(server.url(), "select 1") == 1
    finally:
        await asyncio.to_thread(server.stop)
