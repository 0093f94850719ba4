"""Who may call what, and whose data they get: each method by each role, and with a foreign tenant's ids."""

import inspect
from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from activities.acting import act_as
from activities.holiday_calendar import holiday_calendar
from api.caller import ROLES, Caller, Role
from api.errors import BadInput, Forbidden, NotFound, ServiceError
from api.service.changes import ChangeRequest, Purchase
from api.service.upgrades import UpgradeService
from domain.quoting.quote import QuoteRequest
from domain.upgrade.stored_events import upgrade_stream
from domain.values.rejections import Rejection
from store.database import Database
from store.lists import Filter, Noun
from store.quotes import read_quote
from store.world import import_world
from tests.callers import OPERATOR, caller_with
from tests.domain.builders import NOW
from tests.store.support import USERS, Life, world_of, world_subscription, world_tenant
from tests.store.test_service_inputs import NobodyAsks
from tests.who_may_what_page import GROUPS, Method, methods

EVERY_METHOD = list(methods())

NAMED = {
    "subscription_id": ("contoso-basic", "no-such-basic"),
    "tenant_id": ("contoso", "no-such"),
    "upgrade_id": ("UPGRADE", "up-00000000000000000000"),
    "endpoint_id": ("wh-1", "wh-2"),
    "delivery_id": ("DELIVERY", 4711),
    "quote_id": ("QUOTE", "q-00000000000000000000"),
}
"""What says whose something is: an id of Contoso's, and one that does not exist."""

SOUND: dict[str, Any] = {
    "target_plan_id": "standard",
    "user_id": "u000001@example",
    "add_on": "visio",
    "licenses": 12,
    "decision": "approved",
    "reference": "R-1",
    "reason": "no budget",
    "amount": Decimal("1.00"),
    "time": timedelta(days=1),
    "moment": NOW,
    "action": "retry",
    "code": "legal_hold",
    "url": "https://hooks.example/upgrades",
    "users": None,
    "request": QuoteRequest(target_plan_id="standard", licenses=10, billing="monthly"),
}


@pytest.fixture
async def life(database: Database) -> Life:
    """Contoso with an upgrade that has come to its invoice, and an endpoint with a delivery."""
    other = world_tenant("fabrikam", world_subscription("fabrikam-basic"))
    await import_world(database, world_of(world_tenant(), other), NOW)
    life = Life(database)
    await life.live()
    await database.execute(
        "insert into webhook_endpoints (endpoint_id, tenant_id, url, secret)"
        " values ('wh-1', 'contoso', 'https://hooks.example/', 'whsec_x')"
    )
    await database.execute(
        "insert into deliveries (endpoint_id, notice_id, upgrade_id, position, state, settled_at)"
        " select 'wh-1', notice_id, upgrade_id, position, 'dead', now() from outbox limit 1"
    )
    return life


@pytest.fixture
def service(database: Database) -> UpgradeService:
    return UpgradeService(database, NobodyAsks(), holiday_calendar, lambda: NOW)


def test_every_group_of_the_service_is_in_the_table(service: UpgradeService) -> None:
    found: dict[str, type[object]] = {
        name: type(each) for name, each in vars(service).items() if not name.startswith("_")
    }
    assert found == GROUPS
    own = {name for name in vars(UpgradeService) if not name.startswith("_")}
    assert own == {"ping"}, "whatever is asked is asked of a group, by a caller"


@pytest.mark.parametrize("method", EVERY_METHOD, ids=lambda each: f"{each.group}.{each.name}")
async def test_a_method_asks_who_calls_before_anything_else(
    service: UpgradeService, method: Method
) -> None:
    assert method.permission is not None
    first, second, *_ = inspect.signature(method.function).parameters.values()
    assert (first.name, second.name, second.annotation) == ("self", "caller", Caller)
    with pytest.raises(BadInput, match="say who calls"):
        await _ask(service, method, "olga", {})
    allowed = {role for role in ROLES if not await _is_forbidden(service, method, role)}
    assert allowed == set(method.permission.roles)
    if method.permission.all_tenants:
        some = caller_with(*method.permission.roles, tenants=frozenset({"contoso"}))
        with pytest.raises(Forbidden, match="is about all tenants"):
            await _ask(service, method, some, {})


