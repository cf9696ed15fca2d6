"""What every request to the phone's page goes through first, and the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from wardrobe_app.services.capture.rate_limit import RateLimit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS: Final = ("GET", "POST", "PUT")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses what comes too often, asks for another host, or was started by another site's page."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host
        self._limit = RateLimit()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        status = self._refusal(scope)
        app = self._app if status is None else Response(status_code=status)
        await app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> int | None:
        client, headers = scope.get("client"), Headers(scope=scope)
        if not self._limit.allows(client[0] if client else ""):
            return 429
        if scope["method"] not in _METHODS or headers.getlist("host") != [self._host]:
            return 404
        origin = headers.get("origin")
        if origin != f"http://{self._host}" and (origin is not None or scope["method"] != "GET"):
            return 404
        return None
