"""Every promise that `verify` can report says what it means and what to do."""

from api.runs import verify_runs
from store.anchors import ANCHORS_HOLD
from store.promises import PROMISES
from store.recomputed import CREDIT_DEADLINE, RECOMPUTED
from store.verify import NOTHING_OVERDUE, READ_MODELS, Violation, promises_in_sql
from tests.store.promises_page import PAGE, page

COMPUTED = {*RECOMPUTED, CREDIT_DEADLINE, READ_MODELS, NOTHING_OVERDUE, ANCHORS_HOLD}
AGREED = {
    verify_runs.HAS_A_RUN,
    verify_runs.HAS_NO_RUN,
    verify_runs.SAME_STAGE,
    verify_runs.HAS_AN_ORDER,
}


def test_every_promise_is_explained_and_nothing_else() -> None:
    assert set(PROMISES) == {*promises_in_sql(), *COMPUTED, *AGREED}
    assert all(each.means and each.what_to_do for each in PROMISES.values())


def test_a_violation_says_what_it_means_and_what_to_do() -> None:
    told = Violation(invariant="ledger_balances", evidence={"entry": 1}).model_dump(mode="json")
    assert told["means"] == "A booking does not sum to zero."
    assert told["what_to_do"].startswith("No step of ours can do this.")


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.store.promises_page"
