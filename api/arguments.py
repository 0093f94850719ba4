"""Arguments of service methods, checked before anything is asked: who calls, and what with.

Every public method says who may call it by `allowed`: those roles are what `docs/who-may-what.md` is
made from, and this is the one place where they are enforced. The annotation of every other argument
is its rule, and the rules are those of every entrance: `Id`, `Words`, `Key`, `WrittenDay` and their
like of the domain, and the numbers below. The arguments are taken as one message, so what is refused
names the field, the bound and the fix.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import (
    Annotated,
    Any,
    ClassVar,
    Concatenate,
    NamedTuple,
    ParamSpec,
    TypeVar,
    cast,
)

from pydantic import ConfigDict, Field, create_model

from api.caller import Caller, Role
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


class Permission(NamedTuple):
    """Who may call a method."""

    roles: tuple[Role, ...]
    """One of these is needed."""
    all_tenants: bool
    """Whether it is about everybody, so that some tenants are not enough."""


class _Arguments(Message):
    """The arguments of one call; none is turned into another type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(arbitrary_types_allowed=True, strict=True)


def allowed(
    *roles: Role, all_tenants: bool = False
) -> Callable[[Callable[Concatenate[S, Caller, P], R]], Callable[Concatenate[S, Caller, P], R]]:
    """Let callers with one of the `roles` call a method, once its arguments are checked.

    The method raises `Forbidden` for others, and `BadInput` for arguments, by their names without
    `_id` at the end. Whose data it is, a method looks at with what it reads anyway.
    """
    permission = Permission(roles, all_tenants)

    def wrapped(
        method: Callable[Concatenate[S, Caller, P], R],
    ) -> Callable[Concatenate[S, Caller, P], R]:
        signature = inspect.signature(method)

        def checked(self: Any, caller: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
            if not isinstance(caller, Caller):
                raise BadInput("caller", "is missing: say who calls")
            caller.require(method.__name__, roles, all_tenants=all_tenants)
            _, _, *given = signature.bind(self, caller, *args, **kwargs).arguments.items()
            message = _read(_model_of(method), dict(given))
            return {name: getattr(message, name) for name, _ in given}

        @wraps(method)
        async def asked(self: Any, caller: Any, *args: Any, **kwargs: Any) -> Any:
            given = checked(self, caller, *args, **kwargs)
            return await cast("Any", method)(self, caller, **given)

        @wraps(method)
        async def followed(self: Any, caller: Any, *args: Any, **kwargs: Any) -> Any:
            given = checked(self, caller, *args, **kwargs)
            async for each in cast("Any", method)(self, caller, **given):
                yield each

        made: Any = followed if inspect.isasyncgenfunction(method) else asked
        made.permission = permission
        return made

    return wrapped


def permission_of(method: Callable[..., Any]) -> Permission | None:
    """Who may call a method of the service; None for one that says nothing of it."""
    return getattr(method, "permission", None)


def _read(kind: type[Message], given: Mapping[str, object]) -> Message:
    try:
        return read_fields(kind, given)
    except rejections.BadMessage as found:
        field, dot, place = found.field.partition(".")
        raise BadInput(field.removesuffix("_id") + dot + place, found.fault) from None


@cache
def _model_of(method: Callable[..., Any]) -> type[Message]:
    """Its parameters after the caller as a message; made at the first call, for most verbs call few methods."""
    fields: dict[str, Any] = {
        name: (
            parameter.annotation,
            ... if parameter.default is parameter.empty else parameter.default,
        )
        for name, parameter in list(inspect.signature(method).parameters.items())[2:]
    }
    return create_model(method.__name__, __base__=_Arguments, **fields)
