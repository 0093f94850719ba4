"""What needs an operator, as people read it."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from api.runs.findings import Finding
from api.terminal.commands import command
from api.terminal.text import bullet, moment, say, title, words
from api.terminal.ways_on import as_commands
from api.terminal.words import word
from domain.values.base import Language

_STYLES = {"critical": "red", "warning": "yellow"}


def show_findings(console: Console, at: datetime, findings: Sequence[Finding]) -> None:
    """Everything, the most pressing first, each with what to do."""
    say(console, title("Watch", moment(at)))
    if not findings:
        say(console, words("nothing needs you", "green"))
    show_each(console, findings)


def show_each(console: Console, findings: Sequence[Finding], language: Language = "en") -> None:
    """One finding after the other."""
    for each in findings:
        whose = each.tenant_id or ""
        if each.upgrade_id is not None:
            whose = f"{each.upgrade_id} of {each.tenant_id}" if whose else each.upgrade_id
        message = each.message
        if each.reason is not None and language != "en":
            message = _unreachable(each, language)
        line = words(f"{whose}: {message}" if whose else message)
        line.append_text(words(f"  {each.code}", "dim"))
        say(console, bullet("✗", line, _STYLES[each.severity]))
        for way in as_commands(each.next_actions):
            command(console, way)


def _unreachable(finding: Finding, language: Language) -> str:
    why = word(f"unreachable.{finding.reason}", language)
    address = f" ({finding.address})" if finding.address else ""
    return word("unreachable", language, why=why, address=address)
