"""Who an upgrade is sold and billed to, as a caller writes it at checkout (B24).

An address is one JSON object with the keys of a tenant's `sold_to` in a world file, or the name of
a file that holds one. It passes the checks of a world file, so an invoice can always show it.
"""

from api.errors import BadInput
from api.world_file import read_world_file
from api.yaml_document import read_yaml
from domain.customer import Address
from domain.world_faults import Fault, WorldFaults, keys_of
from domain.world_plain import plain_document
from domain.world_shape import read_element

EXAMPLE = '{"name": "Contoso GmbH", "city": "Berlin", "postal_code": "10115", "country": "DE"}'


def address_of(field: str, text: str) -> Address:
    """The address that `text` is, or that the file of that name holds.

    Raises `BadInput` with all that is wrong with it, which names the first faulty place as its
    field, such as `sold_to.country`.
    """
    if not text.strip():
        raise BadInput(field, f"is empty: write JSON such as {EXAMPLE}, or the name of a file")
    try:
        document = read_yaml(text) if text.lstrip().startswith("{") else read_world_file(text)
    except WorldFaults as faults:
        raise BadInput(field, "; ".join(map(str, faults.faults))) from None
    if not isinstance(document, dict):
        raise BadInput(field, f"must be a mapping of {', '.join(keys_of(Address))}")
    return _read(field, document)  # pyright: ignore[reportUnknownArgumentType] - of any plain values


def _read(field: str, document: object) -> Address:
    faults: dict[str, Fault] = {}

    def report(fault: Fault) -> None:
        faults.setdefault(fault.place, fault)

    def report_within(fault: Fault) -> None:
        report(Fault(f"{field}.{fault.place}" if fault.place else field, fault.message))

    read = read_element(Address, plain_document(document, report_within), field, report)
    if faults or read is None:
        first, *others = faults.values()
        more = "".join(f"; {fault}" for fault in others)
        raise BadInput(first.place, first.message + more)
    return read.value
