"""One log for everything: structlog's records and those of the standard library, to stderr.

Events go through the standard library's logging, so that temporalio's and asyncpg's records get
the same shape. A workflow that is replayed runs its code again; what it logged then has been
logged before, so such records are dropped here, whichever logger they came through.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import IO, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def configure_logs(
    log_format: Literal["json", "console"] = "json",
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO",
    stream: IO[str] | None = None,
) -> None:
    """Sets up logging for this process; a composition root calls it once.

    Use `structlog.get_logger()` with an event in words and facts as keywords, and
    `structlog.contextvars.bound_contextvars(upgrade_id=...)` for what a whole block shares.

    Args:
        log_format: `json` for machines (one object a line), `console` for people.
        level: The least important level to write.
        stream: Where to write; stderr if not given, so that stdout stays for answers.
    """
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
    handler.addFilter(_not_replayed)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.ExtraAdder(),
            ],
            processors=_rendering(log_format, colors=target.isatty()),
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It says the URL of every request, in which a stranger may have put a key.
    logging.getLogger("httpx").setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _rendering(log_format: str, *, colors: bool) -> list[Processor]:
    shared: list[Processor] = [_add_record_facts]
    last: list[Processor]
    if log_format == "json":
        last = [
            structlog.processors.ExceptionRenderer(
                # No local variables: they may be personal data or secrets.
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ]
    else:
        last = [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(
                colors=colors, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    return shared + last


def _add_record_facts(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Time, level and logger, from the record: in a workflow structlog may ask no clock."""
    record: logging.LogRecord = event["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    event["timestamp"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event["level"] = record.levelname.lower()
    event["logger"] = record.name
    return event


def _not_replayed(_record: logging.LogRecord) -> bool:
    # Not imported: a process without it has no workflows, and need not wait a second for it.
    workflow = sys.modules.get("temporalio.workflow")
    if workflow is None or not workflow.in_workflow():
        return True
    return not workflow.unsafe.is_replaying_history_events()
