"""What the server has beside the pages: addresses for those who watch over it, and what happens when it starts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wardrobe_app import logs, preload
from wardrobe_app.config import Settings
from wardrobe_app.services import observation

if TYPE_CHECKING:
    from starlette.requests import Request

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_log = logging.getLogger(__name__)


def routes() -> list[Route]:
    """Return the addresses, for GET and HEAD. They tell nothing of what is in a wardrobe."""
    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


@asynccontextmanager
async def lifespan(server: object) -> AsyncIterator[None]:
    """Set up logs and metrics, then load in the background what pages need."""
    try:
        set_up(Settings())
    except ValueError as error:  # a setting that is no good: pages say it too
        _log.error("%s", error)
    _log.info("started")
    async with preload.lifespan(server):
        yield
    _log.info("stopped")


def set_up(settings: Settings) -> None:
    """Log and count as the settings say."""
    logs.set_up(settings.log_format)
    if settings.metrics:
        try:
            from wardrobe_app.services.metrics import Metrics
        except ModuleNotFoundError as error:  # no reason to show nobody their wardrobe
            _log.error("there are no metrics, because a package is missing (%s): install the extra server", error.name)
        else:
            observation.observe_with(Metrics())


def page_failed(_: Exception) -> None:
    """Count an error that no page expected; Streamlit shows and logs it."""
    observation.observer().failed("page")


async def alive(_: Request) -> Response:
    """Say that the process answers."""
    return JSONResponse({"alive": True}, headers=_HEADERS)


def ready(_: Request) -> Response:
    """Say whether wardrobes can be shown: 200, or 503 with what is missing."""
    from wardrobe_app import startup  # slow to import: the server starts without it

    checks = startup.readiness()
    is_ready = all(checks.values())
    return JSONResponse({"ready": is_ready, **checks}, 200 if is_ready else 503, _HEADERS)


def metrics(request: Request) -> Response:
    """Give Prometheus the counts, if they are switched on: to this machine, or to whoever has the token."""
    from wardrobe_app import access

    settings = Settings()
    if not settings.metrics:
        return Response(status_code=404, headers=_HEADERS)
    if not access.may_read_metrics(request.headers, settings.metrics_token):
        return Response(status_code=403, headers=_HEADERS)
    text = observation.observer().text()
    return Response(text, 200 if text else 503, _HEADERS, media_type="text/plain; version=0.0.4")
