"""Callers for tests."""

from api.caller import ROLES, Caller, Role

OPERATOR = Caller(
    subject="olga", roles=frozenset(ROLES), tenants="all", door="command line", request_id=None
)
"""Who may do everything, as the command line's user."""


def caller_with(
    *roles: Role, tenants: frozenset[str] | None = None, subject: str = "kim"
) -> Caller:
    """Somebody with these roles, of all tenants or of some."""
    return Caller(
        subject=subject,
        roles=frozenset(roles),
        tenants="all" if tenants is None else tenants,
        door="http",
    )
