"""What can go wrong with the store. One table turns Postgres' errors into these, in one place.

StoreError
|-- StoreUnavailable       out of reach, shutting down, or short of disk, memory or a lock: a retry heals it
|   `-- Deadlocked         two waited for each other, and this one was given up
|-- VersionConflict        somebody else appended in between: read again, decide again
|   |-- CarriedOutBefore   that was the same command
|   `-- CreditUsedMeanwhile  that was another invoice, which used account credit
|-- FactsChanged           what was decided on is no longer so: read the facts again, decide again
|   |-- AnotherUpgradeIsOpen   the tenant or the subscription has an open upgrade
|   |-- CapacityReached    as many upgrades are open as the policy allows
|   `-- Overtaken          the subscription was locked, canceled or ordered for in between
|-- SchemaMissing          the migrations have not been applied
|-- SchemaUnfit            some of them have not been, or have changed since (`store.migrate`)
|-- PromiseBroken          a constraint refused the change: the caller did something wrong
`-- StatementFailed        Postgres gave up a statement for a reason that no row above knows
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import asyncpg


class StoreError(Exception):
    """Something is wrong with the store."""


class StoreUnavailable(StoreError):
    """Postgres is out of reach or cannot serve us now; nothing is known to have been written."""


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


class SchemaUnfit(StoreError):
    """The tables are not those of this code."""


class PromiseBroken(StoreError):
    """A constraint refused the change."""

    def __init__(self, constraint: str | None, detail: str) -> None:
        """`constraint` is its name in the schema."""
        self.constraint = constraint
        super().__init__(f"{constraint}: {detail}")


class StatementFailed(StoreError):
    """Postgres gave up a statement for a reason that no other error names."""

    def __init__(self, sqlstate: str | None, message: str) -> None:
        """`sqlstate` is Postgres' five-character code, None where it sent none."""
        self.sqlstate = sqlstate
        super().__init__(f"Postgres {sqlstate or 'error'}: {message}")


_OUT_OF_REACH = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    OSError,
    asyncio.TimeoutError,
)
"""What the driver and the network raise when no answer came."""

_UNAVAILABLE_CLASSES = frozenset(
    {
        "08",  # connection exceptions
        "28",  # the role or its password: being rotated, or a setting to fix
        "53",  # disk full, out of memory, too many connections, a configured limit
        "57",  # shutting down, starting up, idle for too long, canceled by an operator
        "58",  # I/O errors of the server's own files
        "F0",  # its configuration file
    }
)
_UNAVAILABLE_STATES = frozenset(
    {
        "25006",  # read only: a standby, about to be promoted or wrongly asked
        "25P03",  # idle in a transaction for too long
        "25P04",  # the transaction took too long
        "3D000",  # no such database: being restored, or a setting to fix
        "40001",  # could not serialize
        "40003",  # unknown whether the statement was completed
        "55006",  # an object is in use
        "55P03",  # a lock was not to be had in time
        "72000",  # the snapshot is too old
    }
)
"""SQLSTATEs, and classes of them, that say nothing against what was asked: the same statement
succeeds once the server is well again."""

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
        raise _told_by(error) from error
    except _OUT_OF_REACH as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error


def _told_by(error: asyncpg.PostgresError) -> StoreError:
    """What an error that Postgres sent means, by its SQLSTATE."""
    state = error.sqlstate or ""
    if (own := _OUR_OWN.get(state)) is not None:
        return own(str(error))
    if isinstance(error, asyncpg.DeadlockDetectedError):
        return Deadlocked(str(error))
    if state[:2] in _UNAVAILABLE_CLASSES or state in _UNAVAILABLE_STATES:
        return StoreUnavailable(str(error))
    return StatementFailed(error.sqlstate, str(error))
