"""Quotes for changes by hand: who is to move, where to, and what it costs (B59-B61).

Whoever is listed is judged first, as a set; only where all is well, or faulty lines are left out on
purpose, is there a quote, and the list is kept with it. The order names the quote, as everywhere.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from api import inputs
from api.caller import Caller
from api.errors import BadInput, FaultyList, NotFound
from api.files.users_file import UserLines
from api.service.checkout import require_addresses, require_references
from domain.catalog.customer import Address, Subscription
from domain.catalog.facts import Facts
from domain.quoting.meanwhile import one_for_each
from domain.quoting.paid_period import day_after_period
from domain.quoting.plan_changes import check_request, facts_of_target
from domain.quoting.quote import Quote, make_quote
from domain.quoting.request import ChangeByHand, OldAfter, QuoteRequest, References
from domain.values import rejections
from domain.values.base import Billing, Id, PaymentMethod, Value
from domain.values.business_days import CalendarOf
from domain.values.cycles import local_day
from store.database import Database, Transaction
from store.facts import read_facts
from store.quotes import save_quote
from store.user_lists import (
    FaultyLine,
    Judged,
    count_everybody,
    judge_users,
    keep_list,
    stage_list_of,
    stage_users,
)


class Purchase(Value):
    """The new subscription that users move to (B60)."""

    plan_id: Id
    licenses: int
    billing: Billing
    payment_method: PaymentMethod | None = None
    sold_to: Address | None = None
    billed_to: Address | None = None
    references: References | None = None


class ChangeRequest(Value):
    """What somebody wants to change by hand, apart from who is to move."""

    to: Purchase | Id
    """What is bought, or the subscription of the tenant that is there already (B61)."""
    switch_on: date | Literal["period-end"] | None = None
    """The later day that it begins on; None: at once. As the paid period ends, nothing is credited."""
    old: OldAfter = "stays"
    licenses_kept: int | None = None
    """What a reduced one keeps; None: as many go as users move."""
    keep_disabled_services: bool = False
    keep_add_ons: bool = False
    """Let what is bought have the add-ons of the old subscription, which is canceled."""
    skip_faulty: bool = False
    """Go on without lines that are wrong."""
    nobody: bool = False
    """Nobody moves: seats that nobody holds are bought, or exchanged for those that the old one gives up."""


class ChangeQuotes:
    """Quotes changes by hand, on one database."""

    def __init__(
        self,
        database: Database,
        calendar_of: CalendarOf,
        clock: Callable[[], datetime],
        new_quote_id: Callable[[], str],
    ) -> None:
        """`calendar_of` gives the business days of a country and subdivision."""
        self._database = database
        self._calendar_of = calendar_of
        self._clock = clock
        self._new_quote_id = new_quote_id

    async def quote(
        self,
        caller: Caller,
        subscription_id: str,
        request: ChangeRequest,
        users: UserLines | None,
    ) -> Quote:
        """A binding quote for moving `users`, or everybody where it is None.

        `api.service.quotes` has checked who calls, and the arguments. Raises `FaultyList` for lines that
        are wrong, unless they are to be left out; `QuoteRefused`,
        `InsufficientLicenses`, `PaidUpfront`, `NothingKept`, `UnknownSubscription`.
        """
        _require_within_bounds(request)
        facts = await self._facts(caller, subscription_id)
        request = self._on_a_day(facts, request)
        self._require_possible(facts, request)
        async with self._database.transaction() as transaction:
            if request.nobody:
                return await self._quote_nobody(transaction, facts, request)
            if users is None:
                return await self._quote_everybody(transaction, facts, request)
            await stage_users(transaction, users)
            return await self._quote_listed(transaction, facts, request, users)

    async def again(self, caller: Caller, quote: Quote) -> Quote:
        """The same once more, for those of its users who can still be moved (B25)."""
        change = quote.request.change
        assert change is not None, "an upgrade is quoted elsewhere"
        bought = Purchase(
            plan_id=quote.target_plan_id,
            licenses=quote.licenses,
            billing=quote.billing,
            payment_method=quote.request.payment_method,
            sold_to=quote.request.sold_to,
            billed_to=quote.request.billed_to,
            references=quote.request.references,
        )
        request = ChangeRequest(
            switch_on=quote.request.switch_on,
            to=change.into or bought,
            old=change.old,
            licenses_kept=None if one_for_each(quote) else change.licenses_kept,
            keep_disabled_services=quote.keep_disabled_services,
            keep_add_ons=bool(change.add_ons),
            skip_faulty=True,
            nobody=change.listed and change.is_for_nobody,
        )
        facts = await self._facts(caller, quote.subscription_id)
        if request.switch_on is not None and quote.switch_on <= self._today(facts):
            request = request.model_copy(update={"switch_on": None})
        request = self._on_a_day(facts, request)
        self._require_possible(facts, request)
        async with self._database.transaction() as transaction:
            if request.nobody:
                return await self._quote_nobody(transaction, facts, request)
            if not change.listed:
                again = not change.is_for_nobody
                return await self._quote_everybody(transaction, facts, request, again=again)
            await stage_list_of(transaction, quote.quote_id)
            return await self._quote_listed(transaction, facts, request, None)

    async def _quote_everybody(
        self,
        transaction: Transaction,
        facts: Facts,
        request: ChangeRequest,
        *,
        again: bool = False,
    ) -> Quote:
        """For whoever holds a license; `again` in place of a quote that was for some."""
        if request.old == "reduced" and request.licenses_kept:
            raise BadInput(
                "reduce_old_to", "nobody stays: cancel the old subscription, or leave it as it is"
            )
        if request.old == "reduced":
            raise rejections.NothingKept(
                subscription_id=facts.subscription.id, licenses=facts.subscription.licenses
            )
        old, into = facts.subscription.id, _into(request)
        counted = await count_everybody(transaction, old=old, into=into)
        if not counted.users and again:
            raise BadInput(
                "all", f"nobody holds a license of {old} any more: there is nobody to move"
            )
        if not counted.users and into is not None:
            raise BadInput(
                "all",
                f"nobody holds a license of {old}: there is nobody to move to {into}; buy a plan for the "
                "seats (--to PLAN), or cancel the subscription",
            )
        change = ChangeByHand(
            into=into,
            listed=False,
            users=counted.users,
            already_there=counted.already_there,
            switched_off=counted.switched_off,
            old=request.old,
            add_ons=_add_ons_kept(facts, request),
            at_period_end=self._at_period_end(facts, request),
        )
        quote = self._quoted(facts, request, change)
        await save_quote(transaction, quote)
        return quote

    async def _quote_nobody(
        self, transaction: Transaction, facts: Facts, request: ChangeRequest
    ) -> Quote:
        """For seats that nobody holds: the list is empty, and stays so."""
        change = ChangeByHand(
            listed=True,
            users=0,
            old=request.old,
            licenses_kept=_licenses_kept(facts.subscription, request, 0),
            kept_is_named=request.old == "reduced",
            at_period_end=self._at_period_end(facts, request),
        )
        quote = self._quoted(facts, request, change)
        await save_quote(transaction, quote)
        return quote

    async def _quote_listed(
        self,
        transaction: Transaction,
        facts: Facts,
        request: ChangeRequest,
        lines: UserLines | None,
    ) -> Quote:
        if request.old == "canceled":
            raise BadInput(
                "cancel_old", "only some users move: the others need it; write --all to move all"
            )
        old, into = facts.subscription.id, _into(request)
        judged = await judge_users(transaction, tenant_id=facts.tenant.id, old=old, into=into)
        if not request.skip_faulty:
            _require_sound(judged, lines, old, into)
        if not judged.users:
            raise BadInput("users", "no user is left to move: list at least one who can be moved")
        change = ChangeByHand(
            into=into,
            listed=True,
            users=judged.users,
            switched_off=judged.switched_off,
            old=request.old,
            licenses_kept=_licenses_kept(facts.subscription, request, judged.users),
            kept_is_named=request.old == "reduced" and request.licenses_kept is not None,
            at_period_end=self._at_period_end(facts, request),
        )
        quote = self._quoted(facts, request, change)
        await save_quote(transaction, quote)
        await keep_list(transaction, quote.quote_id)
        return quote

    def _quoted(self, facts: Facts, request: ChangeRequest, change: ChangeByHand) -> Quote:
        tenant = facts.tenant
        return make_quote(
            facts,
            _asked(facts, request, change),
            quote_id=self._new_quote_id(),
            at=self._clock(),
            calendar=self._calendar_of(tenant.country, tenant.subdivision),
        )

    def _require_possible(self, facts: Facts, request: ChangeRequest) -> None:
        """Every rule is asked before a long list is read: none of them depends on who moves."""
        anybody = ChangeByHand(
            into=_into(request),
            listed=True,
            users=1,
            old=request.old,
            add_ons=_add_ons_kept(facts, request),
        )
        asked = _asked(facts, request, anybody)
        if refusals := check_request(facts, asked, self._clock()):
            raise rejections.QuoteRefused(
                " ".join(refusal.message.en for refusal in refusals),
                subscription_id=facts.subscription.id,
                refusals=[refusal.model_dump(mode="json") for refusal in refusals],
            )

    def _at_period_end(self, facts: Facts, request: ChangeRequest) -> bool:
        ends = day_after_period(facts.subscription, self._today(facts))
        return request.old != "stays" and request.switch_on == ends

    def _today(self, facts: Facts) -> date:
        return local_day(self._clock(), facts.tenant.time_zone)

    def _on_a_day(self, facts: Facts, request: ChangeRequest) -> ChangeRequest:
        """The same with the day that `period-end` means; none where it is today."""
        today, day = self._today(facts), request.switch_on
        if day == "period-end":
            day = day_after_period(facts.subscription, today)
        if day is not None and day < today:
            raise BadInput("switch_on", f"{day} has passed: choose {today} or a later day")
        return request.model_copy(update={"switch_on": None if day == today else day})

    async def _facts(self, caller: Caller, subscription_id: str) -> Facts:
        facts = await read_facts(self._database, subscription_id)
        if facts is None or not caller.has(facts.tenant.id):
            raise NotFound("subscription", subscription_id)
        return facts


def _require_within_bounds(request: ChangeRequest) -> None:
    """Raise `BadInput` for numbers and addresses that no entrance of ours would have read."""
    if request.keep_add_ons and (request.old != "canceled" or isinstance(request.to, str)):
        raise BadInput(
            "keep_add_ons",
            "goes with buying for everybody and canceling the old one (--all --to PLAN --cancel-old): "
            "otherwise add-ons stay where they are",
        )
    if request.nobody:
        _require_fit_for_nobody(request)
    if request.licenses_kept is not None:
        inputs.require_number("reduce_old_to", request.licenses_kept, 0, inputs.MAX_LICENSES)
    if isinstance(request.to, Purchase):
        inputs.require_licenses("licenses", request.to.licenses)
        require_addresses(sold_to=request.to.sold_to, billed_to=request.to.billed_to)
        require_references(request.to.references)


def _require_fit_for_nobody(request: ChangeRequest) -> None:
    """Raise `BadInput` for what only makes sense where somebody moves."""
    if isinstance(request.to, str):
        raise BadInput("into", "is there already, and nobody moves: buy the seats with --to PLAN")
    if request.old == "canceled":
        raise BadInput(
            "cancel_old", "ends the licenses of all: write --all, which takes along who has one"
        )
    if request.old == "reduced" and request.licenses_kept is None:
        raise BadInput(
            "reduce_old", "gives up one license a user, and nobody moves: say --reduce-old-to N"
        )


def _switch_on(request: ChangeRequest) -> date | None:
    assert request.switch_on != "period-end", "it is a day by now"
    return request.switch_on


def _add_ons_kept(facts: Facts, request: ChangeRequest) -> tuple[str, ...]:
    return facts.subscription.add_ons if request.keep_add_ons else ()


def _into(request: ChangeRequest) -> str | None:
    return request.to if isinstance(request.to, str) else None


def _licenses_kept(old: Subscription, request: ChangeRequest, users: int) -> int | None:
    if request.old != "reduced":
        return None
    kept = request.licenses_kept
    if kept is None:
        return max(0, old.licenses - users)
    if kept >= old.licenses:
        raise BadInput("reduce_old_to", f"{old.id} has {old.licenses} licenses: write fewer")
    return kept


def _asked(facts: Facts, request: ChangeRequest, change: ChangeByHand) -> QuoteRequest:
    """What is quoted: the purchase, or the plan and billing of what is there already."""
    if isinstance(request.to, Purchase):
        return QuoteRequest(
            target_plan_id=request.to.plan_id,
            licenses=request.to.licenses,
            billing=request.to.billing,
            switch_on=_switch_on(request),
            payment_method=request.to.payment_method,
            sold_to=request.to.sold_to,
            billed_to=request.to.billed_to,
            references=request.to.references,
            keep_disabled_services=request.keep_disabled_services,
            change=change,
        )
    target = facts_of_target(facts, request.to).subscription
    return QuoteRequest(
        target_plan_id=target.plan_id,
        licenses=0,
        billing=target.billing,
        switch_on=_switch_on(request),
        keep_disabled_services=request.keep_disabled_services,
        change=change,
    )


def _require_sound(judged: Judged, lines: UserLines | None, old: str, into: str | None) -> None:
    """Nothing is moved unless all is well: every wrong line is told, the first of them by name."""
    unreadable = [] if lines is None else lines.faults
    faulty = judged.faulty + (0 if lines is None else lines.faulty)
    if not faulty:
        return
    told = [*unreadable, *(_told(fault, old, into) for fault in judged.faults)]
    raise FaultyList("users", sorted(told, key=lambda fault: fault["line"])[:100], faulty)


def _told(fault: FaultyLine, old: str, into: str | None) -> Mapping[str, Any]:
    message = {
        "listed_twice": f"{fault.user_id} is listed before, in line {fault.first_line}",
        "unknown_user": f"{fault.user_id} holds no license of this tenant: check the id",
        "no_license": f"{fault.user_id} holds no license of {old}",
        "already_on_target": f"{fault.user_id} holds a license of {into} already",
    }[fault.fault]
    return {
        "place": f"line {fault.line}",
        "line": fault.line,
        "user_id": fault.user_id,
        "fault": fault.fault,
        "message": message,
    }
