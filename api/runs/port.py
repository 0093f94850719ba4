"""The runs of upgrades, as the service asks for them. Without temporalio, which takes a second to import."""

from typing import TYPE_CHECKING, Any, Literal, Protocol

from domain.quoting.orders import Order
from domain.quoting.quote import Quote
from domain.text.actor import Actor
from domain.values.base import Instant, Value
from domain.views.read_models import UpgradeView

if TYPE_CHECKING:
    from temporalio.client import Client

RunStatus = Literal[
    "running",
    "paused",
    "completed",
    "failed",
    "canceled",
    "terminated",
    "timed_out",
    "continued_as_new",
    "unknown",
]


class SeenRun(Value):
    """What Temporal says of the latest run of one upgrade."""

    run_id: str
    status: RunStatus
    stage: str | None
    """As the run shows it; None if it shows none, or its order was rejected."""
    alert: str | None
    tenant_id: str | None
    started_at: Instant
    closed_at: Instant | None

    @property
    def is_open(self) -> bool:
        """Whether it goes on, or will once somebody lets it."""
        return self.closed_at is None

    @property
    def was_cut_off(self) -> bool:
        """Whether it was ended from outside: a step that it had begun may have come to its end since."""
        return self.status in {"terminated", "timed_out"}

    @property
    def had_its_order(self) -> bool:
        """Whether it has ever found its order in the database: until then it only checks it."""
        return self.stage not in {None, "checking"}


class Runs(Protocol):
    """The runs of upgrades, as `api.runs.temporal` has them."""

    async def client(self) -> "Client":
        """The connection to Temporal. Raises `Unavailable`."""
        ...

    async def last_run(self, upgrade_id: str) -> SeenRun | None:
        """The latest run of an upgrade, asked for itself; None if Temporal has none (any more)."""
        ...

    async def submit(
        self, order: Order, quote: Quote, by: Actor, *, anew: bool = False
    ) -> UpgradeView:
        """Start the run of an order, and answer once it is checked; `by` has ordered.

        `anew`: also if a run of it has come to its end, of which the database knows nothing.
        """
        ...

    async def start_again(
        self, order: Order, quote: Quote, stage: str, by: Actor, *, after: SeenRun | None
    ) -> bool:
        """Start the run of an order that was placed before, in whatever stage it is now.

        `after` is the latest run that is known. False if another one was started meanwhile.
        """
        ...

    async def update(self, upgrade_id: str, name: str, message: Any, by: Actor) -> UpgradeView:
        """Send an update to a run on behalf of `by`, and answer with what it answers."""
        ...
