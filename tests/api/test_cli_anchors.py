"""Anchors on the command line: exported, compared, and what is planted between the two is found."""

import asyncio
import hashlib
import json
from collections.abc import Generator
from pathlib import Path

import asyncpg
import pytest

from deploy.local_stack.postgres import PostgresServer
from tests.api.cli_support import Cli, Done
from tests.store.test_append import REWRITE

NAME = "anchored"


@pytest.fixture
def own(postgres_server: PostgresServer, tmp_path: Path) -> Generator[Cli]:
    """A database of one's own: what is planted in it must not trouble other tests."""
    postgres_server.create_database(NAME)
    own = Cli({"DATABASE_URL": postgres_server.url(NAME)}, tmp_path)
    own.json("migrate")
    yield own
    tamper(postgres_server.url(), f"drop database {NAME} with (force)")


@pytest.fixture
def subscription(own: Cli) -> str:
    """With four events: it was loaded, and changed three times."""
    subscription = own.tenant()
    for licenses in ("20", "30", "40"):
        own.json("admin", "set-licenses", subscription, licenses)
    return subscription


def verify(own: Cli, *arguments: str) -> Done:
    return own.run("verify", "--no-temporal", "--json", *arguments)


def tamper(url: str, *statements: str) -> None:
    """As whoever owns the database may do."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def invariants(done: Done) -> set[str]:
    return {each["invariant"] for each in done.document["violations"]}


WITHOUT_TRIGGERS = "set session_replication_role = replica"
CUT = (
    "delete from events where version = 4",
    "update streams s set version = 3, hash = e.hash from events e"
    " where s.version = 4 and e.stream = s.stream and e.version = 3",
    "update subscriptions set licenses = 30 where licenses = 40",
)


@pytest.mark.parametrize("planted", [REWRITE, CUT], ids=["a rewritten chain", "a cut end"])
def test_what_fits_together_does_not_fit_the_anchors(
    own: Cli, subscription: str, tmp_path: Path, planted: tuple[str, ...]
) -> None:
    file = tmp_path / "anchors.jsonl"
    exported = verify(own, "--export-anchors", str(file))
    assert exported.code == 0, exported
    first, *anchors, last = map(json.loads, file.read_text().splitlines())
    assert first["anchors"] == 1
    assert first["at"].endswith("Z")
    assert last == {"streams": len(anchors)}
    assert [
        each["version"] for each in anchors if each["stream"] == f"subscription-{subscription}"
    ] == [4]
    assert exported.document["exported"] == {
        "file": str(file),
        "streams": len(anchors),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    assert file.stat().st_mode & 0o777 == 0o600

    compared = verify(own, "--anchors", str(file))
    assert compared.code == 0, compared
    assert compared.document["checked"]["anchored_events_are_unchanged"] == len(anchors)

    tamper(own.environment["DATABASE_URL"], WITHOUT_TRIGGERS, *planted)
    assert verify(own).code == 0, "nothing within the database tells"
    found = verify(own, "--anchors", str(file), "--export-anchors", str(tmp_path / "later.jsonl"))
    assert (found.code, invariants(found)) == (1, {"anchored_events_are_unchanged"})
    assert f"subscription-{subscription}" in {
        each["evidence"]["stream"] for each in found.document["violations"]
    }
    assert found.document["exported"] is None
    assert not (tmp_path / "later.jsonl").exists()


@pytest.mark.usefixtures("subscription")
def test_a_broken_chain_is_not_exported(own: Cli, tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text("of yesterday")
    tamper(
        own.environment["DATABASE_URL"],
        WITHOUT_TRIGGERS,
        "update events set metadata = '{}' where version = 4",
    )
    done = verify(own, "--export-anchors", str(file))
    assert (done.code, invariants(done)) == (1, {"hash_chain_verifies"})
    assert done.document["exported"] is None
    assert file.read_text() == "of yesterday"


HEAD = '{"anchors": 1, "at": "2026-11-25T09:35:54Z"}\n'
ANCHOR = '{"stream": "s", "version": 1, "hash": "h"}\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        ("", "is empty"),
        ("root:x:0:0:secret\n", "holds no anchor in line 1"),
        (ANCHOR, "holds no anchor in line 1"),
        (HEAD, "ends too early"),
        (HEAD + ANCHOR, "ends too early"),
        (HEAD + ANCHOR + "{}\n", "holds no anchor in line 3"),
        (HEAD + ANCHOR + '{"streams": 2}\n', "holds 1 of its 2 anchors"),
        (HEAD + '{"streams": 0}\n' + ANCHOR, "holds no anchor in line 2"),
        (HEAD.replace("1,", "2,"), "holds no anchor in line 1"),
        (HEAD + "x" * 5000, "holds no anchor in line 2"),
    ],
)
def test_a_file_that_holds_no_anchors_is_told_without_its_content(
    own: Cli, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "given"
    if content is not None:
        file.write_text(content)
    done = own.run("verify", "--no-temporal", "--json", "--anchors", str(file))
    assert (done.code, done.error["code"], done.error["field"]) == (2, "bad_input", "anchors")
    assert said in done.error["message"]
    assert "secret" not in done.stdout


def test_anchors_go_only_where_a_file_can_be(own: Cli, tmp_path: Path) -> None:
    done = own.run("verify", "--json", "--export-anchors", str(tmp_path / "no" / "f"))
    assert (done.code, done.error["field"]) == (2, "export_anchors")
