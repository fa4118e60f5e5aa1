"""Is it alive, and can it take a text now? For load balancers and for people."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from threadline.app import App
from threadline.errors import StoreDown

log = structlog.get_logger("threadline.health")

PATHS = ("/healthz", "/readyz")


def routes(app: App) -> list[Route]:
    """`/healthz` answers while the process does; `/readyz` only when a write is taken."""

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "region": app.settings.region})

    async def readyz(_request: Request) -> JSONResponse:
        try:
            await app.store.ping()
        except StoreDown as why:
            log.error("not_ready", why=str(why))
            parts = {"store": "No write is taken. The log tells why."}
            return JSONResponse({"status": "down", "parts": parts}, status_code=503)
        return JSONResponse({"status": "ok", "parts": {"store": "ok"}})

    return [Route(path, serve) for path, serve in zip(PATHS, (healthz, readyz), strict=True)]
