"""What an upgrade's price depends on, pinned when the quote is made (B26)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.catalog.customer import Prepaid
from domain.values.base import Amount, Billing, Country, Currency, Id, Language, Value


class LaterPrice(Value):
    """A price that cycles have from one on."""

    from_: date = Field(validation_alias="from", serialization_alias="from")
    """The first day of a cycle."""
    unit_price: Annotated[Amount, Field(ge=0)]


class OldTerm(Value):
    """What is paid for the subscription that the upgrade replaces."""

    subscription_id: Id
    plan_name: str
    licenses: Annotated[int, Field(ge=0)]
    """Those given up: all of them, but where a change by hand leaves some or all of them (B60)."""
    unit_price: Annotated[Amount, Field(ge=0)]
    """Per license and billing period, of the cycle that the quote's first day is in; without meaning for
    a prepaid term."""
    later_prices: Annotated[
        tuple[LaterPrice, ...],
        # Not written where there is none: code of before reads it, and digests stay.
        Field(exclude_if=lambda prices: not prices),
    ] = ()
    """What later cycles cost where the price has changed since that cycle began (B64)."""
    billing: Billing
    cycle_anchor: date
    prepaid: Prepaid | None = None
    tax_rate: Annotated[Amount, Field(ge=0, lt=1)] | None = None
    """The rate at which tax was charged with it, a fraction; 0: none was charged (B63).

    None in what older code has quoted: it returned no tax, and such quotes are honored as made.
    """

    def price_of_cycle(self, first_day: date) -> Decimal:
        """What a license costs in the cycle that begins on `first_day` (B64)."""
        begun = [each.unit_price for each in self.later_prices if each.from_ <= first_day]
        return begun[-1] if begun else self.unit_price

    @property
    def highest_price(self) -> Decimal:
        """Of all cycles."""
        return max(self.unit_price, *(each.unit_price for each in self.later_prices), Decimal(0))

    @model_validator(mode="after")
    def _upfront_says_what_was_paid_for_which_days(self) -> Self:
        prepaid = self.prepaid
        if prepaid is None or prepaid.kind == "product_key":
            return self
        if prepaid.paid is None or prepaid.from_ is None or prepaid.until is None:
            raise ValueError("a term paid upfront needs paid, from and until")
        if prepaid.until < prepaid.from_:
            raise ValueError("a term paid upfront ends before it begins")
        return self


class NewTerm(Value):
    """What is bought."""

    plan_id: Id
    plan_name: str
    licenses: Annotated[int, Field(ge=0)]
    """None are bought for a move to a subscription that is there: then nothing is charged (B61)."""
    unit_price: Annotated[Amount, Field(ge=0)]
    """Per license and billing period."""
    billing: Billing


class Tax(Value):
    """The tax rate of the country that the upgrade is sold to; a rate of 0 still makes a line."""

    country: Country
    rate: Annotated[Amount, Field(ge=0, lt=1)]
    """A fraction: 0.20 is 20 %."""
    reverse_charge: Literal[True] | None = None
    """Whether the customer accounts for the tax; then `rate` is 0 (B68). Older code did not know it."""

    @model_validator(mode="after")
    def _nothing_is_charged_in_reverse(self) -> Self:
        if self.reverse_charge and self.rate:
            raise ValueError("where the customer accounts for the tax, its rate is 0")
        return self


class PricingInputs(Value):
    """All that the price depends on, except the day."""

    currency: Currency
    time_zone: str
    """Whose days the switch day is one of."""
    language: Language = "en"
    """Of the descriptions."""
    country: Country | None = None
    """The tenant's, whose way of writing days the notices follow."""
    old: OldTerm
    new: NewTerm
    tax: Tax | None = None
    least_credit: Annotated[Amount, Field(ge=0)] | None = None
    """The unused value that counts at least, whatever the day (B26).

    A credit check may delay the switch by days. If a billing cycle begins in between, a day in the
    middle can leave less to credit than both today and the latest day, and the invoice would
    exceed both amounts that the customer was shown. So the lower of the two values is guaranteed.
    """
