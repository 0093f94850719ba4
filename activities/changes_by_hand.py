"""What is counted again of a change by hand: at its order, on its day, and before anybody moves (B60, B61)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from activities.acting import event_metadata
from domain.catalog.customer import Subscription
from domain.catalog.facts import Facts
from domain.eligibility.refusals import Refusal
from domain.quoting.meanwhile import (
    beyond_the_maximum,
    no_room,
    request_again,
    request_on_its_day,
    stops_the_move,
)
from domain.quoting.plan_changes import check_request
from domain.quoting.quote import Quote, make_quote, requote
from domain.quoting.request import Going, QuoteRequest
from domain.upgrade.commands import StartMove, StartScheduled, command_id
from domain.upgrade.decider import decide
from domain.upgrade.states import ReadyToMove, Scheduled, Upgrade
from domain.values.business_days import CalendarOf
from domain.values.rejections import Rejection
from store.database import Database, Executor, Transaction
from store.facts import read_facts
from store.quotes import save_quote
from store.upgrades import UpgradeHistory
from store.user_lists import count_going, keep_list_again


async def going_now(executor: Executor, quote: Quote) -> Going | None:
    """Who of those who were quoted can go now; None for an upgrade, which takes everybody along."""
    change = quote.request.change
    if change is None:
        return None
    return await count_going(
        executor,
        old=quote.subscription_id,
        into=change.into,
        list_id=quote.quote_id if change.listed else None,
    )


class ChangesByHand:
    """Begins what was ordered, or ends it where what was quoted no longer fits."""

    def __init__(self, database: Database, calendar_of: CalendarOf) -> None:
        """`calendar_of` gives the business days of a country and subdivision."""
        self._database = database
        self._calendar_of = calendar_of

    async def begin(
        self, history: UpgradeHistory, state: ReadyToMove, at: datetime, users: int
    ) -> UpgradeHistory:
        """The history once the move has begun, or it is refused with a new quote.

        It is decided on the old subscription at the version that is locked: an admin who is faster has
        it decided again.
        """
        upgrade = state.upgrade
        old = history.subscriptions[upgrade.order.subscription_id].state
        assert old is not None, "what users leave is there"
        async with self._database.transaction() as transaction:
            refusals = await self._refusals(transaction, upgrade, old.subscription, at)
            command = StartMove(at=at, users=users, refusals=refusals)
            return await history.append(
                transaction, decide(command, state), command_id(command), event_metadata()
            )

    async def start_on_its_day(
        self,
        history: UpgradeHistory,
        state: Scheduled,
        facts: Facts,
        at: datetime,
        credit_check: Mapping[str, Any],
    ) -> UpgradeHistory:
        """The history once a change whose day has come goes on by its quote of that day, or is refused (B36).

        Refused, it has a new quote as before its move. `credit_check` is what one that begins now would be
        held to.
        """
        upgrade, renewed = state.upgrade, None
        async with self._database.transaction() as transaction:
            refusals = check_request(facts, upgrade.quote.request, at) or beyond_the_maximum(
                facts, upgrade.quote
            )
            if not refusals:
                refusals = await self._refusals(transaction, upgrade, facts.subscription, at)
            if not refusals:
                renewed = self._as_of_its_day(upgrade.quote, facts, at)
            command = StartScheduled(
                at=at, refusals=refusals, renewed_quote=renewed, **credit_check
            )
            return await history.append(
                transaction, decide(command, state), command_id(command), event_metadata()
            )

    async def _refusals(
        self, transaction: Transaction, upgrade: Upgrade, old: Subscription, at: datetime
    ) -> tuple[Refusal, ...]:
        """Why what was quoted cannot be done any more; the new quote that they name is kept."""
        quote = upgrade.quote
        going = await going_now(transaction, quote)
        assert going is not None, "counted for every change by hand"
        if stops_the_move(quote, old, going, None):
            new_quote_id = await self._quote_again(transaction, upgrade, old, going, at)
            return stops_the_move(quote, old, going, new_quote_id)
        facts = await read_facts(transaction, old.id)
        assert facts is not None, "what users leave is there"
        return no_room(facts, quote, going)

    def _as_of_its_day(self, quote: Quote, facts: Facts, at: datetime) -> Quote:
        again = quote.model_copy(update={"request": request_on_its_day(quote, facts.subscription)})
        calendar = self._calendar_of(facts.tenant.country, facts.tenant.subdivision)
        return requote(facts, again, at=at, calendar=calendar)

    async def _quote_again(
        self,
        transaction: Transaction,
        upgrade: Upgrade,
        old: Subscription,
        going: Going,
        at: datetime,
    ) -> str | None:
        """Quote it for what there is now, under an id that follows from the change's; None if it cannot be."""
        request = request_again(upgrade.quote, old, going)
        facts = await read_facts(transaction, old.id)
        if request is None or facts is None:
            return None
        quote_id = f"q-{upgrade.order.upgrade_id}"
        try:
            quote = self._made(facts, request, quote_id, at)
        except (Rejection, LookupError):
            return None
        await save_quote(transaction, quote)
        if upgrade.list_id is not None:
            await keep_list_again(
                transaction,
                upgrade.list_id,
                quote_id,
                old=old.id,
                into=None if upgrade.change is None else upgrade.change.into,
            )
        return quote_id

    def _made(self, facts: Facts, request: QuoteRequest, quote_id: str, at: datetime) -> Quote:
        calendar = self._calendar_of(facts.tenant.country, facts.tenant.subdivision)
        return make_quote(facts, request, quote_id=quote_id, at=at, calendar=calendar)
