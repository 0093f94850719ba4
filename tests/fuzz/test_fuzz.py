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
    assert all(len(tally.answers) > 1 for tally in fuzzed.tallies.values()), "it is not one answer"
    assert fuzzed.grown_mb < 300
