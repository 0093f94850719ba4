"""What every part of a soak shares: the ground, the tally, the weather, and when it is over."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.callers import OPERATOR
from tests.soak.asking import Caller, Tally
from tests.soak.ground import Ground
from tests.soak.model import ShadowOrder, ShadowTenant
from tests.soak.world import GROUPS, fragile_service

Sky = Literal["clear", "changing", "bad"]


@dataclass
class Incident:
    """One incident of a group's service, by the clock of whoever opened and closed it."""

    group: int
    asked: float
    opened: float | None = None
    closing: float | None = None
    closed: float | None = None


class Weather:
    """Incidents come and go; what is certain of them at any moment."""

    def __init__(self) -> None:
        self._incidents: list[Incident] = []

    def may_have_been_bad(self, group: int, since: float) -> bool:
        """Whether any moment from `since` until now may have had an incident."""
        return any(
            each.group == group and (each.closed is None or each.closed >= since)
            for each in self._incidents
        )

    def was_bad(self, group: int, since: float) -> bool:
        """Whether every moment from `since` until now had one for certain."""
        return any(
            each.group == group
            and each.opened is not None
            and each.opened <= since
            and each.closing is None
            for each in self._incidents
        )

    async def change(self, ground: Ground, caller: Caller, dice: Random) -> None:
        """Open incidents for a moment, one after the other, until this is canceled."""
        number = 0
        while True:
            await asyncio.sleep(dice.uniform(3, 9))
            number += 1
            await self._one(ground, caller, dice, f"INC-{number}")

    async def _one(self, ground: Ground, caller: Caller, dice: Random, reference: str) -> None:
        group = dice.randrange(GROUPS)
        service = fragile_service(group)
        incident = Incident(group, asked=time.monotonic())
        self._incidents.append(incident)
        await caller.told(
            "incident", lambda: ground.admin.open_incident(OPERATOR, service, reference)
        )
        incident.opened = time.monotonic()
        try:
            await asyncio.sleep(dice.uniform(0.3, 1.5))
        finally:
            incident.closing = time.monotonic()
            await caller.told(
                "incident", lambda: ground.admin.close_incident(OPERATOR, service, reference)
            )
            incident.closed = time.monotonic()


@dataclass
class Acknowledged:
    """A write that was acknowledged, and the query that must find it at the end."""

    what: str
    sql: str
    arguments: tuple[object, ...]


@dataclass
class Scene:
    """Where all lives take place."""

    ground: Ground
    tally: Tally
    seed: int
    services: Mapping[str, frozenset[str]]
    """Of each plan."""
    weather: Weather = field(default_factory=Weather)
    acknowledged: list[Acknowledged] = field(default_factory=list[Acknowledged])
    tenants: list[ShadowTenant] = field(default_factory=list[ShadowTenant])
    ordered: int = 0
    enough_orders: int = 0
    ends_at: float = float("inf")
    faults_are_due: bool = True
    """Whether some kind of fault has not bitten yet."""

    @property
    def is_over(self) -> bool:
        """Whether nothing new shall begin: all that was wanted has been, or the time is up."""
        enough = self.ordered >= self.enough_orders and not self.faults_are_due
        return enough or time.monotonic() >= self.ends_at

    def note_weather(self, order: ShadowOrder, since: float) -> None:
        """What incidents there were between `since` and now, when an order was checked."""
        group = order.tenant.group
        order.may_be_refused |= self.weather.may_have_been_bad(group, since)
        order.must_be_refused |= self.weather.was_bad(group, since)

    def keep(self, what: str, sql: str, *arguments: object) -> None:
        """Remember what was acknowledged: the query must still find something at the end."""
        self.acknowledged.append(Acknowledged(what, sql, arguments))
