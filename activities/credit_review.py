"""Who decides a credit check: the port, and the adapter for operators (B41).

There are two adapters. `OperatorReview` asks nobody: operators see the waiting upgrade and decide by
`starter.py decide`. `activities.credit_service.HttpCreditService` asks a service of the outside
world. Whichever is set, an operator's decision always counts, and the deadline always runs.
"""

from decimal import Decimal
from typing import Protocol

from domain.upgrade.events import Decision, Reviewer
from domain.upgrade.states import AwaitingCreditCheck
from domain.values.base import Instant, Value


class CreditQuestion(Value):
    """What is asked about one order: ids and amounts, no person."""

    upgrade_id: str
    tenant_id: str
    amount: Decimal
    """What is due if billing switches on the quoted day."""
    amount_at_most: Decimal
    """The most that the invoice can come to, whenever billing switches (B26)."""
    currency: str
    reasons: tuple[str, ...]
    """Why a check is needed (B37)."""
    deadline: Instant


class CreditAnswer(Value):
    """A decision, with the reviewer's reference."""

    decision: Decision
    reference: str
    reason: str = ""


class CreditServiceFailed(Exception):
    """The credit service did not answer as it should; it is asked again."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        """`message` holds nothing secret: operators read it. `retry_after_seconds`: as the service asks."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class CreditReview(Protocol):
    """Whoever decides credit checks."""

    @property
    def reviewer(self) -> Reviewer:
        """Who that is."""
        ...

    async def ask(self, question: CreditQuestion) -> CreditAnswer | None:
        """Ask, once or again; None where the decision comes later, by itself.

        Asked twice about one upgrade, it answers the same. Raises `CreditServiceFailed`.
        """
        ...


class OperatorReview:
    """Operators decide, by the command line or an update: nobody has to be asked."""

    reviewer: Reviewer = "operators"

    async def ask(self, question: CreditQuestion) -> CreditAnswer | None:
        """Nothing to send: the waiting upgrade is what operators look at."""
        return None


def question_about(state: AwaitingCreditCheck) -> CreditQuestion:
    """What to ask about an order that waits."""
    quote = state.upgrade.quote
    return CreditQuestion(
        upgrade_id=state.upgrade.order.upgrade_id,
        tenant_id=state.upgrade.order.tenant_id,
        amount=quote.total,
        amount_at_most=max(quote.total, quote.latest.total if quote.latest else quote.total),
        currency=quote.currency,
        reasons=quote.credit_check.reasons,
        deadline=state.deadline,
    )
