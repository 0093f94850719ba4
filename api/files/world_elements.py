"""The shape of a world file: plain values read into typed ones, one element at a time.

Reading element by element keeps a fault in one plan from hiding the faults of a tenant. A faulty
element is still handed on, with stand-ins for what is faulty, so that the rest of it is checked
too. A world is built only from a document without faults, so no stand-in ever gets into one.
"""

import json
from collections.abc import Mapping
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from domain.text.faults import Fault, Location, Report, fault_of
from domain.world.placed import Located

M = TypeVar("M", bound=BaseModel)

STAND_IN_ID = "stand-in"
_ADDRESS: dict[str, object] = {"name": STAND_IN_ID, "country": "US"}
_STAND_INS: dict[int | str, object] = {
    "annual": "0",
    "billed_to": _ADDRESS,
    "billing": "monthly",
    "billing_day": 1,
    "code": STAND_IN_ID,
    "country": "US",
    "currency": "USD",
    "cycle_anchor": "2000-01-01",
    "id": STAND_IN_ID,
    "licenses": 0,
    "monthly": "0",
    "name": STAND_IN_ID,
    "payment_method": "card",
    "plan": STAND_IN_ID,
    "product": STAND_IN_ID,
    "reference": STAND_IN_ID,
    "service": STAND_IN_ID,
    "services": {},
    "sold_to": _ADDRESS,
    "status": "active",
    "time_zone": "UTC",
}
"""For keys that an element must have. A fault at the place of a stand-in is not told again."""


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
) -> list[Located[M]]:
    """Every element that can be read as a `model`, with its place; all faults are reported."""
    try:
        values: list[M] = _list_of(model).validate_json(
            json.dumps(elements), strict=True, by_alias=True, by_name=False
        )
    except ValidationError:
        placed = (
            read_element(model, element, f"{place}[{index}]", report)
            for index, element in enumerate(elements)
        )
        return [element for element in placed if element is not None]
    # The usual case of many users: all at once is several times as fast.
    return [Located(f"{place}[{index}]", value) for index, value in enumerate(values)]


@cache
def _list_of(model: type[BaseModel]) -> TypeAdapter[Any]:
    elements: Any = GenericAlias(list, (model,))
    return TypeAdapter(elements)


def read_element(model: type[M], element: object, place: str, report: Report) -> Located[M] | None:
    """`element` as a `model`; a faulty one with stand-ins, or None where nothing can be made of it."""
    text = json.dumps(element)
    value, errors = _read(model, text)
    if value is not None:
        return Located(place, value)
    for error in errors:
        report(fault_of(error, model, place))
    mended: object = json.loads(text)
    locations = [error["loc"] for error in errors]
    for _ in range(2):
        for location in locations:
            _mend(mended, location)
        value, errors = _read(model, json.dumps(mended))
        if value is not None:
            return Located(place, value, sound=False)
        # The place itself could not be mended: give up the key it is in.
        locations = [error["loc"][:1] for error in errors]
    return None


def _read(model: type[M], text: str) -> tuple[M | None, list[ErrorDetails]]:
    """An element as a `model`, or all that is wrong with it, each place once.

    Two readings: the strict one sees what the lax one bends into shape, such as `true` for the
    number 1; the lax one takes decimals as the texts they are in a file.
    """
    value, strict_errors = _read_once(model, text, strict=True)
    if value is not None:
        return value, []
    value, lax_errors = _read_once(model, text, strict=False)
    lax_by_place = {error["loc"]: error for error in lax_errors}
    by_place: dict[Location, ErrorDetails] = {}
    for error in strict_errors:
        if not _is_decimal_as_text(error):
            by_place[error["loc"]] = error
        elif error["loc"] in lax_by_place:
            by_place[error["loc"]] = lax_by_place[error["loc"]]
    for place, error in lax_by_place.items():
        by_place.setdefault(place, error)
    return (None, list(by_place.values())) if by_place else (value, [])


def _read_once(model: type[M], text: str, *, strict: bool) -> tuple[M | None, list[ErrorDetails]]:
    try:
        value = model.model_validate_json(text, strict=strict, by_alias=True, by_name=False)
    except ValidationError as error:
        return None, error.errors(include_url=False)
    return value, []


def _is_decimal_as_text(detail: ErrorDetails) -> bool:
    context: dict[str, Any] = detail.get("ctx", {})
    return detail["type"] == "is_instance_of" and context.get("class") == "Decimal"


def _mend(element: object, location: Location) -> None:
    """Puts a stand-in where the fault is, or takes away what no stand-in is known for."""
    is_key = location[-1:] == ("[key]",)
    path = location[:-1] if is_key else location
    if not path:
        return
    for step in path[:-1]:
        element = _inside(element, step)
    last = path[-1]
    if isinstance(element, list) and isinstance(last, int):
        cast("list[object]", element)[last] = STAND_IN_ID
    elif isinstance(element, dict):
        mapping = cast("dict[str, object]", element)
        mapping.pop(str(last), None)
        if last in _STAND_INS and not is_key:
            mapping[str(last)] = _STAND_INS[last]


def _inside(element: object, step: int | str) -> object:
    if isinstance(element, dict):
        return cast("dict[int | str, object]", element).get(step)
    if isinstance(element, list) and isinstance(step, int):
        return cast("list[object]", element)[step]
    return None
