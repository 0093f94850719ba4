"""The HTTP API on a real port, and every caller it must not wait for, or be harmed by."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Generator

import pytest

from api.http.connections import Limits
from api.http.problems import MAX_HEAD_BYTES
from store.database import Database
from store.errors import StoreUnavailable
from tests.api.http_support import HANG_SECONDS, Api, Caller, api_of, get
from tests.faults.line import Line
from tests.workflows.story import eventually

IMPATIENT = Limits(request_seconds=0.3, response_seconds=0.3, connections=200, stop_seconds=1)
CALLBACK = b"POST /credit-decisions HTTP/1.1\r\nHost: upgrades.example\r\n"
BODY_TO_COME = CALLBACK + b"Content-Length: 1000\r\n\r\n{"


@pytest.fixture(autouse=True)
def calm(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """No caller makes us log an error or a traceback."""
    caplog.set_level(logging.INFO)
    yield
    loud = [r for r in caplog.records if r.exc_info or r.levelno >= logging.ERROR]
    assert not loud, [(r.name, r.getMessage(), r.exc_info) for r in loud]


@pytest.fixture
async def api(database: Database) -> AsyncGenerator[Api]:
    async with api_of(database, IMPATIENT) as api:
        yield api


# ---- slow callers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begun",
    [
        b"G",
        b"GET /health HTTP/1.1\r\nHost: upgrades.example\r\n",
        BODY_TO_COME,
        BODY_TO_COME.replace(b"/credit-decisions", b"/nothing"),
        CALLBACK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
    ids=["one byte", "a head", "a body", "a body for nobody", "a chunked body"],
)
async def test_a_request_that_drips_is_given_up(api: Api, begun: bytes) -> None:
    async with api.caller() as caller:
        await caller.say(begun)
        closed = asyncio.create_task(caller.until_closed())
        until = time.monotonic() + HANG_SECONDS
        while not closed.done() and time.monotonic() < until:
            await caller.say(b"a" if b"chunked" not in begun else b"1\r\na\r\n")
            await asyncio.sleep(0.05)
        assert closed.done(), "it may go on for as long as it likes"
    assert (await api.get("/health")).status == 200


@pytest.mark.parametrize("begun", [b"GET /health HTTP/1.1\r\n", BODY_TO_COME])
async def test_who_is_given_up_is_told_why(api: Api, begun: bytes) -> None:
    answer = await api.ask(begun)
    assert answer is not None
    assert (answer.status, answer.code) == (408, "request_timeout")
    assert answer.headers["connection"] == "close"


async def test_who_says_nothing_is_told_nothing(api: Api) -> None:
    assert await api.ask(b"") is None
    async with api.caller() as caller:
        for _ in range(2):
            await caller.say(get("/health"))
            answer = await caller.answer()
            assert answer is not None
            assert answer.status == 200
        assert await caller.answer() is None, "idle between two requests"


async def test_each_request_has_a_time_of_its_own(api: Api) -> None:
    """Longer together than one may take."""
    async with api.caller() as caller:
        for _ in range(4):
            head, body = get("/health")[:20], get("/health")[20:]
            await caller.say(head)
            await asyncio.sleep(0.15)
            await caller.say(body)
            answer = await caller.answer()
            assert answer is not None
            assert answer.status == 200


async def test_who_takes_no_answer_is_cut_off(api: Api) -> None:
    async with api.caller() as caller:
        until = time.monotonic() + HANG_SECONDS
        await api.until_open(1)
        while api.server.server_state.connections and time.monotonic() < until:
            caller.writer.write(get("/openapi.json") * 50)
            await asyncio.sleep(0.01)
        assert not api.server.server_state.connections


async def test_a_newcomer_takes_the_place_of_who_waits_the_longest(database: Database) -> None:
    async with api_of(database, Limits(request_seconds=HANG_SECONDS, connections=5)) as api:
        callers = [Caller(*await asyncio.open_connection("127.0.0.1", api.port)) for _ in range(5)]
        for caller in callers:
            await caller.say(BODY_TO_COME)
        await api.until_open(5)
        for _ in range(20):
            assert (await api.get("/health")).status == 200
        first = await callers[0].answer()
        assert first is not None
        assert first.code == "request_timeout"
        for caller in callers:
            caller.hang_up()


async def test_more_than_can_be_served_are_told_to_come_again(database_url: str) -> None:
    async with Line(database_url).opened() as line:
        database = await Database.open(line.url, max_connections=2)
        async with api_of(database, Limits(connections=3)) as api:
            line.fall_silent()
            busy = [asyncio.create_task(api.get("/health")) for _ in range(3)]
            await asyncio.sleep(0.3)
            refused = await api.get("/health")
            assert (refused.status, refused.code) == (503, "too_many_connections")
            assert refused.headers["retry-after"]
            assert {(await each).code for each in busy} == {"dependency_unavailable"}
        await database.close()


# ---- callers who leave ------------------------------------------------------------------------


@pytest.mark.parametrize("begun", [b"", b"GET / HT", BODY_TO_COME, get("/health")])
async def test_who_hangs_up_leaves_no_trace(api: Api, begun: bytes) -> None:
    for _ in range(5):
        async with api.caller() as caller:
            await caller.say(begun)
            await asyncio.sleep(0.02)
    assert (await api.get("/health")).status == 200


# ---- callers who write something else ---------------------------------------------------------

TOO_LONG = b"x" * (MAX_HEAD_BYTES + 1)
ODD: list[tuple[bytes, int, str]] = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad_request"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404, "not_found"),
    (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nx y: z\r\n\r\n", 400, "bad_request"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nx: " + TOO_LONG + b"\r\n\r\n", 431, "head_too_long"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nx: " + TOO_LONG, 400, "bad_request"),
    (b"GET /" + TOO_LONG + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "head_too_long"),
    (b"GET /?" + TOO_LONG + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "head_too_long"),
    (get("/")[:-2] + b"x: y\r\n" * 5000 + b"\r\n", 431, "head_too_long"),
    (CALLBACK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, "bad_request"),
    (CALLBACK + b"Content-Length: -3\r\n\r\nabcd", 400, "bad_request"),
    (CALLBACK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad_request"),
    (CALLBACK + b"Content-Length: 99999999999\r\n\r\n{", 413, "body_too_large"),
    (CALLBACK + b"Content-Length: 2\r\n\r\n{}", 401, "signature_refused"),
    (b"GET / HTTP/1.1\r\nHost: [\r\n\r\n", 404, "not_found"),
    (get("/%00%ff%0d%0a"), 404, "not_found"),
    (get("/health/"), 404, "not_found"),
    (get("//health"), 404, "not_found"),
    (get("/credit-decisions/"), 404, "not_found"),
    (get("http://elsewhere.example/health"), 404, "not_found"),
    (get("/" + "a" * 9000), 404, "not_found"),
    (get("/health").replace(b"GET", b"PUT"), 405, "method_not_allowed"),
    (get("/health").replace(b"GET", b"A" * 9000), 405, "method_not_allowed"),
    (get("/credit-decisions"), 405, "method_not_allowed"),
    (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404, "not_found"),
    (b"CONNECT mail.example:25 HTTP/1.1\r\nHost: a\r\n\r\n", 404, "not_found"),
]


@pytest.mark.parametrize(("sent", "status", "code"), ODD, ids=lambda value: repr(value)[:50])
async def test_what_is_odd_is_answered_by_a_problem(
    api: Api, sent: bytes, status: int, code: str
) -> None:
    answer = await api.ask(sent)
    assert answer is not None
    assert (answer.status, answer.code) == (status, code)
    assert "location" not in answer.headers
    assert len(answer.body) < 1000, "what a caller wrote is not said back at length"


async def test_a_head_is_answered_without_a_body(api: Api) -> None:
    async with api.caller() as caller:
        for path in ("/health", "/nothing"):
            await caller.say(get(path).replace(b"GET", b"HEAD"))
            answer = await caller.answer(head=True)
            assert answer is not None
            assert answer.status == (405 if path == "/health" else 404)
        await caller.say(get("/health"))
        answer = await caller.answer()
        assert answer is not None
        assert answer.body == b'{"status":"ok"}', "nothing was left of the answers before"


async def test_an_upgrade_to_another_protocol_is_not_made(api: Api) -> None:
    asked = get("/health")[:-2] + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    answer = await api.ask(asked)
    assert answer is not None
    assert answer.status == 200


async def test_no_bytes_harm_it(api: Api) -> None:
    """Two thousand of them, each a good or odd request with some bytes changed."""
    chance = random.Random(4711)
    good = [get("/health"), BODY_TO_COME[:-1] + b"x" * 1000, *(sent for sent, _, _ in ODD)]

    async def one(sent: bytes) -> None:
        async with api.caller() as caller:
            await caller.say(sent)
            caller.writer.write_eof()
            answer = await caller.answer()
            assert answer is None or answer.status < 500, sent
            if answer is not None and answer.status >= 400 and answer.body:
                assert answer.code

    for _ in range(100):
        batch: list[bytes] = []
        for _ in range(20):
            changed = bytearray(chance.choice(good))
            for _ in range(chance.randrange(1, 6)):
                changed[chance.randrange(min(len(changed), 200))] = chance.randrange(256)
            batch.append(bytes(changed))
        await asyncio.gather(*map(one, batch))
    assert (await api.get("/health")).status == 200


async def test_only_the_hosts_that_are_ours_are_served(database: Database) -> None:
    async with api_of(database, IMPATIENT, hosts=["upgrades.example", "[::1]"]) as api:
        for host in ("upgrades.example", "UPGRADES.example.:8080", "[::1]:8080"):
            assert (await api.get("/openapi.json", host)).status == 200
        for host in (
            "elsewhere.example",
            "upgrades.example.elsewhere",
            "[",
            "",
            "a@upgrades.example",
        ):
            answer = await api.get("/openapi.json", host)
            assert (answer.status, answer.code) == (421, "misdirected_request")
            assert (await api.get("/health", host)).status == 200, "asked by address, by probes"


# ---- health -----------------------------------------------------------------------------------


async def test_health_of_a_silent_postgres(database_url: str) -> None:
    async with Line(database_url).opened() as line:
        database = await Database.open(line.url, max_connections=2)
        async with api_of(database) as api:
            assert (await api.get("/health")).status == 200
            line.fall_silent()
            await asyncio.sleep(1.1)  # what was found out before is old by then
            heard, began = len(line.heard), time.monotonic()
            answers = await asyncio.gather(*(api.get("/health") for _ in range(50)))
            took = time.monotonic() - began
            assert {answer.code for answer in answers} == {"dependency_unavailable"}
            assert took < HANG_SECONDS / 2
            for _ in range(3):
                answer = await api.get("/health")
                assert answer.status == 503
                assert answer.headers["retry-after"]
            line.speak_again()

            async def is_good() -> bool:
                return (await api.get("/health")).status == 200

            await eventually("it is found again", is_good)
            assert bytes(line.heard[heard:]).count(b"select 1") < 10, (
                "it looks once for all who ask"
            )
        await database.close()


async def test_health_says_nothing_of_where_postgres_is(database_url: str) -> None:
    async with Line(database_url).opened() as line:
        database = await Database.open(line.url, max_connections=2)
        port = line.url.rpartition(":")[2].partition("/")[0]
    async with api_of(database) as api:
        answer = await api.get("/health")
    await database.close()
    assert (answer.status, answer.code) == (503, "dependency_unavailable")
    assert port not in answer.body.decode()
    assert b"127.0.0.1" not in answer.body


async def test_a_silent_connection_is_dropped_and_another_one_made(database_url: str) -> None:
    async with Line(database_url).opened() as line:
        database = await Database.open(line.url, max_connections=1)
        line.fall_silent()
        with pytest.raises(StoreUnavailable):
            await database.ping(0.2)
        line.speak_again()
        async with asyncio.timeout(HANG_SECONDS):
            await database.ping(HANG_SECONDS)
        await database.close()


# ---- the stop ---------------------------------------------------------------------------------


async def test_a_stop_waits_for_what_is_under_way_but_not_for_ever(database_url: str) -> None:
    async with Line(database_url).opened() as line:
        database = await Database.open(line.url, max_connections=2)
        async with api_of(database, Limits(stop_seconds=1)) as api, api.caller() as slow:
            await slow.say(BODY_TO_COME)
            line.fall_silent()
            under_way = asyncio.create_task(api.get("/health"))
            await asyncio.sleep(0.2)
            await api.stop()
            stopped = await under_way
            assert (stopped.status, stopped.code) == (503, "stopping")
        await database.close()
