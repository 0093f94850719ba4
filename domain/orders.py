"""The order: what a customer asked for, as one small value that travels through everything."""

import base64
import hashlib
import json
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.values import LAST_DAY, Amount, Id, Value

CHANGE_PREFIX = "ch-"


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
        """Tells two bodies under one idempotency key apart, however their fields were written."""
        body = self.model_dump(mode="json")
        if self.accept_forfeiture is not None:
            body["accept_forfeiture"] = f"{self.accept_forfeiture.normalize():f}"
        return _hash(json.dumps(body, sort_keys=True))


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
