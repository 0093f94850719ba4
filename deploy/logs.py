"""One log for everything: structlog's records and those of the standard library, to stderr.

What a record says may come from anybody: a caller, another service, a library's error. So nothing in
it can steer a terminal or begin a line that looks like another record: in `console` logs whatever
cannot be printed is written as Python writes it in a literal, in `json` logs as JSON writes it.

Events go through the standard library's logging, so that temporalio's and asyncpg's records get
the same shape. A workflow that is replayed runs its code again; what it logged then has been
logged before, so such records are dropped here, whichever logger they came through.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import IO, Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger


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
    # It logs a traceback at each try to connect again; whoever asks Postgres is told, and says it.
    logging.getLogger("asyncpg.pool").setLevel(max(logging.ERROR, root.level))
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
            structlog.processors.JSONRenderer(serializer=_json, default=str),
        ]
    else:
        last = [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _make_printable,
            structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_write_traceback),
        ]
    return shared + last


def printable(text: str) -> str:
    """`text` on one line, with whatever cannot be printed as Python writes it in a literal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _json(record: EventDict, **options: Any) -> str:
    """One line; the same texts for whoever reads the JSON."""
    text = json.dumps(record, ensure_ascii=False, **options)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _make_printable(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {
        printable(name): value if name == "exc_info" else _printable_value(value)
        for name, value in event.items()
    }


def _printable_value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return printable(value if isinstance(value, str) else repr(value))


def _write_traceback(stream: TextIO, error: ExcInfo) -> None:
    """Indented, so that no line of it looks like a record."""
    told = "".join(traceback.format_exception(*error)).strip("\n").split("\n")
    stream.writelines(f"\n    {printable(line)}" for line in told)


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
