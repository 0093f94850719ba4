"""Trying again what somebody else was faster with: the one loop of optimistic writes."""

from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from store.errors import PromiseBroken, StoreError, VersionConflict

T = TypeVar("T")


async def until_it_stands(
    once: Callable[[], Awaitable[T]],
    *,
    attempts: int,
    overtaken: tuple[type[StoreError], ...] = (VersionConflict,),
    changed_meanwhile: Collection[str] = (),
) -> T:
    """Read, decide and write `once`, and all again where somebody else has written in between.

    That shows as one of the errors `overtaken`, or as a broken promise with one of the constraints
    `changed_meanwhile`. At the last of `attempts` it is raised, as is anything else at once.
    """
    for _ in range(attempts - 1):
        try:
            return await once()
        except PromiseBroken as error:
            if error.constraint not in changed_meanwhile:
                raise
        except overtaken:
            continue
    return await once()
