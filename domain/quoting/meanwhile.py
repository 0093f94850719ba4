"""What became of a change by hand while it waited: counted again before anybody moves (B60).

A credit check takes days, and meanwhile licenses are bought and given back, and users come and go. The
credit was quoted for a number of licenses, so that number is given up, of as many as there are by then.
Where that no longer fits, or what was asked for has another price now, the change ends before anybody has
moved, with the numbers and a new quote. An upgrade is none: its quote binds, whatever is bought meanwhile (B26).
"""

from datetime import timedelta
from typing import Any

from domain.catalog.customer import Subscription
from domain.catalog.facts import Facts
from domain.eligibility.refusals import Refusal
from domain.eligibility.rule import Grounds, Reason
from domain.quoting.paid_period import day_after_period, period_has_moved
from domain.quoting.plan_changes import facts_of_target
from domain.quoting.quote import Quote
from domain.quoting.renewal import INSUFFICIENT_LICENSES, TOO_MANY_LICENSES
from domain.quoting.request import ChangeByHand, Going, QuoteRequest
from domain.text.formats import day
from domain.text.texts import TextValue, listed, text

LICENSES_CHANGED = Reason(
    code="licenses_changed",
    behavior="B60",
    cause="The old subscription is to be canceled, or to keep a number of licenses that was named, and it "
    "no longer has as many as when that was priced.",
    action="quote_again",
    evidence=("subscription_id", "licenses_quoted", "licenses", "given_up", "quote_id"),
    wordings=("quoted",),
)
LICENSES_DO_NOT_FIT = Reason(
    code="licenses_do_not_fit",
    behavior="B60",
    cause="Once the old subscription has given up as many licenses as were quoted, it has too few for "
    "the users who stay, or none.",
    action="quote_again",
    evidence=("subscription_id", "licenses", "given_up", "kept", "staying", "quote_id"),
    wordings=("quoted",),
)
NOBODY_LEFT = Reason(
    code="nobody_to_move",
    behavior="B60",
    cause="Nobody who is to move holds a license of the old subscription any more.",
    action="quote_again",
    evidence=("subscription_id", "quoted_users"),
    wordings=("everybody",),
)
ADD_ONS_CHANGED = Reason(
    code="add_ons_changed",
    behavior="B60",
    cause="The old subscription is to be canceled and has other add-ons than when it was quoted.",
    action="quote_again",
    evidence=("subscription_id", "add_ons", "quoted_add_ons"),
    wordings=("none", "into"),
)
PERIOD_CHANGED = Reason(
    code="period_changed",
    behavior="B60",
    cause="The change was to begin as the paid period of the old subscription ends, and that ends on "
    "another day than when it was quoted: what is paid for would be given up without credit.",
    action="quote_again",
    evidence=("subscription_id", "day", "paid_until"),
)
BEFORE_THE_MOVE = (
    LICENSES_CHANGED, LICENSES_DO_NOT_FIT, NOBODY_LEFT, ADD_ONS_CHANGED, PERIOD_CHANGED,
)  # fmt: skip
"""Why a change by hand ends before anybody moves, though no rule speaks against it."""


def one_for_each(quote: Quote) -> bool:
    """Whether as many licenses go as users: nobody has named how many are kept."""
    change = quote.request.change
    if change is None or change.kept_is_named or change.is_for_nobody:
        return False
    return quote.inputs.old.licenses == change.users


def stops_the_move(
    quote: Quote, old: Subscription, going: Going, new_quote_id: str | None
) -> tuple[Refusal, ...]:
    """Why it cannot begin any more; none of what `quote` says is wrong with an empty answer.

    `old` and `going` are as they are now; `new_quote_id` names the quote that was made for that, if there
    can be one.
    """
    change = quote.request.change
    assert change is not None, "asked of changes by hand only"
    if not going.users and not change.is_for_nobody:
        grounds = {"subscription_id": old.id, "quoted_users": change.users}
        said = {"subscription": old.id, "users": change.users}
        wording = None if change.listed else "everybody"
        return (NOBODY_LEFT.refusal(Grounds(grounds, said, wording=wording)),)
    if change.old == "canceled" and set(old.add_ons) != set(change.add_ons):
        return (_add_ons_changed(change, old),)
    if period_has_moved(old, quote.request, quote.switch_on):
        return (_period_changed(quote, old),)
    quoted = quote.inputs.old.licenses + (change.licenses_kept or 0)
    return _licenses_changed(quote, old, quoted, new_quote_id) or _do_not_fit(
        quote, old, going, new_quote_id
    )


def no_room(facts: Facts, quote: Quote, going: Going) -> tuple[Refusal, ...]:
    """Why there are too few licenses for who is to move (B22).

    `facts` and `going` are as they are now. Without this the move would begin, and end in an undo.
    """
    change = quote.request.change
    assert change is not None, "asked of changes by hand only"
    users = max(0, going.users - going.already_there)
    if change.into is not None:
        return _no_room_in(facts_of_target(facts, change.into).subscription, users)
    if quote.licenses >= users:
        return ()
    numbers = {"ordered": quote.licenses, "assigned": users}
    return (INSUFFICIENT_LICENSES.refusal(Grounds(numbers, numbers)),)


def beyond_the_maximum(facts: Facts, quote: Quote) -> tuple[Refusal, ...]:
    """Why what was ordered for a day is more than the plan allows on it (B22).

    Asked on that day alone: afterwards the quote binds, whatever becomes of the plan (B26).
    """
    if not quote.licenses:
        return ()
    plan = facts.catalog.plans[quote.target_plan_id]
    if plan.max_licenses is None or quote.licenses <= plan.max_licenses:
        return ()
    numbers = {"ordered": quote.licenses, "max_licenses": plan.max_licenses}
    return (TOO_MANY_LICENSES.refusal(Grounds(numbers, {"plan": plan.name, **numbers})),)


