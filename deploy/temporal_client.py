"""Connecting to Temporal, and saying in plain words why that is not possible.

The client library tells neither a wrong namespace nor a server that says nothing, and its words for the
rest are those of the libraries below it. So here the namespace is looked up before anything is done
with it, everything has a time limit, and each kind of failure has a sentence of its own that names the
setting to look at. No value of a setting but address and namespace is repeated: it may be a secret.
"""

import asyncio
from typing import Any, Literal

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from deploy.settings import temporal_connection

CONNECT_SECONDS = 10.0


Reason = Literal[
    "refused", "unknown_host", "silent", "no_namespace", "not_allowed", "tls", "unwell", "unknown"
]
"""Why Temporal cannot be asked, for programs."""


class CannotConnect(Exception):
    """Nothing can be done on Temporal with these settings; the message says why, and what to look at."""

    def __init__(self, reason: Reason, address: str, message: str) -> None:
        """`address` is the one that was tried."""
        self.reason = reason
        self.address = address
        super().__init__(message)


async def connect_temporal(**options: Any) -> Client:
    """A client on a namespace that is there; `options` are further ones of `Client.connect`.

    Raises `CannotConnect`, and `deploy.settings.SettingsError` where settings contradict each other.
    """
    connection = temporal_connection()
    address = connection.get("target_host", "")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = await Client.connect(**connection, **options)
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=client.namespace)
            )
    except TimeoutError:
        raise CannotConnect(
            "silent",
            address,
            f"{address} did not answer within {CONNECT_SECONDS:g} s: is it Temporal, and running?",
        ) from None
    except RPCError as error:
        raise _refused(error, address, connection.get("namespace")) from None
    except (RuntimeError, ValueError) as error:
        raise _unconnected(str(error), address) from None
    return client


def _refused(error: RPCError, address: str, namespace: str | None) -> CannotConnect:
    match error.status:
        case RPCStatusCode.NOT_FOUND | RPCStatusCode.INVALID_ARGUMENT:
            name = namespace or "default"
            says = f"there is no namespace {name!r} on {address}: create it, or check TEMPORAL_NAMESPACE"
            return CannotConnect("no_namespace", address, says)
        case RPCStatusCode.PERMISSION_DENIED | RPCStatusCode.UNAUTHENTICATED:
            return CannotConnect("not_allowed", address, _NOT_ALLOWED.format(address=address))
        case status:
            return CannotConnect(
                "unwell", address, f"{address} answered {status.name}: is it well?"
            )


_NOT_ALLOWED = (
    "{address} refuses these credentials: check TEMPORAL_API_KEY, the client certificate"
    " (TEMPORAL_TLS_...), and that they are for TEMPORAL_NAMESPACE"
)
_SAID: tuple[tuple[tuple[str, ...], Reason, str], ...] = (
    (("dns error",), "unknown_host", "there is no host {host}: check TEMPORAL_ADDRESS"),
    (
        ("ConnectionRefused", "tcp connect error"),
        "refused",
        "nobody answers at {address}: start Temporal, or check TEMPORAL_ADDRESS",
    ),
    (
        ("InvalidContentType", "InvalidMessage"),
        "tls",
        "{address} does not speak TLS: unset TEMPORAL_TLS_..., and TEMPORAL_API_KEY, which asks for TLS"
        " too, or check TEMPORAL_ADDRESS",
    ),
    (
        ("PrivateKeyParseError", "CertificateParseError", "KeyMismatch"),
        "tls",
        "the client certificate or its key cannot be used: check TEMPORAL_TLS_CLIENT_CERT_... and"
        " TEMPORAL_TLS_CLIENT_KEY_...",
    ),
    (
        ("UnknownIssuer", "InvalidCertificate", "NotValidForName", "UnsupportedCertVersion"),
        "tls",
        "the certificate of {address} is not trusted, or is another name's: check"
        " TEMPORAL_TLS_SERVER_CA_CERT_... and TEMPORAL_TLS_SERVER_NAME",
    ),
    (
        ("CertificateRequired", "HandshakeFailure", "AlertReceived"),
        "tls",
        "{address} refuses our TLS: check TEMPORAL_TLS_...",
    ),
    (("PermissionDenied", "Unauthenticated"), "not_allowed", _NOT_ALLOWED),
)
"""What the library's words hold, and what that means."""


def _unconnected(said: str, address: str) -> CannotConnect:
    for signs, reason, sentence in _SAID:
        if any(sign in said for sign in signs):
            host = address.rpartition(":")[0]
            return CannotConnect(reason, address, sentence.format(address=address, host=host))
    says = f"{address} cannot be talked to: is it Temporal? Check TEMPORAL_ADDRESS and TEMPORAL_TLS_..."
    return CannotConnect("unknown", address, says)
