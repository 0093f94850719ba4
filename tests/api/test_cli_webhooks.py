"""Webhooks and `watch` by the command line, with the real worker's relay behind it."""

import shlex
import threading
import time
from collections.abc import Generator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from api.runs import temporal
from tests.api.cli_support import Cli
from tests.clock import now

SECONDS = 30.0


class There(ThreadingHTTPServer):
    """A receiver of webhooks that answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 204
        self.requests: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def until_received(self, requests: int) -> None:
        end = time.monotonic() + SECONDS
        while len(self.requests) < requests:
            assert time.monotonic() < end, f"{len(self.requests)} of {requests} have come"
            time.sleep(0.05)


class _Answer(BaseHTTPRequestHandler):
    server: There  # pyright: ignore[reportIncompatibleVariableOverride] - narrower on purpose

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def there() -> Generator[There]:
    server = There()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_notices_arrive_signed_and_in_order(cli: Cli, there: There) -> None:
    subscription = cli.tenant()
    tenant = subscription.removesuffix("-basic")
    set_up = cli.json("webhooks", "set", tenant, there.url)
    assert set_up.keys() == {"endpoint_id", "tenant_id", "url", "secret"}
    cli.order(subscription)
    there.until_received(2)
    notices = {notice["notice_id"]: notice for notice in cli.json("notices", tenant)}
    for headers, body in there.requests:
        event = Webhook(set_up["secret"]).verify(body, headers)
        assert event["data"]["text"] == notices[event["id"]]["text"]
    deliveries = cli.json("webhooks", "deliveries", "--tenant", tenant)
    assert {each["notice_id"] for each in deliveries} == set(notices)
    (listed,) = cli.json("webhooks", "list", "--tenant", tenant)
    assert (listed["dead"], listed["url"]) == (0, there.url)
    assert "secret" not in listed
    assert cli.json("verify")["ok"] is True

    sent_again = cli.json("webhooks", "resend", str(deliveries[0]["delivery_id"]))
    assert sent_again == {"sent_again": [deliveries[0]["delivery_id"]]}
    there.until_received(3)
    assert there.requests[2][1] in (there.requests[0][1], there.requests[1][1])

    assert cli.json("webhooks", "remove", set_up["endpoint_id"]) == {
        "removed": set_up["endpoint_id"]
    }
    assert cli.json("webhooks", "list", "--tenant", tenant) == []


def test_an_endpoint_that_is_gone_is_shown_until_it_is_set_again(cli: Cli, there: There) -> None:
    there.status = 410
    subscription = cli.tenant()
    tenant = subscription.removesuffix("-basic")
    cli.json("webhooks", "set", tenant, there.url)
    cli.order(subscription)
    there.until_received(1)
    end = time.monotonic() + SECONDS
    while not (gone := _findings(cli, tenant)):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert (gone[0]["code"], gone[0]["severity"]) == ("webhook_endpoint_gone", "warning")
    assert gone[0]["message"].endswith("notices that wait for it: 2")
    again = f"starter.py webhooks set {tenant} {there.url}"
    assert gone[0]["commands"] == [again]
    shown = cli.run("watch", "--once")
    assert (shown.code, f"\n  {again}\n" in shown.stdout) == (1, True)
    there.status = 204
    cli.json(*shlex.split(again)[1:])
    there.until_received(3)
    assert _findings(cli, tenant) == []


def _findings(cli: Cli, tenant: str) -> list[dict[str, Any]]:
    """What needs somebody, of one tenant."""
    watch = cli.run("watch", "--once", "--json")
    assert watch.document.keys() == {"at", "findings"}
    assert watch.code == (1 if watch.document["findings"] else 0)
    return [each for each in watch.document["findings"] if each.get("tenant_id") == tenant]


def test_watch_shows_what_needs_somebody(cli: Cli) -> None:
    waiting = cli.waiting_for_credit()
    cli.sql(
        "update upgrades set deadline = $2 where upgrade_id = $1",
        waiting["upgrade_id"],
        now() + timedelta(hours=1),
    )
    (due,) = _findings(cli, waiting["tenant_id"])
    assert due.keys() == {
        *("code", "severity", "since", "upgrade_id", "tenant_id", "message", "commands"),
    }
    assert (due["code"], due["upgrade_id"]) == ("credit_check_due", waiting["upgrade_id"])
    assert due["since"] < now().isoformat(), "since when it is to be looked at, not its deadline"
    shown = cli.run("watch", "--once")
    assert shown.code == 1
    assert "nobody has decided the credit check" in " ".join(shown.stdout.split())
    assert f"\n  {due['commands'][0]}\n" in shown.stdout
    cli.json(*shlex.split(due["commands"][0])[1:])
    assert _findings(cli, waiting["tenant_id"]) == []


def test_watch_shows_what_only_temporal_knows(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = cli.tenant()
    tenant = subscription.removesuffix("-basic")
    cli.sql(
        f"create function refuse_{tenant}() returns trigger language plpgsql as"
        " $$ begin raise exception 'broken for this test'; end $$"
    )
    cli.sql(
        f"create trigger refuse_{tenant} before insert on upgrades for each row"
        f" when (new.tenant_id = '{tenant}') execute function refuse_{tenant}()"
    )
    quote = cli.quote(subscription)
    with monkeypatch.context() as impatient:
        impatient.setattr(temporal, "ANSWER_TIMEOUT", timedelta(seconds=2))
        ordered = cli.run("upgrade", subscription, "--quote", quote["quote_id"], "--json")
        assert (ordered.code, ordered.error["dependency"]) == (5, "worker")
    end = time.monotonic() + SECONDS
    while not (parked := _findings(cli, tenant)):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert (parked[0]["code"], parked[0]["severity"]) == ("parked_unrecorded", "critical")
    id = parked[0]["upgrade_id"]
    shown = cli.run("watch", "--once").stdout
    assert f"✗ {id} of {tenant}: its run is parked" in shown
    assert f"\n  starter.py retry {id}\n  starter.py undo {id} --reason WHY\n" in shown
    nowhere = cli.run("watch", "--once", "--json", environment={"TEMPORAL_ADDRESS": "127.0.0.1:1"})
    assert nowhere.code == 1
    told = {each["code"]: each for each in nowhere.document["findings"]}["temporal_unreachable"]
    assert (told["reason"], told["address"]) == ("refused", "127.0.0.1:1")
    assert "nobody answers at 127.0.0.1:1: start Temporal" in told["message"]

    cli.sql(f"drop function refuse_{tenant} cascade")
    given_up = cli.run("undo", id, "--reason", "nobody needs it", "--json")
    assert (given_up.code, given_up.error["code"]) == (3, "order_given_up")
    while _findings(cli, tenant):
        assert time.monotonic() < end
        time.sleep(0.1)
    ordered_again = cli.order(subscription)
    assert ordered_again["stage"] == "awaiting_invoice"
    ways = {"en": "nobody answers at 127.0.0.1:1", "zh-TW": "(127.0.0.1:1)，因此這裡缺少"}
    for language, says in ways.items():
        asked = ("status", ordered_again["upgrade_id"], "--lang", language)
        told_to_people = cli.run(*asked, environment={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
        assert "".join(says.split()) in "".join(told_to_people.split())


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("set", "{tenant}", "ftp://hooks.example/"), 2, "url: begins with ftp"),
        (("set", "{tenant}", "https://me:pw@hooks.example/"), 2, "url: has a user or password"),
        (("set", "{tenant}", "http://127.0.0.1/hook"), 2, "url: points to this machine"),
        (("set", "{tenant}", "https://192.0.0.192/"), 2, "url: points to this machine"),
        (("set", "{tenant}", "http://93.184.215.14/"), 2, "url: begins with http: write one"),
        (("set", "{tenant}", "https://93.184.215.14:25/"), 2, "url: names port 25, which never"),
        (("set", "{tenant}", "http://localhost/hook"), 2, "url: points to this machine"),
        (("set", "{tenant}", "nonsense"), 2, "url: is not a URL"),
        (
            ("set", "{tenant}", "https://hooks.example", "--secret", "x"),
            2,
            "secret: is never written",
        ),
        (("set", "nobody", "https://hooks.example"), 4, "there is no tenant 'nobody'"),
        (("remove", "wh-none"), 4, "there is no webhook endpoint 'wh-none'"),
        (("resend", "99999999"), 4, "there is no delivery '99999999'"),
        (("resend",), 2, "delivery: name one delivery"),
        (("resend", "1", "--all-dead"), 2, "delivery: name one delivery"),
        (("resend", "x"), 2, "write a whole number from 1 to"),
        (("resend", "99999999999999999999"), 2, "write a whole number from 1 to"),
        (("list", "--tenant", "a b"), 2, "tenant: "),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(
    cli: Cli, arguments: tuple[str, ...], code: int, says: str
) -> None:
    tenant = cli.tenant().removesuffix("-basic")
    before = cli.sql("select count(*) from webhook_endpoints")
    done = cli.run(
        "webhooks",
        *(argument.format(tenant=tenant) for argument in arguments),
        "--json",
        environment={"WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "false"},
    )
    assert done.code == code, done
    assert says in done.error["message"]
    assert cli.sql("select count(*) from webhook_endpoints") == before
