"""A world to live in, made by the dice: tenants of many kinds, each with its shadow."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.catalog.plans import Plan, Price, Service
from domain.catalog.policy import CapacityPolicy, CreditCheckPolicy, Policy
from domain.world.model import World, WorldTenant
from tests.clock import in_days
from tests.domain.builders import ADDRESS, SERVICES
from tests.soak.model import ShadowSubscription, ShadowTenant
from tests.store.support import world_subscription, world_tenant

GROUPS = 4
"""Of tenants and plans; each has a service of its own, whose incidents concern no other."""
RUNGS = 7
"""Of a ladder of plans: each rung has everything that the lower ones have."""
LADDERS = ("a", "b")
PLACES: tuple[dict[str, Any], ...] = (
    {"country": "US", "subdivision": "WA", "time_zone": "America/Los_Angeles", "currency": "USD"},
    {"country": "JP", "subdivision": None, "time_zone": "Asia/Tokyo", "currency": "JPY"},
    {"country": "DE", "subdivision": "BE", "time_zone": "Europe/Berlin", "currency": "EUR"},
    {"country": "KW", "subdivision": None, "time_zone": "Asia/Kuwait", "currency": "KWD"},
    {"country": "NZ", "subdivision": None, "time_zone": "Pacific/Auckland", "currency": "USD"},
)
DATA_SERVICES = ("exchange", "sharepoint")


def plan_id(group: int, ladder: str, rung: int) -> str:
    return f"{ladder}{rung}-of-{group}"


def rung_of(plan: str) -> int:
    return int(plan[1 : plan.index("-")])


def ladder_of(plan: str) -> str:
    return plan[0]


def fragile_service(group: int) -> str:
    """The service that has incidents in this group, and in no other."""
    return f"extra-{group}"


@dataclass(frozen=True)
class Made:
    """A world, and what its tenants must look like."""

    world: World
    tenants: list[ShadowTenant]


def make_world(dice: Random, tenants: int) -> Made:
    """So many tenants, each with two to three subscriptions."""
    made = [_tenant(dice, number) for number in range(tenants)]
    return Made(
        World(
            services=(
                *SERVICES.values(),
                *(Service(id=fragile_service(g), name=f"Extra {g}") for g in range(GROUPS)),
            ),
            plans=tuple(
                _plan(group, ladder, rung)
                for group in range(GROUPS)
                for ladder in LADDERS
                for rung in range(RUNGS)
            ),
            policy=Policy(
                credit_check=CreditCheckPolicy(thresholds={}),
                capacity=CapacityPolicy(max_open_upgrades=10_000),
                tax={"DE": Decimal("0.19"), "JP": Decimal("0.10")},
            ),
            tenants=tuple(tenant for tenant, _ in made),
        ),
        [shadow for _, shadow in made],
    )


def _plan(group: int, ladder: str, rung: int) -> Plan:
    services = dict.fromkeys(DATA_SERVICES, 1 + rung) | {"teams": 1, fragile_service(group): 1}
    if rung % 2:
        services["apps"] = 1
    monthly = Decimal("6.25") + Decimal("3.15") * rung
    prices = (
        Price(currency="USD", monthly=monthly, annual=monthly * 11),
        Price(currency="EUR", monthly=monthly, annual=monthly * 11),
        Price(
            currency="JPY", monthly=Decimal(800 + 410 * rung), annual=Decimal(9000 + 4510 * rung)
        ),
        Price(currency="KWD", monthly=monthly + Decimal("0.125"), annual=monthly * 10),
    )
    id = plan_id(group, ladder, rung)
    return Plan(id=id, product=id, name=f"Plan {id}", services=services, prices=prices)


def _tenant(dice: Random, number: int) -> tuple[WorldTenant, ShadowTenant]:
    name, group = f"tenant-{number:05}", dice.randrange(GROUPS)
    place = dice.choice(PLACES)
    shadow = ShadowTenant(name, group, {})
    subscriptions: list[Any] = []
    for ladder in (*LADDERS, *(["a"] if dice.random() < 0.2 else [])):
        rung = dice.choice((0, 0, 0, 1, 2)) + (1 if len(subscriptions) == 2 else 0)
        sub = ShadowSubscription(
            id=f"{name}-{ladder}{len(subscriptions)}",
            plan=plan_id(group, ladder, rung),
            licenses=0,
            users=_users(dice, f"{name}.example", len(subscriptions)),
            prepaid=dice.random() < 0.1,
            blocked=dice.random() < 0.03,
            balance=Decimal(190) if dice.random() < 0.03 else Decimal(0),
        )
        sub.licenses = len(sub.users) + dice.choice((0, 1, 2, 5, 20))
        shadow.subscriptions[sub.id] = sub
        subscriptions.append(_subscription(dice, sub))
    tenant = world_tenant(
        name,
        *subscriptions,
        **place,
        payment_method=dice.choice(("card", "card", "bank_transfer", "invoice")),
        billing_day=dice.randint(1, 31),
        language=dice.choice(("en", "zh-TW")),
        sold_to=ADDRESS.model_copy(update={"country": place["country"]}),
        billed_to=ADDRESS,
    )
    return tenant, shadow


def _users(dice: Random, domain: str, number: int) -> dict[str, frozenset[str]]:
    """Some of them hold licenses of the tenant's other subscriptions as well."""
    count = dice.choice((1, 3, 5, 8, 8, 12, 20))
    first = dice.choice((0, 0, 100, 100, 100)) if number else 0
    switches = (frozenset[str](), frozenset[str](), frozenset({"teams"}), frozenset(DATA_SERVICES))
    return {f"user-{first + n:03}@{domain}": dice.choice(switches) for n in range(count)}


def _subscription(dice: Random, sub: ShadowSubscription) -> Any:
    began = in_days(-dice.randint(2, 25))
    more: dict[str, Any] = {}
    if sub.prepaid:
        until = began + timedelta(days=364)
        more["prepaid"] = {"kind": "upfront", "paid": "720", "from": began, "until": until}
    if sub.balance:
        more["balance_due"] = str(sub.balance)
    if sub.blocked:
        more["blocked"] = {"code": "not_eligible", "note": "asked for by the soak"}
    return world_subscription(
        sub.id,
        plan=sub.plan,
        licenses=sub.licenses,
        cycle_anchor=began,
        billing=dice.choice(("monthly", "monthly", "annual")),
        users=tuple(
            {"id": user, "disabled_services": sorted(off)} for user, off in sub.users.items()
        ),
        **more,
    )
