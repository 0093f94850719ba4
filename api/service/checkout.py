"""Who an upgrade is sold and billed to, as a caller writes it at checkout (B24).

An address is one JSON object with the keys of a tenant's `sold_to` in a world file, or `@` and the name
of a file that holds one. It passes the checks of a world file, so an invoice can always show it. What is
wrong is told by its place: no message quotes what a file holds.
"""

import json
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.errors import BadInput
from api.files.given_file import CannotRead, read_given
from api.files.json_document import read_json
from api.files.plain_values import plain_document
from domain.catalog.customer import Address
from domain.quoting.request import References
from domain.text.faults import Fault, WorldFaults, at, did_you_mean, keys_of, quoted
from domain.text.free_text import fault_in

EXAMPLE = '{"name": "Contoso GmbH", "city": "Berlin", "postal_code": "10115", "country": "DE"}'
MAX_BYTES = 16 * 1024
MOST_FAULTS = 10
LONGEST_REFERENCE = 100
_FILE = "@"

_SAID = {
    "missing": "is missing",
    "string_type": "must be a text: put it in quotes",
    "string_too_short": "is empty: write at least one character",
    "tuple_type": "must be a list of texts",
    "string_pattern_mismatch": "is not a country code: write two capital letters, such as US",
    "value_error": "is no country of ISO 3166: write its two letters, such as US",
}


def address_of(field: str, text: str) -> Address:
    """The address that `text` is, or that the file holds whose name it has after an `@`.

    Raises `BadInput` with all that is wrong with it, which names the first faulty place as its
    field, such as `sold_to.country`.
    """
    if not text.strip():
        raise BadInput(field, f"is empty: write JSON such as {EXAMPLE}, or @FILE")
    from_file = text.startswith(_FILE)
    written = _text_in(field, text.removeprefix(_FILE)) if from_file else text
    if len(written.encode(errors="replace")) > MAX_BYTES:
        raise BadInput(field, f"is too long: write at most {MAX_BYTES // 1024} KiB")
    if not from_file and not written.lstrip().startswith("{"):
        message = f"is no address: write JSON such as {EXAMPLE}, or @FILE for a file that holds it"
        raise BadInput(field, message)
    try:
        document = read_json(written, keys_of(Address))
    except WorldFaults as faults:
        raise _refused(field, list(faults.faults)) from None
    if not isinstance(document, dict):
        raise BadInput(field, f"must be a JSON object with the keys {', '.join(keys_of(Address))}")
    return _read(field, cast("object", document), from_file=from_file)


def require_addresses(**addresses: Address | None) -> None:
    """Raise `BadInput` for an address that `address_of` would not have read, by its field."""
    for field, address in addresses.items():
        if address is not None:
            address_of(field, address.model_dump_json())


def references_of(purchase_order: str | None, buyer_reference: str | None) -> References | None:
    """What the customer's own books know the invoice by; None where nothing is said.

    Raises `BadInput` for a text that cannot stand on an invoice, by its field.
    """
    if purchase_order is None and buyer_reference is None:
        return None
    said = References(purchase_order=purchase_order or "", buyer_reference=buyer_reference or "")
    require_references(said)
    return said


def require_references(references: References | None) -> None:
    """Raise `BadInput` for a reference that no invoice could show, by its field."""
    if references is None:
        return
    for field, text in references.model_dump().items():
        if fault := fault_in(text, longest=LONGEST_REFERENCE, required=False):
            raise BadInput(field, fault)


def _text_in(field: str, file: str) -> str:
    try:
        return read_given(file, most_bytes=MAX_BYTES)
    except CannotRead as error:
        raise BadInput(field, f"{file!r} {error}" if file else "names no file after @") from None


def _read(field: str, document: object, *, from_file: bool) -> Address:
    faults: dict[str, Fault] = {}
    keys = keys_of(Address)

    def report(fault: Fault) -> None:
        faults.setdefault(fault.place, fault)

    def report_within(fault: Fault) -> None:
        known = fault.place.partition("[")[0] in keys
        report(Fault(f"{field}.{fault.place}" if known else field, fault.message))

    plain = plain_document(document, report_within)
    try:
        address = Address.model_validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            report(_fault(each, field, from_file=from_file))
    else:
        if not faults:
            return address
    raise _refused("", list(faults.values()))


def _fault(error: ErrorDetails, field: str, *, from_file: bool) -> Fault:
    place, kind = error["loc"], error["type"]
    if kind != "extra_forbidden":
        return Fault(at(field, *place), _SAID.get(kind, "is wrong"))
    keys, key = keys_of(Address), str(place[-1])
    hint = did_you_mean(key, keys) or f"; the keys are {', '.join(keys)}"
    if from_file:
        return Fault(field, f"has a key that no address has{hint}")
    return Fault(at(field, key), f"{quoted(key)} is not a key here{hint}")


def _refused(field: str, faults: list[Fault]) -> BadInput:
    first, *others = faults
    more = "".join(f"; {fault}" for fault in others[: MOST_FAULTS - 1])
    if len(faults) > MOST_FAULTS:
        more += f"; and {len(faults) - MOST_FAULTS} more"
    if field:
        return BadInput(field, f"{first}{more}")
    return BadInput(first.place, first.message + more)
