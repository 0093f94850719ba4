"""Who calls: the first argument of every method of the service.

    role              may, of the tenants that the caller has
    viewer            read options, upgrades, invoices, notices
    customer_admin    the same, and quote, order, cancel, change what remedies need
    credit_reviewer   see upgrades, and decide credit checks
    operator          retry, undo, skip, block, incidents, decisions, and run the service
    finance           invoices, statements, where each amount comes from, e-invoices
    auditor           read everything, change nothing

Which role may call which method stands at the method (`api.arguments.allowed`), and all of it in
`docs/who-may-what.md`. What belongs to a tenant that the caller does not have is answered as if it did
not exist.
"""

from collections.abc import Collection
from typing import Literal, get_args

from api.errors import BadInput, Forbidden, NotFound
from domain.text.actor import Actor, Name
from domain.values.base import Id, Value

Role = Literal["viewer", "customer_admin", "credit_reviewer", "operator", "finance", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

Door = Literal["command line", "http", "temporal", "demo"]
"""How the caller has come in."""


class Caller(Value):
    """Who calls, what they may do, and whose data they may see."""

    subject: Name
    roles: frozenset[Role]
    tenants: frozenset[Id] | Literal["all"]
    door: Door
    request_id: Name | None = None

    @property
    def actor(self) -> Actor:
        """Who did it, for the metadata of events."""
        return Actor(by=self.subject, door=self.door, request_id=self.request_id)

    def has(self, tenant_id: str) -> bool:
        """Whether the tenant is one of the caller's."""
        return self.tenants == "all" or tenant_id in self.tenants

    @property
    def has_all(self) -> bool:
        """Whether the caller may see every tenant."""
        return self.tenants == "all"

    @property
    def named_tenants(self) -> list[str] | None:
        """The caller's tenants; None for all."""
        return None if self.tenants == "all" else sorted(self.tenants)

    def one_tenant(self, asked: str | None) -> str | None:
        """The tenant that a list is of; None for all of them.

        A caller who does not have all tenants names one, unless they have one only. Raises `BadInput`, and
        `NotFound` for a tenant that is not theirs.
        """
        if asked is not None and not self.has(asked):
            raise NotFound("tenant", asked)
        if asked is not None or self.tenants == "all":
            return asked
        if len(self.tenants) == 1:
            return next(iter(self.tenants))
        raise BadInput("tenant", "say of which of your tenants: you do not have all of them")

    def require(self, what: str, roles: Collection[Role], *, all_tenants: bool) -> None:
        """Raise `Forbidden` unless one of the `roles` is the caller's, and all tenants if needed."""
        if self.roles.isdisjoint(roles):
            raise Forbidden(
                what,
                f"needs the role {' or '.join(roles)}, and {self.subject} has "
                f"{', '.join(sorted(self.roles)) or 'none'}",
                needed_roles=list(roles),
            )
        if all_tenants and not self.has_all:
            raise Forbidden(what, f"is about all tenants, and {self.subject} has some of them only")
