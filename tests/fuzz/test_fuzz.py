"""Some hundred hostile inputs in every test run; `python -m tests.fuzz` gives many more."""

from tests.api.cli_support import Cli
from tests.fuzz.run import SHARES, fuzz, table

INPUTS = 400


def test_every_input_is_answered(own_cli: Cli) -> None:
    fuzzed = fuzz(own_cli, INPUTS, seed=20)
    print(table(fuzzed))
    assert sum(SHARES.values()) == 100
    assert all(
        tally.inputs >= INPUTS * SHARES[name] // 100 for name, tally in fuzzed.tallies.items()
    )
    answers = {answer for tally in fuzzed.tallies.values() for answer in tally.answers}
    assert len(answers) > 8, "inputs come far enough to be answered in many ways"
    assert fuzzed.grown_mb < 300
