"""What kind of cause an upgrade is parked for: what passes by itself, and what does not."""

import pytest

from store.parked import kind_of


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        # As older code parked for trouble of the store.
        ("unexpected: DiskFullError: could not extend file: No space left", "store_unavailable"),
        ("unexpected: OutOfMemoryError: out of memory", "store_unavailable"),
        ("unexpected: LockNotAvailableError: canceling statement", "store_unavailable"),
        ("unexpected: PostgresIOError: could not read block 3", "store_unavailable"),
        ("unexpected: IdleInTransactionSessionTimeoutError: terminating", "store_unavailable"),
        ("unexpected: InterfaceError: connection is closed", "store_unavailable"),
        ("unexpected: StatementFailed: Postgres 53100: could not extend", "store_unavailable"),
        ("StoreUnavailable: connection refused", "store_unavailable"),
        ("Deadlocked: deadlock detected", "store_unavailable"),
        # What does not pass.
        ("unexpected: StatementFailed: Postgres 42703: column x does not exist", "unexpected"),
        ("unexpected: UndefinedColumnError: column x does not exist", "unexpected"),
        ("unexpected: RuntimeError: DiskFullError is only its words", "unexpected"),
        ("unexpected: 6 times in a row the step changed nothing", "unexpected"),
        ("unexpected", "unexpected"),
        ("", "unexpected"),
        ("PromiseBroken: moved_within_licenses: no", "promise_broken"),
        ("users_failed: 3 users cannot be moved", "users_failed"),
        ("not_ordered: The database has no such order", "not_ordered"),
    ],
)
def test_the_kind_of_a_cause(cause: str, kind: str) -> None:
    assert kind_of(cause) == kind
