"""The sandbox of histories: whatever workflow code does in it that a replay might do otherwise, fails.

Everything in this folder is loaded anew for each run there, with clocks, chance, files and sockets out
of its reach; what it imports from elsewhere is not, so the rooms it may import are those without I/O.
Workers go without: a third of what an upgrade costs them was the sandbox (docs/decisions/0014).
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("activities", "domain", "pydantic")
"""What workflows import from elsewhere, beside what the SDK itself passes through."""


def sandbox() -> SandboxedWorkflowRunner:
    """A runner that watches all workflow code."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
