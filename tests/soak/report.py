"""What a soak has counted, for people."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from tests.soak.asking import Tally
from tests.soak.run import Wanted

MOST_FAULTS = 30


def show(console: Console, wanted: Wanted, tally: Tally) -> None:
    """Every counter, then what is wrong and how to see it again."""
    table = Table("what", "how", "times", title=f"soak with seed {wanted.seed}")
    table.columns[2].justify = "right"
    groups: dict[str, Counter[str]] = {}
    for (what, *how), times in tally.counts.items():
        groups.setdefault(what, Counter())[" ".join(how)] += times
    for what in sorted(groups):
        for row, (how, times) in enumerate(sorted(groups[what].items())):
            table.add_row("" if row else what, how, f"{times:,}")
    console.print(table)
    for fault in tally.broken[:MOST_FAULTS]:
        console.print(f"WRONG: {fault}", markup=False, highlight=False, soft_wrap=True)
    if len(tally.broken) > MOST_FAULTS:
        console.print(f"... and {len(tally.broken) - MOST_FAULTS} more", markup=False)
    if tally.broken:
        console.print(f"again: {wanted.again}", markup=False, highlight=False)
    else:
        console.print(f"nothing is wrong; again: {wanted.again}", markup=False, highlight=False)
