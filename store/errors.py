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
import socket
import ssl
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
def translated(*, at_connect: bool = False) -> Generator[None]:
    """Raise `StoreError`s instead of what asyncpg and the network raise.

    `at_connect` tells that nothing but the address and its parameters can be wrong.
    """
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
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedFunctionError) as error:
        raise SchemaMissing(SchemaMissing.__doc__) from error
    except asyncpg.PostgresError as error:
        told = _told_by(error)
        if at_connect and isinstance(told, StatementFailed):
            told = StoreUnavailable(
                f"Postgres refuses a parameter of DATABASE_URL ({error.sqlstate})"
            )
        raise told from error  # with Postgres' own words as its cause, for the log
    except _OUT_OF_REACH as error:
        raise StoreUnavailable(_why_unreached(error)) from error


def _told_by(error: asyncpg.PostgresError) -> StoreError:
    """What an error that Postgres sent means, by its SQLSTATE."""
    state = error.sqlstate or ""
    if (own := _OUR_OWN.get(state)) is not None:
        return own(str(error))
    if isinstance(error, asyncpg.DeadlockDetectedError):
        return Deadlocked(f"two transactions waited for each other ({state})")
    if is_unavailable_state(state):
        return StoreUnavailable(_why_unavailable(state))
    return StatementFailed(error.sqlstate, str(error))


_WHY_UNAVAILABLE: Mapping[str, str] = {
    "25006": "is read-only, as a standby is",
    "25P03": "ended a transaction that did nothing for too long",
    "25P04": "ended a transaction that took too long",
    "3D000": "has no database of this name",
    "53100": "has no room left on its disk",
    "53200": "is out of memory",
    "53300": "has no connection left for us",
    "55006": "cannot touch what others use at the moment",
    "55P03": "did not get a lock in time: another transaction holds it",
    "57014": "gave up a statement that took too long, or was told to",
    "57P03": "is starting up",
    "08": "lost the connection to us",
    "28": "refuses this role or its password",
    "40": "asks to try again: others changed the same rows",
    "53": "is short of something it needs",
    "57": "is shutting down, or an operator ended the connection",
    "58": "cannot read or write its own files",
    "F0": "cannot use its configuration file",
}
"""By SQLSTATE, else by its class."""


def _why_unavailable(state: str) -> str:
    why = _WHY_UNAVAILABLE.get(state) or _WHY_UNAVAILABLE.get(state[:2], "cannot do this now")
    return f"Postgres {why} ({state})"


def _why_unreached(error: BaseException) -> str:
    """Why no answer came; the driver's words tell of its own insides."""
    match error:
        case asyncpg.ClientConfigurationError():
            return "the sslmode of DATABASE_URL, or a file that it names, cannot be used"
        case socket.gaierror():
            return "there is no host of the name in DATABASE_URL"
        case ConnectionRefusedError():
            return "nobody listens at the address in DATABASE_URL"
        case TimeoutError():
            return "Postgres did not answer in time"
        case ssl.SSLError():
            return "Postgres does not agree with us on TLS"
        case ConnectionError() if "SSL" in str(error):
            return "what answers at the address in DATABASE_URL is not Postgres, or has no TLS"
        case ConnectionError() | asyncpg.InterfaceError() | asyncpg.InternalClientError():
            return "the connection to Postgres broke"
        case _:
            return "no connection to Postgres came about"


def is_unavailable_state(sqlstate: str) -> bool:
    """Whether an SQLSTATE says that Postgres cannot serve us now, and nothing against what was asked."""
    return sqlstate[:2] in _UNAVAILABLE_CLASSES or sqlstate in _UNAVAILABLE_STATES
