"""What breaks a rule is refused by the service itself: neither Temporal nor a table ever sees it."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from temporalio.client import Client

from activities.holiday_calendar import holiday_calendar
from api.errors import BadInput
from api.runs.port import SeenRun
from api.service.upgrades import UpgradeService
from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.quoting.request import QuoteRequest
from domain.text.actor import Actor
from domain.views.read_models import UpgradeView
from store.database import Database
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.support import world_of

HUGE = "x" * 3_000_000
"""More than Temporal would carry."""


class NobodyAsks:
    """Runs that must not be reached."""

    async def client(self) -> Client:
        raise AssertionError("Temporal was asked")

    async def last_run(self, upgrade_id: str) -> SeenRun | None:
        raise AssertionError("Temporal was asked")

    async def submit(
        self, order: Order, quote: Quote, by: Actor, *, anew: bool = False
    ) -> UpgradeView:
        raise AssertionError("Temporal was asked")

    async def start_again(
        self, order: Order, quote: Quote, stage: str, by: Actor, *, after: SeenRun | None
    ) -> bool:
        raise AssertionError("Temporal was asked")

    async def update(self, upgrade_id: str, name: str, message: Any, by: Actor) -> UpgradeView:
        raise AssertionError("Temporal was asked")


Ask = Callable[[UpgradeService, str], Awaitable[Any]]

ASKED: dict[str, tuple[Ask, str, str]] = {
    "a huge key": (
        lambda service, quote: service.orders.upgrade(OPERATOR, BASIC, quote, idempotency_key=HUGE),
        "idempotency_key",
        "has 3000000 characters: write at most 200",
    ),
    "a key of two lines": (
        lambda service, quote: service.orders.upgrade(
            OPERATOR, BASIC, quote, idempotency_key="a\nb"
        ),
        "idempotency_key",
        "has a line break",
    ),
    "a key with NUL": (
        lambda service, quote: service.orders.upgrade(
            OPERATOR, BASIC, quote, idempotency_key="k\0"
        ),
        "idempotency_key",
        r"U\+0000",
    ),
    "an amount without end": (
        lambda service, quote: service.orders.upgrade(
            OPERATOR, BASIC, quote, accept_forfeiture=Decimal("1E+999999")
        ),
        "accept_forfeiture",
        "is not an amount",
    ),
    "parts of a cent": (
        lambda service, quote: service.orders.upgrade(
            OPERATOR, BASIC, quote, accept_forfeiture=Decimal("1.005")
        ),
        "accept_forfeiture",
        "USD has 2 after the point",
    ),
    "a huge quote": (
        lambda service, _: service.orders.upgrade(OPERATOR, BASIC, HUGE),
        "quote",
        "write at most 120",
    ),
    "a quote with NUL": (
        lambda service, _: service.orders.upgrade(OPERATOR, BASIC, "q\0"),
        "quote",
        "is not an id",
    ),
    "a huge reference": (
        lambda service, _: service.orders.decide(OPERATOR, "up-1", "approved", reference=HUGE),
        "reference",
        "write at most 2000",
    ),
    "another word": (
        lambda service, _: service.orders.decide(OPERATOR, "up-1", "maybe", reference="R-1"),
        "decision",
        "is none of 'approved' or 'declined'",
    ),
    "a huge reason": (
        lambda service, _: service.orders.cancel(OPERATOR, "up-1", HUGE),
        "reason",
        "write at most 2000",
    ),
    "too many users": (
        lambda service, _: service.repair.resolve_attention(
            OPERATOR, "up-1", "skip", "gone", ["u"] * 5_000
        ),
        "users",
        "has 5000 entries: write at most 1000",
    ),
    "a huge upgrade id": (
        lambda service, _: service.orders.cancel(OPERATOR, HUGE, "no budget"),
        "upgrade",
        "write at most 120",
    ),
}
BASIC = "contoso-basic"


@pytest.mark.parametrize("name", ASKED)
async def test_it_is_refused_with_field_and_bound(database: Database, name: str) -> None:
    await import_world(database, world_of(), NOW)
    service = UpgradeService(database, NobodyAsks(), holiday_calendar, lambda: NOW)
    request = QuoteRequest(target_plan_id="standard", licenses=10, billing="monthly")
    quote = await service.quotes.make(OPERATOR, BASIC, request)
    ask, field, fault = ASKED[name]
    with pytest.raises(BadInput, match=fault) as refused:
        await ask(service, quote.quote_id)
    assert refused.value.details["field"] == field
    assert len(refused.value.message) < 500
