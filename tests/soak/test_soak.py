"""A short soak in every test run; `./dev soak` is the long one."""

from pathlib import Path

import pytest

from tests.soak.__main__ import main
from tests.soak.run import Wanted, soak

SEED = 20_261_128
KINDS = (
    "kill -9 of a worker",
    "kill -9 of Temporal",
    "cut around a commit of worker-postgres",
    "reset of caller-postgres",
)


@pytest.mark.may_take(seconds=800)
async def test_random_lives_end_well_while_parts_are_killed_and_cut(tmp_path: Path) -> None:
    wanted = Wanted(
        seed=SEED,
        upgrades=25,
        minutes=2,
        at_once=12,
        workers=1,
        kinds=KINDS,
        pause_seconds=1.5,
        durable=False,
    )
    tally = await soak(wanted, tmp_path)
    assert not tally.broken, "\n".join([*tally.broken, f"as {wanted.again} does, with more faults"])
    for kind in KINDS:
        assert tally.total("fault", kind) > 0, f"{kind} never fired"
    assert tally.total("upgrades") >= wanted.upgrades
    assert tally.total("verified", "acknowledged writes") > 0


@pytest.mark.parametrize(
    "wrong", [["--upgrades", "0"], ["--minutes", "-1"], ["--seed", "x"], ["--upgrades", "many"]]
)
def test_wrong_options_are_bad_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err
