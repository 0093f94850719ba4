"""A very large upgrade on the stack of `./dev up`, from order to completion, with its worker killed.

    ./dev run tests/bench/million.py [USERS]

Loads a tenant with a million users, orders an upgrade of them all, and shows it live. Once a third of
them are over, the worker that moves them is killed (`kill -9`); the stack starts another one, which
goes on from the last committed batch. At the end everything is verified. Fails where any of it does.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client

from deploy.settings import load_settings, temporal_connection
from store.database import Database
from store.views import read_upgrade
from tests import clock

ROOT = Path(__file__).parents[2]
STARTER = [sys.executable, str(ROOT / "starter.py")]
KILL_AT = 1 / 3
"""Share of the users who are over when the worker is killed."""
LOOK_SECONDS = 0.2
COMMAND_SECONDS = 3600.0
"""How long any one command may take; loading and verifying a million users takes minutes."""
STANDSTILL_SECONDS = 300.0
"""How long an upgrade may stand still before this gives up."""


async def main(users: int) -> int:
    """Live through it, and print what it took."""
    tenant = f"million-{uuid.uuid4().hex[:8]}"
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.json"
        world.write_text(json.dumps(_world(tenant, users)), encoding="utf-8")
        took["load"] = await _seconds(_starter("load", str(world)))
    subscription = f"{tenant}-basic"
    asked = ("--to", "standard", "--licenses", str(users), "--billing", "monthly")
    quote = await _starter("quote", subscription, *asked)
    ordered_at = time.monotonic()
    order = await _starter("upgrade", subscription, "--quote", quote["quote_id"])
    took["order answered"] = time.monotonic() - ordered_at
    upgrade = order["upgrade_id"]
    async with _watching(upgrade):
        moved, peaks, silent = await _kill_halfway(order["workflow_id"], upgrade, users)
    took["order to completion"] = time.monotonic() - ordered_at
    took["of this, until another worker went on"] = silent
    view = await _starter("status", upgrade)
    assert view["stage"] in ("awaiting_invoice", "invoiced"), view
    assert (view["users"]["moved"], view["users"]["failed"]) == (users, 0), view["users"]
    began = time.monotonic()
    verified = await _starter("verify")
    took["verify"] = time.monotonic() - began
    assert verified["ok"], verified["violations"]
    print(f"\n{users:,} users; the worker was killed when {moved:,} were over")
    print("".join(f"{seconds:8.1f} s  {what}\n" for what, seconds in took.items()), end="")
    print("".join(f"{mib:8.1f} MiB  peak of worker {pid}\n" for pid, mib in peaks.items()), end="")
    print(
        f"verify: {len(verified['checked'])} promises in {sum(verified['checked'].values()):,} places hold"
    )
    return 0


async def _kill_halfway(
    workflow_id: str, upgrade: str, users: int
) -> tuple[int, dict[int, float], float]:
    """Kill the worker on its way; how many were over, peak MiB of each worker, seconds of silence."""
    client = await Client.connect(**temporal_connection())
    run = client.get_workflow_handle(workflow_id)
    database = await Database.open(load_settings().database_url, max_connections=1)
    peaks: dict[int, float] = {}
    killed, moved, killed_at, silent = 0, 0, 0.0, 0.0
    version, changed_at = -1, time.monotonic()
    while True:
        view = await read_upgrade(database, upgrade)
        assert view is not None
        if view.version != version:
            version, changed_at = view.version, time.monotonic()
        assert time.monotonic() - changed_at < STANDSTILL_SECONDS, (
            f"nothing happens any more: {view}"
        )
        for each in (await run.describe()).raw_description.pending_activities:
            pid = int((each.last_worker_identity or "0@").partition("@")[0] or 0)
            if pid and pid != killed and (peak := _peak_mib(pid)):
                peaks[pid] = peak
            if pid and not killed and view.users.moved >= users * KILL_AT:
                os.kill(pid, signal.SIGKILL)
                killed, moved, killed_at = pid, view.users.moved, time.monotonic()
        if killed and not silent and view.users.moved > moved:
            silent = time.monotonic() - killed_at
        if view.stage not in ("checking", "moving_users", "switching_billing"):
            assert killed, "nobody was killed: take more users"
            await database.close()
            return moved, peaks, silent
        await asyncio.sleep(LOOK_SECONDS)


def _peak_mib(pid: int) -> float:
    """The most memory that a process had so far; 0 where that is not known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line[:6] == "VmHWM:")


@asynccontextmanager
async def _watching(upgrade: str) -> AsyncGenerator[None]:
    """The live view, as an operator sees it, in this terminal."""
    watch = await asyncio.create_subprocess_exec(*STARTER, "status", upgrade, "--watch")
    try:
        yield
        await asyncio.wait_for(watch.wait(), 30)
    finally:
        if watch.returncode is None:
            watch.kill()


async def _starter(*arguments: str) -> Any:
    """One command of `starter.py`; its answer. Ends the program where it fails."""
    command = await asyncio.create_subprocess_exec(
        *STARTER, *arguments, "--json", stdout=subprocess.PIPE
    )
    answer, _ = await asyncio.wait_for(command.communicate(), COMMAND_SECONDS)
    if command.returncode:
        sys.exit(f"starter.py {' '.join(arguments)}: {answer.decode()}")
    return json.loads(answer)


async def _seconds(work: Any) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


def _world(tenant: str, users: int) -> dict[str, Any]:
    """One tenant that can be upgraded at once, without a credit check."""
    address = {"name": tenant, "lines": ["1 Main St"], "city": "Seattle", "postal_code": "98101"}
    plan = {"kind": "plan", "audience": "commercial", "services": {"mail": 1}}
    return {
        "services": [{"id": "mail", "name": "Mail", "data_related": True}],
        "plans": [
            {
                **plan,
                "id": id,
                "product": id,
                "name": id.title(),
                "prices": [{"currency": "USD", "monthly": price, "annual": price}],
            }
            for id, price in (("basic", "6.00"), ("standard", "12.50"))
        ],
        "policy": {"credit_check": {"thresholds": {"USD": "1000000000.00"}}},
        "tenants": [
            {
                "id": tenant,
                "name": tenant,
                "country": "US",
                "time_zone": "UTC",
                "currency": "USD",
                "language": "en",
                "segment": "commercial",
                "payment_method": "card",
                "billing_day": clock.quiet_billing_day(),
                "sold_to": address | {"country": "US"},
                "billed_to": address | {"country": "US"},
                "subscriptions": [
                    {
                        "id": f"{tenant}-basic",
                        "plan": "basic",
                        "licenses": users,
                        "status": "active",
                        "billing": "monthly",
                        "cycle_anchor": clock.in_days(-5).isoformat(),
                        "user_count": users,
                    }
                ],
            }
        ],
    }


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
