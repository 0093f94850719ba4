"""The HTTP API: an ASGI app over the service. `starter.py serve` runs it.

Each group of routes is a router of its own; whatever goes wrong is answered as RFC 9457 says
(`api.http.problems`). The app is built by the composition root and holds no state.
"""

from fastapi import FastAPI

from api.http.credit_decisions import CallbackKeys, credit_decisions
from api.http.problems import answer_problems
from api.http.safe_json import SafeJson
from api.service import UpgradeService
from store.database import Database


def http_api(
    service: UpgradeService, database: Database, callback_keys: CallbackKeys | None
) -> FastAPI:
    """The app; without `callback_keys` there is no credit service to call back."""
    # Without pages that show the routes: their scripts come from a stranger's server.
    app = FastAPI(
        title="plan-upgrade",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        default_response_class=SafeJson,
    )
    answer_problems(app)
    app.include_router(credit_decisions(service, database, callback_keys))

    @app.get("/health", summary="Whether this process answers, and reaches Postgres")
    async def health() -> dict[str, str]:
        await database.fetchval("select 1")
        return {"status": "ok"}

    return app
