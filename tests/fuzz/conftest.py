"""A stack of this room's own: fuzzed worlds change the catalog of everybody."""

from tests.api.conftest import own_cli

__all__ = ["own_cli"]
