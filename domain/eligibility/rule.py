"""What a rule is: the fixed part of a refusal, and a function that finds it true of the facts.

The rows of all rules stand in `domain.eligibility.subscription_rules` (of the subscription) and `domain.eligibility.target_rules` (of a
plan). A row says once what is always so of its refusal: the code, the remedy, which evidence there
is, when time heals it. `docs/refusals.md` is written from the rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from domain.catalog.facts import Facts
from domain.catalog.plans import Plan
from domain.eligibility.refusals import Refusal, RefusalCode, Remedy, RemedyAction
from domain.text.texts import TEXTS, TextValue, placeholders, text
from domain.values.base import Text, start_of_utc_second

TargetReason = Literal[
    "lacks_data_services",
    "lower_data_services",
    "current_plan",
    "not_sold",
    "add_on",
    "other_audience",
    "no_price_in_currency",
    "not_in_catalog",
    "no_target",
    "nothing_to_buy",
]
"""What is wrong with a target, kept as `reason` in the evidence of `target_not_supported`."""

EVIDENCE: Mapping[str, str] = {
    "accepted": "the loss that the order accepts",
    "account_credit": "what would be left on the account",
    "add_ons": "ids of the add-ons it has",
    "agreed_account_credit": "what was to be left on the account",
    "agreed_total": "what the ordered quote says of that day",
    "assigned": "licenses assigned to users, or that are to be",
    "audience": "of the plan",
    "balance_due": "the amount to pay, a decimal",
    "currency": "the tenant's",
    "data_services": "ids of the services that a target must have",
    "day": "the day it would begin, or the latest that a credit check may delay it to",
    "foreign_code": "the code of the block, as it came",
    "forfeited": "what would be lost",
    "given_up": "licenses that the quote gives up",
    "incidents": "`service` and `reference` of each open incident",
    "keep": "the one to move all users to: it has the most licenses",
    "kept": "licenses that would be left",
    "kind": "of the prepayment",
    "invoices": "numbers of invoices that are overdue",
    "licenses": "licenses purchased (of `keep`, where there is one)",
    "licenses_quoted": "licenses purchased when it was quoted",
    "max_licenses": "of the plan",
    "max_open_upgrades": "`policy.capacity.max_open_upgrades`",
    "missing": "licenses to buy, or to take from users",
    "no_forfeiture_from": "first day on which nothing would be lost",
    "note": "what whoever blocked it wrote; may be empty",
    "open_upgrades": "of the whole service, now",
    "ordered": "licenses of the order, or of the subscription that users are to move to",
    "paid_until": "the last day that the old subscription is paid for now",
    "plan_id": "the plan that was asked for; of `no_target` and `nothing_to_buy` the current one",
    "product": "that they are of",
    "quote_id": "a new quote for what there is now, or null",
    "quoted_add_ons": "add-ons that were to go along",
    "quoted_users": "users who were to move",
    "reason": "the name of this reason",
    "reasons": "reason to the number of plans on sale that it speaks against",
    "replaced_by": "the subscription that its users are on, if an upgrade or a change has ended it",
    "segment": "of the tenant",
    "services": "`service`, `current_version`, and `target_version` (null: not there) of each",
    "sold_in": "currencies that the plan has a price in",
    "status": "of the subscription",
    "staying": "users who would stay",
    "subscription_id": "the subscription",
    "subscription_ids": "all live subscriptions of the product",
    "total": "what the renewed quote says of that day",
    "until": "last day that is paid for, or null",
    "upgrades": "`upgrade_id`, `subscription_id`, `stage` and `deadline` of each",
    "users": "licenses assigned in all of these subscriptions together",
}
"""What each field of the evidence is, whatever rule it is of."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What made a rule true."""

    evidence: dict[str, Any]
    """Ids and numbers, plain as in JSON: the fields that the rule's row names."""
    said: Mapping[str, TextValue] = field(default_factory=dict[str, TextValue])
    """What the two texts of the rule speak of."""
    retry_after: datetime | None = None
    wording: str | None = None
    """Which of the row's `wordings` fits what was found; None: the plain texts do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What is always so of one reason to refuse."""

    code: RefusalCode
    reason: TargetReason | None = None
    """Tells the reasons of `target_not_supported` apart; no other code has several."""
    behavior: str
    """The line of the product's rules that it carries out, such as B6."""
    cause: str
    """When it is true, for developers."""
    action: RemedyAction
    evidence: tuple[str, ...]
    """The fields of its evidence, each explained in `EVIDENCE`."""
    retry: str | None = None
    """When to look again, in words. None where only somebody's act heals it, and no time."""
    wordings: tuple[str, ...] = ()
    """Names of other wordings, for findings that know more: `refusal.<key>.<wording>`, or
    `remedy.<key>.<wording>`, or both. A text that a wording does not have stays the plain one."""

    @property
    def temporary(self) -> bool:
        """Whether time alone, or somebody else's recovery, heals it: waiting is enough."""
        return self.retry is not None

    @property
    def name(self) -> str:
        """What it is called among all of them."""
        return self.reason or self.code

    @property
    def key(self) -> str:
        """What its texts are found by: `refusal.<key>` and `remedy.<key>`."""
        return self.code if self.reason is None else f"{self.code}.{self.reason}"

    def refusal(self, finding: Grounds) -> Refusal:
        """The refusal, as the customer reads it."""
        retry_after = finding.retry_after and start_of_utc_second(finding.retry_after)
        remedy = Remedy(
            action=self.action, text=self._say("remedy", finding), retry_after=retry_after
        )
        return Refusal(
            code=self.code,
            temporary=self.temporary,
            message=self._say("refusal", finding),
            evidence=finding.evidence,
            remedy=remedy,
        )

    def text_key(self, part: str, wording: str | None = None) -> str:
        """The key of the message (`refusal`) or of the remedy (`remedy`) in that wording."""
        key = f"{part}.{self.key}"
        special = f"{key}.{wording}"
        return special if special in TEXTS["en"] else key

    def _say(self, part: str, finding: Grounds) -> Text:
        # A finding speaks for the reason and the remedy; each takes what it needs of it.
        key = self.text_key(part, finding.wording)
        return text(key, **{name: finding.said[name] for name in placeholders(key)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Reason):
    """A reason why a subscription cannot be upgraded now."""

    find: Callable[[Facts, datetime], Grounds | None]

    def __call__(self, facts: Facts, at: datetime) -> Refusal | None:
        """The refusal, where the rule is true of the facts."""
        finding = self.find(facts, at)
        return None if finding is None else self.refusal(finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstTarget(Reason):
    """A reason against a target."""

    code: RefusalCode = "target_not_supported"

    def against(self, plan_id: str, finding: Grounds) -> Refusal:
        """The refusal of that plan; its evidence always begins with the plan and the reason."""
        evidence = {"plan_id": plan_id, "reason": self.reason, **finding.evidence}
        return self.refusal(Grounds(evidence, finding.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRule(AgainstTarget):
    """A reason why a plan of the catalog cannot be the target."""

    find: Callable[[Facts, Plan], Grounds | None]

    def __call__(self, facts: Facts, plan: Plan) -> Refusal | None:
        """The refusal, where the rule is true of the plan."""
        finding = self.find(facts, plan)
        return None if finding is None else self.against(plan.id, finding)
