"""Replay, rebuild and verify by the command line: what operators ask before and after a deploy."""

from pathlib import Path

import pytest

from tests.api.cli_support import Cli


def test_migrate_has_nothing_to_do_twice(cli: Cli) -> None:
    assert cli.json("migrate") == {"applied": []}


def test_verify_and_rebuild_find_nothing_wrong(cli: Cli) -> None:
    cli.order(cli.tenant())
    verified = cli.json("verify")
    assert verified["ok"] is True
    assert verified["violations"] == []
    assert verified["checked"]["runs_show_the_stage_of_the_database"] > 0
    alone = cli.json("verify", "--no-temporal")
    assert "runs_show_the_stage_of_the_database" not in alone["checked"]
    rebuilt = cli.json("rebuild")
    assert rebuilt["ok"] is True
    assert rebuilt["differences"] == []


@pytest.fixture
def history(cli: Cli, tmp_path: Path) -> Path:
    """The history of a completed upgrade, as `temporal workflow show` writes it."""
    view = cli.order(cli.tenant())
    path = tmp_path / "run.json"
    path.write_text(cli.temporal("workflow", "show", "--output", "json", "-w", view["workflow_id"]))
    return path


def test_replay_tells_which_histories_this_code_cannot_go_on_with(
    cli: Cli, history: Path, tmp_path: Path
) -> None:
    assert cli.json("replay", str(history)) == {"replayed": 1, "failed": [], "differing": []}
    other = tmp_path / "other.json"
    other.write_text(history.read_text().replace("move-users", "carry-users"))
    done = cli.run("replay", str(history), str(other), "--json")
    assert done.code == 1
    assert done.document["replayed"] == 2
    (failed,) = done.document["failed"]
    assert failed["history"] == str(other)
    assert failed["reason"]
    other.write_text(history.read_text().replace('"user-moves"', '"old-moves"'))
    done = cli.run("replay", str(other), "--json")
    assert done.code == 1
    (differing,) = done.document["differing"]
    assert differing["history"] == str(other)
    assert "old-moves, and by this code is for user-moves" in differing["reason"]
    shown = cli.run("replay", str(other))
    assert "≠" in shown.stdout
    assert "1 replayed, 0 failed, 1 go on otherwise" in shown.stdout


def test_replay_takes_the_runs_that_a_query_finds_or_all(cli: Cli) -> None:
    view = cli.order(cli.tenant())
    found = cli.json("replay", "--query", f"WorkflowId = '{view['workflow_id']}'")
    assert found == {"replayed": 1, "failed": [], "differing": []}
    everything = cli.json("replay")
    assert everything["replayed"] >= 1
    assert everything["failed"] == []
    none = cli.json("replay", "--query", "UpgradeTenant = 'nobody' OR UpgradeTenant = 'no-one'")
    assert none == {"replayed": 0, "failed": [], "differing": []}
