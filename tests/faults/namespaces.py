"""Namespaces of their own, so that no other worker takes a test's tasks."""

from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from deploy.local_stack.temporal_server import TemporalServer


async def a_namespace(server: TemporalServer) -> str:
    """The name of a new one."""
    name = f"fault-{uuid4().hex[:12]}"
    client = await Client.connect(server.address)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=name, workflow_execution_retention_period=Duration(seconds=86400)
        )
    )
    return name
