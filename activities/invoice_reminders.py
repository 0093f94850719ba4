"""Reminds customers of invoices that fall due, or are overdue: each once, beside the work of a worker (B65).

No run lives as long as its invoice is open, so workers look for them. Any number may: the event of a
reminder is written once, whoever is faster, and its notice with it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from pydantic import ValidationError

from domain.text.actor import THE_SERVICE
from domain.upgrade.commands import RemindOfInvoice
from domain.upgrade.stored_events import UnknownEvent
from domain.values.rejections import Rejection
from store.database import Database
from store.errors import StoreError, StoreUnavailable
from store.payments import ToRemind, read_to_remind
from store.upgrades import carry_out

_log = structlog.get_logger()

SECONDS_BETWEEN_LOOKS = 300.0
AT_A_LOOK = 500
"""Invoices that one look tells of; the next look goes on."""


class InvoiceReminders:
    """Looks for invoices to remind of, and writes the reminders."""

    def __init__(self, database: Database) -> None:
        """`database` has the invoices."""
        self._database = database

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        """Look every few minutes until `stop` is set; what fails now is tried at the next look."""
        while not stop.is_set():
            try:
                await self.look(clock())
            except StoreError as error:
                _log.warning("nobody could be reminded of invoices", cause=str(error))
            try:
                await asyncio.wait_for(stop.wait(), SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                continue

    async def look(self, at: datetime) -> list[ToRemind]:
        """Remind of what is due or overdue at that moment; returns it. Raises `StoreError`s."""
        found = await read_to_remind(self._database, at, most=AT_A_LOOK)
        for each in found:
            command = RemindOfInvoice(at=at, reminder=each.reminder)
            try:
                await carry_out(
                    self._database,
                    each.upgrade_id,
                    each.subscription_id,
                    command,
                    THE_SERVICE.metadata,
                )
            except StoreUnavailable:
                raise
            except (Rejection, StoreError, UnknownEvent, ValidationError) as error:
                # Of this one alone: those after it are told all the same.
                _log.warning(
                    "an invoice cannot be reminded of", upgrade_id=each.upgrade_id, cause=str(error)
                )
        return found
