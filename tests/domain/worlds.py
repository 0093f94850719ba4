"""Any world file that `load` accepts, and the facts that follow from it."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from domain.catalog.customer import SubscriptionStatus
from domain.catalog.facts import Facts
from domain.catalog.plans import Audience
from domain.catalog.taxes import table_rate
from domain.world.model import World
from tests.world_parsing import parse_world

TODAY = date(2026, 6, 25)
SERVICES = ("exchange", "sharepoint", "teams", "apps")
PLAN_IDS = ("basic", "standard", "premium", "other", "calling")
CURRENCIES = {"USD": 2, "TWD": 2, "JPY": 0, "KWD": 3}
ADDRESS = {"name": "Contoso", "country": "US"}

any_currency = st.sampled_from(sorted(CURRENCIES))
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
days = st.dates(date(2025, 1, 1), TODAY)


def mostly(usual: Any, rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Trouble is rare, or every subscription would have so much that no plan is ever offered."""
    return st.integers(0, 11).flatmap(lambda drawn: rare if drawn == 11 else st.just(usual))


def present(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is None."""
    return {name: value for name, value in fields.items() if value is not None}


def amounts(currency: str, most: int = 10**7) -> st.SearchStrategy[str]:
    """Money of a currency, as a file writes it."""
    return st.integers(0, most).map(lambda minor: f"{Decimal(minor).scaleb(-CURRENCIES[currency])}")


def plans(id: str) -> st.SearchStrategy[dict[str, Any]]:
    """A plan of the catalog, or an add-on; those to upgrade to have most of the services."""
    least = 3 if id in ("standard", "premium") else 0
    every = sorted(CURRENCIES)
    prices = mostly(every, st.lists(st.sampled_from(every), unique=True)).flatmap(
        lambda currencies: st.tuples(
            *(
                st.fixed_dictionaries(
                    {
                        "currency": st.just(currency),
                        "monthly": amounts(currency),
                        "annual": amounts(currency),
                    }
                )
                for currency in currencies
            )
        ).map(list)
    )
    return st.fixed_dictionaries(
        {
            "id": st.just(id),
            "product": st.sampled_from(["suite", id]),
            "name": names,
            "kind": st.just("add_on" if id == "calling" else "plan"),
            "services": st.dictionaries(
                st.sampled_from(SERVICES), st.integers(1, 3), min_size=least
            ),
            "prices": prices,
        },
        optional={
            "audience": mostly("commercial", st.sampled_from(get_args(Audience))),
            "sold": mostly(True, st.just(False)),
            "max_licenses": st.integers(1, 500),
        },
    )


def subscriptions(id: str, currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """A subscription, in whatever trouble; with a price of its own, as its plan may have none."""
    term = {"from": st.just("2026-01-01"), "until": st.just("2026-12-31")}
    prepaid = st.one_of(
        st.fixed_dictionaries({"kind": st.just("upfront"), "paid": amounts(currency), **term}),
        st.just({"kind": "product_key"}),
    )
    blocked = st.fixed_dictionaries(
        {"code": st.sampled_from(["not_eligible", "XR-77", "{x}"]) | names, "note": names}
    )
    return st.fixed_dictionaries(
        {
            "id": st.just(id),
            "plan": mostly("basic", st.sampled_from(PLAN_IDS[:4])),
            "licenses": mostly(400, st.integers(0, 400)),
            "status": mostly("active", st.sampled_from(get_args(SubscriptionStatus))),
            "billing": st.sampled_from(["monthly", "annual"]),
            "cycle_anchor": days.map(date.isoformat),
            "price": amounts(currency),
            "prepaid": mostly(None, prepaid),
            "balance_due": mostly(None, amounts(currency)),
            "add_ons": mostly(None, st.just(["calling"])),
            "blocked": mostly(None, blocked),
            "user_count": st.integers(0, 400),
        }
    ).map(present)


def tenants(
    id: str, currencies: st.SearchStrategy[str] = any_currency
) -> st.SearchStrategy[dict[str, Any]]:
    """A customer with one or two subscriptions."""

    def of_currency(currency: str) -> st.SearchStrategy[dict[str, Any]]:
        ids = [f"{id}-{number}" for number in range(2)]
        return st.fixed_dictionaries(
            {
                "id": st.just(id),
                "name": names,
                "country": st.sampled_from(["US", "TW", "GB", "DE", "AQ"]),
                "time_zone": st.sampled_from(["America/Los_Angeles", "Asia/Taipei", "UTC"]),
                "currency": st.just(currency),
                "language": st.sampled_from(["en", "zh-TW"]),
                "payment_method": st.sampled_from(["card", "invoice", "bank_transfer"]),
                "billing_day": st.integers(1, 31),
                "sold_to": st.just(ADDRESS),
                "billed_to": st.just(ADDRESS),
                "subscriptions": mostly(1, st.just(2))
                .flatmap(
                    lambda count: st.tuples(*(subscriptions(one, currency) for one in ids[:count]))
                )
                .map(list),
            },
            optional={"segment": mostly("commercial", st.sampled_from(get_args(Audience)))},
        )

    return currencies.flatmap(of_currency)


incidents = st.fixed_dictionaries(
    {"service": st.sampled_from(SERVICES), "reference": st.sampled_from(["A-1", "B-2"])}
)

unique_incidents = st.lists(
    incidents, max_size=2, unique_by=lambda one: (one["service"], one["reference"])
)


policies: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "credit_check": st.fixed_dictionaries(
            {
                "thresholds": st.dictionaries(
                    st.sampled_from(["USD", "JPY", "EUR"]),
                    st.sampled_from(["100", "5000"]),
                )
            }
        ),
        "capacity": st.fixed_dictionaries(
            {"max_open_upgrades": st.integers(1, 3), "retry_after_minutes": st.just(1)}
        ),
        "tax": st.dictionaries(
            st.sampled_from(["US", "DE", "TW"]), st.sampled_from(["0.0825", "0.19"])
        ),
    },
)


def documents_of(
    customers: st.SearchStrategy[dict[str, Any]],
) -> st.SearchStrategy[dict[str, Any]]:
    """A whole file with such a customer."""
    return st.fixed_dictionaries(
        {
            "services": st.tuples(
                *(
                    st.fixed_dictionaries(
                        {"id": st.just(id), "name": names, "data_related": st.booleans()}
                    )
                    for id in SERVICES
                )
            ).map(list),
            "plans": st.tuples(*(plans(id) for id in PLAN_IDS)).map(list),
            "tenants": st.tuples(customers).map(list),
        },
        optional={
            "incidents": mostly([], unique_incidents),
            "policy": policies,
        },
    )


documents = documents_of(tenants("contoso"))

worlds: st.SearchStrategy[World] = documents.map(lambda one: parse_world(one, today=TODAY))
"""Worlds that `load` accepts: a document with a fault fails the test that draws it."""


def facts_of(world: World, subscription_id: str) -> Facts:
    """What a database with this world, and nothing else, answers about a subscription of it."""
    tenant = next(
        tenant
        for tenant in world.tenants
        if any(one.id == subscription_id for one in tenant.subscriptions)
    )
    charged = table_rate(world.policy, tenant.sold_to)  # where the file does not say it, B63
    held = {one.id: one.to_subscription(tenant) for one in tenant.subscriptions}
    for one in held.values():
        if one.tax_rate is None:
            held[one.id] = one.model_copy(update={"tax_rate": charged})
    return Facts(
        tenant=tenant.to_tenant(),
        subscription=held.pop(subscription_id),
        siblings=tuple(sorted(held.values(), key=lambda one: one.id)),
        catalog=world.catalog(),
        incidents=tuple(sorted(world.incidents, key=lambda one: (one.service, one.reference))),
        policy=world.policy,
    )


def subscription_ids(world: World) -> list[str]:
    """Of all tenants."""
    return [one.id for tenant in world.tenants for one in tenant.subscriptions]