def _no_room_in(target: Subscription, users: int) -> tuple[Refusal, ...]:
    needed = target.assigned + users
    if target.licenses >= needed:
        return ()
    numbers = {"ordered": target.licenses, "assigned": needed}
    said = {"target": target.id, **numbers}
    return (INSUFFICIENT_LICENSES.refusal(Grounds(numbers, said, wording="into")),)


def _licenses_changed(
    quote: Quote, old: Subscription, quoted: int, new_quote_id: str | None
) -> tuple[Refusal, ...]:
    """Whether another count than `quoted` was priced, of what is priced by its count."""
    if old.licenses == quoted or not _is_priced_by_the_count(quote):
        return ()
    evidence, about, wording = _about_licenses(quote, old, new_quote_id)
    evidence["licenses_quoted"] = quoted
    found = Grounds(evidence, {**about, "quoted": quoted}, wording=wording)
    return (LICENSES_CHANGED.refusal(found),)


def _do_not_fit(
    quote: Quote, old: Subscription, going: Going, new_quote_id: str | None
) -> tuple[Refusal, ...]:
    """Whether too few are left for who stays, once as many are given up as were quoted."""
    change, kept = quote.request.change, old.licenses - quote.inputs.old.licenses
    staying = max(0, old.assigned - going.users)
    if change is None or change.old != "reduced" or kept >= max(1, staying):
        return ()
    evidence, about, wording = _about_licenses(quote, old, new_quote_id)
    numbers = {"kept": max(0, kept), "staying": staying}
    found = Grounds({**evidence, **numbers}, {**about, **numbers}, wording=wording)
    return (LICENSES_DO_NOT_FIT.refusal(found),)


def _about_licenses(
    quote: Quote, old: Subscription, new_quote_id: str | None
) -> tuple[dict[str, Any], dict[str, TextValue], str | None]:
    """The evidence, what the texts speak of, and which wording says it."""
    given_up = quote.inputs.old.licenses
    about: dict[str, TextValue] = {
        "subscription": old.id,
        "licenses": text("count.licenses", count=old.licenses),
        "given_up": given_up,
    }
    evidence = {
        "subscription_id": old.id,
        "licenses": old.licenses,
        "given_up": given_up,
        "quote_id": new_quote_id,
    }
    if new_quote_id is None:
        return evidence, about, None
    return evidence, {**about, "quote": new_quote_id}, "quoted"


def _add_ons_changed(change: ChangeByHand, old: Subscription) -> Refusal:
    """What can be done about it depends on what users go to: only what is bought can have add-ons."""
    evidence = {
        "subscription_id": old.id,
        "add_ons": sorted(old.add_ons),
        "quoted_add_ons": sorted(change.add_ons),
    }
    said = {
        "subscription": old.id,
        "add_ons": listed(sorted(old.add_ons)),
        "quoted": listed(sorted(change.add_ons)),
    }
    wording = "none" if not old.add_ons else "into" if change.into is not None else None
    return ADD_ONS_CHANGED.refusal(Grounds(evidence, said, wording=wording))


def _period_changed(quote: Quote, old: Subscription) -> Refusal:
    begins = quote.request.switch_on or quote.switch_on
    paid_until = day_after_period(old, begins) - timedelta(days=1)
    evidence = {
        "subscription_id": old.id,
        "day": begins.isoformat(),
        "paid_until": paid_until.isoformat(),
    }
    country = quote.inputs.country
    said = {
        "subscription": old.id,
        "day": day(begins, country),
        "paid_until": day(paid_until, country),
    }
    return PERIOD_CHANGED.refusal(Grounds(evidence, said))


def _is_priced_by_the_count(quote: Quote) -> bool:
    """Whether all that it had were priced, or all but a number that was named."""
    change = quote.request.change
    match "canceled" if change is None else change.priced_as:
        case "stays":
            return False
        case "reduced":
            return not one_for_each(quote)
        case "canceled":
            return quote.inputs.old.prepaid is None


def request_on_its_day(quote: Quote, old: Subscription) -> QuoteRequest:
    """What is quoted as the day of a change comes (B36): the same, of as many licenses as there are then."""
    request, change = quote.request, quote.request.change
    assert change is not None, "asked of changes by hand only"
    if change.licenses_kept is None or not one_for_each(quote):
        return request
    kept = max(0, old.licenses - quote.inputs.old.licenses)
    return request.model_copy(update={"change": change.model_copy(update={"licenses_kept": kept})})


def request_again(quote: Quote, old: Subscription, going: Going) -> QuoteRequest | None:
    """What to quote in its place, for who can still be moved; None where nothing is left to ask for."""
    request, change = quote.request, quote.request.change
    assert change is not None, "asked of changes by hand only"
    users = going.users - going.already_there if change.listed else going.users
    if not (users or change.is_for_nobody) or (
        change.old == "canceled" and set(old.add_ons) != set(change.add_ons)
    ):
        return None
    if period_has_moved(old, request, quote.switch_on):
        return None
    kept = change.licenses_kept
    if kept is not None and one_for_each(quote):
        kept = old.licenses - users
    if kept is not None and not 0 < kept < old.licenses:
        return None
    again = change.model_copy(
        update={
            "users": users,
            "already_there": 0 if change.listed else going.already_there,
            "switched_off": going.switched_off,
            "licenses_kept": kept,
            "at_period_end": False,  # it is for now, not for that day: what is unused is credited
        }
    )
    return request.model_copy(update={"change": again, "switch_on": None})
