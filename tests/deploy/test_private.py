"""What the local stack keeps and tells is for its owner alone; a link planted in its way is not followed."""

import argparse
import io
import os
import stat
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from deploy.local_stack import child, postgres, stack
from deploy.local_stack.postgres import PostgresServer
from deploy.settings import CreditService
from tests.deploy.conftest import STAND_IN, eventually

CLIENT = """#!/bin/sh
printf '%s\\n' "$0" "$@" >> "$LEFT_HERE.argv"
printf '%s' "$PGPASSWORD" > "$LEFT_HERE.password"
"""
TAKEN = """
import os, socket, sys, time

port = int(sys.argv[3])
if port == {taken}:
    sys.exit("error: port: 127.0.0.1 cannot be listened on (Address already\\n  in use): choose another")
assert os.environ["UPGRADE_API_URL"].endswith(":" + sys.argv[3])
print("http api ready", flush=True)
time.sleep(60)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def careless_mask() -> Generator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def folder_of(data: Path) -> AbstractContextManager[Path]:
    return stack._data_folder(argparse.Namespace(data=data, fresh=False, fresh_temp=False))  # pyright: ignore[reportPrivateUsage]


def test_the_folders_are_private_also_within_one_that_was_there(tmp_path: Path) -> None:
    data = tmp_path / "there"
    (data / "temporal").mkdir(parents=True, mode=0o755)
    with folder_of(data):
        for name in ("temporal", "logs"):
            assert mode(data / name) == 0o700
        assert not (data / "postgres").exists(), "Postgres makes its own, and may run elsewhere"
        assert mode(data / "lock") == 0o600


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lock").symlink_to(victim)
    with pytest.raises(stack.StackError, match="cannot be used"), folder_of(tmp_path / "data"):
        pass
    assert victim.read_text() == "precious"


def test_the_connections_are_written_past_a_planted_link(tmp_path: Path) -> None:
    victim, env = tmp_path / "victim", tmp_path / "env"
    victim.write_text("precious")
    (tmp_path / f"env.{os.getpid()}").symlink_to(victim)
    with stack._written(env, ["DATABASE_URL=postgresql://a:b@c/d"], io.StringIO()):  # pyright: ignore[reportPrivateUsage]
        assert mode(env) == 0o600
        assert "DATABASE_URL" in env.read_text()
    assert victim.read_text() == "precious"
    assert not env.exists()


def test_what_children_write_is_private(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "child.log"
    made = tmp_path / "made"
    process = child.spawn([sys.executable, "-c", f"open({str(made)!r}, 'w')"], log=log)
    assert process.wait(30) == 0
    assert (mode(log.parent), mode(log), mode(made)) == (0o700, 0o600, 0o600)


def test_a_log_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    log = tmp_path / "child.log"
    log.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        child.spawn([sys.executable, "-c", "print('x')"], log=log)
    assert victim.read_text() == "precious"


def test_no_program_is_given_the_password_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "client"
    program.write_text(CLIENT)
    program.chmod(0o700)

    def found(_name: str) -> Path:
        return program

    monkeypatch.setattr(postgres, "postgres_program", found)
    monkeypatch.setenv("LEFT_HERE", str(tmp_path / "left"))
    (tmp_path / "data").mkdir()
    server = PostgresServer(tmp_path / "data", 1)
    server.create_database("orders")
    password = (tmp_path / "data" / "password").read_text()
    arguments = (tmp_path / "left.argv").read_text()
    assert "orders" in arguments
    assert password not in arguments
    assert (tmp_path / "left.password").read_text() == password


def test_no_repr_holds_a_key() -> None:
    secret = b"hunter2"
    service = CreditService(
        url="https://credit.example",
        key=secret,
        callback_key=secret,
        callback_url="https://us.example",
        retired_keys=(secret,),
        retired_callback_keys=(secret,),
    )
    assert "hunter2" not in repr(service)


def test_the_api_takes_another_port_if_its_own_is_taken_after_the_look(tmp_path: Path) -> None:
    worker, starter = tmp_path / "worker.py", tmp_path / "starter.py"
    worker.write_text(STAND_IN)
    taken = child.free_port()
    starter.write_text(TAKEN.format(taken=taken))
    up = stack.Stack(tmp_path, worker, io.StringIO(), with_api=True, starter_script=starter)
    up.connections = {
        "DATABASE_URL": "postgresql://x",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "UPGRADE_API_URL": f"http://127.0.0.1:{taken}",
    }
    try:
        up._start_worker()  # pyright: ignore[reportPrivateUsage]
        first = up.worker
        up._start_api_on_a_free_port()  # pyright: ignore[reportPrivateUsage]
        assert up.api is not None
        assert up.api.poll() is None
        assert not up.connections["UPGRADE_API_URL"].endswith(f":{taken}")
        assert up.worker is not first, "the worker was told of the old port"
        assert first is not None
        assert eventually(lambda: first.poll() is not None)
    finally:
        up.stop()
