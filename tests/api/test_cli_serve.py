"""`starter.py serve`: the HTTP API as a process, from its start to its stop."""

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta

import asyncpg
import httpx

from domain.integrations.callback_reference import callback_reference
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


def test_250_slow_callers_stand_in_nobodys_way_and_are_sent_away(cli: Cli) -> None:
    head = b"POST /credit-decisions HTTP/1.1\r\nHost: upgrades.example\r\nContent-Length: 900\r\n"

    async def drip(port: int, begun: bytes, connected: asyncio.Semaphore) -> bytes:
        """What is answered to a request that never ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        connected.release()
        answer = b""
        try:
            writer.write(begun)
            while not reader.at_eof():
                with suppress(TimeoutError):
                    answer += await asyncio.wait_for(reader.read(1000), 0.5)
                writer.write(b"a")
        except ConnectionError:
            pass
        finally:
            writer.close()
        return answer

    async def all_at_once(url: str) -> list[bytes]:
        port, connected = int(url.rpartition(":")[2]), asyncio.Semaphore(0)
        begun = (head + b"\r\n{", head + b"x-slow: ")
        async with asyncio.timeout(60), httpx.AsyncClient() as honest:
            slow = [
                asyncio.create_task(drip(port, begun[number % 2], connected))
                for number in range(250)
            ]
            for _ in slow:
                await connected.acquire()
            assert (await honest.get(f"{url}/health")).json() == {"status": "ok"}
            assert not all(each.done() for each in slow), "they were there all the while"
            return await asyncio.gather(*slow)

    with served(cli, **KEYS) as url:
        answers = asyncio.run(all_at_once(url))
        assert httpx.get(f"{url}/health").json() == {"status": "ok"}
    told = [answer for answer in answers if answer]
    assert len(told) > 200, "the others wrote while they were sent away"
    assert {answer.split(b"\r\n")[0] for answer in told} == {b"HTTP/1.1 408 Request Timeout"}


def test_the_pool_and_its_time_limits_are_those_of_the_settings(cli: Cli) -> None:
    ours = "select count(*) from pg_stat_activity where application_name = 'plan-upgrade'"
    before = cli.sql(ours)[0]["count"]
    pool = {"DATABASE_POOL_MIN": "7", "DATABASE_POOL_MAX": "8", "DATABASE_TIMEOUT_SECONDS": "1"}
    reference = callback_reference(CALLBACK_KEY, "up-nobody", machine_now() + timedelta(days=1))
    body = {"callback_reference": reference, "decision": "declined", "reference": "CS-1"}

    async def while_locked(url: str) -> httpx.Response:
        connection = await asyncpg.connect(cli.environment["DATABASE_URL"])
        try:
            async with connection.transaction(), httpx.AsyncClient(timeout=30) as client:
                await connection.execute("lock credit_callbacks in access exclusive mode")
                return await client.post(f"{url}/credit-decisions", **signed(body))
        finally:
            await connection.close()

    with served(cli, **KEYS, **pool) as url:
        assert cli.sql(ours)[0]["count"] - before == 7
        answer = asyncio.run(while_locked(url))
        assert problem_of(answer) == (503, "dependency_unavailable")
        assert answer.json()["detail"] == (
            "postgres: out of reach for the moment, send the same again"
        )


def test_hosts_that_are_not_ours(cli: Cli) -> None:
    with served(cli, **KEYS, UPGRADE_API_HOSTS="upgrades.example, 127.0.0.1") as url:
        assert httpx.get(f"{url}/openapi.json").status_code == 200
        other = httpx.get(f"{url}/openapi.json", headers={"host": "elsewhere.example"})
        assert problem_of(other) == (421, "misdirected_request")
    done = cli.process(
        "serve", "--port", "0", "--json", environment={"UPGRADE_API_HOSTS": "http://a/"}
    )
    assert done.returncode == 2
    assert "UPGRADE_API_HOSTS has a wrong value" in json.loads(done.stdout)["error"]["message"]


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
