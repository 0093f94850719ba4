"""Quotes and orders: repeated, at once, under one key and under none, with the same body and another."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from api.files.users_file import NamedUsers
from api.service.changes import ChangeRequest
from domain.quoting.orders import change_id_for, new_subscription_id_for, upgrade_id_for
from domain.quoting.quote import Quote, QuoteRequest
from domain.views.read_models import UpgradeView
from tests.callers import OPERATOR
from tests.soak.asking import Answer, Caller, Fault
from tests.soak.model import ShadowOrder, ShadowSubscription, ShadowTenant
from tests.soak.scene import Scene

ORDER_IS_THERE = "select from events where stream = 'upgrade-' || $1 and type = 'OrderPlaced'"
QUOTE_IS_THERE = "select from quotes where quote_id = $1"


@dataclass
class Desk:
    """Where one tenant orders."""

    scene: Scene
    tenant: ShadowTenant
    caller: Caller
    dice: Random
    keys: int = 0

    # ---- quotes -------------------------------------------------------------------------------

    async def quote_upgrade(self, sub: ShadowSubscription, request: QuoteRequest) -> Quote | None:
        """A quote for an upgrade; None where it is refused, as it should be."""
        service = self.scene.ground.service
        return await self._quote(
            sub, lambda: service.quotes.make(OPERATOR, sub.id, request), by_hand=False
        )

    async def quote_change(
        self, sub: ShadowSubscription, request: ChangeRequest, users: frozenset[str] | None
    ) -> Quote | None:
        """A quote for a change by hand of these users, or all; None as for an upgrade."""
        service = self.scene.ground.service
        listed = None if users is None else sorted(users)

        async def ask() -> Quote:
            named = None if listed is None else NamedUsers(listed)
            return await service.quotes.make_for_change(OPERATOR, sub.id, request, named)

        return await self._quote(sub, ask, by_hand=True)

    async def _quote(
        self, sub: ShadowSubscription, ask: Callable[[], Awaitable[Quote]], *, by_hand: bool
    ) -> Quote | None:
        since = time.monotonic()
        answer = await self.caller.ask("quote by hand" if by_hand else "quote", ask)
        weather, group = self.scene.weather, self.tenant.group
        must = self.tenant.refusals(sub, by_hand=by_hand)
        may = must
        if weather.was_bad(group, since):
            must |= {"service_incident"}
        if weather.may_have_been_bad(group, since):
            may |= {"service_incident"}
        told = _refusals_in(answer)
        if not must <= told <= may:
            raise Fault(
                f"the quote of {sub.id} was refused for {sorted(told)} ({answer.code}),"
                f" expected {sorted(must)} and at most {sorted(may)}"
            )
        if told:
            return None
        quote = answer.ok
        self.scene.keep(f"quote {quote.quote_id}", QUOTE_IS_THERE, quote.quote_id)
        return quote

    # ---- orders -------------------------------------------------------------------------------

    def new_key(self) -> str:
        """An idempotency key that nobody has used."""
        self.keys += 1
        return f"{self.tenant.id}-{self.keys}"

    def shadow(self, sub: ShadowSubscription, quote: Quote, key: str | None) -> ShadowOrder:
        """The order that is about to be placed on a quote."""
        change = quote.request.change
        id_for = upgrade_id_for if change is None else change_id_for
        upgrade_id = id_for(self.tenant.id, key or quote.quote_id)
        into = None if change is None else change.into
        new_id = into or new_subscription_id_for(upgrade_id)
        there = {} if into is None else dict(self.tenant.subscriptions[into].users)
        return ShadowOrder(
            upgrade_id=upgrade_id,
            tenant=self.tenant,
            quote=quote,
            key=key,
            new_id=new_id,
            users=dict(sub.users),
            licenses=sub.licenses,
            there=there,
            target_services=self.scene.services[quote.target_plan_id],
        )

    async def place(self, order: ShadowOrder, *, at_once: int = 1) -> None:
        """Order, so many times at once: whatever each of them is told, there is one upgrade."""
        since = time.monotonic()
        answers = await asyncio.gather(*(self._order(order) for _ in range(at_once)))
        if at_once > 1:
            self.caller.tally.count("order at once", str(at_once))
        self.scene.note_weather(order, since)
        codes = {answer.code for answer in answers}
        if codes != {"ok"}:
            raise Fault(f"the order {order.upgrade_id} was told {sorted(codes)}")
        for answer in answers:
            self.saw(order, answer.ok)
        self.scene.ordered += 1
        self.tenant.orders.append(order)
        self.scene.keep(f"order {order.upgrade_id}", ORDER_IS_THERE, order.upgrade_id)

    async def place_stale(self, order: ShadowOrder) -> Quote | None:
        """Order on a quote that has gone stale: it is not ordered, and a fresh quote is beside it.

        None where nothing can be quoted for the weather.
        """
        since = time.monotonic()
        answer = await self._order(order, "order on a stale quote")
        if answer.rejection is None or answer.code != "quote_stale":
            raise Fault(f"the order {order.upgrade_id} on a stale quote was told {answer.code}")
        fresh = answer.rejection.details["quote"]
        if fresh is None and not self.scene.weather.may_have_been_bad(self.tenant.group, since):
            raise Fault(
                f"there is no fresh quote for {order.upgrade_id}: {answer.rejection.details}"
            )
        return None if fresh is None else Quote.model_validate(fresh)

    async def repeat(self, order: ShadowOrder) -> None:
        """The same order again: the same upgrade, wherever it is by now."""
        self.saw(order, (await self._order(order, "order again")).ok)

    async def reuse_key(self, order: ShadowOrder, other: Quote) -> None:
        """Another order under its key: rejected, and the first one stays what it is."""
        answer = await self._order(order, "order with another body", other)
        if answer.code != "idempotency_key_reused":
            raise Fault(f"another body under the key of {order.upgrade_id}: told {answer.code}")

    async def _order(
        self, order: ShadowOrder, what: str = "order", quote: Quote | None = None
    ) -> Answer[UpgradeView]:
        service, quote = self.scene.ground.service, quote or order.quote
        how: dict[str, Any] = {
            "idempotency_key": order.key,
            "accept_forfeiture": quote.forfeited or None,
        }
        orders = service.orders
        place = orders.upgrade if quote.request.change is None else orders.change
        return await self.caller.ask(
            what, lambda: place(OPERATOR, quote.subscription_id, quote.quote_id, **how)
        )

    def saw(self, order: ShadowOrder, view: UpgradeView) -> None:
        """Take in what a caller was told of an upgrade: it is that one, and never goes back."""
        if view.upgrade_id != order.upgrade_id:
            raise Fault(f"asked for {order.upgrade_id}, was told of {view.upgrade_id}")
        before = order.seen
        if before is None or view.version >= before.version:
            if before and view.timeline[: len(before.timeline)] != before.timeline:
                raise Fault(f"the past of {order.upgrade_id} has changed: {before}, then {view}")
            order.seen = view


def _refusals_in(answer: Answer[Quote]) -> frozenset[str]:
    if answer.code != "not_upgradable":
        answer.ok  # noqa: B018 - raises where it is no quote
        return frozenset()
    assert answer.rejection is not None
    return frozenset(each["code"] for each in answer.rejection.details["refusals"])
