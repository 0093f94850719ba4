"""Every test is fast or needs a server: the rule of `conftest.py`, on this very run."""

from pathlib import Path

import pytest

from deploy.local_stack.postgres import PostgresServer
from tests import examples
from tests.conftest import FAULTS, HEAVY, SERVERS


def test_every_test_is_fast_or_needs_a_server_or_is_named(request: pytest.FixtureRequest) -> None:
    wrong: list[str] = []
    for item in request.session.items:
        marks = {mark.name for mark in item.iter_markers()} & {"fast", "server", "fault"}
        asks = SERVERS & {*getattr(item, "fixturenames", ())}
        room = item.path.parent.name
        fits = (
            ("fast" not in marks or marks == {"fast"})
            and ("server" in marks or not asks)
            and (("fault" in marks) == (room in FAULTS))
            and (bool(marks) or item.path.name in HEAVY)
        )
        if not fits:
            wrong.append(f"{item.nodeid}: {sorted(marks)}, asks for {sorted(asks)}")
    assert not wrong


def test_a_fast_test_starts_no_server(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="marked as fast"):
        PostgresServer(tmp_path / "data").start()


@pytest.mark.parametrize(("factor", "tried"), [("1", 100), ("10", 1000), ("0.2", 20), ("0", 5)])
def test_the_number_of_examples_is_a_setting(
    factor: str, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(examples.TEST_EXAMPLES, factor)
    assert examples.times(100) == tried
    assert examples.examples(100).max_examples == tried
