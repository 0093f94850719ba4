"""The service: what callers can ask and order, in groups, over the store and the runs.

    quotes          options, and binding quotes
    orders          ordering, deciding on credit, canceling
    reading         where upgrades are, what happened, who holds what
    bills           invoices, where amounts come from, the ledger
    lists           finding what somebody talks about
    administration  what remedies need done by hand
    webhooks        where tenants are told
    repair          bringing upgrades back on their way
    operations      running the service

The first argument of every method is its `Caller`. Time comes from `clock`, never from inside the rules.
Methods raise `Rejection`s and `ServiceError`s.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from api.errors import Unavailable
from api.runs.port import Runs
from api.service.administration import Administration
from api.service.bills import Bills
from api.service.lists import Lists
from api.service.operations import Operations
from api.service.orders import Orders
from api.service.payments import Payments
from api.service.quotes import Quotes
from api.service.reading import Reading
from api.service.repair import Repair
from api.service.webhooks import Resolve, Webhooks
from domain.integrations.webhooks import Reach
from domain.values.business_days import CalendarOf
from store.database import Database
from store.errors import StoreError


async def _resolve_nothing(_host: str, _port: int) -> list[str]:
    """For a service without a name server: the relay looks at every attempt."""
    raise OSError("names are not looked up here")


class UpgradeService:
    """Everything a backend service or an operator can ask for."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        calendar_of: CalendarOf,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        reach: Reach | None = None,
        resolve: Resolve = _resolve_nothing,
    ) -> None:
        """`calendar_of` gives the business days of a country and subdivision.

        `reach` says where webhooks may go, `resolve` the addresses of a host.
        """
        self._database = database
        self.quotes = Quotes(database, calendar_of, clock)
        self.orders = Orders(database, runs, self.quotes, clock)
        self.reading = Reading(database, runs, clock)
        self.payments = Payments(database, clock)
        self.bills = Bills(database, clock)
        self.lists = Lists(database, clock)
        self.administration = Administration(database, clock)
        self.webhooks = Webhooks(database, reach=reach or Reach(), resolve=resolve)
        self.repair = Repair(database, runs, clock)
        self.operations = Operations(database, runs, calendar_of, clock)

    async def ping(self, seconds: float) -> None:
        """See that Postgres answers: for probes, which are nobody's and learn nothing.

        Raises `Unavailable` if it does not within `seconds`.
        """
        try:
            await self._database.ping(seconds)
        except StoreError as error:
            raise Unavailable("postgres", str(error)) from error
