"""The page of refusals says what the rows say, and every row says what its rule produces."""

from typing import get_args

import pytest

from domain.eligibility.refusals import RefusalCode, RemedyAction
from domain.eligibility.rule import EVIDENCE, Reason, TargetReason
from tests.domain.eligibility.refusals_page import PAGE, REASONS, page


def test_the_page_is_written_from_the_rules_as_they_are() -> None:
    assert PAGE.read_text() == page(), (
        "write it anew: python -m tests.domain.eligibility.refusals_page"
    )


def test_every_code_and_every_reason_has_one_row() -> None:
    names = [row.name for row in REASONS]
    codes = set(get_args(RefusalCode)) - {"target_not_supported"}
    assert sorted(names) == sorted([*codes, *get_args(TargetReason)])
    assert all((row.reason is None) == (row.code != "target_not_supported") for row in REASONS)


def test_every_action_is_the_remedy_of_something() -> None:
    assert {row.action for row in REASONS} == set(get_args(RemedyAction))


def test_every_field_of_evidence_is_explained_and_none_is_invented() -> None:
    assert {name for row in REASONS for name in row.evidence} == EVIDENCE.keys()


@pytest.mark.parametrize("row", REASONS, ids=lambda row: row.key)
def test_temporary_means_that_waiting_is_the_remedy(row: Reason) -> None:
    assert row.temporary == (row.action == "wait")
