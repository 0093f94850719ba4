"""A primary and its standby, and how workers and callers find whoever is the primary."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from deploy.local_stack.postgres import PostgresServer
from tests.faults.proxy import Proxy
from tests.faults.standby import Standby


@dataclass
class Pair:
    """A primary and its standby, behind one address."""

    primary: PostgresServer
    standby: Standby
    address: Proxy

    def url(self, way: str) -> str:
        """Where workers and callers look for the primary."""
        if way == "one address":
            return self.address.url_of(self.primary.url())
        parts = urlsplit(self.primary.url())
        login = parts.netloc.rpartition("@")[0]
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in (self.primary, self.standby))
        netloc, query = f"{login}@{hosts}", "target_session_attrs=read-write"
        return urlunsplit(parts._replace(netloc=netloc, query=query))

    def lose_the_primary(self) -> None:
        """`kill -9`, and its disk is gone: it never comes back."""
        self.primary.kill()
        assert not self.primary.process_alive
        self.address.lead_to("127.0.0.1", self.standby.port)
