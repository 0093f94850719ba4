"""Why an upgrade is refused, and what heals it (B4)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from domain.values.base import Instant, Text, Value

RefusalCode = Literal[
    "more_users_than_licenses",
    "not_fully_provisioned",
    "service_incident",
    "upgrade_in_progress",
    "credit_check_pending",
    "not_eligible",
    "multiple_subscriptions_same_product",
    "prepaid",
    "government_or_nonprofit",
    "temporarily_unavailable",
    "target_not_supported",
    "has_add_on",
    "unpaid_balance",
    "subscription_not_active",
    "unknown",
    "price_increased",
    "forfeiture_increased",
    "insufficient_licenses",
    "too_many_licenses",
    "licenses_changed",
    "licenses_do_not_fit",
    "nobody_to_move",
    "add_ons_changed",
    "period_changed",
]
RemedyAction = Literal[
    "resolve_license_conflict",
    "wait",
    "contact_support",
    "change_manually",
    "consolidate",
    "choose_another_plan",
    "pay_now",
    "quote_again",
]


class Remedy(Value):
    """What the customer can do about a refusal."""

    action: RemedyAction
    text: Text
    retry_after: Instant | None = None
    """When time may have healed it, where time heals it."""


class Refusal(Value):
    """One reason why not, with the evidence that made it true."""

    code: RefusalCode
    temporary: bool
    message: Text
    evidence: Annotated[dict[str, Any], Field(default_factory=dict)]
    remedy: Remedy