async def _is_forbidden(service: UpgradeService, method: Method, role: Role) -> bool:
    """Whether the role is refused; if it is not, the method has nothing that it could do."""
    unsound = {name: object() for name in _parameters(method)}
    try:
        await _ask(service, method, caller_with(role), unsound)
    except Forbidden as error:
        return bool(error.details["needed_roles"])  # it says who may
    except Exception:  # noqa: BLE001 - it went on to the arguments, or to work on an empty database
        return False
    return False


def test_auditors_and_viewers_change_nothing() -> None:
    changing = {"orders", "administration"}
    for each in EVERY_METHOD:
        assert each.permission is not None
        if each.group in changing:
            assert not {"auditor", "viewer", "finance"} & {*each.permission.roles}, each.name
    reading = {each.name for each in EVERY_METHOD if each.group in {"reading", "bills", "lists"}}
    auditors = {each.name for each in EVERY_METHOD if "auditor" in (each.permission or [[]])[0]}
    assert reading <= auditors, "an auditor reads everything"


def _parameters(method: Method) -> list[str]:
    return list(inspect.signature(method.function).parameters)[2:]


def _with_ids() -> list[tuple[Method, str]]:
    """Each method with each parameter that says whose something is."""
    return [
        (method, name)
        for method in EVERY_METHOD
        if method.permission is not None and not method.permission.all_tenants
        for name in _parameters(method)
        if name in NAMED and name != "quote_id"
    ]


@pytest.mark.parametrize(
    ("method", "named"), _with_ids(), ids=[f"{m.group}.{m.name}-{name}" for m, name in _with_ids()]
)
async def test_what_is_of_another_tenant_is_answered_as_if_it_did_not_exist(
    service: UpgradeService, database: Database, life: Life, method: Method, named: str
) -> None:
    there, absent = await _ids(database, life, named)
    stranger = caller_with(*ROLES, tenants=frozenset({"fabrikam"}))
    before = await _everything(database)
    answers = [
        await _answer(service, database, method, stranger, {named: id}) for id in (there, absent)
    ]
    told = [
        str(answer).replace(str(id), "ID")
        for answer, id in zip(answers, (there, absent), strict=True)
    ]
    assert told[0] == told[1]
    if method.name != "language":
        assert isinstance(answers[0], NotFound)
    assert await _everything(database) == before, "nothing has changed"
    own = caller_with(*ROLES, tenants=frozenset({"contoso"}))
    outcome = await _outcome_of(service, database, life, method, own)
    by_operator = await _outcome_of(service, database, life, method, OPERATOR)
    assert outcome != "NotFound" or by_operator == "NotFound"


async def _outcome_of(
    service: UpgradeService, database: Database, life: Life, method: Method, caller: Caller
) -> str:
    """What somebody gets who has the tenant: nobody is shut out of what is theirs."""
    given = {
        name: (await _ids(database, life, name))[0] for name in _parameters(method) if name in NAMED
    }
    return type(await _answer(service, database, method, caller, given)).__name__


async def _ids(database: Database, life: Life, named: str) -> tuple[Any, Any]:
    there, absent = NAMED[named]
    if there == "UPGRADE":
        there = life.upgrade_id
    if there == "QUOTE":
        there = life.ordered.quote_id
    if there == "DELIVERY":
        there = await database.fetchval("select delivery_id from deliveries")
    return there, absent


async def _answer(
    service: UpgradeService,
    database: Database,
    method: Method,
    caller: Caller,
    ids: dict[str, Any],
) -> Any:
    """What comes back, or the error."""
    quote = await database.fetchval("select quote_id from quotes")
    change = ChangeRequest(to=Purchase(plan_id="standard", licenses=10, billing="monthly"))
    of_change = {"request": change} if method.name == "make_for_change" else {}
    given = {
        **SOUND,
        **of_change,
        "quote_id": quote,
        "quote": await read_quote(database, quote),
        **ids,
    }
    needed = {
        name: given[name]
        for name, each in list(inspect.signature(method.function).parameters.items())[2:]
        if name in ids or each.default is each.empty
    }
    try:
        return await _ask(service, method, caller, needed)
    except (ServiceError, Rejection, AssertionError) as error:
        return error


async def _ask(
    service: UpgradeService, method: Method, caller: Any, arguments: dict[str, Any]
) -> Any:
    answer = getattr(getattr(service, method.group), method.name)(caller, **arguments)
    if inspect.isasyncgen(answer):
        return await anext(cast("AsyncGenerator[Any]", answer))
    return await answer


