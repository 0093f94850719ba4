"""Ids that follow from what they stand for, and the digest that tells two orders apart."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.quoting.orders import (
    Order,
    OrderRequest,
    new_subscription_id_for,
    order_on,
    upgrade_id_for,
)
from domain.values.base import LAST_DAY
from tests.domain.upgrades import a_quote, an_order

ORDER = an_order(a_quote(), accept_forfeiture="5.00", schedule="2026-07-01")


def test_one_key_of_one_tenant_is_one_upgrade_and_one_new_subscription() -> None:
    assert upgrade_id_for("contoso", "key-1") == "up-bysksamkdt5oppmjztxm"
    assert new_subscription_id_for("up-bysksamkdt5oppmjztxm") == "sub-bysksamkdt5oppmjztxm"
    assert upgrade_id_for("contoso", "key-1") != upgrade_id_for("contoso", "key-2")
    assert upgrade_id_for("contoso", "key-1") != upgrade_id_for("fabrikam", "key-1")
    assert upgrade_id_for("a", "b-c") != upgrade_id_for("a-b", "c")


@pytest.mark.parametrize("written", ["5", "5.0", "5.00", "5.000", "05.00", "0.5E1"])
def test_an_amount_is_the_same_however_it_is_written(written: str) -> None:
    again = Order.model_validate(ORDER.model_dump(mode="json") | {"accept_forfeiture": written})
    assert again.digest == ORDER.digest


@pytest.mark.parametrize(
    "change",
    [
        {"tenant_id": "fabrikam"},
        {"subscription_id": "contoso-other"},
        {"target_plan_id": "premium"},
        {"quote_id": "q-2"},
        {"accept_forfeiture": "5.01"},
        {"accept_forfeiture": "50"},
        {"accept_forfeiture": None},
        {"schedule": "2026-07-02"},
        {"schedule": None},
    ],
)
def test_any_other_body_is_another_order(change: dict[str, Any]) -> None:
    other = Order.model_validate(ORDER.model_dump(mode="json") | change)
    assert other.digest != ORDER.digest


def test_a_digest_survives_the_store() -> None:
    assert Order.model_validate_json(ORDER.model_dump_json()).digest == ORDER.digest


def test_an_order_cannot_be_scheduled_past_the_calendar() -> None:
    an_order(a_quote(), schedule=LAST_DAY)
    with pytest.raises(ValidationError, match="schedule"):
        an_order(a_quote(), schedule=date.max)


@pytest.mark.parametrize(
    "written", ["1e999999999", "1e-999999999", "0e999999999", "1e41", "-1e41", "9" * 81]
)
def test_an_amount_that_would_fill_the_memory_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match=r"too many digits|a finite number"):
        Order.model_validate(ORDER.model_dump(mode="json") | {"accept_forfeiture": written})


OWN, OTHER = "q-0123456789abcdef0123", "q-99feb62edd2640a0a892"
"""Ids as quotes get them."""


@pytest.mark.parametrize("key", [OWN, f"{OWN}/1", OTHER, f"{OTHER}/1", "q-2026-17", "o-1"])
def test_any_key_is_the_callers_own(key: str) -> None:
    """Also one that is a quote's: a rejected order leaves its key to the next quote (B66)."""
    quote = a_quote().model_copy(update={"quote_id": OWN})
    order = order_on(quote, OrderRequest(quote_id=OWN, idempotency_key=key))
    assert order.upgrade_id == upgrade_id_for("contoso", key)
