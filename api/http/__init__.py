"""The HTTP API: an ASGI app over the service."""
