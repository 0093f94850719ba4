import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from deploy.local_stack.temporal_server import TemporalServer
from deploy.logs import configure_logs
from tests import nasty_texts
from tests.deploy.talkative import Talkative

STREAM = io.StringIO()


@pytest.fixture(autouse=True)
def restored() -> Generator[None, None, None]:
    root = logging.getLogger()
    handlers, level, ours = root.handlers[:], root.level, structlog.get_config()
    STREAM.seek(0)
    STREAM.truncate()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**ours)
    structlog.contextvars.clear_contextvars()


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in STREAM.getvalue().splitlines()]


def test_one_json_object_a_line_with_the_context() -> None:
    configure_logs("json", "INFO", STREAM)
    with structlog.contextvars.bound_contextvars(upgrade_id="u-1"):
        structlog.get_logger("activities").info("moved users", count=3, name="王")
        structlog.get_logger("activities").debug("too fine")
    [line] = lines()
    assert line["timestamp"].endswith("Z")
    del line["timestamp"]
    assert line == {
        "event": "moved users",
        "level": "info",
        "logger": "activities",
        "upgrade_id": "u-1",
        "count": 3,
        "name": "王",
    }


def test_records_of_the_standard_library_look_the_same() -> None:
    configure_logs("json", "INFO", STREAM)
    with structlog.contextvars.bound_contextvars(upgrade_id="u-1"):
        logging.getLogger("temporalio.worker").warning("slow %s", "poll", extra={"queue": "q"})
    [line] = lines()
    assert (line["event"], line["level"], line["queue"]) == ("slow poll", "warning", "q")
    assert (line["logger"], line["upgrade_id"]) == ("temporalio.worker", "u-1")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_errors_are_told_without_local_variables(log_format: Any) -> None:
    configure_logs(log_format, "INFO", STREAM)
    password = "hunter" + "2"
    try:
        raise RuntimeError(f"{len(password)} letters")
    except RuntimeError:
        structlog.get_logger("x").exception("failed")
    assert "6 letters" not in STREAM.getvalue()
    assert "7 letters" in STREAM.getvalue()
    assert "hunter2" not in STREAM.getvalue()


@pytest.mark.parametrize("text", nasty_texts.ALL.values(), ids=nasty_texts.ALL)
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nothing_in_a_record_steers_a_terminal_or_begins_a_record(
    log_format: Any, text: str
) -> None:
    def told(text: str) -> list[str]:
        STREAM.seek(0)
        STREAM.truncate()
        configure_logs(log_format, "INFO", STREAM)
        logging.getLogger("library").warning("got %s", text, extra={"by": text, "all": [text]})
        structlog.get_logger("ours").info(text, said=text, error=ValueError(text))
        try:
            raise RuntimeError(text)
        except RuntimeError:
            structlog.get_logger("ours").exception("failed")
        STREAM.getvalue().encode()
        return STREAM.getvalue().splitlines()

    plain, records = told("plain"), told(text)
    assert all(line.isprintable() for line in records)
    if log_format == "json":
        assert len(records) == len(plain)
        assert json.loads(records[1])["said"] == text
    else:
        # The message of an exception may have lines of its own; they are no records.
        assert all(line.startswith(("20", "    ")) for line in records)
        assert sum(line.startswith("20") for line in records) == 3


async def test_a_replayed_workflow_does_not_log_again() -> None:
    configure_logs("json", "INFO", STREAM)
    with TemporalServer() as server:
        client = await Client.connect(server.address)
        # Without a cache each task replays the whole run.
        async with Worker(client, task_queue="q", workflows=[Talkative], max_cached_workflows=0):
            await client.execute_workflow(Talkative.run, id="t", task_queue="q")
    said = [line["event"] for line in lines() if line["logger"] == "story"]
    assert said == ["begun", "slept"]
    by_temporalio = [line for line in lines() if line["logger"] == "temporalio.workflow"]
    assert len(by_temporalio) == 1


def test_the_urls_of_requests_are_not_logged() -> None:
    stream = io.StringIO()
    configure_logs("json", "INFO", stream)
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.example/?key=secret")
    logging.getLogger("httpx").warning("slow")
    assert "secret" not in stream.getvalue()
    assert "slow" in stream.getvalue()
