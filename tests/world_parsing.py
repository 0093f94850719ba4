"""Worlds from documents in one go, for tests: read, checked, and turned into values."""

from datetime import date

from api.files.world_reader import read_world
from domain.world.checks import Known, check_world
from domain.world.model import World
from domain.world.placed import FaultList


def parse_world(document: object, *, today: date) -> World:
    """The world that `document` describes, where nothing is stored yet.

    `today` decides which cycles have begun; pass the latest day it is anywhere, since a tenant's
    day may be ahead of UTC. Raises `WorldFaults` with every fault there is, up to `MOST_FAULTS`.
    """
    file = read_world(document)
    faults = FaultList(file.faults)
    plans = {plan.value.id: plan.value for plan in file.plans if plan.sound}
    check_world(file, Known(file.service_ids, file.plan_ids, plans, today), faults.report)
    faults.raise_any()
    return file.world
