"""Setting endpoints: what is refused, and that no private host gets through."""

import pytest

from api.errors import BadInput, NotFound
from api.service.webhooks import Webhooks
from domain.integrations.webhooks import Reach
from store.database import Database
from store.world import import_world
from tests.callers import OPERATOR
from tests.domain.builders import NOW
from tests.store.support import world_of

URL = "https://hooks.example/upgrades"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def nobody_knows(host: str, port: int) -> list[str]:
    raise OSError("name or service not known")


@pytest.fixture
async def webhooks(database: Database) -> Webhooks:
    await import_world(database, world_of(), NOW)
    return Webhooks(database, reach=Reach(), resolve=nobody_knows)


async def test_a_secret_is_made_and_shown_once(webhooks: Webhooks) -> None:
    made = await webhooks.set(OPERATOR, "contoso", URL)
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    (listed,) = await webhooks.endpoints(OPERATOR, "contoso")
    assert made.secret not in repr(listed)
    assert (listed.url, listed.endpoint_id) == (URL, made.endpoint_id)
    again = await webhooks.set(OPERATOR, "contoso", URL)
    assert again.endpoint_id == made.endpoint_id
    assert again.secret not in (None, made.secret)
    assert len(await webhooks.endpoints(OPERATOR)) == 1


async def test_a_secret_may_be_brought_along(webhooks: Webhooks, database: Database) -> None:
    brought = await webhooks.set(OPERATOR, "contoso", URL, SECRET)
    assert brought.secret is None
    assert await database.fetchval("select secret from webhook_endpoints") == SECRET


@pytest.mark.parametrize(
    "secret", ["", "secret", "whsec_", "whsec_short", "whsec_" + "A" * 100, "whsec_" + "é" * 32]
)
async def test_a_bad_secret_is_refused(webhooks: Webhooks, secret: str) -> None:
    with pytest.raises(BadInput, match="secret: "):
        await webhooks.set(OPERATOR, "contoso", URL, secret)
    assert await webhooks.endpoints(OPERATOR) == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://hooks.example/", "begins with ftp"),
        ("hooks.example", "is not a URL"),
        ("https://me:secret@hooks.example/", "has a user or password"),
        ("http://hooks.example/", "begins with http: .*WEBHOOK_ALLOW_HTTP"),
        ("https://hooks.example:25/", "names port 25, which never takes webhooks"),
        ("https://hooks.example:0/", "names port 0, which never takes webhooks"),
        ("https://hooks.example:6379/", "names port 6379, and only 443, 8443 may be used"),
        ("https://192.0.0.192/opc/v2/instance", "points to this machine or its networks"),
        ("http://localhost/hook", "points to this machine or its networks"),
        ("http://127.0.0.1/hook", "points to this machine or its networks"),
        ("http://2130706433/hook", "points to this machine or its networks"),
        ("http://[::1]:8080/hook", "points to this machine or its networks"),
        ("http://169.254.169.254/latest/meta-data", "points to this machine or its networks"),
    ],
)
async def test_a_bad_url_is_refused_and_nothing_is_kept(
    webhooks: Webhooks, url: str, fault: str
) -> None:
    with pytest.raises(BadInput, match=fault):
        await webhooks.set(OPERATOR, "contoso", url)
    assert await webhooks.endpoints(OPERATOR) == []


async def test_a_name_that_leads_to_a_private_address_is_refused(database: Database) -> None:
    await import_world(database, world_of(), NOW)

    async def rebound(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.7"]

    with pytest.raises(BadInput, match="WEBHOOK_ALLOW_PRIVATE_ADDRESSES"):
        await Webhooks(database, reach=Reach(), resolve=rebound).set(OPERATOR, "contoso", URL)
    anywhere = Webhooks(database, reach=Reach(allow_private=True), resolve=nobody_knows)
    await anywhere.set(OPERATOR, "contoso", "http://localhost")


async def test_what_there_is_not_is_not_found(webhooks: Webhooks) -> None:
    with pytest.raises(NotFound, match="tenant 'nobody'"):
        await webhooks.set(OPERATOR, "nobody", URL)
    with pytest.raises(NotFound, match="webhook endpoint 'wh-none'"):
        await webhooks.remove(OPERATOR, "wh-none")
    with pytest.raises(NotFound, match="delivery '7'"):
        await webhooks.resend(OPERATOR, 7)
    assert await webhooks.resend_dead(OPERATOR) == []


async def test_a_removed_url_can_be_set_again(webhooks: Webhooks) -> None:
    first = await webhooks.set(OPERATOR, "contoso", URL)
    await webhooks.remove(OPERATOR, first.endpoint_id)
    with pytest.raises(NotFound):
        await webhooks.remove(OPERATOR, first.endpoint_id)
    second = await webhooks.set(OPERATOR, "contoso", URL)
    assert second.endpoint_id != first.endpoint_id
