"""A view that newer code wrote or answered is read by this code: what it does not know is left out."""

from typing import Any, cast

from domain.views.attention import Attention
from domain.views.read_models import UpgradeView
from tests.workflows.test_details import VIEW


def with_more(document: Any) -> Any:
    """The document with a field more in each of its objects."""
    if isinstance(document, dict):
        found = cast("dict[str, Any]", document)
        return {key: with_more(value) for key, value in found.items()} | {"later": {"a": 1}}
    if isinstance(document, list):
        return [with_more(value) for value in cast("list[Any]", document)]
    return document


def test_fields_of_newer_code_are_left_out_however_deep_they_are() -> None:
    view = UpgradeView.model_validate(VIEW)
    assert UpgradeView.of_any_version(with_more(view.model_dump(mode="json"))) == view


def test_ways_on_that_only_newer_code_knows_are_left_out() -> None:
    """The others can still be taken, and the view is read."""
    known: dict[str, Any] = {"action": "retry", "arguments": {"upgrade_id": "up-1"}}
    newer: dict[str, Any] = {"action": "ask_the_oracle", "arguments": {}}
    said: dict[str, Any] = {"step": "switch-billing", "cause": "?", "next_actions": [newer, known]}
    view = UpgradeView.model_validate(VIEW).model_dump(mode="json") | {"attention": said}
    attention = UpgradeView.of_any_version(view).attention
    assert attention is not None
    assert [each.model_dump(mode="json") for each in attention.next_actions] == [known]
    written = attention.model_dump_json()
    assert Attention.model_validate_json(written) == attention
