"""What a customer asks a quote for, and what of it is changed at checkout (B21, B24)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.customer import Address, Tenant
from domain.values import LAST_DAY, Billing, Id, PaymentMethod, Value

CreditCheckReason = Literal["pays_by_invoice", "threshold_reached"]


class QuoteRequest(Value):
    """What a customer asks a quote for. None means: as the tenant has it, or today."""

    target_plan_id: Id
    licenses: Annotated[int, Field(ge=1)]
    billing: Billing
    switch_on: Annotated[date, Field(le=LAST_DAY)] | None = None
    payment_method: PaymentMethod | None = None
    sold_to: Address | None = None
    billed_to: Address | None = None
    keep_disabled_services: bool = False

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
