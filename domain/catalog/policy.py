"""The numbers of the business rules and who sells, pinned into an order when it is placed."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.catalog.seller import Seller
from domain.values.base import Amount, Country, Currency, Value

PositiveInt = Annotated[int, Field(ge=1)]
Rate = Annotated[Amount, Field(ge=0, lt=1)]

VOID_WITHIN_DAYS = 30


class CreditCheckPolicy(Value):
    """When a credit check is needed and how long it may take (B37, B39)."""

    business_days: PositiveInt = 2
    thresholds: dict[Currency, Amount] = Field(default_factory=lambda: {"USD": Decimal("10000.00")})
    reminder_hours: PositiveInt = 4
    """How long before the deadline operators are reminded, if nobody has decided."""


class InvoicePolicy(Value):
    """How late an invoice may be (B54), and for how long it can be voided."""

    within_days: Annotated[int, Field(ge=1, le=30)] = 30
    void_within_days: Annotated[
        int,
        # Not written where it is the usual one: code of before does not know it.
        Field(ge=0, le=365, exclude_if=lambda days: days == VOID_WITHIN_DAYS),
    ] = VOID_WITHIN_DAYS
    """Days after the day of issue on which an operator may still void it; 0: on that day only."""


class QuotePolicy(Value):
    """How long a quote binds (B25)."""

    valid_days: PositiveInt = 7


class CapacityPolicy(Value):
    """How many upgrades may be open at once in the whole service (B15)."""

    max_open_upgrades: PositiveInt = 1000
    retry_after_minutes: PositiveInt = 60


class AdminLockPolicy(Value):
    """How long an upgrade is expected to keep its subscriptions locked (B51)."""

    expected_minutes: PositiveInt = 60


class AccountingPolicy(Value):
    """The currency that the seller accounts for tax in, where invoices are in others."""

    currency: Currency
    rates: dict[Currency, Annotated[Amount, Field(gt=0)]] = Field(default_factory=dict)
    """How much of it one unit of another currency is: "0.92" for USD where it is EUR."""


class Policy(Value):
    """All that a world may set; the defaults are those of the business rules."""

    credit_check: CreditCheckPolicy = CreditCheckPolicy()
    invoice: InvoicePolicy = InvoicePolicy()
    quote: QuotePolicy = QuotePolicy()
    capacity: CapacityPolicy = CapacityPolicy()
    admin_lock: AdminLockPolicy = AdminLockPolicy()
    tax: dict[Country, Rate] = Field(default_factory=dict)
    """Rate by the country of sold-to, a fraction: "0.20" is 20 %."""
    seller: Seller = Seller()
    """Who stands on the invoices of orders placed from now on."""
    accounting: AccountingPolicy | None = None
    """None where all invoices are in the seller's own currency."""
