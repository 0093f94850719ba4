"""What the service answers when it cannot do what was asked; edges translate these once.

    ServiceError
    |-- NotFound       there is no such thing, or it belongs to a tenant that the caller does not have
    |-- Forbidden      the caller's role does not allow it
    |-- BadInput       the question itself is wrong
    |   `-- FaultyList   lines of a list of users are
    |-- Unavailable    Postgres or Temporal is out of reach

What the business forbids is a `domain.values.rejections.Rejection`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from domain.values.actions import Action


class ServiceError(Exception):
    """The service cannot do that."""

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, next_actions: Sequence[Action] = (), **details: Any
    ) -> None:
        """`details` are ready for JSON; `next_actions` are ways to go on, and stand among them."""
        self.message = message
        self.next_actions = tuple(next_actions)
        if next_actions:
            details["next_actions"] = [each.model_dump(mode="json") for each in next_actions]
        self.details: Mapping[str, Any] = details
        super().__init__(message)


class NotFound(ServiceError):
    """There is no such thing."""

    code = "not_found"

    def __init__(self, kind: str, id: str, mend: str = "check the id", **details: Any) -> None:
        """`kind` is what was looked for, `id` what it was looked for by."""
        super().__init__(f"there is no {kind} {id!r}: {mend}", kind=kind, id=id, **details)


class Forbidden(ServiceError):
    """The caller may not do that, whatever it is asked about."""

    code = "forbidden"

    def __init__(self, what: str, why: str, **details: Any) -> None:
        """`what` is the method that was called, `why` says what the caller lacks."""
        super().__init__(f"{what} {why}", method=what, **details)


class BadInput(ServiceError):
    """The question itself is wrong."""

    code = "bad_input"

    def __init__(self, field: str, message: str, **details: Any) -> None:
        """`message` names the fault and the fix."""
        super().__init__(f"{field}: {message}", field=field, **details)


class FaultyList(BadInput):
    """Some lines of a list of users are wrong; nobody is moved."""

    code = "users_list_faulty"

    def __init__(self, field: str, faults: Sequence[Mapping[str, Any]], faulty: int) -> None:
        """`faults` are the first of the `faulty` lines, each with its `place` and `message`."""
        lines = "line is" if faulty == 1 else "lines are"
        super().__init__(
            field,
            f"{faulty} {lines} wrong, and nobody is moved: mend them, or leave them out with "
            "--skip-faulty",
        )
        self.details = {**self.details, "faulty": faulty, "faults": list(faults)}


class Unavailable(ServiceError):
    """Postgres or Temporal is out of reach."""

    code = "dependency_unavailable"

    def __init__(self, dependency: str, message: str, **details: Any) -> None:
        """`dependency` is postgres, temporal or worker; of temporal there may be `reason` and `address`."""
        super().__init__(f"{dependency}: {message}", dependency=dependency, **details)


class NotRunning(Exception):
    """The upgrade's run has ended, or there is none: the database knows how it ended.

    Not for callers: the service answers them from the database.
    """
