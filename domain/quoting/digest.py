"""The digest by which an order tells whether its quote still holds (B25)."""

import hashlib
import json
from typing import Any

from domain.catalog.facts import Facts
from domain.pricing.inputs import PricingInputs
from domain.quoting.request import CreditCheckReason, Parties, QuoteRequest
from domain.values.money import with_currency_digits


def quote_digest(
    facts: Facts,
    request: QuoteRequest,
    parties: Parties,
    inputs: PricingInputs,
    reasons: tuple[CreditCheckReason, ...],
) -> str:
    """SHA-256 (hex) over all that the quote was computed from and all that the order says.

    The day and the number of users are left out, since they change all the time and the quote says
    what follows from them. So two quotes made from unchanged facts for one request have one digest,
    unless a credit check has become needed, or needless, by the amounts of another day.
    """
    priced = inputs.model_dump(mode="json", exclude={"least_credit"})
    if not inputs.old.tax_rate:
        del priced["old"]["tax_rate"]  # as in quotes of older code, which did not know it
    if inputs.tax is not None and not inputs.tax.reverse_charge:
        del priced["tax"]["reverse_charge"]
    content: dict[str, Any] = {
        "inputs": priced,
        "parties": parties.model_dump(),
        "keep_disabled_services": request.keep_disabled_services,
        "max_licenses": facts.catalog.plans[request.target_plan_id].max_licenses,
        "credit_check": _credit_check(facts, reasons),
        "invoice": {
            "billing_day": facts.tenant.billing_day,
            "within_days": facts.policy.invoice.within_days,
        },
        "valid_days": facts.policy.quote.valid_days,
        "locked_minutes": facts.policy.admin_lock.expected_minutes,
    }
    if request.references is not None:
        content["references"] = request.references.model_dump()
    if request.change is not None:
        content["change"] = request.change.model_dump()
        content["old_licenses"] = facts.subscription.licenses
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _credit_check(facts: Facts, reasons: tuple[CreditCheckReason, ...]) -> dict[str, Any]:
    tenant, policy = facts.tenant, facts.policy.credit_check
    threshold = policy.thresholds.get(tenant.currency)
    return {
        "reasons": reasons,
        "business_days": policy.business_days,
        "threshold": None
        if threshold is None
        else str(with_currency_digits(threshold, tenant.currency)),
        "calendar": [tenant.country, tenant.subdivision],
    }
