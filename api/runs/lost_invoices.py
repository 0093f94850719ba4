"""Invoices that customers were told of and the database does not know: a failover or a restore lost them (B72).

A run that has ended knows the number that its invoice had. The database that lagged would give that
number to somebody else, so it has to be void before anything is issued (docs/runbook.md).
"""

import asyncio
from datetime import datetime

from temporalio.client import Client

from api.errors import BadInput
from api.runs.descriptions import AT_ONCE, OF_UPGRADES, list_runs
from api.runs.strays import batches
from api.runs.temporal import translated
from domain.values.base import Instant, Value
from domain.views.read_models import UpgradeView, workflow_id_for
from store.database import Executor
from store.invoice_numbers import read_known_numbers

INVOICED = f"{OF_UPGRADES} AND UpgradeStage = 'invoiced' AND ExecutionStatus = 'Completed'"


class LostInvoice(Value):
    """One invoice that Temporal knows to be issued, and the database does not."""

    number: str
    upgrade_id: str
    tenant_id: str | None
    ended_at: Instant


class LostInvoices(Value):
    """All of them, the lowest number first."""

    checked: int
    """Upgrades that ended with an invoice, as far as Temporal still knows."""
    lost: tuple[LostInvoice, ...] = ()
    sellers: tuple[str, ...] = ()
    """Whose numbers these can be. Temporal does not know who sold; mostly there is one seller."""

    @property
    def through(self) -> str | None:
        """The highest number that must not be given again."""
        return self.lost[-1].number if self.lost else None

    @property
    def to_void(self) -> str | None:
        """The statement that makes the lost numbers void; with `SELLER` in it if there are several."""
        if self.through is None:
            return None
        seller = self.sellers[0].replace("'", "''") if len(self.sellers) == 1 else "SELLER"
        return f"select void_invoice_numbers('{self.through}', 'REASON', '{seller}')"


async def find_lost_invoices(
    database: Executor, client: Client, since: datetime | None = None
) -> LostInvoices:
    """Compare the runs that ended with an invoice, after `since`, with the invoices there are.

    Numbers that are void already are left out. Raises `BadInput`, `Unavailable` and `StoreUnavailable`.
    """
    if since is not None and since.tzinfo is None:
        raise BadInput("since", "has no time zone: write one, such as 2026-06-18T00:00:00Z")
    asked = INVOICED if since is None else f"{INVOICED} AND CloseTime >= '{since.isoformat()}'"
    gate = asyncio.Semaphore(AT_ONCE)

    async def number_of(upgrade_id: str, run_id: str) -> str | None:
        async with gate:
            handle = client.get_workflow_handle(
                workflow_id_for(upgrade_id), run_id=run_id, result_type=UpgradeView
            )
            return (await handle.result()).invoice_number

    async with translated():
        runs = await list_runs(client, asked)
        lost: list[LostInvoice] = []
        sellers: set[str] = set()
        for ids in batches(runs):
            known = await read_known_numbers(database, ids)
            sellers |= known.sellers
            suspects = [id for id in ids if id not in known.invoiced]
            numbers = await asyncio.gather(*(number_of(id, runs[id].run_id) for id in suspects))
            lost += [
                LostInvoice(
                    number=number,
                    upgrade_id=id,
                    tenant_id=runs[id].tenant_id,
                    ended_at=runs[id].closed_at or runs[id].started_at,
                )
                for id, number in zip(suspects, numbers, strict=True)
                if number is not None and number not in known.void
            ]
    return LostInvoices(
        checked=len(runs),
        lost=tuple(sorted(lost, key=lambda each: (len(each.number), each.number))),
        sellers=tuple(sorted(sellers)),
    )
