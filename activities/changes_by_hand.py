"""What a change by hand counts again: at its order, and before anybody moves (B60, B61)."""

from datetime import datetime

from activities.acting import event_metadata
from domain.catalog.customer import Subscription
from domain.catalog.facts import Facts
from domain.eligibility.refusals import Refusal
from domain.quoting.meanwhile import request_again, request_on_its_day, stops_the_move
from domain.quoting.plan_changes import check_request
from domain.quoting.quote import Quote, make_quote, requote
from domain.quoting.request import Going, QuoteRequest
from domain.upgrade.commands import StartMove, command_id
from domain.upgrade.decider import decide
from domain.upgrade.states import ReadyToMove, Upgrade
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
    """Begins the move of a change by hand, or ends it where what was quoted no longer fits."""

    def __init__(self, database: Database, calendar_of: CalendarOf) -> None:
        """`calendar_of` gives the business days of a country and subdivision."""
        self._database = database
        self._calendar_of = calendar_of

    async def begin(
        self, history: UpgradeHistory, state: ReadyToMove, at: datetime, users: int
    ) -> UpgradeHistory:
        """The history once the move has begun, or the change is refused with a new quote.

        It is decided on the old subscription at the version that is locked: an admin who is faster has
        it decided anew.
        """
        upgrade = state.upgrade
        old = history.subscriptions[upgrade.order.subscription_id].state
        assert old is not None, "what users leave is there"
        async with self._database.transaction() as transaction:
            going = await going_now(transaction, upgrade.quote)
            assert going is not None, "asked of changes by hand only"
            new_quote_id = None
            if stops_the_move(upgrade.quote, old.subscription, going, None):
                new_quote_id = await self._quote_again(
                    transaction, upgrade, old.subscription, going, at
                )
            command = StartMove(
                at=at,
                users=users,
                refusals=stops_the_move(upgrade.quote, old.subscription, going, new_quote_id),
            )
            return await history.append(
                transaction, decide(command, state), command_id(command), event_metadata()
            )

    async def on_its_day(
        self, facts: Facts, quote: Quote, at: datetime
    ) -> tuple[tuple[Refusal, ...], Quote | None]:
        """Why a change whose day has come is not possible any more, else its quote as of that day (B36)."""
        going = await going_now(self._database, quote)
        assert going is not None, "asked of changes by hand only"
        refusals = check_request(facts, quote.request, at)
        if refusals := refusals or stops_the_move(quote, facts.subscription, going, None):
            return refusals, None
        again = quote.model_copy(update={"request": request_on_its_day(quote, facts.subscription)})
        calendar = self._calendar_of(facts.tenant.country, facts.tenant.subdivision)
        return (), requote(facts, again, at=at, calendar=calendar)

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
