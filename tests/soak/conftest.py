"""What the shadow's tests ask for."""

from tests.store.conftest import life

__all__ = ["life"]
