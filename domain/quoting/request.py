"""What a customer asks a quote for, and what of it is changed at checkout (B21, B24)."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from domain.catalog.customer import Address, Tenant
from domain.values.base import LAST_DAY, Billing, Id, PaymentMethod, Value

CreditCheckReason = Literal["pays_by_invoice", "threshold_reached"]
OldAfter = Literal["stays", "reduced", "canceled"]
"""What becomes of the subscription that users leave by hand."""


class ChangeByHand(Value):
    """What makes a change by hand another thing than an upgrade: who goes where, and what stays.

    Pinned when it is quoted, as all that is ordered (B59-B61).
    """

    into: Id | None = None
    """The subscription of the tenant that users move to; None where a new one is bought."""
    listed: bool
    """Whether only the users listed under the quote go (B60), or everybody (B59)."""
    users: Annotated[int, Field(ge=0)]
    """Who is to move: those listed, or all who held a license when it was quoted. Nobody, where only seats
    that nobody holds are bought or exchanged."""
    already_there: Annotated[int, Field(ge=0)] = 0
    """Who of all users holds a license of `into` as well: nobody moves, the old license ends."""
    switched_off: Annotated[int, Field(ge=0)] = 0
    """Who of `users` has services switched off."""
    old: OldAfter = "stays"
    licenses_kept: Annotated[int, Field(ge=0)] | None = None
    """How many licenses the old subscription keeps; None unless it is `reduced`."""
    add_ons: tuple[Id, ...] = ()
    """Add-ons of the old subscription that the one that is bought has as well; the old one is `canceled`."""
    at_period_end: bool = False
    """Whether it begins as the paid period of the old subscription ends: nothing of that is unused."""
    kept_is_named: bool = False
    """Whether somebody said how many licenses are kept; else as many go as users. Older code did not say."""

    @property
    def is_for_nobody(self) -> bool:
        """Whether it is for seats that nobody holds: that nobody moves is no reason against it."""
        return not self.users

    @property
    def priced_as(self) -> OldAfter:
        """What earns credit: nothing of what ends with its paid period."""
        return "stays" if self.at_period_end else self.old

    @model_validator(mode="after")
    def _carries_add_ons_only_where_they_would_end(self) -> Self:
        if self.add_ons and (self.into is not None or self.old != "canceled"):
            raise ValueError(
                "add-ons are carried over to what is bought when the old one is canceled"
            )
        return self

    @model_validator(mode="after")
    def _for_nobody_only_buys(self) -> Self:
        if self.is_for_nobody and self.into is not None:
            raise ValueError("a change for nobody buys: there is nobody to move into another one")
        return self

    @model_serializer(mode="wrap")
    def _without_what_says_nothing(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Older code refuses an event that has a field it does not know, and quotes keep their digest.
        said = handler(self)
        silent = {
            name
            for name in ("add_ons", "at_period_end", "kept_is_named")
            if not getattr(self, name)
        }
        return {name: value for name, value in said.items() if name not in silent}


class Going(Value):
    """Who is to go by a change by hand, as counted at a moment: those listed, or everybody."""

    users: Annotated[int, Field(ge=0)]
    """Who holds a license of the old subscription; all of them leave it."""
    already_there: Annotated[int, Field(ge=0)] = 0
    """Who of them holds one of the subscription they move to as well."""
    switched_off: Annotated[int, Field(ge=0)] = 0
    """Who of the others has services switched off."""


class References(Value):
    """What the customer's own books know the invoice by; each may be empty (BT-10, BT-13)."""

    buyer_reference: str = ""
    """To whom or what it is for the customer, such as a cost center, or a *Leitweg-ID*."""
    purchase_order: str = ""
    """The number of the customer's own order."""


class QuoteRequest(Value):
    """What a customer asks a quote for. None means: as the tenant has it, or today."""

    target_plan_id: Id
    licenses: Annotated[int, Field(ge=0)]
    """How many are bought: none for a move to a subscription that is there (B61)."""
    billing: Billing
    switch_on: Annotated[date, Field(le=LAST_DAY)] | None = None
    payment_method: PaymentMethod | None = None
    sold_to: Address | None = None
    billed_to: Address | None = None
    keep_disabled_services: bool = False
    change: ChangeByHand | None = None
    """None for an upgrade."""
    references: References | None = None

    @model_validator(mode="after")
    def _buys_unless_it_moves_into_what_is_there(self) -> Self:
        into = None if self.change is None else self.change.into
        if (into is None) != (self.licenses > 0):
            raise ValueError("licenses are bought, unless users move to what is there already")
        return self

    def parties(self, tenant: Tenant) -> "Parties":
        """Who buys and how: what is changed at checkout, else as the tenant has it."""
        return Parties(
            sold_to=self.sold_to or tenant.sold_to,
            billed_to=self.billed_to or tenant.billed_to,
            payment_method=self.payment_method or tenant.payment_method,
        )


class Parties(Value):
    """Who buys, who is billed, and how they pay; the country of `sold_to` says which tax applies."""

    sold_to: Address
    billed_to: Address
    payment_method: PaymentMethod
