"""A workflow that logs before and after a wait; apart, as the sandbox imports it again."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import structlog


@workflow.defn
class Talkative:
    @workflow.run
    async def run(self) -> None:
        structlog.get_logger("story").info("begun")
        workflow.logger.info("begun, said by temporalio")
        await workflow.sleep(timedelta(milliseconds=10))
        structlog.get_logger("story").info("slept")
