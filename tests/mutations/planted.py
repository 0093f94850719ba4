"""Faults planted on purpose, each one line of the code, and the tests that must notice it."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One fault: in `file`, `old` becomes `new`."""

    name: str
    breaks: str
    """What the line keeps, for people."""
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]
    """Tests as pytest names them; each of them must fail."""

    def planted_in(self, text: str) -> str:
        """The file with the fault. Raises `ValueError` if the line is not there exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.file} has {text.count(self.old)} of {self.old!r}")
        return text.replace(self.old, self.new)


MUTANTS = (
    Mutant(
        "no-unique-index",
        "a tenant has one open upgrade, whatever the race (B9)",
        "store/migrations/0003_upgrades.sql",
        "create unique index one_open_upgrade_per_tenant on",
        "create index one_open_upgrade_per_tenant on",
        (
            "tests/store/test_races.py::test_of_100_orders_in_one_tenant_one_upgrade_is_open",
            "tests/store/test_migrations.py::test_a_second_run_applies_nothing",
        ),
    ),
    Mutant(
        "naive-follower",
        "a follower passes no event that is not committed yet",
        "store/queries/follower/events_after.sql",
        "  and transaction_id < oldest_running()\n",
        "",
        ("tests/store/test_follower.py::test_an_event_that_commits_late_holds_back_all_after_it",),
    ),
    Mutant(
        "float-money",
        "amounts are exact fractions until they are rounded once (B28)",
        "domain/values/money.py",
        "abs(Fraction(amount)) * 10 ** minor_digits(currency)",
        "Fraction(float(abs(amount))) * 10 ** minor_digits(currency)",
        (
            "tests/domain/values/test_money.py::test_halves_go_up_and_all_digits_are_written",
            "tests/domain/values/test_money.py::test_amounts_beyond_the_precision_of_decimal_keep_every_digit",
        ),
    ),
    Mutant(
        "no-dedupe",
        "what a command has written once, it never writes again",
        "store/migrations/0001_event_store.sql",
        "where e.stream = the_stream and e.command_id = the_command_id\n",
        "where false\n",
        (
            "tests/store/test_append.py::test_a_repeated_command_writes_nothing_whatever_version_it_expects",
        ),
    ),
    Mutant(
        "asynchronous-commit",
        "what was acknowledged outlives `kill -9` of Postgres",
        "deploy/local_stack/postgres.py",
        '"synchronous_commit": "on"',
        '"synchronous_commit": "off"',
        ("tests/deploy/test_postgres.py::test_a_killed_server_keeps_what_it_acknowledged",),
    ),
    Mutant(
        "cancellation-unhandled",
        "Temporal's Request Cancellation is the customer's cancel (B72)",
        "workflows/messages/updates.py",
        "                self._cancels.append(asyncio.create_task(self._cancel_for_temporal()))\n",
        "                raise\n",
        ("tests/workflows/test_grid.py::test_a_stage_meets_every_event[awaiting_credit_check]",),
    ),
    Mutant(
        "lower-versions-ignored",
        "a run adopts what the database says, also if that is older (B72)",
        "workflows/steps/known.py",
        "        before, self.view = self.view, view\n",
        "        if self.view is not None and view.version < self.view.version:\n"
        "            return\n"
        "        before, self.view = self.view, view\n",
        ("tests/workflows/test_restored.py::test_a_run_goes_back_to_where_the_database_is",),
    ),
    Mutant(
        "disk-full-is-a-bug",
        "a full disk passes: it parks no upgrade (B72)",
        "store/errors.py",
        '        "53",  # disk full',
        '        "5X",  # disk full',
        (
            "tests/store/test_errors.py::test_what_a_healthy_server_would_take_is_unavailable_now",
            "tests/faults/test_hard_times.py::test_upgrades_wait_while_the_disk_is_full",
        ),
    ),
    Mutant(
        "lock-timeout-is-a-bug",
        "a lock that is not to be had passes: it parks no upgrade (B72)",
        "store/errors.py",
        '        "55P03",  # a lock',
        '        "5XP03",  # a lock',
        ("tests/faults/test_hard_times.py::test_upgrades_wait_while_a_stranger_holds_the_locks",),
    ),
    Mutant(
        "standby-is-a-bug",
        "a standby that is not promoted yet parks no upgrade (B72)",
        "store/errors.py",
        '        "25006",  # read only',
        '        "2X006",  # read only',
        ("tests/store/test_errors.py::test_what_a_healthy_server_would_take_is_unavailable_now",),
    ),
    Mutant(
        "number-taken-early",
        "the counter of invoice numbers only grows by one (B54)",
        "store/migrations/0007_invoice_numbers.sql",
        "create trigger invoice_numbers_grow_by_one before insert or update on invoice_numbers",
        "create trigger invoice_numbers_grow_by_one before insert on invoice_numbers",
        (
            "tests/store/test_invoice_numbers.py::test_the_database_refuses_numbers_that_leave_a_gap",
        ),
    ),
    Mutant(
        "void-numbers-given-again",
        "a number that was lost with its invoice is nobody else's (B54)",
        "store/migrations/0018_void_invoice_numbers.sql",
        "        on conflict (seller) do update set last = c.last + 1;\n        insert into void",
        "        on conflict (seller) do update set last = c.last;\n        insert into void",
        (
            "tests/store/test_invoice_numbers.py::test_numbers_that_were_lost_are_void_and_given_to_nobody",
        ),
    ),
)
