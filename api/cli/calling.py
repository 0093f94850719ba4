"""Who calls by the command line: the user of the operating system, unless they say another name."""

import os
import pwd

from api.caller import ROLES, Caller
from api.errors import BadInput
from domain.text.actor import LONGEST_NAME
from domain.text.free_text import fault_in

NAME_VARIABLE = "PLAN_UPGRADE_AS"


def caller_of(named: str | None) -> Caller:
    """The caller that `--as` names, else the environment, else the operating system.

    Whoever can run commands on this machine holds the database's password: every role, all tenants. A
    name says whom the history is to show. Raises `BadInput`.
    """
    field = "as"
    if named is None and (in_environment := os.environ.get(NAME_VARIABLE)):
        field, named = NAME_VARIABLE, in_environment
    if named is not None and (fault := fault_in(named, longest=LONGEST_NAME)):
        raise BadInput(field, fault)
    return Caller(
        subject=_user() if named is None else named,
        roles=frozenset(ROLES),
        tenants="all",
        door="command line",
    )


def _user() -> str:
    """The user this process runs as; without an entry for it, as in many containers, by its number."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
