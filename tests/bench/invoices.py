"""What an invoice takes, and what gapless numbers cost of it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from itertools import count
from time import perf_counter

from api.documents.invoice_pdf import invoice_pdf
from domain.upgrade.commands import IssueInvoice
from domain.upgrade.decider import decide
from domain.upgrade.evolve import fold
from domain.upgrade.states import AwaitingInvoice
from store.database import Database
from store.upgrades import SubscriptionHistory, UpgradeHistory
from tests.bench.registry import Numbers, Sizes, benchmark, median, median_ratio, seconds
from tests.bench.stack import Stack
from tests.domain.invoices import an_invoice
from tests.domain.upgrades import AWAITING_INVOICE, DAYS_LATER

AT_ONCE = (1, 8, 32)
"""Invoices that are issued at the same time, all by one seller: the worst case."""

Issue = Callable[[Database, UpgradeHistory], Awaitable[object]]


async def numbered(database: Database, history: UpgradeHistory) -> object:
    """As the step does it."""
    return await history.append_numbered(
        database,
        lambda number: decide(IssueInvoice(at=DAYS_LATER, number=number), history.state),
        "IssueInvoice",
        {},
    )


async def unnumbered(database: Database, history: UpgradeHistory) -> object:
    """The same rows and events, under a number that nobody has to wait for."""
    command = IssueInvoice(at=DAYS_LATER, number=f"INV-{uuid.uuid4().hex}")
    return await history.append(database, decide(command, history.state), "IssueInvoice", {})


@benchmark
async def invoice(stack: Stack, sizes: Sizes) -> Numbers:
    """Invoices at once under gapless numbers of one seller, against the same without numbering.

    The share in the database is the time from sending a statement until its answer is read, of the
    whole, one invoice at a time. A document is the PDF of one.
    """
    ids = count()
    numbers: Numbers = {}
    in_database: list[float] = []
    async with (
        stack.database(None, in_database, max_connections=max(AT_ONCE)) as with_numbers,
        stack.database(None, [], max_connections=max(AT_ONCE)) as without,
    ):
        await without.execute(
            "alter table invoices disable trigger invoices_have_the_number_just_taken"
        )
        for at_once in AT_ONCE:
            times: dict[str, list[float]] = {"numbered": [], "unnumbered": []}
            shares: list[float] = []
            each = max(1, sizes.invoices_per_round // at_once)
            for round_number in range(sizes.rounds + 1):
                for name, database, issue in (
                    ("numbered", with_numbers, numbered),
                    ("unnumbered", without, unnumbered),
                ):
                    due = [
                        [await _due(database, next(ids)) for _ in range(each)]
                        for _ in range(at_once)
                    ]
                    in_database.clear()
                    took = await seconds(_by(database, due, issue))
                    if round_number:  # the first round warms up
                        times[name].append(took)
                        shares += [sum(in_database) / took] if name == "numbered" else []
            done = each * at_once
            numbers |= {
                f"per_second_{at_once}": round(done / median(times["numbered"], 6)),
                f"unnumbered_per_second_{at_once}": round(done / median(times["unnumbered"], 6)),
                f"ratio_to_unnumbered_{at_once}": median_ratio(
                    times["numbered"], times["unnumbered"]
                ),
            }
            if at_once == 1:
                numbers["share_in_database"] = median(shares)
    numbers |= _documents(max(1, sizes.invoices_per_round // 8))
    numbers["ratio_to_unnumbered"] = numbers[f"ratio_to_unnumbered_{max(AT_ONCE)}"]
    return numbers


def _documents(each: int) -> Numbers:
    """How many documents one process sets, with an e-invoice in each."""
    made = [an_invoice(licenses=100 + number, rate="0.19") for number in range(each + 1)]
    invoice_pdf(made[0])  # reads the fonts
    begun = perf_counter()
    for each_invoice in made[1:]:
        invoice_pdf(each_invoice)
    return {"documents_per_second": round(each / (perf_counter() - begun), 1)}


async def _due(database: Database, id: int) -> UpgradeHistory:
    """An upgrade whose billing day has come; of its history only the length is in the database."""
    state = fold(AWAITING_INVOICE)
    assert isinstance(state, AwaitingInvoice)
    upgrade_id = f"up-{id:08}"
    order = state.upgrade.order.model_copy(update={"upgrade_id": upgrade_id})
    state = state.with_upgrade(state.upgrade.model_copy(update={"order": order}))
    await database.execute(
        "insert into streams (stream, version, hash) values ($1, $2, '')",
        f"upgrade-{upgrade_id}",
        len(AWAITING_INVOICE),
    )
    old = {order.subscription_id: SubscriptionHistory(0, None)}
    return UpgradeHistory(upgrade_id, len(AWAITING_INVOICE), state, old)


async def _by(database: Database, due: list[list[UpgradeHistory]], issue: Issue) -> None:
    async def one(histories: list[UpgradeHistory]) -> None:
        for history in histories:
            await issue(database, history)

    await asyncio.gather(*(one(histories) for histories in due))
