"""Upgrades of which Temporal and the database do not say the same, as values (see `api.runs.strays`)."""

from typing import Literal

from api.runs.port import SeenRun
from domain.upgrade.states import Stage
from domain.values.base import Instant, Value

StrayKind = Literal["run_missing", "run_disagrees", "order_unknown"]


class Stray(Value):
    """One upgrade of which Temporal and the database do not say the same."""

    kind: StrayKind
    upgrade_id: str
    tenant_id: str | None
    stage: Stage | None
    """In the database; None if that does not know the order."""
    run: SeenRun | None
    """The latest one; None if Temporal has none."""
    since: Instant


class Strays(Value):
    """What a look at everything has found."""

    found: tuple[Stray, ...] = ()
    more_missing: int = 0
    """Upgrades that seem to have no run, beyond those in `found`."""
