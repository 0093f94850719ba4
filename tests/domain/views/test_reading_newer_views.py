"""A view that newer code wrote or answered is read by this code: what it does not know is left out."""

from typing import Any, cast

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
