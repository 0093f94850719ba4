"""Every argument of every method of the service, and what somebody might hand in to break it.

The table is made by looking at the code: a new method, or a new argument, is in it by itself. Whatever
comes in, only the service's own errors come out, and nothing is written.
"""

import asyncio
import importlib
import inspect
import os
import pkgutil
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from temporalio.client import Client

import api.runs
import api.service
from api.errors import BadInput, NotFound, ServiceError
from api.files.users_file import NamedUsers
from api.files.world_reader import read_world
from api.runs.retrying import GoingOn
from api.service.changes import ChangeQuotes, ChangeRequest, Purchase
from api.service.upgrades import UpgradeService
from domain.catalog.customer import Address
from domain.quoting.request import QuoteRequest, References
from domain.values.rejections import Rejection
from starter import EnvironmentWiring
from tests.api.cli_support import Cli
from tests.callers import OPERATOR
from tests.who_may_what_page import GROUPS

ASKED: dict[type, str] = {owner: name for name, owner in GROUPS.items()}
"""The classes whose methods callers and operators use, by the names of their groups."""

NOT_ASKED = {
    UpgradeService: "has the groups, and no method but a ping",
    ChangeQuotes: "asked by `Quotes.make_for_change`, with its arguments",
    GoingOn: "a task of the worker, which nobody calls with anything of theirs",
}

LONG = "x" * 3_000_000
TEXTS = {
    "NUL": "a\0b",
    "a lone surrogate": "a\ud83db",
    "3 MB": LONG,
    "empty": "",
    "blank": " ",
    "a line break": "a\nb",
    "a line separator": "a\u2028b",
    "an escape sequence": "\x1b[2J",
    "no text": 7,
    "bytes": b"a",
}
NUMBERS = {
    "2^31": 2**31,
    "3 * 10^9": 3_000_000_000,
    "2^63": 2**63,
    "10^5000": 10**5000,
    "-1": -1,
    "0": 0,
    "a text": "12",
    "true": True,
    "a fraction": 1.5,
    "not a number": float("nan"),
}
AMOUNTS = {
    "-1": Decimal(-1),
    "not a number": Decimal("NaN"),
    "infinite": Decimal("Infinity"),
    "a gigabyte": Decimal("1E+999999999"),
    "nearly nothing": Decimal("1E-999999999"),
    "3 MB": Decimal("1" + "0" * 3_000_000),
    "a float": 1.5,
    "3 MB of text": LONG,
}
DAYS = {
    "the year 1": date.min,
    "the year 9999": date.max,
    "a moment without a zone": datetime(2026, 6, 18),  # noqa: DTZ001 - that is what is wrong
    "a moment": datetime(2026, 6, 18, tzinfo=UTC),
    "NUL": "2026-06-18\0",
    "3 MB": LONG,
}
LISTS = {
    "a million": ["u@example"] * 1_000_000,
    "none": [],
    "one text": "ada@example",
    **{name: [text] for name, text in TEXTS.items()},
}
ADDRESS = Address(name="Somebody", city="Redmond", country="US")


def _quote_request(**changes: Any) -> QuoteRequest:
    return QuoteRequest.model_validate(
        {"target_plan_id": "premium", "licenses": 10, "billing": "monthly", **changes}
    )


def _change_request(kept: Any = None, **changes: Any) -> ChangeRequest:
    bought = {"plan_id": "premium", "licenses": 10, "billing": "monthly", **changes}
    return ChangeRequest(
        to=Purchase.model_validate(bought), licenses_kept=kept, old="reduced" if kept else "stays"
    )


BAD_PURCHASES: dict[str, dict[str, Any]] = {
    **{f"{name} licenses": {"licenses": NUMBERS[name]} for name in ("2^31", "3 * 10^9", "10^5000")},
    **{
        f"{name} as {field} of {party}": {party: ADDRESS.model_copy(update={field: text})}
        for party in ("sold_to", "billed_to")
        for field in ("name", "city", "tax_id")
        for name, text in TEXTS.items()
        if isinstance(text, str) and "surrogate" not in name and text.strip()
    },
    **{
        f"{name} as {field}": {"references": References.model_validate({field: text})}
        for field in ("purchase_order", "buyer_reference")
        for name, text in TEXTS.items()
        if isinstance(text, str) and "surrogate" not in name and text.strip()
    },
    "a million lines": {"billed_to": ADDRESS.model_copy(update={"lines": ("x",) * 1_000_000})},
}
"""What a value of the domain holds, and no entrance would have read."""

