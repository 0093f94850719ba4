"""The HTTP API: an ASGI app over the service. `starter.py serve` runs it.

Each group of routes is a router of its own; whatever goes wrong is answered as RFC 9457 says
(`api.http.problems`). The app is built by the composition root and holds no state but its last look
at Postgres.
"""

from collections.abc import Collection

from fastapi import FastAPI

from api.http.credit_decisions import CallbackKeys, credit_decisions
from api.http.health import health
from api.http.problems import answer_problems
from api.http.safe_json import SafeJson
from api.service.upgrades import UpgradeService


def http_api(
    service: UpgradeService,
    callback_keys: CallbackKeys | None,
    hosts: Collection[str] = (),
) -> FastAPI:
    """The app; without `callback_keys` there is no credit service to call back.

    `hosts` are the names it goes by, in lower case; without any, requests to every name are taken.
    """
    app = FastAPI(
        title="plan-upgrade",
        version="0.1.0",
        # Without pages that show the routes: their scripts come from a stranger's server.
        docs_url=None,
        redoc_url=None,
        # A redirect would go to whatever host the request names.
        redirect_slashes=False,
        default_response_class=SafeJson,
    )
    answer_problems(app, hosts)
    app.include_router(credit_decisions(service, callback_keys))
    app.include_router(health(service.ping))
    return app
