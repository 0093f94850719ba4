"""The fields an event may change are declared twice, for the type checker: both say the same."""

from typing import get_args, get_type_hints

import pytest

from domain.catalog.customer import Subscription
from domain.subscriptions.subscription import (
    SubscriptionChanges,
    SubscriptionState,
    SubscriptionStateChanges,
)
from domain.upgrade.states import Upgrade, UpgradeChanges
from domain.values.base import Value


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        (UpgradeChanges, Upgrade),
        (SubscriptionChanges, Subscription),
        (SubscriptionStateChanges, SubscriptionState),
    ],
)
def test_what_may_change_has_the_types_of_the_model(changes: type, model: type[Value]) -> None:
    fields, named = get_type_hints(model), get_type_hints(changes)
    assert named
    for name, kind in named.items():
        allowed = {fields[name], *get_args(fields[name])}
        assert set(get_args(kind) or {kind}) <= allowed or kind in allowed, name
