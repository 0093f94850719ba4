"""What can go wrong with the store. One table turns Postgres' errors into these, in one place.

StoreError
|-- StoreUnavailable       out of reach, or shutting down: trying again heals it
|   `-- Deadlocked         two waited for each other, and this one was given up
|-- VersionConflict        somebody else appended in between: read again, decide again
|   |-- CarriedOutBefore   that was the same command
|   `-- CreditUsedMeanwhile  that was another invoice, which used account credit
|-- FactsChanged           what was decided on is no longer so: read the facts again, decide again
|   |-- AnotherUpgradeIsOpen   the tenant or the subscription has an open upgrade
|   |-- CapacityReached    as many upgrades are open as the policy allows
|   `-- Overtaken          the subscription was locked, canceled or ordered for in between
|-- SchemaMissing          the migrations have not been applied
|-- PromiseBroken          a constraint refused the change: the caller did something wrong
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import asyncpg


class StoreError(Exception):
    """Something is wrong with the store."""


class StoreUnavailable(StoreError):
    """Postgres is out of reach; nothing is known to have been written."""


class Deadlocked(StoreUnavailable):
    """Two waited for each other, and this one was given up: trying again at once is fine."""


class VersionConflict(StoreError):
    """Somebody else appended to the stream in between."""


class CarriedOutBefore(VersionConflict):
    """The command has been carried out before: what it leads to stands already."""


class CreditUsedMeanwhile(VersionConflict):
    """Another invoice was faster, and less is left of an account credit than was to be used (B31)."""


class FactsChanged(StoreError):
    """What was decided on is no longer so; nothing was written."""


class AnotherUpgradeIsOpen(FactsChanged):
    """The tenant or the subscription has an open upgrade (B9)."""


class CapacityReached(FactsChanged):
    """As many upgrades are open as the policy allows (B15)."""


class Overtaken(FactsChanged):
    """The subscription was locked, canceled or ordered for in between (B19, B51)."""


class SchemaMissing(StoreError):
    """The database has no tables yet: start a worker, or run `starter.py migrate`."""


class PromiseBroken(StoreError):
    """A constraint refused the change."""

    def __init__(self, constraint: str | None, detail: str) -> None:
        """`constraint` is its name in the schema."""
        self.constraint = constraint
        super().__init__(f"{constraint}: {detail}")


_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    OSError,
    asyncio.TimeoutError,
)
_CREDIT_USED_MEANWHILE = "account_credit_is_never_negative"
_BATCH_MOVED_MEANWHILE = "move_batches_pkey"
"""Another worker let go of the move between our snapshot and our lock: what we read was old."""
_ONE_OPEN = ("one_open_upgrade_per_tenant", "one_open_upgrade_per_subscription")
_OUR_OWN: Mapping[str, type[StoreError]] = {
    "PU001": VersionConflict,
    "PU003": CapacityReached,
    "PU004": Overtaken,
}
"""SQLSTATEs that the migrations raise."""


@contextmanager
def translated() -> Generator[None]:
    """Raise `StoreError`s instead of what asyncpg and the network raise."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        if error.constraint_name in _ONE_OPEN:
            raise AnotherUpgradeIsOpen(str(error)) from error
        if error.constraint_name == _CREDIT_USED_MEANWHILE:
            raise CreditUsedMeanwhile(str(error)) from error
        if error.constraint_name == _BATCH_MOVED_MEANWHILE:
            raise VersionConflict(str(error)) from error
        raise PromiseBroken(error.constraint_name, str(error)) from error
    except asyncpg.UndefinedTableError as error:
        raise SchemaMissing(SchemaMissing.__doc__) from error
    except asyncpg.PostgresError as error:
        if (own := _OUR_OWN.get(error.sqlstate or "")) is not None:
            raise own(str(error)) from error
        if isinstance(error, asyncpg.DeadlockDetectedError):
            raise Deadlocked(str(error)) from error
        if isinstance(error, _UNAVAILABLE):
            raise StoreUnavailable(str(error)) from error
        raise
    except _UNAVAILABLE as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error
