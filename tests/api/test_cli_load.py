"""`load`: what a world file leaves out stays, what it may not say is refused, and both are told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli_support import PLANS, SERVICES, Cli

POLICY: dict[str, Any] = {
    "tax": {"US": "0.08", "DE": "0.19"},
    "credit_check": {"thresholds": {"USD": "500.00"}},
    "seller": {"name": "Ours Ltd", "country": "IE"},
}
INCIDENT = {"service": "apps", "reference": "AP-1"}


def written(cli: Cli, name: str, **sections: Any) -> str:
    path = cli.folder / f"{name}.json"
    path.write_text(json.dumps(sections))
    return str(path)


def stored(cli: Cli) -> tuple[Any, int]:
    (row,) = cli.sql(
        "select (select body::text from policy) as policy,"
        " (select count(*) from incidents where closed_at is null) as open"
    )
    return json.loads(row["policy"]), row["open"]


def of(cli: Cli, subscription: str, **changes: Any) -> dict[str, Any]:
    """The tenant of a subscription, with nothing but what a file must say of both."""
    (row,) = cli.sql(
        "select s.*, t.body::text as tenant from subscriptions s join tenants t using (tenant_id)"
        " where subscription_id = $1",
        subscription,
    )
    held = {
        "id": subscription,
        "plan": row["plan_id"],
        "licenses": row["licenses"],
        "status": row["status"],
        "billing": row["billing"],
        "cycle_anchor": row["cycle_anchor"].isoformat(),
        **changes,
    }
    tenant = {
        key: value
        for key, value in json.loads(row["tenant"]).items()
        if key not in ("subdivision", "language", "segment")
    }
    return tenant | {"subscriptions": [held]}


def loaded_with_policy(cli: Cli) -> str:
    subscription = cli.tenant()
    given = written(cli, "policy", policy=POLICY, incidents=[INCIDENT])
    cli.json("load", given, "--replace", "policy,incidents")
    return subscription


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_file_with_one_tenant_changes_that_tenant_alone(own_cli: Cli) -> None:
    subscription = loaded_with_policy(own_cli)
    before = stored(own_cli)
    document = of(own_cli, subscription, licenses=12, balance_due="3.00") | {"name": "Renamed"}
    answer = own_cli.json("load", written(own_cli, "one", tenants=[document]))
    assert stored(own_cli) == before
    assert answer["kept"] == []
    assert [(row["what"], row["id"], row["field"]) for row in answer["changed"]] == [
        ("tenant", document["id"], "name"),
        ("subscription", subscription, "licenses"),
        ("subscription", subscription, "balance_due"),
    ]
    assert answer["changed"][1] == {
        "what": "subscription",
        "id": subscription,
        "field": "licenses",
        "old": 10,
        "new": 12,
    }
    again = own_cli.json("load", written(own_cli, "one", tenants=[document]))
    assert (again["changed"], again["kept"], again["tenants"]) == ([], [], 1)


def test_keys_of_the_policy_change_one_by_one_unless_it_is_replaced(own_cli: Cli) -> None:
    loaded_with_policy(own_cli)
    given = written(own_cli, "tax", policy={"tax": {"US": "0.09"}})
    tried = own_cli.json("load", given, "--dry-run")
    assert stored(own_cli)[0]["tax"] == POLICY["tax"]
    answer = own_cli.json("load", given)
    assert tried == answer | {"dry_run": True}
    assert answer["changed"] == [
        {"what": "policy", "id": "policy", "field": "tax.US", "old": "0.08", "new": "0.09"}
    ]
    assert stored(own_cli)[0]["tax"] == {"US": "0.09", "DE": "0.19"}
    answer = own_cli.json("load", given, "--replace", "policy")
    changed = {row["field"]: (row["old"], row["new"]) for row in answer["changed"]}
    assert changed["tax.DE"] == ("0.19", None)
    assert changed["seller.name"] == ("Ours Ltd", "Plan Upgrades")
    assert stored(own_cli)[1] == 1, "only what was named was replaced"


def test_what_can_be_replaced_is_told(own_cli: Cli) -> None:
    file = written(own_cli, "policy", policy={})
    for sections, words in (
        ("polcy", 'did you mean "policy"?'),
        ("policy,xyz", "those are services, plans, incidents, policy"),
        ("tenants", "tenants are never replaced"),
    ):
        done = own_cli.run("load", file, "--replace", sections, "--json")
        assert (done.code, done.error["code"], done.error["field"]) == (2, "bad_input", "replace")
        assert words in done.error["message"]
    done = own_cli.run("load", file, "--replace", "incidents", "--json")
    assert (done.code, done.error["code"]) == (2, "world_faults")
    (fault,) = done.error["faults"]
    assert fault["place"] == "incidents"
    assert "write incidents: [] to leave nothing of it" in fault["message"]


def test_a_subscription_never_moves_to_another_tenant(own_cli: Cli) -> None:
    subscription = own_cli.tenant()
    stranger = of(own_cli, subscription) | {"id": "stranger"}
    before = own_cli.rows()
    done = own_cli.run("load", written(own_cli, "stranger", tenants=[stranger]), "--json")
    assert (done.code, done.error["code"]) == (2, "world_faults")
    (fault,) = done.error["faults"]
    assert fault["place"] == "tenants[0].subscriptions[0].id"
    assert f'belongs to tenant "{subscription.removesuffix("-basic")}"' in fault["message"]
    assert '"stranger"' in fault["message"]
    assert own_cli.rows() == before


def test_a_file_after_an_upgrade_says_what_it_left_alone(own_cli: Cli) -> None:
    subscription = own_cli.tenant()
    users = [{"id": f"{name}@x.example"} for name in ("ada", "zoe")]
    stale = written(own_cli, "stale", tenants=[of(own_cli, subscription, users=users)])
    view = own_cli.order(subscription)
    new = view["new_subscription_id"]
    answer = own_cli.json("load", stale)
    assert (answer["subscriptions"], answer["assignments"]) == (1, 0)
    (kept,) = answer["kept"]
    assert (kept["what"], kept["id"], kept["code"]) == (
        "subscription",
        subscription,
        "ended_by_upgrade",
    )
    assert kept["upgrade_id"] == view["upgrade_id"]
    assert new in kept["reason"]
    assert [(field["field"], field["stored"], field["file"]) for field in kept["fields"]] == [
        ("status", "canceled", "active"),
        ("users", 0, 2),
    ]
    fresh = of(own_cli, new, price="20.00", users=users)
    answer = own_cli.json("load", written(own_cli, "fresh", tenants=[fresh]))
    assert answer["kept"] == []
    price, joined = answer["changed"]
    assert (price["field"], price["old"], price["new"]) == ("price", "22.00", "20.00")
    assert joined == {
        "what": "subscription",
        "id": new,
        "field": "users",
        "old": 3,
        "new": 2,
        "joined": 2,
        "left": 3,
        "switched": 0,
    }
    assert own_cli.json("verify")["ok"]
    assert own_cli.json("rebuild")["ok"]


def test_people_read_what_changed_and_what_was_left_alone(own_cli: Cli) -> None:
    subscription = own_cli.tenant()
    view = own_cli.order(subscription)
    stale = of(own_cli, subscription, status="active", licenses=10, user_count=3)
    more = {**stale["subscriptions"][0], "id": f"{subscription}-2", "plan": "mail-only"}
    stale["subscriptions"].append(more)
    sections = {
        "tenants": [stale | {"name": "Renamed Inc."}],
        "plans": [{**PLANS[0], "max_licenses": 301}],
    }
    done = own_cli.run("load", written(own_cli, "people", **sections), "--dry-run")
    assert done.code == 0
    told = lines(done.stdout)
    assert told[0].startswith("would be imported: 0 services, 1 plans, 1 tenants, 2 subscriptions")
    assert f"new: 1 subscription ({subscription}-2)" in told
    assert "plan basic max_licenses 300 301" in told
    assert any(line.startswith("tenant t") and line.endswith("Renamed Inc.") for line in told)
    assert any(f"upgrade {view['upgrade_id']} has replaced" in line for line in told)
    assert "status: canceled, in the file active" in told
    assert told[-1] == "nothing was written: this was a dry run"
    assert own_cli.run("load", written(own_cli, "people", **sections)).stdout.startswith(
        "imported: "
    )


@pytest.mark.parametrize("again", [False, True])
def test_a_first_file_is_told_by_its_counts_and_a_long_list_is_cut(
    own_cli: Cli, tmp_path: Path, again: bool
) -> None:
    plans = [
        {**PLANS[0], "id": f"many-{n}", "product": f"many-{n}", "sold": again} for n in range(30)
    ]
    file = tmp_path / "many.json"
    file.write_text(json.dumps({"services": SERVICES, "plans": plans}))
    told = lines(own_cli.run("load", str(file)).stdout)
    assert told[0] == "imported: 3 services, 30 plans, 0 tenants, 0 subscriptions, 0 assignments"
    if again:
        assert "and 10 more: --json lists them" in told
        assert "plan many-0 sold false true" in told
    else:
        assert "new: 30 plans" in told
