"""Why Temporal cannot be worked on: each kind of failure in its own words, and never a secret."""

import socket
from typing import get_args

import pytest
from temporalio.service import RPCError, RPCStatusCode

from api.runs.findings import UnreachableReason
from deploy import temporal_client
from deploy.temporal_client import CannotConnect, connect_temporal

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, "nobody answers at 127.0.0.1:1: start Temporal"),
        ({"TEMPORAL_ADDRESS": "no.such.invalid:7233"}, "there is no host no.such.invalid"),
        (
            {
                "TEMPORAL_ADDRESS": "127.0.0.1:1",
                "TEMPORAL_TLS_CLIENT_CERT_DATA": SECRET,
                "TEMPORAL_TLS_CLIENT_KEY_DATA": SECRET,
            },
            "the client certificate or its key cannot be used",
        ),
    ],
)
async def test_what_cannot_be_reached_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotConnect) as refused:
        await connect_temporal()
    assert str(refused.value).startswith(said)
    assert "TEMPORAL_" in str(refused.value)
    assert SECRET not in str(refused.value)


async def test_a_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(temporal_client, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(CannotConnect, match=r"did not answer within 0\.5 s"):
            await connect_temporal()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RPCStatusCode.NOT_FOUND, "there is no namespace 'orders' on there:7233"),
        (RPCStatusCode.PERMISSION_DENIED, "there:7233 refuses these credentials"),
        (RPCStatusCode.UNAUTHENTICATED, "there:7233 refuses these credentials"),
        (RPCStatusCode.UNAVAILABLE, "there:7233 answered UNAVAILABLE"),
    ],
)
def test_what_a_server_refuses(status: RPCStatusCode, said: str) -> None:
    error = RPCError(SECRET, status, b"")
    refused = temporal_client._refused(error, "there:7233", "orders")  # pyright: ignore[reportPrivateUsage]
    told = str(refused)
    assert refused.address == "there:7233"
    assert told.startswith(said)
    assert SECRET not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "ConnectError(Custom { error: InvalidMessage(InvalidContentType) })",
            "there:1 does not speak",
        ),
        ("InvalidCertificate(UnknownIssuer)", "the certificate of there:1 is not trusted"),
        ("InvalidCertificate(NotValidForName)", "the certificate of there:1 is not trusted"),
        ("AlertReceived(CertificateRequired)", "there:1 refuses our TLS"),
        ("Status { code: PermissionDenied }", "there:1 refuses these credentials"),
        (f"something new {SECRET}", "there:1 cannot be talked to"),
    ],
)
def test_the_words_of_libraries_become_ours(words: str, said: str) -> None:
    told = str(temporal_client._unconnected(words, "there:1"))  # pyright: ignore[reportPrivateUsage]
    assert told.startswith(said)
    assert SECRET not in told


def test_every_reason_can_be_a_finding() -> None:
    assert get_args(temporal_client.Reason) == get_args(UnreachableReason)
