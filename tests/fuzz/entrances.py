"""Every entrance, with what it is asked rightly, and how its answers are judged."""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import httpx
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from deploy.settings import SettingsError, load_settings, temporal_connection
from tests.api.cli_support import ADDRESS, PLANS, SERVICES, Cli
from tests.clock import in_days
from tests.fuzz.spoil import argument, as_bytes, spoiled, spoiled_text
from tests.workflows.raw import payload
from workflows import contract

CODES = frozenset({0, 2, 3, 4, 5})
"""Exit codes of the contract; 1 is an error that nobody foresaw."""


class Wrong(AssertionError):
    """An input was not answered as the contract says."""


@dataclass
class CommandLine:
    """The command line in this process, on a stack with a subscription to ask about."""

    cli: Cli
    subscription: str = ""
    upgrade: dict[str, Any] = field(default_factory=dict[str, Any])
    quote: dict[str, Any] = field(default_factory=dict[str, Any])
    _files: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.subscription = self.cli.tenant()
        self.quote = self.cli.quote(self.subscription)

    def world(self, random: Random) -> str:
        """`load` a spoiled world file, as JSON or YAML."""
        tenant = {
            "id": "fuzzed", "name": "Fuzzed", "country": "US", "time_zone": "UTC",
            "currency": "USD", "language": "en", "segment": "commercial",
            "payment_method": "card", "billing_day": 3, "sold_to": ADDRESS, "billed_to": ADDRESS,
            "subscriptions": [
                {
                    "id": "fuzzed-basic", "plan": "basic", "licenses": 9, "status": "active",
                    "billing": "monthly", "cycle_anchor": in_days(-8).isoformat(),
                    "users": [{"id": "ada@fuzzed.example", "disabled_services": ["sites"]}],
                }
            ],
        }  # fmt: skip
        world = {
            "services": SERVICES, "plans": PLANS, "tenants": [tenant],
            "policy": {"quote": {"valid_days": 7}, "tax": {"US": "0.00"}},
        }  # fmt: skip
        if random.random() < 0.5:
            text = json.dumps(spoiled(world, random))
        else:
            text = spoiled_text(json.dumps(world, indent=1), random)
        suffix = random.choice((".json", ".yaml"))
        return self._ask("load", str(self._file(as_bytes(text, random), suffix)))

    def users(self, random: Random) -> str:
        """A change by hand for a spoiled list of users."""
        names = "\n".join(f"u{n}@fuzzed.example,x" for n in range(20))
        text = spoiled_text("user_id,name\n" + names, random)
        file = self._file(as_bytes(text, random), ".csv")
        buy = ("--to", "standard", "--licenses", "5", "--billing", "monthly")
        return self._ask("change", self.subscription, "--users", f"@{file}", *buy)

    def quotes(self, random: Random) -> str:
        """A quote with spoiled arguments and addresses."""
        words = ["quote", self.subscription, "--to", "premium", "--licenses", "10"]
        words += ["--billing", "monthly", "--payment-method", "card"]
        words += ["--sold-to", json.dumps(spoiled(ADDRESS, random))]
        return self._ask(*_spoiled_words(words, random))

    def orders(self, random: Random) -> str:
        """An order, a decision, a cancel or an admin command with spoiled arguments."""
        quote_id = self.quote["quote_id"]
        words = random.choice(
            (
                ["upgrade", self.subscription, "--quote", quote_id, "--idempotency-key", "k"],
                ["upgrade", self.subscription, "--quote", quote_id, "--schedule", "2027-01-01"],
                ["upgrade", self.subscription, "--quote", quote_id, "--accept-forfeiture", "1"],
                ["decide", "up-a", "approved", "--reference", "R", "--reason", "x"],
                ["cancel", "up-a", "--reason", "x"],
                ["admin", "set-licenses", self.subscription, "10"],
                ["admin", "assign", self.subscription, "ada"],
                ["admin", "pay", self.subscription, "1.00", "--reference", "P"],
                ["users", self.subscription, "--limit", "3", "--after", "a"],
                ["list", "upgrades", "--user", "ada@fuzzed.example", "--stage", "invoiced"],
                ["list", "quotes", "--tenant", "fuzzed", "--limit", "3", "--after", "q-1"],
                ["statement", "t1", "--until", "2026-06-18"],
                ["options", self.subscription, "--lang", "en"],
            )
        )
        return self._ask(*_spoiled_words(list(words), random))

    def settings(self, random: Random) -> str:
        """Spoiled settings, as worker and command line read them."""
        names = [
            "DATABASE_URL", "DATABASE_POOL_MAX", "DATABASE_TIMEOUT_SECONDS", "LOG_LEVEL",
            "LOG_FORMAT", "TASK_QUEUES", "MOVE_BATCH_SIZE", "CREDIT_SERVICE_URL",
            "CREDIT_SERVICE_KEY", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_TLS",
            "TEMPORAL_API_KEY", "WEBHOOK_TIMEOUT_SECONDS", "WEBHOOK_RELAY",
        ]  # fmt: skip
        chosen = random.sample(names, 3)
        values = {name: argument(random).encode("utf-8", "replace").decode() for name in chosen}
        with mock.patch.dict(os.environ, self.cli.environment | values):
            try:
                settings = load_settings()
                settings.credit_service()
                temporal_connection()
            except SettingsError as error:
                if "Traceback" in str(error) or not str(error).strip():
                    raise Wrong(f"{values}: {error!r}") from None
                return "refused"
        return "taken"

    def _ask(self, *words: str) -> str:
        done = self.cli.run(*words, "--json")
        if done.code not in CODES:
            raise Wrong(f"{words!r}: exit {done.code}: {done.stdout[:500]}{done.stderr[:500]}")
        if done.code and "error" not in done.document:
            raise Wrong(f"{words!r}: no error object: {done.stdout[:500]}")
        return "taken" if done.code == 0 else f"exit {done.code}"

    def _file(self, data: bytes, suffix: str) -> Path:
        path = self.cli.folder / f"fuzzed-{next(self._files) % 50}{suffix}"
        path.write_bytes(data)
        return path


