"""Runs the tour of the README as a reader would, and compares what is printed with what stands there.

    python -m deploy.local_stack.stack --fresh-temp run -- python -m tests.readme_tour          # compare
    python -m deploy.local_stack.stack --fresh-temp run -- python -m tests.readme_tour --write  # take it over

Ids, numbers and days differ from run to run; everything else must be the same. A line `...` in an
output stands for whatever lines come there. On a day near Contoso's billing day that one is another, as
the tour shows an upgrade that waits for it.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from api.cli.calling import NAME_VARIABLE
from tests import clock

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
WORLD = Path("deploy") / "sample-world.yaml"
CONTOSO = "America/Los_Angeles"
CONTOSO_BILLING_DAY = 15
COMMAND_SECONDS = 120
BLOCK = re.compile(r"^```console\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ \./dev run (?P<arguments>.+)\n", re.MULTILINE)
ID = re.compile(r"\b(?:q-[0-9a-f]{20}|up-[a-z2-7]{20}|QUOTE|UPGRADE)\b")
LEFT_OUT = "..."


def masked(output: str) -> str:
    """What must be the same in every run."""
    output = ID.sub("ID", output).replace("sub-ID", "ID")
    output = re.sub(r"\bsub-[a-z2-7]{20}\b", "ID", output)
    output = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ", "", output)
    output = re.sub(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ", "MONTH ", output)
    output = re.sub(r"(?<=\d )[AP]M\b", "AM", output)
    output = re.sub(r"凌晨|清晨|上午|中午|下午|晚上", "上午", output)
    output = re.sub(r"[\d.,:]*\d", "#", output)
    # Chinese has no spaces where a line may end.
    output = re.sub(r"\s+(?=[\u3000-\u9fff\uff00-\uffef])", "", output)
    output = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+", "", output)
    return " ".join(output.split())


def shortened(output: str, like: str) -> str:
    """The output without the lines that the README leaves out."""
    lines, shown = output.splitlines(), like.splitlines()
    if LEFT_OUT not in shown:
        return output
    first = shown.index(LEFT_OUT)
    last = len(shown) - first - 1
    if len(lines) <= first + last:
        return output
    return "\n".join([*lines[:first], LEFT_OUT, *lines[len(lines) - last :]]) + "\n"


class Tour:
    """The commands so far, and which id of the README stands for which id of this run."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the commands are run."""
        self.folder = folder
        self._ids: dict[str, str] = {}
        self.faults: list[str] = []

    def run_block(self, block: re.Match[str]) -> str:
        """Run a block's commands; returns the block as it reads with this run's output."""
        text, parts = block.group(1), ["```console\n"]
        commands = list(COMMAND.finditer(text))
        for command, following in zip(commands, [*commands[1:], None], strict=True):
            arguments = ID.sub(lambda id: self._ids.get(id[0], id[0]), command["arguments"])
            expected = text[command.end() : following.start() if following else len(text)]
            output = shortened(self._run(arguments), like=expected)
            self._compare(arguments, expected, output)
            parts += [f"$ ./dev run {arguments}\n", output]
        return "".join([*parts, "```\n"])

    def _compare(self, arguments: str, expected: str, output: str) -> None:
        if masked(expected) != masked(output):
            self.faults.append(f"{arguments}\n--- README\n{expected}\n--- now\n{output}")
        old, new = (list(dict.fromkeys(ID.findall(text))) for text in (expected, output))
        self._ids.update(zip(old, new, strict=False))
        for id in new:
            self._ids["QUOTE" if id.startswith("q-") else "UPGRADE"] = id

    def _run(self, arguments: str) -> str:
        script, *words = shlex.split(arguments)
        done = subprocess.run(
            [sys.executable, str(ROOT / script), *words],
            cwd=self.folder,
            # As `./dev run` would say, which a reader calls; by one name, whoever runs this.
            env={
                **os.environ,
                "DEV_CALLED_AS": "./dev",
                "DEV_RUNS": script,
                NAME_VARIABLE: "olga",
            },
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return (done.stdout + done.stderr).rstrip() + "\n"


def world_for_today() -> str:
    """The sample world; Contoso's billing day is not near in it."""
    text = (ROOT / WORLD).read_text(encoding="utf-8")
    near = [clock.in_days(days, CONTOSO).day for days in (-1, 0, 1)]
    if CONTOSO_BILLING_DAY not in near:
        return text
    before, found, after = text.partition(f"    billing_day: {CONTOSO_BILLING_DAY}\n")
    assert found, "the sample world has a tenant with Contoso's billing day"
    return f"{before}    billing_day: {clock.quiet_billing_day()}\n{after}"


def main() -> int:
    """Compare, or write with `--write`; returns the exit code."""
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        tour = Tour(Path(folder))
        (tour.folder / WORLD).parent.mkdir()
        (tour.folder / WORLD).write_text(world_for_today(), encoding="utf-8")
        renewed = BLOCK.sub(tour.run_block, text)
    if "--write" in sys.argv:
        README.write_text(renewed, encoding="utf-8")
        return 0
    for fault in tour.faults:
        print(f"reads differently now: {fault}\n")
    return 1 if tour.faults else 0


if __name__ == "__main__":
    sys.exit(main())
