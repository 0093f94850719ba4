"""That each planted fault can still be planted, and that the tests which must notice it are there.

`./dev mutants` plants them and runs those tests.
"""

import ast

import pytest

from tests.mutations.page import PAGE, table
from tests.mutations.planted import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_can_be_planted_and_its_tests_are_there(mutant: Mutant) -> None:
    whole = (ROOT / mutant.file).read_text()
    assert mutant.planted_in(whole) != whole
    assert mutant.caught_by
    for test in mutant.caught_by:
        file, _, name = test.partition("::")
        functions = {
            node.name
            for node in ast.parse((ROOT / file).read_text()).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert name.partition("[")[0] in functions, test


def test_the_table_in_the_docs_is_this_one() -> None:
    assert table() in PAGE.read_text(), "run: .venv/bin/python -m tests.mutations.page"
