import base64
from pathlib import Path

import pytest
from pydantic import ValidationError
from temporalio.common import WorkerDeploymentVersion

from deploy.settings import (
    CreditService,
    Settings,
    SettingsError,
    load_settings,
    temporal_connection,
)
from worker import version_of

URL = "postgresql://someone:hunter2@db.example/orders"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    names = {name.upper() for name in Settings.model_fields}
    for name in list(os.environ):
        if name in names or name.startswith("TEMPORAL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)


def test_only_the_database_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    settings = load_settings()
    assert settings.database_url == URL
    assert settings.move_batch_size == 100_000
    assert (settings.log_format, settings.log_level) == ("json", "INFO")


def test_every_fault_is_named_at_once_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    monkeypatch.setenv("MOVE_BATCH_SIZE", "many")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).splitlines() == [
        "DATABASE_URL is not set: expected postgresql://user:password@host:port/database; "
        "./dev up prints one",
        "LOG_FORMAT has a wrong value: expected json or console",
        "MOVE_BATCH_SIZE has a wrong value: expected users moved in one transaction at most, 1 to "
        "10000000",
    ]


@pytest.mark.parametrize("value", ["inf", "nan", "1e999", "9" * 5_000, "-1", "1000000001"])
@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_POOL_MIN",
        "DATABASE_POOL_MAX",
        "DATABASE_TIMEOUT_SECONDS",
        "GRACEFUL_SHUTDOWN_SECONDS",
        "MOVES_AT_ONCE",
        "MOVE_BATCH_SECONDS",
        "MOVE_BATCH_SIZE",
        "WEBHOOK_TIMEOUT_SECONDS",
    ],
)
def test_every_number_has_an_end(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} has a wrong value: expected"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://someone:hunter2@db.example/orders")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("DATABASE_URL", URL)
    assert "hunter2" not in repr(load_settings())


def test_contradicting_pool_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("DATABASE_POOL_MIN", "20")
    with pytest.raises(SettingsError, match="lower the one or raise the other"):
        load_settings()


def test_words_may_be_in_any_case_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("LOG_FORMAT", "Console")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("MOVE_BATCH_SIZE", "")
    settings = load_settings()
    assert (settings.log_format, settings.log_level) == ("console", "DEBUG")
    assert settings.move_batch_size == 100_000


def test_a_process_serves_the_task_queues_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    assert load_settings().task_queues == "plan-upgrades,user-moves"
    monkeypatch.setenv("TASK_QUEUES", " user-moves ")
    assert load_settings().task_queues == "user-moves"
    for wrong in ("moves", "user-moves,user-moves", "user-moves,"):
        monkeypatch.setenv("TASK_QUEUES", wrong)
        with pytest.raises(SettingsError, match="TASK_QUEUES has a wrong value: expected plan-"):
            load_settings()


def test_a_worker_has_a_build_only_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    assert version_of(load_settings()) is None
    monkeypatch.setenv("WORKER_BUILD_ID", "v1.4.2_rc-1")
    assert version_of(load_settings()) == WorkerDeploymentVersion("plan-upgrade", "v1.4.2_rc-1")
    monkeypatch.setenv("WORKER_DEPLOYMENT", "upgrades-eu")
    assert version_of(load_settings()) == WorkerDeploymentVersion("upgrades-eu", "v1.4.2_rc-1")
    monkeypatch.setenv("WORKER_BUILD_ID", "")
    with pytest.raises(SettingsError, match=r"WORKER_DEPLOYMENT is set, but not WORKER_BUILD_ID: "):
        load_settings()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(
            ("WORKER_BUILD_ID", value)
            for value in ("a b", "a:b", ".a", "-a", "a/b", "\u00e9", "a\n")
        ),
        *(("WORKER_DEPLOYMENT", value) for value in ("a.b", "a:b", "_a", "a b")),
        *((name, "a" * 101) for name in ("WORKER_BUILD_ID", "WORKER_DEPLOYMENT")),
    ],
)
def test_a_build_is_named_so_that_everybody_can_type_it(
    name: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("WORKER_BUILD_ID", "good")
    monkeypatch.setenv(name, wrong)
    with pytest.raises(SettingsError, match=f"^{name} has a wrong value: expected the "):
        load_settings()


def test_where_webhooks_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    assert load_settings().webhook_reach == (False, False, None)
    monkeypatch.setenv("WEBHOOK_ALLOW_HTTP", "true")
    monkeypatch.setenv("WEBHOOK_PORTS", "80, 443")
    assert load_settings().webhook_reach == (False, True, frozenset([80, 443]))
    for wrong in ("0", "25", "443,25", "443,", "any", "65536", "-1", "4_43", "\uff14\uff14\uff13"):
        monkeypatch.setenv("WEBHOOK_PORTS", wrong)
        with pytest.raises(SettingsError, match=r"WEBHOOK_PORTS has a wrong value: .*never 0"):
            load_settings()


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 24).decode()


CREDIT = {
    "DATABASE_URL": URL,
    "CREDIT_SERVICE_URL": "https://credit.example/checks",
    "CREDIT_SERVICE_KEY": key("a"),
    "CREDIT_CALLBACK_KEY": key("b"),
    "UPGRADE_API_URL": "https://upgrades.example",
}


def credit(monkeypatch: pytest.MonkeyPatch, **changed: str) -> CreditService | None:
    for name, value in (CREDIT | changed).items():
        monkeypatch.setenv(name, value)
    return load_settings().credit_service()


