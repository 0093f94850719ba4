"""Actions in the words of the command line; the rooms below it know no command."""

import ast
import shlex
from pathlib import Path
from typing import get_args

import pytest

from api.terminal.ways_on import as_command, with_commands
from domain.values.actions import Action, ActionName, action, to_decide
from tests.test_commands_in_docs import fault_of

ROOT = Path(__file__).resolve().parents[2]

ARGUMENTS: dict[str, str | int | bool] = {
    "upgrade_id": "up-1",
    "tenant_id": "contoso",
    "subscription_id": "contoso-basic",
    "target_plan_id": "standard",
    "quote_id": "q-1",
    "licenses": 8,
    "billing": "annual",
    "url": "https://example.org/hook?a=1&b=2",
    "query": "WorkflowId = 'upgrade-up-1'",
    "workflow_id": "upgrade-up-1",
    "activity_id": "move-users",
    "deployment": "plan upgrade",
    "build_id": "b-1",
    "statement": "select 1",
}


@pytest.mark.parametrize("name", get_args(ActionName))
def test_every_action_is_a_command_that_there_is(name: ActionName) -> None:
    command = as_command(action(name, **ARGUMENTS))
    program, *words = shlex.split(command)
    assert program in {"starter.py", "./dev", "temporal", "psql"}
    if program == "starter.py":
        assert fault_of(shlex.join(words)) is None, command


def test_words_that_a_shell_would_take_apart_are_quoted() -> None:
    set_up = action("set_webhook_endpoint", tenant_id="contoso", url="https://x.org/a?b=1&c=2")
    assert as_command(set_up) == "starter.py webhooks set contoso 'https://x.org/a?b=1&c=2'"
    replay = action("replay_run", query="WorkflowId = 'upgrade-up-1'")
    assert as_command(replay) == """starter.py replay --query "WorkflowId = 'upgrade-up-1'\""""
    close = action("run_in_postgres", statement="rollback prepared 'kim''s'")
    program, url, option, statement = shlex.split(as_command(close))
    assert (program, url, option) == ("psql", "$DATABASE_URL", "-c")
    assert statement == "rollback prepared 'kim''s'"


def test_what_an_action_may_have_is_an_option() -> None:
    ids = {"subscription_id": "s", "quote_id": "q"}
    assert as_command(action("order_upgrade", **ids)) == "starter.py upgrade s --quote q"
    forfeits = action("order_upgrade", **ids, accept_forfeiture="12.50")
    assert as_command(forfeits) == "starter.py upgrade s --quote q --accept-forfeiture 12.50"
    assert as_command(action("resume_all", dry_run=True)) == "starter.py resume --all --dry-run"
    assert as_command(action("resume_all", dry_run=False)) == "starter.py resume --all"


def test_a_document_of_this_door_has_commands_where_others_have_actions() -> None:
    decide = [each.model_dump(mode="json") for each in to_decide("up-1")]
    document = {
        "findings": [{"code": "credit_check_due", "next_actions": decide}],
        "manual_change": {"steps": [{"action": "buy_plan"}], "next_action": None},
        "next_action": action("retry", upgrade_id="up-1").model_dump(mode="json"),
    }
    assert with_commands(document) == {
        "findings": [
            {
                "code": "credit_check_due",
                "commands": [
                    "starter.py decide up-1 approved --reference REF",
                    "starter.py decide up-1 declined --reference REF --reason WHY",
                ],
            }
        ],
        "manual_change": {"steps": [{"action": "buy_plan"}], "command": None},
        "command": "starter.py retry up-1",
    }


def test_what_is_in_a_document_is_an_action_again() -> None:
    retry = action("retry", upgrade_id="up-1")
    assert Action.of_any_version(retry.model_dump(mode="json")) == retry


@pytest.mark.parametrize("room", ["domain", "api/service", "api/runs", "api/documents"])
def test_the_rooms_below_the_doors_know_no_command(room: str) -> None:
    """Only docstrings may: those are for readers of the code."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for tree in [ast.parse(path.read_text())]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "starter.py " in node.value
        and node not in _docstrings(tree)
    ]
    assert found == []


def _docstrings(tree: ast.Module) -> list[ast.expr]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
