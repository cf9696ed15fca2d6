"""Serve one phone page on one address of the home network, in a thread, until its session ends."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Final

import uvicorn

from wardrobe_app.domain.errors import CaptureUnavailable
from wardrobe_app.services.capture.app import make_app
from wardrobe_app.services.capture.protocol import GuardedProtocol

if TYPE_CHECKING:
    from wardrobe_app.services.capture.page_session import PageSession

KEEP_ALIVE_SECONDS: Final = 5
LAST_REQUESTS_SECONDS: Final = 3
MAX_HEADER_BYTES: Final = 16 * 1024


def listen(address: str, port: int) -> socket.socket:
    """Open a socket on ``address``, at ``port`` or, where that is taken, at a free one.

    Raises:
        CaptureUnavailable: this computer does not have that address (any more).
    """
    try:
        return socket.create_server((address, port))
    except OSError:
        pass
    try:
        return socket.create_server((address, 0))
    except OSError as error:
        raise CaptureUnavailable(
            f"This computer cannot be reached at {address}: {error.strerror or error}. Check that it is connected to "
            "the home network."
        ) from error


class PhoneServer(uvicorn.Server):
    """Stops listening as soon as its session has ended."""

    def __init__(self, session: PageSession, listener: socket.socket) -> None:
        self._session = session
        self._listener = listener
        super().__init__(
            uvicorn.Config(
                make_app(session),
                loop="asyncio",
                http=GuardedProtocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
                h11_max_incomplete_event_size=MAX_HEADER_BYTES,
                backlog=32,
            )
        )
        self._thread = threading.Thread(target=self.run, args=([listener],), name="phone page", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for the end; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to stop."""
        return await super().on_tick(counter) or not self._session.is_open
