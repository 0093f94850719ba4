"""What has changed since a quote was made, from what to what, as its order is told (B25).

A quote is stale once its digest would be another one now. Here both offers are laid side by side, part by
part. Quotes of older code do not have their `basis`: what changed of that alone is not told of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from domain.catalog.customer import Address, Prepaid
from domain.catalog.facts import Facts
from domain.pricing.inputs import LaterPrice, Tax
from domain.quoting.paid_period import day_after_period, period_has_moved
from domain.quoting.quote import Quote
from domain.text.escaping import printable
from domain.text.formats import country_name, day, money, percent
from domain.text.texts import TextValue, joined, listed, text
from domain.values.base import Text, Value
from domain.values.rejections import QuoteStale

ChangedPart = Literal[
    "old_plan",
    "old_licenses",
    "old_price",
    "later_prices",
    "old_billing",
    "cycle_anchor",
    "prepaid",
    "charged_tax",
    "plan_name",
    "price",
    "tax",
    "sold_to",
    "billed_to",
    "payment_method",
    "credit_check",
    "time_zone",
    "language",
    "country",
    "max_licenses",
    "credit_threshold",
    "credit_days",
    "subdivision",
    "billing_day",
    "invoice_within_days",
    "valid_days",
    "locked_minutes",
    "period_end",
]
"""Never renamed: callers know them."""


class QuoteChange(Value):
    """One part of what a quote was made from, then and now."""

    what: ChangedPart
    quoted: str | int | None
    """As it was: amounts as decimals, days as in JSON, counts as numbers; None: there was none."""
    now: str | int | None
    text: Text
    """Says both, without a full stop."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an offer: as JSON has it, and as people read it."""

    plain: str | int | None
    said: TextValue


def changes_since(quote: Quote, now: Quote | None, facts: Facts) -> tuple[QuoteChange, ...]:
    """What is other in the offer of `now` than in the quote; empty if nothing is, or nobody can tell.

    Without an offer of now it is the paid period that was to end (B60), if that has moved.
    """
    if now is None:
        return tuple(_moved_period(quote, facts))
    if now.digest == quote.digest:
        return ()
    parts, of_now = dict(_parts(quote)), dict(_parts(now))
    return tuple(
        _change(what, quote, part, of_now[what])
        for what, part in parts.items()
        if what in of_now and of_now[what].plain != part.plain
    )


def quote_stale(quote: Quote, changes: tuple[QuoteChange, ...]) -> QuoteStale:
    """The rejection of an order on a quote that no longer holds, with what has changed."""
    if not changes:
        return QuoteStale(quote_id=quote.quote_id)
    said = text("rejection.quote_stale.changed", changes=joined(one.text for one in changes))
    changed = [one.model_dump(mode="json") for one in changes]
    return QuoteStale(said.en, reason="changed", quote_id=quote.quote_id, changed=changed)


def _change(what: ChangedPart, quote: Quote, before: _Part, now: _Part) -> QuoteChange:
    subjects: dict[str, TextValue] = {
        "subscription": quote.subscription_id,
        "old_plan": quote.inputs.old.plan_name,
        "plan": quote.inputs.new.plan_name,
    }
    change = text("changed.from_to", quoted=before.said, now=now.said)
    return QuoteChange(
        what=what,
        quoted=before.plain,
        now=now.plain,
        text=text(f"changed.{what}", **{_SUBJECTS[what]: subjects[_SUBJECTS[what]]}, change=change)
        if what in _SUBJECTS
        else text(f"changed.{what}", change=change),
    )


_SUBJECTS: dict[ChangedPart, str] = {
    "old_plan": "subscription",
    "old_licenses": "subscription",
    "old_price": "old_plan",
    "later_prices": "old_plan",
    "old_billing": "subscription",
    "cycle_anchor": "subscription",
    "prepaid": "subscription",
    "charged_tax": "subscription",
    "price": "plan",
    "tax": "plan",
    "max_licenses": "plan",
    "period_end": "subscription",
}
"""What a part is of, where it is not of the tenant or of the service."""


def _moved_period(quote: Quote, facts: Facts) -> Iterator[QuoteChange]:
    if not period_has_moved(facts.subscription, quote.request, quote.switch_on):
        return
    begins, country = quote.request.switch_on or quote.switch_on, facts.tenant.country
    ends = day_after_period(facts.subscription, begins - timedelta(days=1))
    yield _change("period_end", quote, _day(begins, country), _day(ends, country))


def _parts(quote: Quote) -> Iterator[tuple[ChangedPart, _Part]]:
    """In the order in which they are told: first what the amounts follow from."""
    yield from _parts_of_old(quote)
    yield from _parts_of_new(quote)
    yield from _parts_of_customer(quote)
    yield from _parts_of_basis(quote)


