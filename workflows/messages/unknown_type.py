"""Answers whoever starts a workflow of a type that we do not have, instead of letting them wait."""

from collections.abc import Sequence
from typing import NoReturn

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.text.faults import quoted
from domain.values.rejections import BadMessage
from workflows import contract


@workflow.defn(dynamic=True)
class UnknownType:
    """Fails at once. So a new type has to be known to every worker before anybody starts one."""

    @workflow.run
    async def run(self, given: Sequence[RawValue]) -> NoReturn:
        """Say which types there are."""
        type = quoted(workflow.info().workflow_type)
        types = f"{contract.WORKFLOW_TYPE} or {contract.CHANGE_WORKFLOW_TYPE}"
        fault = BadMessage("workflow_type", f"is {type}: start {types}")
        raise ApplicationError(
            fault.message, dict(fault.details), type=fault.code, non_retryable=True
        )