def test_a_credit_service_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    found = credit(
        monkeypatch,
        CREDIT_SERVICE_RETIRED_KEYS=f"whsec_{key('c')}, {key('d')}",
        CREDIT_CALLBACK_RETIRED_KEYS=key("e"),
    )
    assert found is not None
    assert (found.key, found.callback_key) == (b"a" * 24, b"b" * 24)
    assert found.retired_keys == (b"c" * 24, b"d" * 24)
    assert found.retired_callback_keys == (b"e" * 24,)
    assert found.callback_url == "https://upgrades.example/credit-decisions"


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost:9000/checks", "http://127.0.0.1/", "http://[::1]:9000/checks"),
        *("https://credit.example:8443/checks?of=us", "https://10.0.0.7/checks"),
    ],
)
def test_where_a_credit_service_may_be(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    found = credit(monkeypatch, CREDIT_SERVICE_URL=url)
    assert found is not None
    assert found.url == url


@pytest.mark.parametrize(
    "url",
    [
        *("http://credit.example/checks", "http://10.0.0.7/", "http://localhost.example/"),
        *("http://127.0.0.1.example/", "ftp://credit.example/", "https://me:pw@credit.example/"),
        *("https://", "credit.example", "https://credit.example:0/", "https://credit.example:x/"),
        *(
            "https://credit.example/#a",
            "https://credit.example/a b",
            "http://0.0.0.0/",
            "http://[::/",
        ),
    ],
)
def test_where_a_credit_service_may_not_be(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(SettingsError, match="CREDIT_SERVICE_URL has a wrong value: expected https"):
        credit(monkeypatch, CREDIT_SERVICE_URL=url)


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (
            {"CREDIT_CALLBACK_KEY": "whsec_" + key("a")},
            "CREDIT_CALLBACK_KEY and CREDIT_SERVICE_KEY",
        ),
        (
            {"CREDIT_SERVICE_RETIRED_KEYS": key("a")},
            "CREDIT_SERVICE_KEY and CREDIT_SERVICE_RETIRED_KEYS",
        ),
        (
            {"CREDIT_CALLBACK_RETIRED_KEYS": key("b")},
            "CREDIT_CALLBACK_KEY and CREDIT_CALLBACK_RETIRED_KEYS",
        ),
        (
            {"CREDIT_CALLBACK_RETIRED_KEYS": key("a")},
            "CREDIT_CALLBACK_RETIRED_KEYS and CREDIT_SERVICE_KEY",
        ),
        (
            {"CREDIT_SERVICE_RETIRED_KEYS": f"{key('c')},{key('c')}"},
            "CREDIT_SERVICE_RETIRED_KEYS",
        ),
    ],
)
def test_a_key_has_one_purpose(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], names: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        credit(monkeypatch, **changed)
    assert str(caught.value).startswith(f"{names} hold")
    assert "the same key twice: make one of its own for each" in str(caught.value)
    assert key("a") not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREDIT_SERVICE_KEY", f"{key('a')},{key('c')}"),
        ("CREDIT_SERVICE_RETIRED_KEYS", ",".join(map(key, "cdefg"))),
        ("CREDIT_SERVICE_RETIRED_KEYS", f"{key('c')},"),
        ("CREDIT_CALLBACK_RETIRED_KEYS", "c2hvcnQ="),
        ("CREDIT_CALLBACK_RETIRED_KEYS", "not base64!"),
    ],
)
def test_keys_that_are_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} has a wrong value"):
        credit(monkeypatch, **{name: value})


def test_they_cannot_be_changed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.move_batch_size = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_temporal_by_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert temporal_connection() == {"target_host": "localhost:7233"}
    monkeypatch.setenv("TEMPORAL_ADDRESS", "cloud.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "orders")
    found = temporal_connection()
    assert (found.get("target_host"), found.get("namespace")) == ("cloud.example:7233", "orders")


def test_temporal_settings_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_PROFILE", "nobody")
    with pytest.raises(SettingsError, match="TEMPORAL_PROFILE"):
        temporal_connection()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:99999", "localhost:temporal", "localhost", "http://localhost:7233", "[", ":"],
)
def test_an_address_of_temporal_that_there_cannot_be(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(SettingsError) as refused:
        temporal_connection()
    assert str(refused.value).startswith(f"TEMPORAL_ADDRESS is '{address}': write host:port")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[profile.default]\napi_key = hunter2\n", "line 2, column 11"),
        ("[profile.default]\napi_key = 7\naddress = 'hunter2", "line 3"),
        ("[profile.default]\nhunter2 = 'hunter2'\n", None),
        ("hunter2", "line 1"),
    ],
)
def test_a_file_of_temporal_that_cannot_be_read_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, said: str | None
) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text(content)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    if said is None:  # unknown keys are left alone by Temporal's own tools
        temporal_connection()
        return
    with pytest.raises(SettingsError) as refused:
        temporal_connection()
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_file_of_temporal_that_is_not_there_is_not_taken_for_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    with pytest.raises(SettingsError, match="TEMPORAL_CONFIG_FILE: there is no such file"):
        temporal_connection()


@pytest.mark.parametrize(
    ("hosts", "fits"),
    [
        ("db.example", True),
        ("one.example:5432,two.example:5433", True),
        ("[::1]:5432", True),
        ("db.example:99999", False),
        ("one.example:5432,two.example:five", False),
    ],
)
def test_the_ports_of_a_database_url(
    monkeypatch: pytest.MonkeyPatch, hosts: str, fits: bool
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://someone:secret@{hosts}/orders")
    if fits:
        assert hosts in load_settings().database_url
    else:
        with pytest.raises(SettingsError, match="DATABASE_URL has a wrong value: expected postgr"):
            load_settings()
