import asyncio
import os
import signal
import socket
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local_stack import stack as stack_module
from deploy.local_stack.postgres import PostgresServer
from deploy.local_stack.temporal_server import TemporalServer
from tests.deploy.conftest import StackProcess, alive, eventually


async def test_runs_a_command_against_a_whole_stack_and_data_survive(stack: StackProcess) -> None:
    script = stack.folder / "ask.py"
    script.write_text(
        "import asyncio, os, sys, asyncpg\n"
        "async def main():\n"
        "    c = await asyncpg.connect(os.environ['DATABASE_URL'])\n"
        "    await c.execute('create table if not exists seen (n int)')\n"
        "    await c.execute('insert into seen values (1)')\n"
        "    print(await c.fetchval('select count(*) from seen'), os.environ['TEMPORAL_ADDRESS'])\n"
        "    await c.close()\n"
        "asyncio.run(main())\n"
        "sys.exit(7)\n"
    )
    command = ["run", "--", sys.executable, str(script)]
    first = stack.run(*command)
    assert (first.returncode, first.stdout[:2]) == (7, "1 "), first.stderr
    assert stack.run(*command).stdout.startswith("2 127.0.0.1:")
    fresh = stack.run("--fresh", *command)
    assert fresh.stdout.startswith("1 ")
    worker_log = (stack.data / "logs" / "worker.log").read_text()
    assert worker_log.endswith("drained\n"), "the worker was not stopped gracefully"


def test_up_writes_the_connections_and_ctrl_c_stops_everything(stack: StackProcess) -> None:
    parent = stack.up()
    children = parent.children(recursive=True)
    assert len(children) >= 3
    assert stat.S_IMODE(stack.env_file.stat().st_mode) == 0o600
    found = stack.connections()
    assert found.keys() == {
        "DATABASE_URL",
        "TEMPORAL_ADDRESS",
        "TEMPORAL_UI_URL",
        "UPGRADE_API_URL",
    }
    parent.send_signal(signal.SIGINT)
    code, said = stack.end()
    assert code == 0, said
    assert not alive(children)
    assert not stack.env_file.exists()


def test_nothing_is_left_after_kill_9_and_it_starts_again(stack: StackProcess) -> None:
    parent = stack.up()
    children = parent.children(recursive=True)
    parent.kill()
    stack.end()
    assert eventually(lambda: not alive(children)), alive(children)
    stale = stack.env_file.read_text()
    again = stack.up()
    assert stack.env_file.read_text() != stale
    again.terminate()
    assert stack.end()[0] == 0


def test_a_second_stack_on_the_same_data_is_told_so(stack: StackProcess) -> None:
    parent = stack.up()
    second = stack.run("up")
    assert second.returncode == 2
    assert f"already up on {stack.data} (pid {parent.pid})" in second.stderr
    assert "--data DIR" in second.stderr
    assert parent.is_running()


VICTIMS = {
    "Postgres": "pginstall",
    "Temporal": "start-dev",
    "worker": "stand_in.py",
    "api": "stand_in_api.py",
}


def kill(stack: psutil.Process, victim: str) -> psutil.Process:
    """`kill -9` one part of a stack, as soon as it is there."""

    assert eventually(lambda: len(parts(stack, victim)) == 1)
    hit = parts(stack, victim)[0]
    hit.kill()
    return hit


def parts(stack: psutil.Process, name: str) -> list[psutil.Process]:
    """Its processes of that part; one may end while it is looked at."""
    found: list[psutil.Process] = []
    for each in alive(stack.children()):
        with suppress(psutil.NoSuchProcess):
            if VICTIMS[name] in " ".join(each.cmdline()):
                found.append(each)
    return found


@pytest.mark.parametrize("victim", VICTIMS)
async def test_a_part_that_dies_is_started_again(stack: StackProcess, victim: str) -> None:
    parent = stack.up()
    hit = kill(parent, victim)
    assert eventually(lambda: not alive([hit]))

    assert eventually(lambda: any(each.pid != hit.pid for each in parts(parent, victim)))
    parent.send_signal(signal.SIGINT)
    code, said = stack.end()
    assert code == 0, said
    assert f"{victim} ended unexpectedly with code -9; starting it again ..." in said


async def test_postgres_comes_back_with_what_was_written(stack: StackProcess) -> None:
    parent = stack.up()
    url = stack.connections()["DATABASE_URL"]
    connection = await asyncpg.connect(url)
    await connection.execute("create table kept (n int); insert into kept values (7)")
    hit = kill(parent, "Postgres")
    assert eventually(lambda: not alive([hit]))
    for _ in range(200):
        try:
            again = await asyncpg.connect(url)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.1)
        else:
            assert await again.fetchval("select n from kept") == 7
            await again.close()
            return
    pytest.fail("Postgres did not come back")


