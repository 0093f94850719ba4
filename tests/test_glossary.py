"""The glossary has every word that is used in one sense only, each once and where one looks for it."""

import re
from pathlib import Path
from typing import get_args

from domain.upgrade.states import Stage

PAGE = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"

WORDS = """
plan, catalog, subscription, license, tenant, upgrade, options, refusal, remedy, quote, order,
proration, credit, account credit, invoice, credit check, move, switch, undo, notice, command, event,
decider, stream, version, global position, expected version, projection, read model, outbox, upcaster,
step, workflow, activity, signal, update, query, refused, rejected, failed, rule, promise
"""


def entries() -> dict[str, str]:
    """What each word of the first table means."""
    table = PAGE.read_text().split("\n## ")[0]
    return dict(re.findall(r"^\| (\*\*.+?) \| (.+) \|$", table, re.MULTILINE))


def test_every_word_is_explained() -> None:
    explained = re.findall(
        r"\*\*(.+?)\*\*", " ".join(f"{word} {means}" for word, means in entries().items())
    )
    words = {each.strip() for bold in explained for each in bold.split(",")}
    assert not [word for word in WORDS.split(",") if word.strip() not in words]


def test_words_stand_in_alphabetical_order_and_once() -> None:
    words = [re.sub(r"\*\*", "", word).lower() for word in entries()]
    assert len(words) > 40
    assert words == sorted(set(words))


def test_every_stage_is_explained() -> None:
    _, _, stages = PAGE.read_text().partition("\n## Stages\n")
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.+?) \|", stages, re.MULTILINE)))
    assert sorted(explained) == sorted(get_args(Stage))