def _parts_of_old(quote: Quote) -> Iterator[tuple[ChangedPart, _Part]]:
    old, currency, country = quote.inputs.old, quote.currency, quote.inputs.country
    yield "old_plan", _words(old.plan_name)
    if (licenses := _old_licenses(quote)) is not None:
        yield "old_licenses", _count(licenses)
    yield "old_price", _money(old.unit_price, currency)
    yield "later_prices", _later_prices(old.later_prices, currency, country)
    yield "old_billing", _Part(old.billing, _BILLING[old.billing])
    yield "cycle_anchor", _day(old.cycle_anchor, country)
    yield "prepaid", _prepaid(old.prepaid, currency, country)
    yield "charged_tax", _rate(old.tax_rate)


def _parts_of_new(quote: Quote) -> Iterator[tuple[ChangedPart, _Part]]:
    new = quote.inputs.new
    yield "plan_name", _words(new.plan_name)
    yield "price", _money(new.unit_price, quote.currency)
    yield "tax", _tax(quote.inputs.tax)


def _parts_of_customer(quote: Quote) -> Iterator[tuple[ChangedPart, _Part]]:
    yield "sold_to", _address(quote.sold_to)
    yield "billed_to", _address(quote.billed_to)
    method = quote.payment_method
    yield "payment_method", _Part(method, text(f"document.paid_by.{method}"))
    reasons = quote.credit_check.reasons
    said = listed(text(f"changed_to.{reason}") for reason in reasons) if reasons else _NOT_NEEDED
    yield "credit_check", _Part(" ".join(reasons) or None, said)
    yield "time_zone", _words(quote.inputs.time_zone)
    yield "language", _words(quote.inputs.language)
    if (country := quote.inputs.country) is not None:
        yield "country", _Part(country, country_name(country))


def _parts_of_basis(quote: Quote) -> Iterator[tuple[ChangedPart, _Part]]:
    if (basis := quote.basis) is None:
        return
    threshold = basis.credit_threshold
    yield "max_licenses", _count(basis.max_licenses)
    yield (
        "credit_threshold",
        _NONE if threshold is None else _money(threshold, quote.currency),
    )
    yield "credit_days", _count(basis.credit_days)
    yield "subdivision", _NONE if basis.subdivision is None else _words(basis.subdivision)
    yield "billing_day", _count(basis.billing_day)
    yield "invoice_within_days", _count(basis.invoice_within_days)
    yield "valid_days", _count(basis.valid_days)
    yield "locked_minutes", _count(basis.locked_minutes)


def _old_licenses(quote: Quote) -> int | None:
    """How many the old subscription had; older code kept only how many of them are given up."""
    if quote.basis is not None:
        return quote.basis.old_licenses
    return quote.inputs.old.licenses if quote.request.change is None else None


_NONE = _Part(None, text("changed_to.none"))
_NOT_NEEDED = text("changed_to.not_needed")
_BILLING = {
    "monthly": text("changed_to.monthly"),
    "annual": text("changed_to.annual"),
}


def _words(said: str) -> _Part:
    return _Part(said, printable(said))


def _count(number: int | None) -> _Part:
    return _NONE if number is None else _Part(number, number)


def _money(amount: Decimal, currency: str) -> _Part:
    return _Part(str(amount), money(amount, currency))


def _day(on: date, country: str | None) -> _Part:
    return _Part(on.isoformat(), day(on, country))


def _rate(rate: Decimal | None) -> _Part:
    return _NONE if rate is None else _Part(str(rate), percent(rate))


def _tax(tax: Tax | None) -> _Part:
    if tax is None:
        return _NONE
    if tax.reverse_charge:
        return _Part("reverse_charge", text("changed_to.reverse_charge"))
    return _rate(tax.rate)


def _prepaid(prepaid: Prepaid | None, currency: str, country: str | None) -> _Part:
    if prepaid is None:
        return _NONE
    paid, first, last = prepaid.paid, prepaid.from_, prepaid.until
    plain = " ".join(str(each) for each in (prepaid.kind, paid, first, last) if each is not None)
    if paid is None or first is None or last is None:
        return _Part(plain, text("changed_to.product_key"))
    return _Part(
        plain,
        text(
            "changed_to.upfront",
            paid=money(paid, currency),
            first=day(first, country),
            last=day(last, country),
        ),
    )


def _later_prices(prices: tuple[LaterPrice, ...], currency: str, country: str | None) -> _Part:
    if not prices:
        return _Part(None, text("changed_to.same_price"))
    plain = " ".join(f"{each.unit_price} from {each.from_.isoformat()}" for each in prices)
    said = listed(
        text(
            "changed_to.price_from",
            price=money(each.unit_price, currency),
            day=day(each.from_, country),
        )
        for each in prices
    )
    return _Part(plain, said)


def _address(address: Address) -> _Part:
    place = " ".join(filter(None, (address.postal_code, address.city)))
    parts = (address.name, *address.lines, place, address.region, address.country, address.tax_id)
    return _words(", ".join(filter(None, parts)))