QUOTED = {
    **{name: _quote_request(**each) for name, each in BAD_PURCHASES.items()},
    "the year 1": _quote_request(switch_on=date.min),
    "no request": "premium",
}
CHANGED = {
    **{name: _change_request(**each) for name, each in BAD_PURCHASES.items()},
    **{f"{number} bought": _change_request(licenses=number) for number in (0, -1)},
    **{f"{name} kept": _change_request(kept=NUMBERS[name]) for name in ("-1", "2^31", "10^5000")},
    "no request": "premium",
}
USERS = {
    **{name: NamedUsers([text]) for name, text in TEXTS.items() if isinstance(text, str)},
    "no list": ["ada@example"],
}
FILTERS = {
    **{
        f"{name} for {key}": {key: text}
        for key in ("tenant", "user")
        for name, text in TEXTS.items()
    },
    **{f"{name} for stage": {"stage": text} for name, text in TEXTS.items()},
    "another filter": {LONG: "contoso"},
    "no filters": "contoso",
}

BY_NAME: dict[str, dict[str, Any]] = {
    "limit": NUMBERS,
    "before": NUMBERS,
    "licenses": NUMBERS,
    "delivery_id": NUMBERS,
    "amount": AMOUNTS,
    "accept_forfeiture": AMOUNTS,
    "schedule": DAYS,
    "until": DAYS,
    "day": DAYS,
    "filters": FILTERS,
    "request": QUOTED,
    "replace": {"another section": frozenset({"events"}), "a text": LONG},
    "file": {"no file": LONG},
    "dry_run": {"a text": LONG},
    "lost_switches": {"a text": LONG},
    "with_temporal": {"a text": LONG},
    "since": {"a moment without a zone": DAYS["a moment without a zone"], "3 MB": LONG},
}
"""Of these arguments; all others are texts."""
OF_METHOD = {
    ("resolve_attention", "users"): LISTS,
    ("skip_users", "users"): LISTS,
    ("make_for_change", "users"): USERS,
    ("make_for_change", "request"): CHANGED,
}
SOUND_AFTER_ALL = {
    *(
        (method, argument, name)
        for method, argument in (
            ("block", "note"),
            ("block_user", "note"),
            ("decide", "reason"),
            ("resolve_attention", "reason"),
        )
        for name in ("empty", "blank")
    ),
    ("statement", "until", "the year 1"),
    ("actions", "before", "2^31"),
    ("actions", "before", "3 * 10^9"),
    ("replay", "query", "empty"),
    ("replay", "query", "blank"),
}
"""A note or a query may be left out, a statement may end before it begins, and a log be that long."""
NONE_SUCH = {
    ("delivery_id", "2^31"),
    ("delivery_id", "3 * 10^9"),
    ("request", "the year 1"),
}
"""There is no such delivery yet, and that day has passed: refused, and not as bad input."""

SOUND: dict[str, Any] = {
    "subscription_id": "SUBSCRIPTION",
    "tenant_id": "TENANT",
    "upgrade_id": "up-aaaaaaaaaaaaaaaaaaaa",
    "quote_id": "QUOTE",
    "target_plan_id": "premium",
    "user_id": "zoe@example",
    "invoice": "INV-00000001",
    "endpoint_id": "wh-1",
    "delivery_id": 1,
    "add_on": "visio",
    "service": "mail",
    "licenses": 12,
    "amount": Decimal("1.00"),
    "decision": "approved",
    "reference": "R-1",
    "reason": "no budget",
    "action": "skip",
    "code": "legal_hold",
    "url": "https://hooks.example/upgrades",
    "noun": "upgrades",
    "filters": {},
    "users": None,
    "request": _quote_request(),
    "file": read_world({}),
    "world": read_world({}).world,
    "quote": None,
    "error": NotFound("tenant", "nobody"),
    "message_id": "msg-1",
    "digest": "0" * 64,
    "time": timedelta(days=1),
    "moment": datetime(2026, 6, 18, tzinfo=UTC),
}
"""The other arguments of a call; what is not here has a value of its own."""


MAY_BE_LEFT_OUT = {
    "by",
    "day",
    "after",
    "idempotency_key",
    "note",
    "state",
    "secret",
    "cause",
    "query",
    "anchors",
    "export_anchors",
}


