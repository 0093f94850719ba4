"""Before the order: what a subscription may be upgraded to, and what it would cost."""

import uuid
from collections.abc import Callable
from datetime import datetime

from api import inputs
from api.arguments import allowed
from api.caller import Caller
from api.errors import NotFound
from api.files.users_file import UserLines
from api.service.changes import ChangeQuotes, ChangeRequest
from api.service.checkout import require_addresses, require_references
from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.eligibility.subscription_rules import check_order
from domain.quoting.options import ManualChange, Options, manual_change_of, options_of
from domain.quoting.quote import Quote, QuoteRequest, credit_check_expected, make_quote, offer_now
from domain.quoting.staleness import QuoteChange, changes_since
from domain.text.messages import WrittenDay
from domain.values import rejections
from domain.values.base import Id
from domain.values.business_days import CalendarOf
from domain.values.cycles import local_day
from store.database import Database
from store.facts import read_facts
from store.quotes import save_quote


class Quotes:
    """Options, and binding quotes."""

    def __init__(
        self, database: Database, calendar_of: CalendarOf, clock: Callable[[], datetime]
    ) -> None:
        """`calendar_of` gives the business days of a country and subdivision."""
        self._database = database
        self._calendar_of = calendar_of
        self._clock = clock
        self._changes = ChangeQuotes(database, calendar_of, clock, _new_quote_id)

    @allowed("viewer", "customer_admin", "operator", "auditor")
    async def options(self, caller: Caller, subscription_id: Id) -> Options:
        """Which plans the subscription may be upgraded to, and why not to the others (B1-B20)."""
        facts = await self._facts(caller, subscription_id)
        at = self._clock()

        def credit_check(plan: Plan) -> bool:
            return credit_check_expected(facts, plan, at)

        return options_of(facts, at, credit_check)

    @allowed("viewer", "customer_admin", "operator", "auditor")
    async def by_hand(
        self, caller: Caller, subscription_id: Id, target_plan_id: Id
    ) -> ManualChange:
        """How to do by hand what was refused as an upgrade (B59)."""
        facts = await self._facts(caller, subscription_id)
        return manual_change_of(facts, self._clock(), target_plan_id)

    @allowed("customer_admin")
    async def make(self, caller: Caller, subscription_id: Id, request: QuoteRequest) -> Quote:
        """A binding quote, kept for the order to name (B21-B27).

        Raises `QuoteRefused`, with every refusal and the way by hand (B59), when the order would be
        refused now.
        """
        inputs.require_licenses("licenses", request.licenses)
        require_addresses(sold_to=request.sold_to, billed_to=request.billed_to)
        require_references(request.references)
        facts = await self._facts(caller, subscription_id)
        at = self._clock()
        if refusals := check_order(facts, request.target_plan_id, at):
            raise rejections.QuoteRefused(
                " ".join(refusal.message.en for refusal in refusals),
                subscription_id=subscription_id,
                refusals=[refusal.model_dump(mode="json") for refusal in refusals],
                manual_change=manual_change_of(facts, at, request.target_plan_id).model_dump(
                    mode="json"
                ),
            )
        calendar = self._calendar_of(facts.tenant.country, facts.tenant.subdivision)
        quote = make_quote(facts, request, quote_id=_new_quote_id(), at=at, calendar=calendar)
        await save_quote(self._database, quote)
        return quote

    @allowed("customer_admin")
    async def make_for_change(
        self, caller: Caller, subscription_id: Id, request: ChangeRequest, users: UserLines | None
    ) -> Quote:
        """A binding quote for a change by hand (B59-B61); see `api.service.changes`."""
        return await self._changes.quote(caller, subscription_id, request, users)

    @allowed("customer_admin")
    async def make_again(
        self, caller: Caller, quote: Quote, day: WrittenDay | None = None
    ) -> Quote:
        """A new quote for the same request, to go alongside the rejection of an order (B25).

        It is for `day` if there is one (B67). A day to switch on that has passed is left out, as are users
        of a list who cannot be moved now.
        """
        if quote.request.change is not None:
            return await self._changes.again(caller, quote)
        request = quote.request
        today = local_day(self._clock(), quote.inputs.time_zone)
        if day is not None:
            request = request.model_copy(update={"switch_on": day})
        elif request.switch_on is not None and request.switch_on < today:
            request = request.model_copy(update={"switch_on": None})
        return await self.make(caller, quote.subscription_id, request)

    @allowed("customer_admin")
    async def what_has_changed(self, caller: Caller, quote: Quote) -> tuple[QuoteChange, ...]:
        """What is other now than as it was quoted, to be told where the quote is stale (B25)."""
        facts = await self._facts(caller, quote.subscription_id)
        calendar = self._calendar_of(facts.tenant.country, facts.tenant.subdivision)
        try:
            now = offer_now(facts, quote, at=self._clock(), calendar=calendar)
        except rejections.Rejection:
            return ()
        return changes_since(quote, now, facts)

    async def _facts(self, caller: Caller, subscription_id: str) -> Facts:
        return await facts_of(self._database, caller, subscription_id)


async def facts_of(database: Database, caller: Caller, subscription_id: str) -> Facts:
    """What is known of a subscription. Raises `NotFound`, also for one of another tenant."""
    facts = await read_facts(database, subscription_id)
    if facts is None or not caller.has(facts.tenant.id):
        raise NotFound("subscription", subscription_id)
    return facts


def _new_quote_id() -> str:
    return "q-" + uuid.uuid4().hex[:20]
