"""The page for a phone: four addresses under a secret token, and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wardrobe_app.services.capture.guard import Guard
from wardrobe_app.services.capture.received import ReceivedPhoto
from wardrobe_app.services.importing.sources import clean_name, file_name

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from wardrobe_app.services.capture.page_session import PageSession

BODY_IDLE_SECONDS: Final = 20.0
MAX_UPLOADS_AT_ONCE: Final = 4
_ID: Final = re.compile("[0-9a-f]{32}")
_COOKIE: Final = "phone"
_ASSETS: Final = {
    "": ("phone.html", "text/html; charset=utf-8"),
    "phone.css": ("phone.css", "text/css; charset=utf-8"),
    "phone.js": ("phone.js", "text/javascript; charset=utf-8"),
}
_Endpoint = Callable[[Request], Awaitable[Response]]


class TooLarge(Exception):
    """More bytes than a photo may have."""


def make_app(session: PageSession) -> ASGIApp:
    """Build the application of one open page; what is not one of its addresses is a 404 without a body."""
    endpoints = _Endpoints(session)
    routes = [
        Route("/{code}", endpoints.redeem),
        Route("/{token}/join", endpoints.join, methods=["POST"]),
        Route("/{token}/photos", endpoints.state),
        Route("/{token}/photos/{id}", endpoints.receive, methods=["PUT"]),
        *(Route(f"/{{token}}/{name}", endpoints.asset(*asset)) for name, asset in _ASSETS.items()),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _nothing, 405: _nothing, Exception: _nothing})
    app.router.redirect_slashes = False
    return Guard(app, session.host)


class _Endpoints:
    """What the addresses do, for one open page."""

    def __init__(self, session: PageSession) -> None:
        self._session = session
        self._uploads = 0

    async def redeem(self, request: Request) -> Response:
        """Exchange the typed code for the page's address."""
        keys = self._session.keys
        if self._session.is_open and keys.redeem(request.path_params["code"]):
            return RedirectResponse(f"/{keys.token}/", status_code=303)
        return Response(status_code=404)

    def asset(self, name: str, kind: str) -> _Endpoint:
        """Serve a file of the page."""

        async def serve(request: Request) -> Response:
            if not self._has_token(request):
                return Response(status_code=404)
            return Response(_file(name), media_type=kind)

        return serve

    async def join(self, request: Request) -> Response:
        """Bind the page to the first phone that asks."""
        if not self._has_token(request):
            return Response(status_code=404)
        device = self._session.keys.join(request.cookies.get(_COOKIE, ""))
        if device is None:
            return Response(status_code=403)
        limits = {"max_bytes": self._session.max_bytes, "max_photos": self._session.max_photos}
        answer = _json(limits)
        answer.set_cookie(
            _COOKIE, device, path=f"/{self._session.keys.token}/", httponly=True, samesite="strict",
            max_age=self._session.seconds_left,
        )  # fmt: skip
        return answer

    async def state(self, request: Request) -> Response:
        """Report what became of the photos that this phone sent, by the ids it gave them."""
        if not self._has_token(request):
            return Response(status_code=404)
        if not self._is_device(request):
            return Response(status_code=403)
        photos = list(self._session.photos.values())
        return _json(
            {"photos": {one.id: {"name": one.name, "outcome": one.outcome, "reason": one.reason} for one in photos}}
        )

    async def receive(self, request: Request) -> Response:
        """Store one photo; sending it again changes nothing."""
        if not self._has_token(request) or not _ID.fullmatch(request.path_params["id"]):
            return Response(status_code=404)
        if not self._is_device(request):
            return Response(status_code=403)
        if request.path_params["id"] in self._session.photos:
            return Response(status_code=200)
        if len(self._session.photos) + self._uploads >= self._session.max_photos:
            return Response(status_code=409)
        if self._uploads >= MAX_UPLOADS_AT_ONCE:
            return Response(status_code=429)
        self._uploads += 1
        try:
            return await self._store(request)
        finally:
            self._uploads -= 1

    async def _store(self, request: Request) -> Response:
        try:
            data = await _body(request, self._session.max_bytes)
        except TooLarge:
            return Response(status_code=413)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if not data:
            return Response(status_code=400)
        name = file_name(clean_name(unquote(request.headers.get("x-name", ""))))
        photo = ReceivedPhoto(request.path_params["id"], name)
        stored = await run_in_threadpool(self._session.store, photo, data)
        return Response(status_code=201 if stored else 507)

    def _has_token(self, request: Request) -> bool:
        return self._session.is_open and self._session.keys.is_token(request.path_params["token"])

    def _is_device(self, request: Request) -> bool:
        return self._session.keys.is_device(request.cookies.get(_COOKIE, ""))


async def _body(request: Request, most: int) -> bytearray:
    """Read a body of at most ``most`` bytes; TimeoutError if nothing comes for a while."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > most:
        raise TooLarge
    data, loop = bytearray(), asyncio.get_running_loop()
    async with asyncio.timeout(BODY_IDLE_SECONDS) as limit:
        async for chunk in request.stream():
            data += chunk
            if len(data) > most:
                raise TooLarge
            limit.reschedule(loop.time() + BODY_IDLE_SECONDS)
    return data


@cache
def _file(name: str) -> bytes:
    return (files("wardrobe_app.services.capture") / "page" / name).read_bytes()


def _json(value: Mapping[str, object]) -> Response:
    return Response(json.dumps(value), media_type="application/json")


async def _nothing(request: Request, error: Exception) -> Response:
    return Response(status_code=404)
