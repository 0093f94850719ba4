"""What `load` accepts can be asked about: the facts of any world come back from the database whole.

Files are loaded over each other, as they are in life: what a file leaves out stays as the files before
have said it, so that all of them together are as one file with everything in it.
"""

from copy import deepcopy
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from api.files.world_reader import read_world
from domain.quoting.options import options_of
from domain.quoting.quote import credit_check_expected
from domain.text.faults import WorldFaults
from domain.world.importing import Section
from store.database import Database
from store.facts import read_facts
from store.rebuild import rebuild
from store.world import import_world
from tests.domain.builders import NOW
from tests.domain.worlds import (
    TODAY,
    documents_of,
    facts_of,
    mostly,
    policies,
    subscription_ids,
    tenants,
)
from tests.examples import examples
from tests.world_parsing import parse_world

Document = dict[str, Any]

_loaded: dict[Database, Document] = {}
"""All that was loaded, as one document."""

documents = documents_of(tenants("contoso", mostly("USD", st.just("TWD"))))


Drawn = tuple[Document, frozenset[Section]]


@st.composite
def partial(draw: st.DrawFn) -> Drawn:
    """A document without some sections that the files before it may have, and what it replaces."""
    document = draw(documents)
    left_out = draw(st.sets(st.sampled_from(["services", "plans", "tenants"]), max_size=2))
    sections = {name: each for name, each in document.items() if name not in left_out}
    # Drawn again: what is far behind in a large document is nearly always the same.
    sections |= draw(st.fixed_dictionaries({}, optional={"policy": policies}))
    replaceable: tuple[Section, ...] = ("policy", "incidents")
    replaced = draw(mostly(None, st.sampled_from(replaceable)))
    return sections, frozenset([replaced] if replaced in sections else [])


@examples(
    60,
    deadline=None,  # it waits for Postgres
    # Shrinking would take minutes: each try goes on from what the ones before have loaded.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=partial(), whole=documents)
async def test_the_facts_of_any_world_follow_from_its_files_and_have_options(
    database: Database, drawn: Drawn, whole: Document
) -> None:
    before = _loaded.get(database)
    if before is None:
        before = whole | {"policy": with_defaults(whole.get("policy", {}))}
    document, replaced = drawn if database in _loaded else (whole, frozenset[Section]())
    together = joined(before, document, replaced)
    held = [each["currency"] for each in before["tenants"] + document.get("tenants", [])]
    if len(set(held)) > 1:
        with pytest.raises(WorldFaults, match="never changes"):
            await import_world(database, read_world(document), NOW, replace=replaced)
        together = before
    else:
        await import_world(database, read_world(document), NOW, replace=replaced)
        again = await import_world(database, read_world(document), NOW)
        assert again.changed == ()
    together = _loaded[database] = pinned(together)
    world = parse_world(together, today=TODAY)
    for id_ in subscription_ids(world):
        facts = await read_facts(database, id_)
        assert facts is not None
        # When each price came is not in the files; the last one that was noted is theirs.
        now = facts.plan.price_in(facts.tenant.currency)
        assert now is None or facts.list_prices[-1].price == now
        assert facts.known_since == NOW
        timeless = {"known_since": None, "list_prices": ()}
        assert facts.model_copy(update=timeless) == facts_of(world, id_)
        answer = options_of(
            facts, NOW, lambda plan, facts=facts: credit_check_expected(facts, plan, NOW)
        )
        assert answer.upgradable == (not answer.refusals)
    assert (await rebuild(database)).ok


def joined(before: Document, after: Document, replaced: frozenset[Section]) -> Document:
    """The document that says what both say, the later one where they differ."""
    document = deepcopy(before)
    for section in ("services", "plans", "tenants"):
        document[section] = records(document[section], after.get(section, []))
    if "incidents" in after:
        open_ = list[Document]() if "incidents" in replaced else document.get("incidents", [])
        new = [each for each in after["incidents"] if each not in open_]
        document["incidents"] = [*open_, *new]
    if "policy" in after:
        before_it = Document() if "policy" in replaced else document.get("policy", {})
        document["policy"] = with_defaults(deep(before_it, after["policy"]))
    return document


def pinned(document: Document) -> Document:
    """Each subscription with the rate that the table has now, unless it has one (B63)."""
    document = deepcopy(document)
    table = document["policy"].get("tax", {})
    for tenant in document["tenants"]:
        for subscription in tenant.get("subscriptions", []):
            subscription.setdefault("tax_rate", table.get(tenant["sold_to"]["country"], "0"))
    return document


def with_defaults(policy: Document) -> Document:
    """What a policy that does not name thresholds begins with, and later ones add to."""
    if "thresholds" in policy.get("credit_check", {}):
        return policy
    return deep({"credit_check": {"thresholds": {"USD": "10000.00"}}}, policy)


def records(before: list[Document], after: list[Document]) -> list[Document]:
    """Records by id, each with the keys of both."""
    every = {each["id"]: each for each in before}
    for each in after:
        known = every.get(each["id"], {})
        every[each["id"]] = {**known, **each}
        if "subscriptions" in known and "subscriptions" in each:
            held = records(known["subscriptions"], each["subscriptions"])
            every[each["id"]]["subscriptions"] = held
    return list(every.values())


def deep(before: Document, after: Document) -> Document:
    """Keys of both at any depth."""
    return before | {
        key: deep(before.get(key, {}), cast("Document", value))
        if isinstance(value, dict)
        else value
        for key, value in after.items()
    }
