"""HTTP on the home network: uvicorn's, with limits on connections and on how long a request may take to arrive."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS: Final = 32
MAX_CONNECTIONS_PER_CLIENT: Final = 8
REQUEST_SECONDS: Final = 10.0

_log = logging.getLogger(f"{__name__}.requests")
_log.setLevel(logging.ERROR)  # strangers must not fill the log


class GuardedProtocol(H11Protocol):
    """A connection that is cut off if it is one too many, or if its request does not arrive in time.

    The application sets its own time limits for the body.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.logger = _log
        self.access_log = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or cut it off."""
        super().connection_made(cast(asyncio.Transport, transport))
        mine = sum(_client(connection) == _client(self) for connection in self.connections)
        if len(self.connections) > MAX_CONNECTIONS or mine > MAX_CONNECTIONS_PER_CLIENT:
            self.transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on; a request that has not arrived whole keeps its time limit."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time limit."""
        self._stop_watching()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say nothing to what does not speak HTTP."""
        self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        pass

    def _watch(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_watching()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _client(connection: object) -> str:
    address = getattr(connection, "client", None)
    return address[0] if address else ""
