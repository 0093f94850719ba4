"""Records the history of every path, for `test_replay.py`:

    ./dev test tests/workflows/record_histories.py

Not among the tests, as pytest collects it only by its name. Record anew what a deliberate change of
the workflow makes fail, and only if no run of the older code can be left anywhere; a history that
still replays is worth keeping.
"""

import json
import re
import socket
from pathlib import Path
from typing import Any, cast

import pytest

from tests.workflows import paths
from tests.workflows.change_paths import CHANGE_PATHS
from tests.workflows.story import Story

pytestmark = pytest.mark.usefixtures("impatient")

PROCESS = re.compile(r"[0-9]+@" + re.escape(socket.gethostname()))
"""How a worker names itself, and the queue of its own."""

HISTORIES = Path(__file__).parents[1] / "histories"


@pytest.mark.parametrize("name", [*paths.PATHS, *CHANGE_PATHS])
async def test_record(story: Story, name: str) -> None:
    upgrade = await (paths.PATHS | CHANGE_PATHS)[name](story)
    await record(story, name, upgrade.upgrade_id)


@pytest.mark.parametrize("name", paths.REJECTED)
async def test_record_rejected(story: Story, name: str) -> None:
    await record(story, name, await paths.REJECTED[name](story))


async def record(story: Story, name: str, upgrade_id: str) -> None:
    """Write the run's history, without what tells of the machine it was made on."""
    history = await story.handle(upgrade_id).fetch_history()
    document = json.dumps(without_stack_traces(history.to_json_dict()), indent=1, sort_keys=True)
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{name}.json").write_text(PROCESS.sub("tests", document) + "\n")


def without_stack_traces(value: Any) -> Any:
    """The same JSON, without the paths in its stack traces."""
    match value:
        case dict():
            fields = cast("dict[str, Any]", value)
            return {
                key: without_stack_traces(each)
                for key, each in fields.items()
                if key != "stackTrace"
            }
        case list():
            return [without_stack_traces(each) for each in cast("list[Any]", value)]
        case _:
            return value