async def _everything(database: Database) -> tuple[int, ...]:
    tables = ("events", "quotes", "user_blocks", "webhook_endpoints")
    counts = [await database.fetchval(f"select count(*) from {table}") for table in tables]
    removed = "select count(*) from webhook_endpoints where removed_at is not null"
    dead = "select count(*) from deliveries where state = 'dead'"
    return (*counts, await database.fetchval(removed), await database.fetchval(dead))


async def test_a_list_is_of_tenants_that_the_caller_has(
    service: UpgradeService, life: Life
) -> None:
    own = caller_with("viewer", tenants=frozenset({"contoso"}))
    stranger = caller_with("customer_admin", tenants=frozenset({"fabrikam"}))
    both = caller_with("viewer", tenants=frozenset({"contoso", "fabrikam"}))
    listed = await service.lists.page(own, "upgrades", {})
    assert [item.model_dump()["upgrade_id"] for item in listed.items] == [life.upgrade_id]
    assert (await service.lists.page(stranger, "upgrades", {})).items == ()
    with pytest.raises(BadInput, match="say of which of your tenants"):
        await service.lists.page(both, "upgrades", {})
    asked: tuple[tuple[Noun, dict[Filter, str], str | None], ...] = (
        ("upgrades", {"tenant": "contoso"}, None),
        ("upgrades", {"quote": life.ordered.quote_id}, None),
        ("upgrades", {}, life.upgrade_id),
        ("subscriptions", {"user": "u000001@example"}, None),
    )
    for noun, filters, after in asked:
        with pytest.raises(NotFound):
            await service.lists.page(stranger, noun, filters, after=after)


async def test_lists_show_what_may_be_read_one_by_one(service: UpgradeService, life: Life) -> None:
    """Amounts stand in quotes and invoices; a filter by user tells what somebody has a license of."""
    pages: dict[Noun, Filter | None] = {
        "quotes": None, "invoices": None, "upgrades": "user", "tenants": "user",
    }  # fmt: skip
    may: dict[str, set[Role]] = {}
    for noun, by in pages.items():
        filters: dict[Filter, str] = {} if by is None else {by: USERS[0].id}
        for role in ROLES:
            try:
                listed = await service.lists.page(caller_with(role), noun, filters)
            except Forbidden:
                continue
            assert listed.items
            may.setdefault(noun, set()).add(role)
    one_by_one = {f"{each.group}.{each.name}": each.permission for each in EVERY_METHOD}
    amounts, users = one_by_one["bills.invoice"], one_by_one["reading.users"]
    assert amounts is not None
    assert users is not None
    assert may["quotes"] == may["invoices"] == set(amounts.roles)
    assert may["upgrades"] == may["tenants"] == set(users.roles)
    assert life.upgrade_id


async def test_who_did_it_is_for_who_may_list_actions(
    service: UpgradeService, database: Database, life: Life
) -> None:
    act_as(OPERATOR.actor)
    life = Life(database, subscription_id="fabrikam-basic", tenant_id="fabrikam", key="key-2")
    await life.live()
    actors = {"by", "door", "request_id"}
    told = {
        role: any(
            actors & event.metadata.keys()
            for event in await service.reading.events(caller_with(role), life.upgrade_id)
        )
        for role in ("viewer", "customer_admin", "operator", "auditor")
    }
    assert told == {"viewer": False, "customer_admin": True, "operator": True, "auditor": True}
    seen = await service.reading.events(caller_with("viewer"), life.upgrade_id)
    whole = await service.reading.events(OPERATOR, life.upgrade_id)
    assert [(each.type, each.data) for each in seen] == [(each.type, each.data) for each in whole]
    step = [each.metadata.get("step") for each in whole]
    assert [each.metadata.get("step") for each in seen] == step


async def test_hints_are_for_callers_who_have_all_tenants(
    service: UpgradeService, life: Life
) -> None:
    assert life.upgrade_id
    for caller, near in (
        (OPERATOR, ["contoso-basic"]),
        (caller_with("viewer", tenants=frozenset({"fabrikam"})), None),
    ):
        error = NotFound("subscription", "contoso-basi")
        await service.lists.add_near(caller, error)
        assert error.details.get("near") == near


async def test_the_ids_of_streams_are_what_they_were(database: Database, life: Life) -> None:
    """The table's upgrade is a real one."""
    stream = upgrade_stream(life.upgrade_id)
    assert await database.fetchval("select count(*) from events where stream = $1", stream) > 5
