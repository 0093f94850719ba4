"""What can be set from outside: environment variables, read once by a composition root.

Temporal keeps its own names (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
`TEMPORAL_TLS_…`, `TEMPORAL_PROFILE`, or its TOML file): whatever its own tools accept works here.
Nothing is read at import.
"""

import base64
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    # At run time only inside the function: temporalio takes a second to import.
    from temporalio.envconfig import ClientConnectConfig

LOCAL_TEMPORAL = "localhost:7233"


class SettingsError(Exception):
    """A variable is missing or wrong; the message names each one and how to mend it."""


_KEY_BYTES = 24
_KEY = f"at least {_KEY_BYTES} random bytes as base64, also with whsec_ before them"
_KEY_NAMES = (
    "credit_service_key",
    "credit_service_retired_keys",
    "credit_callback_key",
    "credit_callback_retired_keys",
)
_MOST_RETIRED = 4
_RETIRED = f"before, up to {_MOST_RETIRED} with commas between them"


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises `ValueError` where they are not base64."""
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _keys_of(secrets: str | None) -> tuple[bytes, ...]:
    """The bytes of secrets with commas between them. Raises `ValueError`, as `key_of` does."""
    return tuple(key_of(secret.strip()) for secret in secrets.split(",")) if secrets else ()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port_of(address: str) -> int | None:
    """The port of `host:port`. Raises `ValueError` where there can be no such port."""
    return urlsplit(f"//{address}").port


def _ports_of(text: str) -> frozenset[int]:
    """Raises `ValueError` unless it is numbers with commas between them."""
    if not text.isascii() or "_" in text:
        raise ValueError("not plain numbers")
    return frozenset(int(port) for port in text.split(","))


@dataclass(frozen=True)
class CreditService:
    """A credit service that is set, with everything it takes to ask it."""

    url: str
    key: bytes = field(repr=False)
    callback_key: bytes = field(repr=False)
    callback_url: str
    retired_keys: tuple[bytes, ...] = field(repr=False)
    retired_callback_keys: tuple[bytes, ...] = field(repr=False)


class Settings(BaseSettings):
    """The settings, frozen. Each is the environment variable of its name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = Field(
        repr=False,  # it holds a password
        description="postgresql://user:password@host:port/database; ./dev up prints one",
    )
    database_pool_min: int = Field(
        1, ge=0, le=1000, description="a number of connections, 0 to 1000"
    )
    database_pool_max: int = Field(
        10, ge=1, le=1000, description="a number of connections, 1 to 1000"
    )
    database_timeout_seconds: float = Field(
        60.0, gt=0, le=86_400, description="seconds that one statement may take, above 0 to 86400"
    )
    migrate: bool = Field(
        True,
        description="true or false: whether a worker applies migrations that are missing at its start",
    )
    log_format: Literal["json", "console"] = Field("json", description="json or console")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    task_queues: str = Field(
        "plan-upgrades,user-moves",
        description="plan-upgrades, user-moves, or both with a comma between them",
    )
    worker_build_id: str | None = Field(
        None,
        description="the build this worker runs, 1 to 100 letters, digits, dots, _ or -, such as a"
        " commit: Temporal gives it work only once that build is current or ramping (see"
        " docs/rolling-deploys.md); unset: it gets work at once",
    )
    worker_deployment: str = Field(
        "plan-upgrade",
        description="the deployment that WORKER_BUILD_ID is a build of, 1 to 100 letters, digits, _"
        " or -, the same for all workers",
    )
    move_batch_size: int = Field(
        100_000,
        ge=1,
        le=10_000_000,
        description="users moved in one transaction at most, 1 to 10000000",
    )
    move_batch_seconds: float = Field(
        1.0,
        gt=0,
        le=3600,
        description="seconds that one transaction of a move should take at most, above 0 to 3600",
    )
    moves_at_once: int = Field(
        2,
        ge=1,
        le=1000,
        description="large batches that a worker moves at the same time, 1 to 1000",
    )
    graceful_shutdown_seconds: float = Field(
        20.0,
        ge=0,
        le=86_400,
        description="seconds that running activities get at a worker's stop, 0 to 86400",
    )
    webhook_relay: bool = Field(
        True, description="true or false: whether this worker sends webhooks, as well as its steps"
    )
    webhook_allow_private_addresses: bool = Field(
        False, description="true or false: whether webhooks may go to this machine and its networks"
    )
    webhook_allow_http: bool = Field(
        False, description="true or false: whether webhooks may go over the internet by plain HTTP"
    )
    webhook_ports: str | None = Field(
        None,
        description="ports that webhooks may go to, with commas between them, such as 443,8443;"
        " never 0 or 25",
    )
    webhook_timeout_seconds: float = Field(
        10.0, gt=0, le=60, description="seconds that one webhook may take, above 0 and up to 60"
    )

    upgrade_api_url: str | None = Field(
        None, description="http(s)://host:port, where the HTTP API can be reached by others"
    )
    upgrade_api_hosts: str | None = Field(
        None,
        description="names that requests to the HTTP API may be for, with commas between them, such as"
        " upgrades.example; unset: any",
    )
    credit_service_url: str | None = Field(
        None,
        description="https://... without user or password, where credit checks are asked for (http://"
        " only on this machine); unset: operators decide",
    )
    credit_service_key: str | None = Field(
        None, repr=False, description=f"a secret shared with the credit service: {_KEY}"
    )
    credit_callback_key: str | None = Field(
        None, repr=False, description=f"a secret of our own for callbacks: {_KEY}"
    )
    credit_service_retired_keys: str | None = Field(
        None, repr=False, description=f"what CREDIT_SERVICE_KEY was {_RETIRED}"
    )
    credit_callback_retired_keys: str | None = Field(
        None, repr=False, description=f"what CREDIT_CALLBACK_KEY was {_RETIRED}"
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str) -> str:
        if not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("not a Postgres URL")
        for host in urlsplit(value).netloc.rpartition("@")[2].split(","):
            _port_of(host)
        return value

    @field_validator("task_queues", mode="before")
    @classmethod
    def _is_known(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = [name.strip() for name in value.split(",")]
        if not set(names) <= {"plan-upgrades", "user-moves"} or len(set(names)) < len(names):
            raise ValueError("not the task queues there are")
        return ",".join(names)

    @field_validator("worker_build_id", "worker_deployment")
    @classmethod
    def _is_name_of_builds(cls, value: str | None, field: ValidationInfo) -> str | None:
        """Temporal writes both in one, with a dot or a colon between: neither fits in a deployment."""
        dots = "." if field.field_name == "worker_build_id" else ""
        if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_{dots}-]{{0,99}}", value or "unset"):
            raise ValueError("not a name of builds")
        return value

    @model_validator(mode="after")
    def _deployment_has_a_build(self) -> "Settings":
        if "worker_deployment" in self.model_fields_set and self.worker_build_id is None:
            raise ValueError(
                "WORKER_DEPLOYMENT is set, but not WORKER_BUILD_ID: set it to the build that runs, or"
                " unset both"
            )
        return self

    @field_validator("webhook_ports")
    @classmethod
    def _are_ports(cls, value: str | None) -> str | None:
        if not _ports_of(value or "443") <= set(range(1, 65536)) - {25}:
            raise ValueError("not ports that webhooks may go to")
        return value

    @property
    def webhook_reach(self) -> tuple[bool, bool, frozenset[int] | None]:
        """Whether webhooks may go to private addresses, by plain HTTP, and to which ports alone."""
        return (
            self.webhook_allow_private_addresses,
            self.webhook_allow_http,
            None if self.webhook_ports is None else _ports_of(self.webhook_ports),
        )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("upgrade_api_url", "credit_service_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://unset")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("not an http(s) URL")
        if parts.username is not None or parts.fragment or re.search(r"\s", value or ""):
            raise ValueError("has a user, a fragment or a space")
        return value

    @field_validator("credit_service_url")
    @classmethod
    def _is_safe_on_the_way(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://unset")
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise ValueError("goes over a network by plain HTTP")
        return value

    @field_validator("upgrade_api_hosts")
    @classmethod
    def _are_hosts(cls, value: str | None) -> str | None:
        names = [name.strip() for name in (value or "unset").split(",")]
        if not all(re.fullmatch(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", name) for name in names):
            raise ValueError("not hosts without a port")
        return value

    @property
    def http_hosts(self) -> list[str]:
        """The hosts of `upgrade_api_hosts`, in lower case."""
        return [name.strip().lower() for name in (self.upgrade_api_hosts or "").split(",") if name]

    @field_validator(*_KEY_NAMES)
    @classmethod
    def _are_keys(cls, value: str | None, field: ValidationInfo) -> str | None:
        keys = _keys_of(value)
        if any(len(key) < _KEY_BYTES for key in keys):
            raise ValueError("too short")
        if len(keys) > (_MOST_RETIRED if "retired" in str(field.field_name) else 1):
            raise ValueError("too many")
        return value

    @model_validator(mode="after")
    def _credit_service_is_whole(self) -> "Settings":
        needed = ("credit_service_key", "credit_callback_key", "upgrade_api_url")
        missing = [name.upper() for name in needed if getattr(self, name) is None]
        if self.credit_service_url and missing:
            raise ValueError(
                f"CREDIT_SERVICE_URL is set, but not {', '.join(missing)}: a credit service is asked"
                " and calls back only with all of them"
            )
        return self

    @model_validator(mode="after")
    def _no_key_is_used_twice(self) -> "Settings":
        """One key for two purposes would let a message of the one pass for the other's."""
        seen: dict[bytes, str] = {}
        for name in _KEY_NAMES:
            for key in _keys_of(getattr(self, name)):
                if key in seen:
                    both = sorted({seen[key].upper(), name.upper()})
                    raise ValueError(
                        f"{' and '.join(both)} {'hold' if len(both) > 1 else 'holds'} the same key"
                        " twice: make one of its own for each, such as by openssl rand -base64 32"
                    )
                seen[key] = name
        return self

    def credit_service(self) -> "CreditService | None":
        """What is needed to ask a credit service; None where operators decide."""
        if not (
            self.credit_service_url
            and self.credit_service_key
            and self.credit_callback_key
            and self.upgrade_api_url
        ):
            return None
        return CreditService(
            url=self.credit_service_url,
            key=key_of(self.credit_service_key),
            callback_key=key_of(self.credit_callback_key),
            callback_url=self.upgrade_api_url.rstrip("/") + "/credit-decisions",
            retired_keys=_keys_of(self.credit_service_retired_keys),
            retired_callback_keys=_keys_of(self.credit_callback_retired_keys),
        )

    @model_validator(mode="after")
    def _pool_has_room(self) -> "Settings":
        if self.database_pool_min > self.database_pool_max:
            raise ValueError(
                f"DATABASE_POOL_MIN ({self.database_pool_min}) is above "
                f"DATABASE_POOL_MAX ({self.database_pool_max}): lower the one or raise the other"
            )
        return self


def load_settings() -> Settings:
    """Reads the settings from the environment.

    Raises:
        SettingsError: With one line for each variable that is missing or wrong. Values are not
            repeated in it: they may be secrets.
    """
    try:
        return Settings()  # pyright: ignore[reportCallIssue] - it is filled from the environment
    except ValidationError as error:
        lines = [_mend(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def described_settings() -> Iterator[tuple[str, str]]:
    """Each environment variable there is, and what it says."""
    for name, setting in Settings.model_fields.items():
        has_default = not setting.is_required() and setting.default is not None
        default = str(setting.default).lower() if setting.annotation is bool else setting.default
        yield (
            name.upper(),
            f"{setting.description}; {default} if not set"
            if has_default
            else str(setting.description),
        )
    yield "TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ...", "as Temporal's own tools take them"


def _mend(location: tuple[int | str, ...], kind: str, message: str) -> str:
    if not location:  # of several variables; the message is our own
        return message.removeprefix("Value error, ")
    name = str(location[0])
    expected = Settings.model_fields[name].description
    problem = "is not set" if kind == "missing" else "has a wrong value"
    return f"{name.upper()} {problem}: expected {expected}"


def temporal_connection() -> "ClientConnectConfig":
    """Keyword arguments for `temporalio.client.Client.connect`, by Temporal's own variables.

    Without any of them: the development server on this machine.

    Raises:
        SettingsError: They contradict each other, or their file cannot be read.
    """
    from temporalio.envconfig import ClientConfig  # noqa: PLC0415

    named = os.environ.get("TEMPORAL_CONFIG_FILE")
    if named and not os.path.exists(named):
        # Temporal's reader takes such a file for an empty one, and would go to another server.
        raise SettingsError(
            "TEMPORAL_CONFIG_FILE: there is no such file; mend the path, or unset it"
        )
    try:
        found = ClientConfig.load_client_connect_config()
    except Exception as error:  # noqa: BLE001 - its parts raise whatever they like
        raise SettingsError(
            f"TEMPORAL_…: {_where(error)}. Check TEMPORAL_ADDRESS, TEMPORAL_PROFILE, TEMPORAL_TLS_… "
            "and the file that TEMPORAL_CONFIG_FILE names"
        ) from None
    address = found.setdefault("target_host", LOCAL_TEMPORAL)
    try:
        if "/" in address or not _port_of(address):
            raise ValueError
    except ValueError:
        raise SettingsError(
            f"TEMPORAL_ADDRESS is {address!r}: write host:port, such as {LOCAL_TEMPORAL}"
        ) from None
    return found


def _where(error: Exception) -> str:
    """What is wrong with Temporal's settings, without what they say: that may be a secret."""
    if isinstance(error, OSError):
        return f"{error.filename} cannot be read ({error.strerror})"
    if found := re.search(r"TOML parse error at (line \d+, column \d+)", str(error)):
        return f"the file is not TOML at {found[1]}"
    if "rofile" in str(error):
        return "there is no such profile"
    return "they cannot be used together"
