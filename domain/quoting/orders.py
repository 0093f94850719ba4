"""The order: what a customer asked for, as one small value that travels through everything."""

import base64
import hashlib
import json
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.pricing.price import price_upgrade
from domain.quoting.quote import Quote
from domain.text.faults import quoted
from domain.text.messages import Key, Message, WrittenAmount, WrittenDay
from domain.text.texts import text
from domain.values.actions import Action, action
from domain.values.base import CHANGE_PREFIX, LAST_DAY, Amount, Id, Value
from domain.values.currencies import minor_digits
from domain.values.money import has_too_many_digits
from domain.values.rejections import BadMessage, ForfeitureNotAccepted, IdempotencyKeyReused


class Order(Value):
    """An explicit order on a quote (B25). Its prices and addresses stand in the quote it names."""

    upgrade_id: str
    idempotency_key: str
    tenant_id: Id
    subscription_id: Id
    target_plan_id: Id
    quote_id: str
    accept_forfeiture: Amount | None = None
    """The part of the prepaid value the customer agrees to lose, exactly (B35)."""
    schedule: Annotated[date, Field(le=LAST_DAY)] | None = None
    """The day to start on, in the tenant's time zone; None starts on the quote's day (B36)."""

    @property
    def digest(self) -> str:
        """Tells two bodies under one idempotency key apart, however their fields were written.

        A field that comes later counts only where it says something: every version of the code has the
        same digest for one order.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        body = {"accept_forfeiture": None, "schedule": None, **said}
        if self.accept_forfeiture is not None:
            body["accept_forfeiture"] = f"{self.accept_forfeiture.normalize():f}"
        return _hash(json.dumps(body, sort_keys=True))


class OrderRequest(Message):
    """An order as callers send it; `order_on` makes it the order that its quote says (B70).

    The first four fields say all. The others may be there, and must then agree with the quote.
    """

    example = '{"quote_id": "q-80736f072b444cd0a69a", "idempotency_key": "order-4711"}'

    quote_id: Id
    idempotency_key: Key
    accept_forfeiture: WrittenAmount | None = None
    schedule: WrittenDay | None = None
    upgrade_id: Id | None = None
    tenant_id: Id | None = None
    subscription_id: Id | None = None
    target_plan_id: Id | None = None

    def asks_the_same_as(self, other: "OrderRequest") -> bool:
        """Whether both ask for the same, whatever else they name."""
        return (
            self.quote_id == other.quote_id
            and self.idempotency_key == other.idempotency_key
            and self.accept_forfeiture == other.accept_forfeiture
            and self.schedule == other.schedule
        )


def order_on(quote: Quote, request: OrderRequest) -> Order:
    """The order that `request` comes to on its quote: who orders what is known from the quote alone.

    Raises `BadMessage` where the request contradicts the quote.
    """
    accepted, schedule = request.accept_forfeiture, request.schedule
    change, quoted_for = quote.request.change, quote.request.switch_on
    if accepted is not None and has_too_many_digits(accepted, quote.currency):
        digits = minor_digits(quote.currency)
        raise BadMessage(
            "accept_forfeiture",
            f"{accepted} has too many digits: {quote.currency} has {digits} after the point",
        )
    if schedule is not None and change is not None and schedule != quoted_for:
        raise BadMessage(
            "schedule", "is set, and a change by hand begins on the day of its quote: leave it out"
        )
    id_for = upgrade_id_for if change is None else change_id_for
    order = Order(
        upgrade_id=id_for(quote.tenant_id, request.idempotency_key),
        idempotency_key=request.idempotency_key,
        tenant_id=quote.tenant_id,
        subscription_id=quote.subscription_id,
        target_plan_id=quote.target_plan_id,
        quote_id=quote.quote_id,
        accept_forfeiture=accepted,
        # The day that it waits for: the one it names, or the one it was quoted for (B36).
        schedule=schedule or quoted_for,
    )
    require_agreement(request, order, "upgrade_id")
    return order


def require_agreement(request: Order | OrderRequest, known: object, *more: str) -> None:
    """Raise `BadMessage` where an order names something else than what is `known` of it.

    `known` is a quote, an order or an upgrade; `more` fields of it count than those of a quote.
    """
    for field in ("quote_id", "tenant_id", "subscription_id", "target_plan_id", *more):
        named, true = getattr(request, field), getattr(known, field)
        if named is not None and named != true:
            raise BadMessage(
                field,
                f"is {quoted(named)}, but this order on quote {request.quote_id} is for"
                f" {quoted(true)}: leave the field out, or name the quote you mean",
            )


def ordered_otherwise(order: Order, key: str | None) -> IdempotencyKeyReused:
    """Its own `key`, or its quote where it has none, stands for another order (B66)."""
    known = {"upgrade_id": order.upgrade_id}
    if key is not None:
        return IdempotencyKeyReused(**known)
    words = text("rejection.idempotency_key_reused.quote", **known)
    return IdempotencyKeyReused(words.en, reason="quote", **known)


def upgrade_id_for(tenant_id: str, idempotency_key: str) -> str:
    """The id of the upgrade that `idempotency_key` of this tenant stands for: always the same."""
    return "up-" + _hash(f"{tenant_id}\n{idempotency_key}")


def change_id_for(tenant_id: str, idempotency_key: str) -> str:
    """The same for a change by hand: its id tells it from an upgrade, wherever it is seen."""
    return CHANGE_PREFIX + _hash(f"{tenant_id}\nchange\n{idempotency_key}")


def is_change(upgrade_id: str) -> bool:
    """Whether it is the id of a change by hand."""
    return upgrade_id.startswith(CHANGE_PREFIX)


def new_subscription_id_for(upgrade_id: str) -> str:
    """The id of the subscription that an upgrade opens: always the same, so never opened twice."""
    return "sub-" + upgrade_id.removeprefix("up-").removeprefix(CHANGE_PREFIX)


def _hash(text: str) -> str:
    """20 characters (100 bits) of SHA-256 that are safe in ids and easy to read aloud."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:20]


def require_forfeiture_accepted(quote: Quote, order: Order, starts_on: date) -> None:
    """B35: what is lost on the day it starts must be accepted to the cent, and nothing else can be.

    Whoever names no day may also accept what the quote says of its own: a day later no more is lost.
    Raises `ForfeitureNotAccepted`.
    """
    accepted = order.accept_forfeiture
    forfeited = price_upgrade(quote.inputs, starts_on).forfeited
    shown = {forfeited} if order.schedule else {forfeited, max(forfeited, quote.forfeited)}
    if (accepted or 0) not in shown:
        raise ForfeitureNotAccepted(
            quote_id=quote.quote_id,
            forfeited=str(forfeited),
            accepted=None if accepted is None else str(accepted),
            no_forfeiture_from=quote.no_forfeiture_from,
        )


def to_order(quote: Quote) -> Action:
    """Orders what a quote offers, with all that it would forfeit accepted."""
    return action(
        "order_upgrade" if quote.request.change is None else "order_change",
        subscription_id=quote.subscription_id,
        quote_id=quote.quote_id,
        accept_forfeiture=str(quote.forfeited) if quote.forfeited else None,
    )
