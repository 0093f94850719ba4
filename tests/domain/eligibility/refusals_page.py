"""Writes `docs/refusals.md` from the rows of the rules and their texts:

    .venv/bin/python -m tests.domain.eligibility.refusals_page

`test_refusals_page.py` says when it has to be written anew.
"""

from collections.abc import Iterable
from pathlib import Path

from domain.eligibility.rule import EVIDENCE, Reason
from domain.eligibility.subscription_rules import RULES
from domain.eligibility.target_rules import NO_TARGET, NOT_IN_CATALOG, NOTHING_TO_BUY, TARGET_RULES
from domain.quoting.meanwhile import BEFORE_THE_MOVE
from domain.quoting.renewal import ON_ITS_DAY
from domain.text.texts import TEXTS

PAGE = Path(__file__).parents[3] / "docs" / "refusals.md"

REASONS: tuple[Reason, ...] = (
    *(*RULES, *TARGET_RULES, NOT_IN_CATALOG, NO_TARGET, NOTHING_TO_BUY),
    *ON_ITS_DAY,
    *BEFORE_THE_MOVE,
)
"""Every row there is."""

HEAD = """\
# Refusals

Why an upgrade is refused, and what heals it. Every reason that is true is reported, not the first
one found; the order means nothing. Codes and names are never renamed. Written from the rows of
`domain/eligibility/subscription_rules.py`, `domain/eligibility/target_rules.py`, `domain/quoting/renewal.py` and
`domain/quoting/meanwhile.py` by `tests/domain/eligibility/refusals_page.py`; a test keeps it true.

A refusal as JSON: `{"code", "temporary", "message", "evidence", "remedy": {"action", "text",
"retry_after"}}`. `temporary` means that waiting is enough; then, and only then, `retry_after` says
when to look again. Words in braces are filled in. Some reasons have a second wording, for findings
that know more; its name stands behind the language. Ask for the options again after the remedy.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## All at a glance\n\n" + "\n".join(_overview()), "## Of a subscription"]
    parts += [_section(rule) for rule in RULES]
    parts.append(
        "## Of a target\n\nAll have the code `target_not_supported`; `evidence.reason` tells them apart."
    )
    parts += [_section(row) for row in REASONS if row.reason is not None]
    parts.append(
        "## Of a scheduled order\n\nOn its day it is checked and quoted anew; beside all of the above:"
    )
    parts += [_section(row) for row in ON_ITS_DAY]
    parts.append(
        "## Of a change by hand\n\nBefore anybody moves it is counted again; beside all of the above:"
    )
    parts += [_section(row) for row in BEFORE_THE_MOVE]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _overview() -> Iterable[str]:
    yield "| | code | temporary | remedy | look again |"
    yield "|---|---|---|---|---|"
    for row in REASONS:
        name = _name(row)
        anchor = name.replace("`", "").replace(" ", "-")
        yield (
            f"| {row.behavior} | [{name}](#{anchor}) | {'yes' if row.temporary else 'no'} "
            f"| `{row.action}` | {row.retry or '-'} |"
        )


def _section(row: Reason) -> str:
    evidence = "\n".join(f"| `{name}` | {EVIDENCE[name]} |" for name in row.evidence)
    said = "\n".join(
        f"| {language}{f' ({wording})' if wording else ''} "
        f"| {TEXTS[language][row.text_key('refusal', wording)][0]} "
        f"| {TEXTS[language][row.text_key('remedy', wording)][0]} |"
        for wording in (None, *row.wordings)
        for language in TEXTS
    )
    heals = f"Time heals it: look again {row.retry}." if row.retry else "Time does not heal it."
    return f"""\
### {_name(row)}

{row.cause} ({row.behavior})

Remedy: `{row.action}`. {heals}

| evidence | |
|---|---|
{evidence}

| | message | remedy |
|---|---|---|
{said}
"""


def _name(row: Reason) -> str:
    return f"`{row.name}`"


if __name__ == "__main__":
    PAGE.write_text(page())