def test_a_part_that_dies_again_and_again_ends_all_and_is_named(stack: StackProcess) -> None:
    parent = stack.up()
    children = parent.children(recursive=True)
    for _ in range(stack_module.MOST_REVIVALS + 1):
        hit = kill(parent, "worker")
        assert eventually(lambda hit=hit: not alive([hit]))
    code, said = stack.end()
    assert code == 5
    assert "worker ended unexpectedly with code -9, again and again:\n    " in said
    assert eventually(lambda: not alive(children)), alive(children)


def test_a_worker_that_cannot_start_ends_all_with_its_reason(stack: StackProcess) -> None:
    stack.variables["STAND_IN"] = "fails"
    done = stack.run("up")
    assert done.returncode == 5
    assert done.stderr.startswith("the worker ended with code 1:\n")
    assert "no such table" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_servers_that_the_environment_names_are_used(
    stack: StackProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with PostgresServer(tmp_path_factory.mktemp("own"), durable=False) as own:
        stack.variables["DATABASE_URL"] = own.url()
        done = stack.run("run", "--", "sh", "-c", "echo $DATABASE_URL")
        assert done.stdout.strip() == own.url(), done.stderr
        assert own.process_alive
    assert not (stack.data / "postgres").exists()
    assert (stack.data / "temporal").exists()


def test_a_taken_port_is_no_obstacle(stack: StackProcess) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", stack_module.POSTGRES_PORT))
            taken.listen()
        except OSError:
            pass  # somebody else has it: as good
        done = stack.run("run", "--", "sh", "-c", "echo $DATABASE_URL")
    assert done.returncode == 0, done.stderr
    assert f":{stack_module.POSTGRES_PORT}/" not in done.stdout


def test_a_port_that_is_taken_between_look_and_start_is_no_obstacle(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for server in (
            PostgresServer(tmp_path / "postgres", port, durable=False),
            TemporalServer(port=port),
        ):
            try:
                stack_module.start_on_a_free_port(server)
                assert server.process_alive
                assert server.port != port
            finally:
                server.stop()


def test_a_temporary_stack_leaves_no_folder(stack: StackProcess) -> None:
    stack.variables["TMPDIR"] = str(stack.folder)
    done = stack.run(
        "--fresh-temp", "run", "--", "sh", "-c", "ls -d $TMPDIR/plan-upgrade-*; exit 4"
    )
    assert done.returncode == 4
    assert "plan-upgrade-" in done.stdout
    assert not list(stack.folder.glob("plan-upgrade-*"))
    assert not stack.data.exists()


def test_sigterm_reaches_the_command_first(stack: StackProcess) -> None:
    mark = stack.folder / "mark"
    script = f"trap 'echo stopped > {mark}; exit 0' TERM; echo up > {mark}; sleep 60 & wait"
    process = psutil.Popen(
        stack.command("run", "--", "sh", "-c", script),
        cwd=stack_module.ROOT,
        env=stack.environment(),
    )
    assert eventually(mark.exists)
    time.sleep(0.1)
    process.terminate()
    assert process.wait(60) == 128 + signal.SIGTERM
    assert mark.read_text() == "stopped\n"


@pytest.mark.parametrize(
    "arguments", [["up", "--", "true"], ["run"], ["fly"], []], ids=["up --", "run", "fly", "none"]
)
def test_wrong_usage(stack: StackProcess, arguments: list[str]) -> None:
    done = stack.run(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_an_unknown_command_is_no_traceback(stack: StackProcess) -> None:
    done = stack.run("--fresh-temp", "run", "--", "no-such-program")
    assert done.returncode == 127
    assert done.stderr.endswith("cannot run no-such-program: No such file or directory\n")


async def test_keep_stays_up_after_the_command(stack: StackProcess) -> None:
    process = psutil.Popen(
        stack.command("run", "--keep", "--", "true"),
        cwd=stack_module.ROOT,
        env=stack.environment(),
    )
    assert eventually(stack.env_file.exists)
    connection = await asyncpg.connect(stack.connections()["DATABASE_URL"])
    assert await connection.fetchval("select 1") == 1
    await connection.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def test_the_file_of_another_live_stack_is_left_alone(stack: StackProcess) -> None:
    theirs = f"# pid {os.getppid()}\nDATABASE_URL=theirs\n"
    stack.env_file.write_text(theirs)
    parent = stack.up()
    parent.terminate()
    assert stack.end()[0] == 0
    assert stack.env_file.read_text() == theirs


def test_fresh_deletes_only_its_own_folders(tmp_path: Path, stack: StackProcess) -> None:
    stack.data.mkdir()
    precious = stack.data / "thesis.txt"
    precious.write_text("…")
    assert stack.run("--fresh", "run", "--", "true").returncode == 0
    assert precious.exists()
