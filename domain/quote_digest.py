"""The digest by which an order tells whether its quote still holds (B25)."""

import hashlib
import json

from domain.customer import Address
from domain.money import with_currency_digits
from domain.policy import CreditCheckPolicy
from domain.pricing_inputs import PricingInputs
from domain.values import PaymentMethod


def quote_digest(
    inputs: PricingInputs,
    policy: CreditCheckPolicy,
    *,
    payment_method: PaymentMethod,
    sold_to: Address,
    billed_to: Address,
    keep_disabled_services: bool,
) -> str:
    """SHA-256 (hex) over what the price depends on and what the order says.

    Whatever changes with the day or with the number of users is left out: two quotes made from
    unchanged facts for one request have one digest.
    """
    threshold = policy.thresholds.get(inputs.currency)
    content = {
        "inputs": inputs.model_dump(mode="json", exclude={"least_credit"}),
        "payment_method": payment_method,
        "sold_to": sold_to.model_dump(mode="json"),
        "billed_to": billed_to.model_dump(mode="json"),
        "keep_disabled_services": keep_disabled_services,
        "credit_check": {
            "business_days": policy.business_days,
            "threshold": None
            if threshold is None
            else str(with_currency_digits(threshold, inputs.currency)),
        },
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
