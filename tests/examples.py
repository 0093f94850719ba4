"""How many examples property tests try: `TEST_EXAMPLES=10 ./dev test` tries ten times as many.

`./dev test fast` tries a fifth, unless it is told otherwise: a fault of some use is found by few
examples, and the whole run tries them all.
"""

import os
from typing import Any

from hypothesis import settings

TEST_EXAMPLES = "TEST_EXAMPLES"
USUAL = 100
"""As many as hypothesis tries by itself."""


def times(usual: int) -> int:
    """As many examples as this run tries where it usually is `usual`; at least five."""
    return max(5, round(usual * float(os.environ.get(TEST_EXAMPLES, "1"))))


def examples(usual: int, **others: Any) -> settings:
    """Settings of a test for which the usual number of examples is too many or too few."""
    return settings(max_examples=times(usual), **others)
