"""The credit check by a credit service (B41): asked over HTTP, answered at once or by a callback."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.common import RetryPolicy

from api.http.app import http_api
from api.http.credit_decisions import CallbackKeys
from domain.views.read_models import UpgradeView
from store.database import Database
from tests import nasty_texts
from tests.callers import OPERATOR
from tests.workflows.credit_desk import (
    CALLBACK_KEY,
    FORGED,
    KEYS,
    SERVICE_KEY,
    WRONG,
    CreditDesk,
    answer_seconds_of,
    decides,
    later,
    problem_of,
    says,
    signed,
    silent,
)
from tests.workflows.hooks import Hooks
from tests.workflows.story import BASIC, SWITCHES, Story, a_world, eventually
from tests.workflows.test_operators import look
from workflows.steps import table


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncGenerator[CreditDesk]:
    async with CreditDesk(answer_seconds=answer_seconds_of(request)).open() as desk:
        yield desk


@pytest.fixture
async def story(
    database: Database, client: Client, hooks: Hooks, desk: CreditDesk
) -> AsyncGenerator[Story]:
    """As the story of all tests, with a worker that asks the desk."""
    story = Story(database, client, hooks, credit_review=desk.review)
    await story.start_worker()
    yield story
    await story.end()


@pytest.fixture
async def api(story: Story) -> AsyncGenerator[httpx.AsyncClient]:
    app = http_api(story.service, KEYS)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://upgrades") as client:
        yield client


async def order_that_is_asked_about(story: Story, desk: CreditDesk) -> UpgradeView:
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.order()
    assert (waiting.stage, waiting.reviewer) == ("awaiting_credit_check", "credit_service")

    async def asked() -> bool:
        return len(desk.asked) > 0

    await eventually("the service is asked", asked)
    return waiting


def callback(
    desk: CreditDesk, decision: str, reference: str = "CS-1", **more: Any
) -> dict[str, Any]:
    return {
        "callback_reference": desk.reference,
        "decision": decision,
        "reference": reference,
    } | more


async def until_told(story: Story, upgrade: UpgradeView, words: str) -> str:
    """The details that operators read, once they hold `words`."""

    async def told() -> str | None:
        details = (await look(story, upgrade)).details
        return details if words in details else None

    return await eventually(f"operators read {words!r}", told)


# ---- answered at once -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "ending"), [("approved", "awaiting_invoice"), ("declined", "declined")]
)
async def test_a_service_that_answers_at_once(
    story: Story, desk: CreditDesk, decision: str, ending: str
) -> None:
    desk.answers = [decides(decision, reason="we know them")]
    waiting = await order_that_is_asked_about(story, desk)
    ended = await story.until(waiting, ending)
    assert len(desk.asked) == 1
    asked = desk.asked[0]
    quote = await story.quote() if ending == "declined" else None
    assert asked["upgrade_id"] == waiting.upgrade_id == desk.keys_seen[0]
    assert asked["tenant_id"] == "contoso"
    assert asked["reasons"] == ["pays_by_invoice"]
    assert asked["currency"] == "USD"
    assert Decimal(asked["amount"]) <= Decimal(asked["amount_at_most"])
    if quote is not None:
        assert Decimal(asked["amount"]) == quote.total
    assert asked["deadline"] == waiting.model_dump(mode="json")["deadline"]
    assert asked["callback"]["url"].endswith("/credit-decisions")
    events = await story.service.reading.events(OPERATOR, waiting.upgrade_id)
    decided = next(e for e in events if e.type == f"CreditCheck{decision.title()}")
    assert (decided.data["reference"], decided.data["reason"]) == ("CS-1", "we know them")
    if ending == "declined":
        assert ended.reason == "we know them"
        assert await story.holders(BASIC) == SWITCHES


# ---- slow, wrong, down ------------------------------------------------------------------------


@pytest.mark.parametrize("how", [*WRONG, "no signature", "about another order", "replayed later"])
async def test_a_service_that_is_wrong_is_asked_again(
    story: Story, desk: CreditDesk, how: str
) -> None:
    wrong, said = {**WRONG, **FORGED}[how]
    desk.answers = [wrong, decides("approved")]
    waiting = await order_that_is_asked_about(story, desk)
    details = await until_told(story, waiting, "failed 1 times")
    assert said in details
    assert "It is asked again at" in details
    assert "starter.py decide" in details
    assert (
        await story.service.reading.status(OPERATOR, waiting.upgrade_id)
    ).stage == "awaiting_credit_check"
    await story.until(waiting, "awaiting_invoice")
    assert desk.keys_seen == [waiting.upgrade_id] * 2, "one key for one question"
    assert "AttentionNeeded" not in await story.event_types(waiting)


async def test_a_service_that_is_down_never_holds_the_deadline(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = table.STEPS["ask-credit-service"]
    hours = RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=43_200,
        maximum_interval=timedelta(hours=12),
    )
    rarely = {**table.STEPS, "ask-credit-service": policy._replace(retry=hours)}
    monkeypatch.setattr(table, "STEPS", rarely)
    async with CreditDesk().open() as desk:
        story.credit_review = desk.review
    await story.stop_worker()
    await story.start_worker()  # the desk has closed: nobody listens on its port any more
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.order()
    details = await until_told(story, waiting, "failed")
    assert "out of reach: nobody listens there" in details
    await story.skip_to(waiting, waiting.deadline)
    expired = await story.result(waiting)
    assert expired.stage == "expired"
    assert story.hooks.begun["ask_credit_service"] >= 4, "it was asked until the deadline"
    assert "AttentionNeeded" not in await story.event_types(waiting)
    assert desk.asked == []


async def test_an_operator_decides_while_the_service_is_silent(
    story: Story, desk: CreditDesk
) -> None:
    desk.answers = [silent]
    waiting = await order_that_is_asked_about(story, desk)
    approved = await story.service.orders.decide(
        OPERATOR, waiting.upgrade_id, "approved", reference="OP-1"
    )
    assert approved.stage == "moving_users"
    complete = await story.until(waiting, "awaiting_invoice")
    assert "who decides" not in (await look(story, complete)).details


async def test_an_operator_was_faster_than_the_answer(story: Story, desk: CreditDesk) -> None:
    """The service's contradicting word is kept, and changes nothing."""
    held = story.hooks.hold("ask_credit_service")
    desk.answers = [decides("declined")]
    await story.load(a_world(payment_method="invoice"))
    waiting = await story.order()
    await held.reached()
    await story.service.orders.decide(OPERATOR, waiting.upgrade_id, "approved", reference="OP-1")
    held.release()
    await story.until(waiting, "awaiting_invoice")
    assert "CreditCheckDeclined" not in await story.event_types(waiting)


