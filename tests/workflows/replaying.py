"""Replays histories on a copy of `workflows`: `python -m tests.workflows.replaying FOLDER HISTORY...`.

FOLDER holds the copy. Prints which histories fail and why, as JSON. A process of its own, because
`PYTHONHASHSEED` decides in what order a process goes through a set, and because the copy has the names
of what it is a copy of.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from temporalio.client import WorkflowHistory


async def main(folder: str, *files: str) -> None:
    sys.path.insert(0, folder)
    from workflows import replay

    assert replay.__file__.startswith(folder), replay.__file__

    async def histories() -> AsyncGenerator[tuple[str, WorkflowHistory]]:
        for file in map(Path, files):
            yield file.stem, replay.read_history(file.stem, file.read_text())

    found = await replay.replay(histories())
    assert found.replayed == len(files)
    print(json.dumps({each.history: each.reason for each in (*found.failed, *found.differing)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
