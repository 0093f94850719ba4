import urllib.request
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from deploy.local_stack import temporal_server
from deploy.local_stack.child import ChildError, tail
from deploy.local_stack.temporal_server import SEARCH_ATTRIBUTES, TemporalServer


def types_of(*names: str) -> set[str]:
    return {f"INDEXED_VALUE_TYPE_{name.upper()}" for name in names}


async def test_knows_the_search_attributes_from_the_first_moment() -> None:
    with TemporalServer() as server:
        client = await Client.connect(server.address)
        found = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        custom = found.custom_attributes
        assert set(SEARCH_ATTRIBUTES) <= set(custom)
        for name, kind in SEARCH_ATTRIBUTES.items():
            assert {IndexedValueType.Name(custom[name])} == types_of(kind)
        # … also for a start right away, although the server caches them.
        await client.start_workflow("Nobody", id="one", task_queue="none")


async def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path / "not there yet" / "temporal.db")
    with server:
        client = await Client.connect(server.address)
        await client.start_workflow("Nobody", id="kept", task_queue="none")
        server.kill()
        assert not server.process_alive
        server.start()
        again = await Client.connect(server.address)
        assert (await again.get_workflow_handle("kept").describe()).id == "kept"


def test_serves_pages_if_asked() -> None:
    with TemporalServer(ui=True) as server:
        with urllib.request.urlopen(server.ui_url) as page:  # noqa: S310 - our own address
            assert page.status == 200
        log = server.log
    assert not log.exists()
    assert TemporalServer().ui_url == ""


def test_variables_of_another_cluster_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere.example:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "secret")
    monkeypatch.setenv("TEMPORAL_TLS", "true")
    with TemporalServer() as server:
        assert server.process_alive


def test_does_not_take_another_server_for_its_own() -> None:
    with TemporalServer() as server, pytest.raises(ChildError, match=f"{server.port} is in use"):
        TemporalServer(port=server.port).start()


def test_says_what_the_log_says_when_it_cannot_start(tmp_path: Path) -> None:
    folder = tmp_path / "temporal.db"
    folder.mkdir()
    with pytest.raises(ChildError, match="unable to open database file"):
        TemporalServer(folder, log=tmp_path / "log").start()


def test_one_that_dies_while_it_starts_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies_first(times: int) -> str:
        """A server that crashes as Go programs do, so many times."""
        script = tmp_path / f"dies-{times}"
        script.write_text(
            "#!/bin/sh\n"
            'if [ "$1" = server ]; then\n'
            f"  echo >> {script}.starts\n"
            f"  if [ $(wc -l < {script}.starts) -le {times} ]; then\n"
            '    echo "panic: a port is taken"; seq 100; exit 2\n'
            "  fi\n"
            "fi\n"
            f'exec {temporal_server.executable()} "$@"\n'
        )
        script.chmod(0o700)
        return str(script)

    twice = dies_first(temporal_server.START_ATTEMPTS - 1)
    always = dies_first(temporal_server.START_ATTEMPTS)
    monkeypatch.setattr(temporal_server, "executable", lambda: twice)
    with TemporalServer() as server:
        assert server.process_alive
    monkeypatch.setattr(temporal_server, "executable", lambda: always)
    with pytest.raises(ChildError, match=r"(?s)code 2:.*panic: a port is taken.*100"):
        TemporalServer().start()


def test_tail_of_a_silent_log(tmp_path: Path) -> None:
    assert tail(tmp_path / "none") == "    (no output)"
    log = tmp_path / "log"
    log.write_text("".join(f"{n}\n" for n in range(101)))
    assert tail(log, lines=2) == "    99\n    100"