def _spoiled_words(words: list[str], random: Random) -> list[str]:
    for _ in range(random.randint(1, 2)):
        at = random.randrange(1, len(words))
        match random.randrange(5):
            case 0:
                del words[at]
            case 1:
                words.insert(at, argument(random))
            case _:
                words[at] = argument(random)
        if len(words) < 2:
            return words
    return words


@dataclass
class Messages:
    """Starts and updates, by any client of Temporal."""

    client: Client
    quote_id: str
    upgrade_id: str
    """One that waits for its credit decision."""
    _ids: Any = field(default_factory=count)

    async def starts(self, random: Random) -> str:
        """A start with a spoiled order."""
        order = {"quote_id": self.quote_id, "idempotency_key": "k", "schedule": "2027-01-01"}
        handle = await self.client.start_workflow(  # pyright: ignore[reportUnknownMemberType] - open in the SDK
            random.choice((contract.WORKFLOW_TYPE, contract.CHANGE_WORKFLOW_TYPE)),
            args=_arguments(order, random),
            id=f"plan-upgrade-fuzzed-{next(self._ids)}",
            task_queue=contract.TASK_QUEUE,
        )
        try:
            await handle.result()
        except WorkflowFailureError as failed:
            return _code_of(failed.cause)
        raise Wrong(f"{handle.id} was carried out")

    async def updates(self, random: Random) -> str:
        """A spoiled update; only what is right counts."""
        name, right = random.choice(
            (
                ("decide_credit_check", {"decision": "maybe", "reference": "R", "reason": "x"}),
                # More is wrong with it than spoiling could put right: the run has to live on.
                ("cancel", {"reason": 7, "why": 1, "who": 2, "when": 3}),
                ("submit_order", {"quote_id": self.quote_id, "idempotency_key": "other"}),
                ("resolve_attention", {"action": "retry", "reason": "x", "users": ["ada"]}),
            )
        )
        handle = self.client.get_workflow_handle(f"plan-upgrade-{self.upgrade_id}")
        try:
            await handle.execute_update(name, args=_arguments(right, random))  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        except WorkflowUpdateFailedError as refused:
            return _code_of(refused.cause)
        return "taken"


def _arguments(right: dict[str, Any], random: Random) -> list[RawValue]:
    text = json.dumps(spoiled(right, random))
    if random.random() < 0.3:
        text = spoiled_text(text, random)
    encoding = random.choice(("json/plain",) * 8 + ("binary/plain", "binary/encrypted"))
    data = as_bytes(text, random)
    return [RawValue(payload(data, encoding))] * random.choice((1,) * 9 + (0, 2))


def _code_of(cause: BaseException | None) -> str:
    if not isinstance(cause, ApplicationError) or cause.type in (None, "unexpected"):
        raise Wrong(f"answered by {cause!r}")
    return str(cause.type)


@dataclass
class Requests:
    """Requests to the HTTP API, over a socket."""

    http: httpx.AsyncClient

    async def requests(self, random: Random) -> str:
        """A spoiled request to any path."""
        path = random.choice(("/credit-decisions", "/health", "/", "/openapi.json", "/v1/x"))
        if random.random() < 0.3:
            path += random.choice(("/", "%00", "//evil.example", "?a=" + "b" * 3000, "/../health"))
        body = json.dumps(
            spoiled({"callback_reference": "r", "decision": "approved", "reference": "R"}, random)
        )
        headers = {
            "content-type": random.choice(("application/json", "text/csv", "", "a/b; q=1")),
            "webhook-id": random.choice(("m1", "x" * 500, "")),
            "webhook-timestamp": random.choice(("0", "9" * 30, "x", "1760000000")),
            "webhook-signature": random.choice(("v1,AAAA", "v1," * 50, "")),
            "host": random.choice(("localhost", "evil.example", "a" * 300)),
        }
        method = random.choice(("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"))
        answer = await self.http.request(
            method, path, content=as_bytes(body, random), headers=headers, follow_redirects=False
        )
        if answer.status_code >= 500 and answer.status_code != 503:
            raise Wrong(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return str(answer.status_code)


@asynccontextmanager
async def http_client(url: str) -> AsyncGenerator[Requests]:
    """Requests to the API at `url`."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield Requests(http)
