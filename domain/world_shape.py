"""The shape of a world file: plain values read into typed ones, one element at a time.

Reading element by element keeps a fault in one plan from hiding the faults of a tenant. What is
left of a faulty element once its faulty keys are taken away is still handed on, so that its other
keys are checked too; a world is built only from a document without faults.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.world_faults import Fault, fault_of
from domain.world_plain import Report

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """Something that was read, and where it stood."""

    place: str
    value: T


def read_list(mapping: Mapping[str, object], key: str, place: str, report: Report) -> list[object]:
    """The list under `key`; absent is empty."""
    value = mapping.get(key, [])
    if isinstance(value, list):
        return cast("list[object]", value)
    report(Fault(place, "must be a list: write [] for none, or leave the key out"))
    return []


def as_mapping(value: object) -> Mapping[str, object]:
    """`value` if it is a mapping, else an empty one; its shape is reported where it is read."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def text_of(mapping: Mapping[str, object], key: str) -> str | None:
    """The text under `key`, if it is one."""
    value = mapping.get(key)
    return value if isinstance(value, str) else None


def read_elements(
    model: type[M], elements: list[object], place: str, report: Report
) -> list[Placed[M]]:
    """Every element that is a `model`, with its place; the faults of the others are reported."""
    return list(_read_elements(model, elements, place, report))


def _read_elements(
    model: type[M], elements: list[object], place: str, report: Report
) -> Iterator[Placed[M]]:
    for index, element in enumerate(elements):
        element_place = f"{place}[{index}]"
        value = read_element(model, element, element_place, report)
        if value is not None:
            yield Placed(element_place, value)


def read_element(model: type[M], element: object, place: str, report: Report) -> M | None:
    """`element` as a `model`; where it is faulty, what its faultless keys amount to, or None."""
    errors = _errors_of(model, element)
    if not errors:
        return _validated(model, element)
    for error in errors:
        report(fault_of(error, model, place))
    faulty_keys = {error["loc"][0] for error in errors if error["loc"]}
    rest = {key: value for key, value in as_mapping(element).items() if key not in faulty_keys}
    return None if _errors_of(model, rest) else _validated(model, rest)


def _validated(model: type[M], element: object) -> M:
    return model.model_validate_json(json.dumps(element), by_alias=True, by_name=False)


def _errors_of(model: type[BaseModel], element: object) -> list[ErrorDetails]:
    """What is wrong with `element`, each place once.

    Two readings: the lax one takes decimals as the texts they are in a file, the strict one does
    not, but sees what the lax one bends into shape, such as `true` for the number 1.
    """
    text = json.dumps(element)
    errors: dict[tuple[int | str, ...], ErrorDetails] = {}
    for strict in (True, False):
        try:
            model.model_validate_json(text, strict=strict, by_alias=True, by_name=False)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if not _is_decimal_as_text(detail):
                    errors.setdefault(detail["loc"], detail)
    return list(errors.values())


def _is_decimal_as_text(detail: ErrorDetails) -> bool:
    context: dict[str, Any] = detail.get("ctx", {})
    return detail["type"] == "is_instance_of" and context.get("class") == "Decimal"
