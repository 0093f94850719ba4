"""Arguments of service methods, checked against their annotations before anything is asked.

The annotation is the rule, and the rules are those of every entrance: `Id`, `Words`, `Key`,
`WrittenDay` and their like of the domain, and the numbers below. A method decorated with `checked`
takes its arguments as one message, so what it refuses names the field, the bound and the fix.
"""

import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cache, wraps
from typing import Annotated, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

from pydantic import ConfigDict, Field, create_model

from api.errors import BadInput
from domain.text.messages import Message, read_fields
from domain.values import rejections
from domain.values.base import Id
from domain.world.model import MAX_LICENSES
from workflows.contract import MOST_SKIPPED

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

MOST_LISTED = 10_000
"""Lines of a list in one answer."""

Licenses = Annotated[int, Field(ge=1, le=MAX_LICENSES)]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED)]
RowNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]
SomeUsers = Annotated[Sequence[Id], Field(min_length=1, max_length=MOST_SKIPPED)]


class _Arguments(Message):
    """The arguments of one call; none is turned into another type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(arbitrary_types_allowed=True, strict=True)


def checked(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Check the arguments of a method, apart from `self`, before it runs.

    Raises `BadInput`; its field is the parameter, without `_id` at its end.
    """
    signature = inspect.signature(method)

    @wraps(method)
    async def asked(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        _, *given = signature.bind(self, *args, **kwargs).arguments.items()
        message = _read(_model_of(method), dict(given))
        return await cast("Any", method)(
            self, **{name: getattr(message, name) for name, _ in given}
        )

    return asked


def _read(kind: type[Message], given: Mapping[str, object]) -> Message:
    try:
        return read_fields(kind, given)
    except rejections.BadMessage as found:
        field, dot, place = found.field.partition(".")
        raise BadInput(field.removesuffix("_id") + dot + place, found.fault) from None


@cache
def _model_of(method: Callable[..., Any]) -> type[Message]:
    """Its parameters as a message; made at the first call, for most verbs call few methods."""
    hints = get_type_hints(method, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]
    }
    return create_model(method.__name__, __base__=_Arguments, **fields)