@dataclass(frozen=True)
class Case:
    """One method, one argument of it, and one value."""

    owner: type
    method: str
    argument: str
    name: str
    value: Any

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.method}({self.argument}: {self.name})"


def _methods(owner: type) -> Iterator[tuple[str, list[str]]]:
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if not name.startswith("_"):
            yield name, list(inspect.signature(method).parameters)[2:]


def _cases(owner: type) -> Iterator[Case]:
    for method, arguments in _methods(owner):
        for argument in arguments:
            values = OF_METHOD.get((method, argument)) or BY_NAME.get(argument) or TEXTS
            for name, value in values.items():
                yield Case(owner, method, argument, name, value)


def test_every_class_that_asks_the_database_is_in_the_table() -> None:
    """A class of the service has its database from outside; one that is new has to be named here."""
    found: set[type] = set()
    for room in (api.service, api.runs):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            members = vars(importlib.import_module(module.name)).values()
            found |= {
                each
                for each in members
                if inspect.isclass(each)
                and each.__module__.startswith("api.")
                and "database" in inspect.signature(each.__init__).parameters
            }
    assert found == {*ASKED, *NOT_ASKED}


def test_the_table_has_every_method() -> None:
    assert sum(len(list(_methods(owner))) for owner in ASKED) > 40
    unknown = {
        argument
        for owner in ASKED
        for _, arguments in _methods(owner)
        for argument in arguments
        if argument not in {*SOUND, *BY_NAME} and argument not in MAY_BE_LEFT_OUT
    }
    assert not unknown, "say what is sound for them, or that they may be left out"


@pytest.fixture
async def parts(own_cli: Cli) -> AsyncGenerator[Any]:
    """The service, as the command line opens it."""
    with mock.patch.dict(os.environ, own_cli.environment):
        async with EnvironmentWiring().open(OPERATOR) as opened:
            yield opened


@pytest.fixture(scope="module")
def sound(own_cli: Cli) -> dict[str, Any]:
    """Arguments of things that there are, so that only the hostile one is wrong."""
    subscription = own_cli.tenant()
    known = {
        "SUBSCRIPTION": subscription,
        "TENANT": subscription.removesuffix("-basic"),
        "QUOTE": own_cli.quote(subscription)["quote_id"],
    }
    return {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in SOUND.items()
    }


async def _written(own_cli: Cli, client: Client) -> tuple[dict[str, int], int]:
    rows = await asyncio.to_thread(own_cli.rows)
    return rows, (await client.count_workflows()).count


@pytest.mark.parametrize("owner", ASKED, ids=lambda owner: owner.__name__)
async def test_only_errors_of_the_service_come_out_and_nothing_is_written(
    own_cli: Cli, parts: Any, sound: dict[str, Any], owner: type
) -> None:
    asked, client = getattr(parts.service, ASKED[owner]), await parts.temporal()
    before = await _written(own_cli, client)
    wrong: list[str] = []
    for case in _cases(owner):
        if (case.method, case.argument, case.name) in SOUND_AFTER_ALL:
            continue
        said = await _ask(asked, case, sound)
        if said is not None:
            wrong.append(f"{case}: {said}")
    assert not wrong, "\n".join(wrong)
    assert await _written(own_cli, client) == before


async def _ask(asked: Any, case: Case, sound: dict[str, Any]) -> str | None:
    """What is wrong with the answer; None if it is a refusal that can be understood."""
    method = getattr(asked, case.method)
    request = _change_request() if case.method == "make_for_change" else _quote_request()
    given = {**sound, "request": request, case.argument: case.value}
    parameters = list(inspect.signature(method).parameters.values())[1:]
    arguments = {
        each.name: given[each.name]
        for each in parameters
        if each.name == case.argument or each.default is each.empty
    }
    try:
        answer = method(OPERATOR, **arguments)
        if inspect.isasyncgen(answer):
            async for _ in answer:
                pass
        else:
            await answer
    except BadInput as error:
        return None if len(error.message) < 1_000 else f"{len(error.message)} characters"
    except (ServiceError, Rejection) as error:
        if (case.argument, case.name) in NONE_SUCH:
            return None
        return f"not refused as bad input: {error!r}"
    except Exception as error:  # noqa: BLE001 - whatever else it is, that is what is looked for
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "taken"
