"""Who did it, as the metadata of every event says: a name, and the door they came by (B71).

Steps that a run takes by itself have no door: what a person or another system did is told apart by it.
"""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, ValidationError

from domain.text.free_text import fault_in
from domain.values.base import Value

LONGEST_NAME = 200
"""Characters."""


def _sound(text: str) -> str:
    if fault := fault_in(text, longest=LONGEST_NAME):
        raise ValueError(fault)
    return text


Name = Annotated[str, AfterValidator(_sound)]
"""Of a person or a service, in any words on one line."""


class Actor(Value):
    """Who acts. Versions to come may say more: what is not known here is ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    by: Name
    door: Name | None = None
    """Such as `command line` or `http`; None if nobody asked for it."""
    request_id: Name | None = None

    @property
    def metadata(self) -> dict[str, str]:
        """What events say of it."""
        return self.model_dump(exclude_none=True)


THE_RUN = Actor(by="the run itself")
"""Steps that follow from the order, or from time that has passed."""

THE_SERVICE = Actor(by="the service itself")
"""What workers do beside the runs, such as letting parked upgrades try again."""

TEMPORAL = Actor(by="temporal", door="temporal")
"""Whoever starts or updates a run without saying who they are."""

CREDIT_SERVICE = Actor(by="credit-service", door="credit service")
"""The credit service, if it answers the run at once."""


def actor_from(written: bytes | None) -> Actor:
    """Who a message to a run is from; `TEMPORAL` if it does not say so, or nobody can read it."""
    if written is None:
        return TEMPORAL
    try:
        return Actor.model_validate_json(written)
    except ValidationError:
        return TEMPORAL
