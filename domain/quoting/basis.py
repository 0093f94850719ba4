"""What binds of a quote and shows nowhere else in it, kept so that a stale one can say what has changed."""

from typing import Annotated

from pydantic import Field

from domain.catalog.facts import Facts
from domain.quoting.request import QuoteRequest
from domain.values.base import Amount, Value
from domain.values.money import with_currency_digits


class Basis(Value):
    """Settings and counts that a quote was made by; all of them are in its digest."""

    old_licenses: Annotated[int, Field(ge=0)]
    """Of the old subscription, whatever of them is given up."""
    max_licenses: int | None
    """Of the target plan."""
    credit_threshold: Amount | None
    """From which total on orders in the tenant's currency need a credit check."""
    credit_days: int
    """Business days that a credit check may take."""
    subdivision: str | None
    """Of the tenant's country, whose holidays count."""
    billing_day: int
    invoice_within_days: int
    valid_days: int
    """How long a quote holds."""
    locked_minutes: int
    """How long admins are expected to be locked out."""


def basis_of(facts: Facts, request: QuoteRequest) -> Basis:
    """What a quote for `request` is made by."""
    tenant, policy = facts.tenant, facts.policy
    threshold = policy.credit_check.thresholds.get(tenant.currency)
    return Basis(
        old_licenses=facts.subscription.licenses,
        max_licenses=facts.catalog.plans[request.target_plan_id].max_licenses,
        credit_threshold=None
        if threshold is None
        else with_currency_digits(threshold, tenant.currency),
        credit_days=policy.credit_check.business_days,
        subdivision=tenant.subdivision,
        billing_day=tenant.billing_day,
        invoice_within_days=policy.invoice.within_days,
        valid_days=policy.quote.valid_days,
        locked_minutes=policy.admin_lock.expected_minutes,
    )
