"""Whatever a client of Temporal starts is read, checked against the database, and answered (B70)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError

from domain.quoting.orders import OrderRequest, change_id_for, upgrade_id_for
from domain.quoting.quote import Quote
from domain.views.read_models import UpgradeView, workflow_id_for
from store.verify import verify
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.store.support import world_tenant
from tests.workflows.change_paths import LISTED, TARGET, two_subscriptions
from tests.workflows.raw import (
    HOLDS_NO_OBJECT,
    SECONDS,
    Arguments,
    failed_tasks,
    failure_of,
    message,
    start,
)
from tests.workflows.story import BASIC, Story, a_subscription, a_world
from tests.workflows.test_replay import HISTORIES
from workflows import search_attributes
from workflows.operators.details import details_of_rejected
from workflows.replay import read_history

OTHER = "fabrikam"


@dataclass(frozen=True)
class Kind:
    """A type of workflow, and what it is started for."""

    type: str
    other_type: str
    id_for: Callable[[str, str], str]
    ask: Callable[[Story], Awaitable[Quote]]
    ends_as: str


async def _quote_upgrade(story: Story) -> Quote:
    fabrikam = world_tenant(OTHER, a_subscription("fabrikam-basic"))
    await story.load(a_world(tenants=(fabrikam,)))
    return await story.quote()


async def _quote_change(story: Story) -> Quote:
    fabrikam = world_tenant(OTHER, a_subscription("fabrikam-basic"))
    world = two_subscriptions()
    await story.load(world.model_copy(update={"tenants": (*world.tenants, fabrikam)}))
    return await story.quote_change(*LISTED, into=TARGET)


async def _quote_checked_upgrade(story: Story) -> Quote:
    await story.load(a_world(payment_method="invoice"))
    return await story.quote()


async def _quote_checked_change(story: Story) -> Quote:
    await story.load(two_subscriptions(payment_method="invoice"))
    return await story.quote_change(*LISTED, old="reduced")


UPGRADE = Kind("PlanUpgrade", "ChangePlan", upgrade_id_for, _quote_upgrade, "awaiting_invoice")
CHANGE = Kind("ChangePlan", "PlanUpgrade", change_id_for, _quote_change, "completed")
CHECKED = (
    replace(UPGRADE, ask=_quote_checked_upgrade, ends_as="awaiting_credit_check"),
    replace(CHANGE, ask=_quote_checked_change, ends_as="awaiting_credit_check"),
)
"""The same, that wait for a credit decision."""

both_kinds = pytest.mark.parametrize("kind", [UPGRADE, CHANGE], ids=lambda kind: kind.type)


@dataclass(frozen=True)
class Asked:
    """An order that could be started."""

    kind: Kind
    quote: Quote
    upgrade_id: str
    order: dict[str, Any]

    @property
    def workflow_id(self) -> str:
        return workflow_id_for(self.upgrade_id)


async def asked(story: Story, kind: Kind) -> Asked:
    """A quote, and the least that orders on it."""
    quote = await kind.ask(story)
    key = f"key-{uuid4().hex}"
    upgrade_id = kind.id_for("contoso", key)
    story.upgrade_ids.append(upgrade_id)
    return Asked(kind, quote, upgrade_id, {"quote_id": quote.quote_id, "idempotency_key": key})


NO_ORDER: dict[str, tuple[dict[str, Any], str, str]] = {
    "no quote": ({"quote_id": ...}, "quote_id", "is missing"),
    "no key": ({"idempotency_key": ...}, "idempotency_key", "is missing"),
    "camelCase": ({"quote_id": ..., "quoteId": "q-1"}, "quoteId", 'did you mean "quote_id"?'),
    "one more": ({"colour": "red"}, "colour", "is not a field of this message"),
    "a strange one": ({"a\nb": 1}, '["a\N{REPLACEMENT CHARACTER}b"]', "is not a field"),
    "a quote that is a number": ({"quote_id": 7}, "quote_id", "is a number: write text"),
    "a quote that is an object": ({"quote_id": {"id": "q"}}, "quote_id", "is an object"),
    "a quote that is null": ({"quote_id": None}, "quote_id", "is null"),
    "an empty quote": ({"quote_id": ""}, "quote_id", "is empty"),
    "a quote with a space": ({"quote_id": "q 1"}, "quote_id", "is not an id"),
    "a quote with NUL": ({"quote_id": "q\0"}, "quote_id", "is not an id"),
    "a long quote": ({"quote_id": "q" * 121}, "quote_id", "has 121 characters: write at most 120"),
    "a key that is a list": ({"idempotency_key": ["k"]}, "idempotency_key", "is a list"),
    "an empty key": ({"idempotency_key": " "}, "idempotency_key", "is empty"),
    "a long key": ({"idempotency_key": "k" * 201}, "idempotency_key", "has 201 characters"),
    "a huge key": ({"idempotency_key": "k" * 900_000}, "idempotency_key", "has 900000 characters"),
    "a key with NUL": ({"idempotency_key": "k\0"}, "idempotency_key", "U+0000"),
    "a key of two lines": ({"idempotency_key": "a\nb"}, "idempotency_key", "line break"),
    "a key that turns": ({"idempotency_key": "a\u202eb"}, "idempotency_key", "U+202E"),
    "an amount that is a number": ({"accept_forfeiture": 12.5}, "accept_forfeiture", "is a number"),
    "a whole amount": ({"accept_forfeiture": 12}, "accept_forfeiture", "is a number"),
    "an amount that is true": ({"accept_forfeiture": True}, "accept_forfeiture", "is true"),
    "no amount": ({"accept_forfeiture": "1e9"}, "accept_forfeiture", "is not an amount"),
    "less than nothing": ({"accept_forfeiture": "-1.00"}, "accept_forfeiture", "is not an amount"),
    "parts of a cent": ({"accept_forfeiture": "1.005"}, "accept_forfeiture", "too many digits"),
    "a day that is a number": ({"schedule": 1}, "schedule", "is a number"),
    "no day": ({"schedule": "2027-02-30"}, "schedule", "is not a day of the calendar"),
    "a moment": ({"schedule": "2027-02-03T00:00:00Z"}, "schedule", "is not a day of the calendar"),
    "a day far away": ({"schedule": "9999-01-01"}, "schedule", "too far away"),
    "another tenant": ({"tenant_id": OTHER}, "tenant_id", 'is for "contoso"'),
    "a tenant that is not there": ({"tenant_id": "nobody"}, "tenant_id", 'is for "contoso"'),
    "no upgrade id": ({"upgrade_id": ""}, "upgrade_id", "is empty"),
    "another upgrade id": ({"upgrade_id": "up-1"}, "upgrade_id", "leave the field out"),
    "another's subscription": (
        {"subscription_id": "fabrikam-basic"},
        "subscription_id",
        'is for "contoso-basic"',
    ),
    "another plan": ({"target_plan_id": "premium"}, "target_plan_id", 'is for "standard"'),
    "a plan that is not there": ({"target_plan_id": "gold"}, "target_plan_id", 'is for "standard"'),
}
"""What is changed of an order (`...` takes a field away), and what its caller is told of which field."""


def changed(order: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (order | changes).items() if value is not ...}


@both_kinds
async def test_whatever_is_no_order_is_answered_with_field_fault_and_example(
    story: Story, kind: Kind
) -> None:
    given = await asked(story, kind)
    starts: dict[str, tuple[Arguments, str, str]] = {
        name: (arguments, "message", fault) for name, (arguments, fault) in HOLDS_NO_OBJECT.items()
    } | {
        name: (message(changed(given.order, changes)), field, fault)
        for name, (changes, field, fault) in NO_ORDER.items()
    }

    async def refused(name: str) -> str | None:
        """What is wrong with the answer."""
        arguments, field, fault = starts[name]
        run = await start(story.client, kind.type, arguments, id=f"raw-{uuid4().hex}")
        told = await failure_of(run)
        details: dict[str, str] = told.details[0]
        if told.type != "bad_input" or details["field"] != field or fault not in details["fault"]:
            return f"{name}: {told.type}: {told.message}"
        if not told.message.startswith(f"{field} ") or "\n" in told.message:
            return f"{name}: its first line is {told.message.splitlines()[0]}"
        if field == "message" and OrderRequest.example not in told.message:
            return f"{name}: shows no example: {told.message}"
        return f"{name}: a failed task" if await failed_tasks(run) else None

    wrong = [await refused(name) for name in starts]
    assert [each for each in wrong if each] == []
    assert await story.count("upgrades") == 0
    assert await story.count("events") == await story.database.fetchval(
        "select count(*) from events where stream not like 'upgrade-%'"
    )


async def test_a_day_that_has_passed_is_not_ordered(story: Story) -> None:
    given = await asked(story, UPGRADE)
    order = message(given.order | {"schedule": f"{in_days(-2)}"})
    told = await failure_of(await start(story.client, "PlanUpgrade", order, id=given.workflow_id))
    assert told.message.startswith(f"schedule is {in_days(-2)}, which has passed: choose ")


async def test_a_change_by_hand_waits_for_no_day_but_its_quote_s(story: Story) -> None:
    given = await asked(story, CHANGE)
    order = given.order | {"schedule": f"{in_days(9)}"}
    run = await start(story.client, "ChangePlan", message(order), id=given.workflow_id)
    told = await failure_of(run)
    assert told.message.startswith("schedule is set, and a change by hand begins on the day")


@both_kinds
async def test_a_quote_and_a_key_are_enough(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    run = await start(story.client, kind.type, message(given.order), id=given.workflow_id)
    view = await story.until_ordered(given.upgrade_id, kind.ends_as)
    assert view.upgrade_id == given.upgrade_id
    assert (view.tenant_id, view.subscription_id) == ("contoso", BASIC)
    assert view.target_plan_id == "standard"
    assert await failed_tasks(run) == 0
    verified = await verify(story.database)
    assert verified.ok, verified.violations


@both_kinds
async def test_what_agrees_with_the_quote_may_be_said(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    said = {
        "upgrade_id": given.upgrade_id,
        "tenant_id": "contoso",
        "subscription_id": BASIC,
        "target_plan_id": "standard",
        "accept_forfeiture": None,
        "schedule": None,
    }
    await start(story.client, kind.type, message(given.order | said), id=given.workflow_id)
    await story.until_ordered(given.upgrade_id, kind.ends_as)


@both_kinds
async def test_a_run_has_the_id_and_the_type_of_its_order(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    run = await start(story.client, kind.type, message(given.order), id="my-upgrade")
    told = await failure_of(run)
    assert told.type == "bad_input"
    assert told.message == f'workflow_id is "my-upgrade": start it under "{given.workflow_id}"'

    run = await start(story.client, kind.other_type, message(given.order), id=given.workflow_id)
    told = await failure_of(run)
    assert told.message == f'workflow_type is "{kind.other_type}": start {kind.type} for it'
    assert await story.count("upgrades") == 0


async def test_a_type_that_is_not_there_is_answered(story: Story) -> None:
    run = await start(story.client, "planUpgrade", message({}), id=f"raw-{uuid4().hex}")
    told = await failure_of(run)
    assert told.message == 'workflow_type is "planUpgrade": start PlanUpgrade or ChangePlan'
    assert await failed_tasks(run) == 0


@both_kinds
async def test_a_run_that_could_time_out_is_not_begun(story: Story, kind: Kind) -> None:
    """It would leave its upgrade wherever it is by then."""
    given = await asked(story, kind)
    for timeout in ("execution_timeout", "run_timeout"):
        run = await start(
            story.client,
            kind.type,
            message(given.order),
            id=given.workflow_id,
            **{timeout: timedelta(days=1)},
        )
        assert (await failure_of(run)).message.startswith("timeout is set: ")
    assert await story.count("upgrades") == 0


async def test_an_unknown_quote_is_told_by_its_own_code(story: Story) -> None:
    order = {"quote_id": "q-none", "idempotency_key": "k"}
    run = await start(story.client, "PlanUpgrade", message(order), id=f"raw-{uuid4().hex}")
    told = await failure_of(run)
    assert (told.type, told.details[0]) == ("quote_not_found", {"quote_id": "q-none"})


@both_kinds
async def test_the_key_stays_free(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    wrong = message(given.order | {"tenant_id": OTHER})
    for arguments in ((), message({}), wrong):
        run = await start(story.client, kind.type, arguments, id=given.workflow_id)
        assert (await failure_of(run)).type == "bad_input"
    only_after_failure = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
    await start(
        story.client,
        kind.type,
        message(given.order),
        id=given.workflow_id,
        id_reuse_policy=only_after_failure,
    )
    await story.until_ordered(given.upgrade_id, kind.ends_as)


@pytest.mark.parametrize("changes", [{"quote_id": ...}, {"target_plan_id": "premium"}])
async def test_a_stranger_under_the_id_of_an_order_does_not_stop_it(
    story: Story, changes: dict[str, Any]
) -> None:
    given = await asked(story, UPGRADE)
    wrong = message(changed(given.order, changes))
    await start(story.client, "PlanUpgrade", wrong, id=given.workflow_id)
    ordered = await story.order(quote=given.quote, idempotency_key=given.order["idempotency_key"])
    assert ordered.upgrade_id == given.upgrade_id
    await story.rest(ordered)


@both_kinds
async def test_a_start_that_is_repeated_is_answered_as_before(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    await start(story.client, kind.type, message(given.order), id=given.workflow_id)
    first = await story.until_ordered(given.upgrade_id, kind.ends_as)
    if kind is UPGRADE:
        await story.skip_to(first, first.deadline)
    ended = await story.result(first)

    again = await start(story.client, kind.type, message(given.order), id=given.workflow_id)
    assert UpgradeView.model_validate(await again.result()) == ended
    assert (await story.event_types(first)).count("OrderPlaced") == 1

    other = given.order | {"accept_forfeiture": "1.00"}
    run = await start(story.client, kind.type, message(other), id=given.workflow_id)
    assert (await failure_of(run)).type == "idempotency_key_reused"


async def test_a_scheduled_order_is_answered_as_before_when_its_day_has_passed(
    story: Story,
) -> None:
    given = await asked(story, UPGRADE)
    scheduled = given.order | {"schedule": f"{in_days(2)}"}
    await start(story.client, "PlanUpgrade", message(scheduled), id=given.workflow_id)
    ordered = await story.until_ordered(given.upgrade_id, "scheduled")
    ended = await story.service.orders.cancel(OPERATOR, ordered.upgrade_id, "no budget")
    await story.result(ordered)
    # It starts later than its day, as it would when it is repeated after weeks.
    later = {"start_delay": timedelta(days=3)}
    again = await start(
        story.client, "PlanUpgrade", message(scheduled), id=given.workflow_id, **later
    )
    await story.skipper.fast_forward(again, timedelta(days=3, seconds=1))
    assert UpgradeView.model_validate(await again.result()) == ended


async def test_the_day_that_was_quoted_is_the_day_of_the_order(story: Story) -> None:
    """So the same order has the same body, whether its day is named or not."""
    await _quote_upgrade(story)
    day, not_shown = in_days(5), in_days(20)
    quote = await story.quote(switch_on=day)
    key, upgrade_id = story.key()
    order = {"quote_id": quote.quote_id, "idempotency_key": key}
    wrong = order | {"schedule": f"{not_shown}"}
    run = await start(story.client, "PlanUpgrade", message(wrong), id=workflow_id_for(upgrade_id))
    told = await failure_of(run)
    assert told.type == "quote_for_another_day"
    given = Asked(UPGRADE, quote, upgrade_id, order)
    await start(story.client, "PlanUpgrade", message(order), id=given.workflow_id)
    ordered = await story.until_ordered(given.upgrade_id, "scheduled")
    assert await story.order(quote=quote, idempotency_key=key, schedule=day) == ordered


# ---- what a run shows is its own doing ----------------------------------------------------------

LIES = TypedSearchAttributes(
    [
        SearchAttributePair(search_attributes.STAGE, "invoiced"),
        SearchAttributePair(search_attributes.TENANT, OTHER),
        SearchAttributePair(search_attributes.SUBSCRIPTION, "fabrikam-basic"),
        SearchAttributePair(search_attributes.TARGET_PLAN, "premium"),
        SearchAttributePair(search_attributes.USERS, 1_000_000),
        SearchAttributePair(search_attributes.DEADLINE, datetime(2030, 1, 1, tzinfo=UTC)),
        SearchAttributePair(search_attributes.ALERT, "past_the_hour"),
    ]
)
TRUE = {
    "UpgradeTenant": "contoso",
    "UpgradeSubscription": BASIC,
    "UpgradeTargetPlan": "standard",
    "UpgradeUsers": 7,
}


async def shown(run: Any) -> dict[str, Any]:
    """What lists of runs show of it."""
    found = (await run.describe()).typed_search_attributes
    shown = {key.name: found.get(key) for key in search_attributes.SEARCH_ATTRIBUTES}
    return {name: value for name, value in shown.items() if value is not None}


async def test_an_upgrade_shows_what_is_true_whatever_its_start_has_claimed(story: Story) -> None:
    given = await asked(story, CHECKED[0])
    run = await start(
        story.client,
        "PlanUpgrade",
        message(given.order),
        id=given.workflow_id,
        search_attributes=LIES,
        static_summary="fabrikam gets it for nothing",
    )
    waiting = await story.until_ordered(given.upgrade_id, "awaiting_credit_check")
    found = await shown(run)
    assert found.pop("UpgradeDeadline") == waiting.deadline
    assert found == TRUE | {"UpgradeStage": "awaiting_credit_check"}
    details = await story.details_of(waiting)
    assert "tenant `contoso`, from `contoso-basic` to plan `standard`" in details
    await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "a test")


REJECTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "that contradicts its quote": ({"tenant_id": OTHER}, TRUE),
    "on no quote": ({"quote_id": "q-none"}, {}),
    "that cannot be read": ({"quote_id": ...}, {}),
}


@pytest.mark.parametrize("name", REJECTED)
async def test_an_order_shows_nothing_untrue(story: Story, name: str) -> None:
    given = await asked(story, UPGRADE)
    changes, true = REJECTED[name]
    order = message(changed(given.order, changes))
    options: dict[str, Any] = {"id": given.workflow_id, "search_attributes": LIES}
    run = await start(story.client, "PlanUpgrade", order, **options)
    told = await failure_of(run)
    assert await shown(run) == true | {"UpgradeStage": "checking"}
    assert await story.details_of(given.upgrade_id) == details_of_rejected(told.message)


async def test_our_own_starts_show_the_truth_from_the_start(story: Story) -> None:
    """So that it costs nothing: the same events as when nobody looked."""
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.rest(await story.order())
    events = [event.event_type for event in await story.history_of(waiting)]
    name = "awaiting_credit_check"
    before = read_history(name, (HISTORIES / f"{name}.json").read_text(encoding="utf-8"))
    assert events == [event.event_type for event in before.events]


# ---- orders that come as updates -----------------------------------------------------------------


@pytest.mark.parametrize("kind", CHECKED, ids=lambda kind: kind.type)
async def test_an_order_that_joins_its_run_says_nothing_untrue(story: Story, kind: Kind) -> None:
    given = await asked(story, kind)
    run = await start(story.client, kind.type, message(given.order), id=given.workflow_id)
    ordered = await story.until_ordered(given.upgrade_id, kind.ends_as)
    assert ordered.tenant_id == "contoso"

    async def join(order: dict[str, Any]) -> Any:
        joining = run.execute_update("submit_order", order)  # pyright: ignore[reportUnknownMemberType] - open in the SDK
        return await asyncio.wait_for(joining, SECONDS)

    assert (await join(given.order))["upgrade_id"] == given.upgrade_id
    assert (await join(given.order | {"tenant_id": "contoso"}))["tenant_id"] == "contoso"
    for order, code in (
        (given.order | {"tenant_id": OTHER}, "bad_input"),
        (given.order | {"target_plan_id": "premium"}, "bad_input"),
        (given.order | {"accept_forfeiture": "1.00"}, "idempotency_key_reused"),
        (given.order | {"quote_id": "q-another"}, "idempotency_key_reused"),
    ):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await join(order)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == code, order
    await story.until_ordered(given.upgrade_id, kind.ends_as)
