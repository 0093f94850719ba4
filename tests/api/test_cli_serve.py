"""`starter.py serve`: the HTTP API as a process, from its start to its stop."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import httpx

from domain.callback_reference import callback_reference
from tests.api.cli_support import ROOT, Cli
from tests.clock import machine_now
from tests.workflows.credit_desk import CALLBACK_KEY, SERVICE_KEY, problem_of, signed

KEYS = {
    "CREDIT_SERVICE_URL": "https://credit.example/checks",
    "CREDIT_SERVICE_KEY": "whsec_" + base64.b64encode(SERVICE_KEY).decode(),
    "CREDIT_CALLBACK_KEY": base64.b64encode(CALLBACK_KEY).decode(),
    "UPGRADE_API_URL": "https://upgrades.example",
}


@contextmanager
def served(cli: Cli, **environment: str) -> Generator[str]:
    """Its address; at the end it is asked to stop, and does."""
    with subprocess.Popen(
        [sys.executable, str(ROOT / "starter.py"), "serve", "--port", "0", "--json"],
        env={**os.environ, **cli.environment, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=-1,
        stderr=-1,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(3)]
            yield json.loads("".join(lines))["url"]
            process.send_signal(signal.SIGTERM)
            out, complaints = process.communicate(timeout=30)
            assert (process.returncode, out) == (0, ""), complaints
            assert "Traceback" not in complaints
        finally:
            process.kill()


def test_a_callback_decides_an_upgrade(cli: Cli) -> None:
    view = cli.waiting_for_credit()
    reference = callback_reference(
        CALLBACK_KEY, view["upgrade_id"], machine_now() + timedelta(days=1)
    )
    body = {"callback_reference": reference, "decision": "declined", "reference": "CS-1"}
    with served(cli, **KEYS) as url:
        answer = httpx.post(f"{url}/credit-decisions", timeout=30, **signed(body))
        assert answer.status_code == 200, answer.text
        forged = signed(body, key=b"another key, not the one")
        assert problem_of(httpx.post(f"{url}/credit-decisions", **forged))[0] == 401
        unknown = body | {
            "callback_reference": callback_reference(
                CALLBACK_KEY, "up-nobody", machine_now() + timedelta(days=1)
            )
        }
        answer = httpx.post(f"{url}/credit-decisions", **signed(unknown))
        assert problem_of(answer) == (404, "not_found")
    assert cli.json("status", view["upgrade_id"])["stage"] == "declined"


def test_a_taken_port_is_told(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = cli.process("serve", "--port", port, "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["field"]) == ("bad_input", "port")


def test_a_credit_service_that_is_half_set_is_told(cli: Cli) -> None:
    halves = {name: value for name, value in KEYS.items() if name != "CREDIT_CALLBACK_KEY"}
    done = cli.process("serve", "--port", "0", "--json", environment=halves)
    assert done.returncode == 2
    assert "CREDIT_CALLBACK_KEY" in json.loads(done.stdout)["error"]["message"]
    short = KEYS | {"CREDIT_SERVICE_KEY": "c2hvcnQ="}
    done = cli.process("serve", "--port", "0", "--json", environment=short)
    assert "CREDIT_SERVICE_KEY has a wrong value" in json.loads(done.stdout)["error"]["message"]
    twice = KEYS | {"CREDIT_CALLBACK_KEY": KEYS["CREDIT_SERVICE_KEY"]}
    done = cli.process("serve", "--port", "0", "--json", environment=twice)
    assert done.returncode == 2
    assert "hold the same key twice" in json.loads(done.stdout)["error"]["message"]