async def test_a_cancel_ends_the_asking(story: Story, desk: CreditDesk) -> None:
    desk.answers = [says(500)]
    waiting = await order_that_is_asked_about(story, desk)
    canceled = await story.service.orders.cancel(OPERATOR, waiting.upgrade_id, "no budget")
    assert canceled.stage == "canceled"
    assert await story.result(waiting) == canceled
    before = len(desk.asked)
    await asyncio.sleep(1.5)
    assert len(desk.asked) == before


async def test_a_reset_asks_a_mended_service_at_once(story: Story, desk: CreditDesk) -> None:
    """The runbook's way for whoever cannot wait until it is asked again."""
    desk.answers = [says(503, retry_after="3600"), decides("approved")]
    waiting = await order_that_is_asked_about(story, desk)
    await until_told(story, waiting, "failed 1 times")
    run_id = (await story.handle(waiting).describe()).run_id
    first = (await story.completed_tasks(waiting))[0]
    await story.reset(waiting, run_id, first)
    await story.until(waiting, "awaiting_invoice")
    assert desk.keys_seen == [waiting.upgrade_id] * 2, "one key for one question"
    types = await story.event_types(waiting)
    assert (types.count("CreditCheckRequired"), types.count("CreditCheckApproved")) == (1, 1)


# ---- by a callback ----------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["approved", "declined"])
async def test_a_service_that_calls_back(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient, decision: str
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    assert "has been asked, and will call back" in await until_told(story, waiting, "call back")
    answer = await api.post("/credit-decisions", **signed(callback(desk, decision)))
    assert answer.status_code == 200, answer.text
    assert answer.json()["upgrade_id"] == waiting.upgrade_id
    ending = "awaiting_invoice" if decision == "approved" else "declined"
    await story.until(waiting, ending)

    again = await api.post("/credit-decisions", **signed(callback(desk, decision)))
    assert again.status_code == 200, "a repeated identical decision is accepted"
    other = "declined" if decision == "approved" else "approved"
    message = signed(callback(desk, other, "CS-2"), id="msg-other")
    for _ in range(2):
        contradicting = await api.post("/credit-decisions", **message)
        assert problem_of(contradicting) == (409, "decision_contradicts")
    assert (await story.event_types(waiting)).count("CreditDecisionRefused") == 1


async def test_a_late_callback_is_refused_and_kept(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    await story.skip_to(waiting, waiting.deadline)
    await story.result(waiting)
    late = await api.post("/credit-decisions", **signed(callback(desk, "approved")))
    assert problem_of(late) == (409, "decision_too_late")
    assert (await story.event_types(waiting))[-1] == "CreditDecisionRefused"


async def test_callbacks_that_come_together_decide_once(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    words = ["approved", "declined"] * 5
    answers = await asyncio.gather(
        *(
            api.post("/credit-decisions", **signed(callback(desk, word, f"CS-{number}")))
            for number, word in enumerate(words)
        )
    )
    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    await story.until(waiting, "awaiting_invoice", "declined")
    types = await story.event_types(waiting)
    assert types.count("CreditCheckApproved") + types.count("CreditCheckDeclined") == 1
    assert types.count("CreditDecisionRefused") == 9


async def test_bad_callbacks_leave_no_trace(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    good = callback(desk, "approved")
    url = "/credit-decisions"
    old, early = timedelta(minutes=6), -timedelta(minutes=6)
    assert problem_of(await api.post(url, json=good)) == (401, "signature_refused")
    assert problem_of(await api.post(url, **signed(good, key=b"another key, not the one"))) == (
        401,
        "signature_refused",
    )
    for age in (old, early):
        assert problem_of(await api.post(url, **signed(good, age=age))) == (
            401,
            "timestamp_out_of_window",
        )
    changed: dict[str, Any] = signed(good) | {"content": b'{"decision": "declined"}'}
    assert problem_of(await api.post(url, **changed)) == (401, "signature_refused")
    for header in ("nonsense", "v1,", "v1,%%%", "v2,AAAA", ","):
        broken = signed(good)
        broken["headers"]["webhook-signature"] = header
        assert problem_of(await api.post(url, **broken)) == (401, "signature_refused")

    for body, status in (
        (b"", 422),
        (b"[]", 422),
        (b"\xff", 401),
        (good | {"decision": "maybe"}, 422),
        (good | {"reference": " "}, 422),
        (good | {"reference": "R" * 2001}, 422),
        (good | {"reason": "R" * 2001}, 422),
        *((good | {"reference": text}, 422) for text in nasty_texts.REFUSED.values()),
        *((good | {"reason": text}, 422) for text in nasty_texts.REFUSED.values()),
        (good | {"callback_reference": "up-1.99999999999.AAAA"}, 401),
        (good | {"callback_reference": "x"}, 401),
        (good | {"callback_reference": desk.reference.replace("up-", "up-x")}, 401),
    ):
        sent: dict[str, Any] = signed(body) if body != b"\xff" else {"content": body}
        answer = await api.post(url, **sent)
        assert problem_of(answer)[0] == status, (body, answer.text)
    broken_line = await api.post(url, **signed(good | {"reason": "a\nb"}))
    [fault] = broken_line.json()["faults"]
    assert fault == {
        "field": "reason",
        "fault": "has a line break (U+000A): write it on one line",
    }
    too_long = signed(b'"' + b"x" * 70_000 + b'"')
    assert problem_of(await api.post(url, **too_long)) == (413, "body_too_large")
    assert problem_of(await api.post(url, **signed(good, id="i" * 201))) == (400, "bad_input")
    wrong_method = await api.get(url)
    assert problem_of(wrong_method)[0] == 405
    assert wrong_method.headers["allow"] == "POST"
    assert wrong_method.json()["detail"] == "GET is not allowed here: use POST"
    for path in ("/nothing", "/docs", "/redoc"):
        nothing = await api.get(path)
        assert problem_of(nothing) == (404, "not_found")
        assert f"nothing at {path}" in nothing.json()["detail"]

    assert await story.event_types(waiting) == ["OrderPlaced", "CreditCheckRequired"]
    assert await story.count("credit_callbacks") == 0


async def test_a_callback_is_taken_by_the_keys_of_before_for_as_long_as_they_are_kept(
    story: Story, desk: CreditDesk
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    message = signed(callback(desk, "approved"))
    new = (b"the key that comes after.......", b"one of our own that comes after")
    for retired, status in (
        (((), (CALLBACK_KEY,)), (401, "signature_refused")),
        (((SERVICE_KEY,), ()), (401, "reference_refused")),
        (((SERVICE_KEY,), (CALLBACK_KEY,)), None),
    ):
        app = http_api(story.service, CallbackKeys(*new, *retired))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://upgrades") as api:
            answer = await api.post("/credit-decisions", **message)
        if status is None:
            assert answer.status_code == 200, answer.text
        else:
            assert problem_of(answer) == status
    await story.until(waiting, "awaiting_invoice")


async def test_an_id_stands_for_one_body(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient
) -> None:
    waiting = await order_that_is_asked_about(story, desk)
    first = signed(callback(desk, "approved"), id="msg-1")
    assert (await api.post("/credit-decisions", **first)).status_code == 200
    assert (await api.post("/credit-decisions", **first)).status_code == 200, "sent again as it was"
    reused = signed(callback(desk, "declined", "CS-9"), id="msg-1")
    assert problem_of(await api.post("/credit-decisions", **reused)) == (409, "callback_id_reused")
    assert "CreditDecisionRefused" not in await story.event_types(waiting)
    assert await story.database.fetchval("select times from credit_callbacks") == 3


async def test_without_a_worker_the_service_is_told_to_come_again(
    story: Story, desk: CreditDesk, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.runs import temporal

    desk.answers = [later]
    waiting = await order_that_is_asked_about(story, desk)
    await until_told(story, waiting, "call back")
    await story.stop_worker()
    monkeypatch.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=1))
    message = signed(callback(desk, "approved"), id="msg-1")
    answer = await api.post("/credit-decisions", **message)
    assert problem_of(answer) == (503, "dependency_unavailable")
    assert answer.headers["retry-after"]
    monkeypatch.undo()
    story.hooks.install(monkeypatch)
    await story.start_worker()
    assert (await api.post("/credit-decisions", **message)).status_code == 200
    await story.until(waiting, "awaiting_invoice")


async def test_without_a_credit_service_nobody_can_call_back(story: Story) -> None:
    app = http_api(story.service, None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://upgrades"
    ) as api:
        answer = await api.post("/credit-decisions", **signed({"decision": "approved"}))
        assert problem_of(answer) == (404, "no_credit_service")
        assert (await api.get("/health")).json() == {"status": "ok"}
