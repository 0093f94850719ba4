"""What a sequence is: some of all that can happen, drawn from a seed."""

import random
from typing import NamedTuple, TypeVar

T = TypeVar("T")

PLANS = ("basic", "standard", "premium")
ADD_ON = "calling"
PEOPLE = tuple(f"user-{n}" for n in range(6))


class Do(NamedTuple):
    """One thing that happens: `which` says to whom, `how` says the rest, each of as many as there are."""

    what: str
    which: int = 0
    how: int = 0


OFTEN = ("go_on", "go_on", "order", "order", "change_by_hand", "move_a_batch", "move_a_batch")
SOMETIMES = (
    "administer",
    "heal",
    "load",
    "wait",
    "decide",
    "cancel",
    "resolve",
    "join",
    "leave",
    "block_a_user",
)
SELDOM = (
    "order_what_was_quoted",
    "break_down",
    "break_down",
    "quote",
    "switch_a_service",
    "change_health",
    "listen",
)
HAPPENINGS = (*OFTEN * 4, *SOMETIMES * 2, *SELDOM)
SHORTEST, LONGEST = 40, 80


def sequence_of(seed: str) -> list[Do]:
    """What a seed stands for."""
    dice = random.Random(seed)
    return [
        Do(dice.choice(HAPPENINGS), dice.randrange(60), dice.randrange(1_000_000_000))
        for _ in range(dice.randint(SHORTEST, LONGEST))
    ]


class Choices:
    """What `how` says: one choice after the other."""

    def __init__(self, how: int) -> None:
        self._left = how

    def of(self, *these: T) -> T:
        """One of these."""
        self._left, chosen = divmod(self._left, len(these))
        return these[chosen]
