"""The roles of deploy/postgres-roles.sql on the tests' server, each with a password."""

from pathlib import Path

import asyncpg

SQL = (Path(__file__).parents[1] / "deploy" / "postgres-roles.sql").read_text()
ROLES = ("owner", "worker", "api", "reader")
PASSWORD = "only-for-tests"


async def set_up_roles(url: str) -> None:
    """Run the file in the database of `url`, and let the roles log in."""
    connection = await asyncpg.connect(url)
    await connection.execute(SQL)
    if await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        for role in ROLES:
            await connection.execute(f"alter role plan_upgrade_{role} login password '{PASSWORD}'")
    await connection.close()


def url_as(role: str, url: str) -> str:
    """The connection string of the same database for one of `ROLES`."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://plan_upgrade_{role}:{PASSWORD}@{rest.rpartition('@')[2]}"
