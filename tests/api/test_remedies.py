"""Each refusal as a round trip: refused, its remedy followed, upgradable (B4, B6-B20).

The worlds and what is expected of them stand in `tests/worlds`; this only tells them.
"""

import re
import shlex
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from domain.eligibility.subscription_rules import RULES
from tests.api.cli_support import Cli
from tests.clock import quiet_billing_day

WORLDS = Path(__file__).resolve().parents[1] / "worlds"
STORIES = sorted((WORLDS / "stories").glob("*.yaml"))
CHAPTERS = ("before", "remedy", "after")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_after_its_remedy_nothing_is_refused_any_more(
    own_cli: Cli, story: Path, tmp_path: Path
) -> None:
    for world in WORLDS.glob("*.yaml"):
        _quiet_copy(world, tmp_path)
    told = yaml.safe_load(story.read_text())
    assert tuple(told) == CHAPTERS
    own_cli.json("load", str(tmp_path / story.name))
    known: dict[str, str] = {}
    for chapter in CHAPTERS:
        for step in told[chapter]:
            _tell(own_cli, step, tmp_path, known)
    assert own_cli.json("verify", "--no-temporal")["ok"]


def _quiet_copy(world: Path, folder: Path) -> None:
    """The world with a billing day that is not near: stories show upgrades that wait for theirs."""
    text, billing = world.read_text(), "billing_day: 15\n"
    assert billing in text, world
    quiet = text.replace(billing, f"billing_day: {quiet_billing_day()}\n")
    (folder / world.name).write_text(quiet)


def _tell(cli: Cli, step: dict[str, Any], worlds: Path, known: dict[str, str]) -> None:
    assert step.keys() <= {"run", "exit", "answers", "save"}, "a story has a word nobody knows"
    words = [word.format(**known) for word in shlex.split(step["run"])]
    if words[0] == "load":
        words[1] = str(worlds / words[1])
    done = cli.run(*words, "--json")
    assert done.code == step.get("exit", 0), (words, done.stdout)
    answer = done.document
    _expect(step.get("answers", {}), answer, " ".join(words))
    known.update({name: answer[field] for name, field in step.get("save", {}).items()})


def _expect(wanted: Any, got: Any, place: str) -> None:
    """What a story names is in the answer: a field at least, a list as a whole."""
    if isinstance(wanted, dict):
        for field, each in cast("dict[str, Any]", wanted).items():
            assert field in got, f"{place}: no {field}"
            _expect(each, got[field], f"{place} / {field}")
    elif isinstance(wanted, list):
        listed = cast("list[Any]", wanted)
        assert len(got) == len(listed), f"{place}: {got}"
        for number, each in enumerate(listed):
            _expect(each, got[number], f"{place}[{number}]")
    elif wanted == "<instant>":
        assert INSTANT.fullmatch(got), f"{place}: {got}"
    else:
        assert got == wanted, f"{place}: {got!r} is not {wanted!r}"


def test_every_code_has_its_story() -> None:
    codes = {rule.code for rule in RULES} | {"target_not_supported"}
    told = {
        refusal["code"]
        for story in STORIES
        for step in yaml.safe_load(story.read_text())["before"]
        for answers in [step.get("answers", {})]
        for refusal in answers.get("refusals", answers.get("error", {}).get("refusals", []))
    }
    assert told == codes


def test_every_world_is_told() -> None:
    told = {story.stem for story in STORIES}
    assert {world.name.split(".")[0] for world in WORLDS.glob("*.yaml")} == told
