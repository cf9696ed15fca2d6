"""One open page for a phone: its secrets, what the phone sent, and when it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from wardrobe_app.services.capture.keys import Keys
from wardrobe_app.services.capture.received import ReceivedPhoto, ReceivedPhotos

OPEN_SECONDS: Final = 30 * 60
UNWATCHED_SECONDS: Final = 75
"""A browser runs the timers of a tab in the background only once a minute."""
AWAY_SECONDS: Final = 10
"""How long the page stays open after the desktop's browser disconnected: a reload takes a moment."""


class PageSession:
    """Open for 30 minutes, and only while a page on the desktop shows it.

    Each viewer (a browser session) calls ``watch`` again and again; ``is_connected`` says whether it still exists.
    """

    def __init__(
        self,
        host: str,
        received: ReceivedPhotos,
        max_bytes: int,
        max_photos: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.host = host
        self.max_bytes = max_bytes
        self.max_photos = max_photos
        self.keys = Keys()
        self.photos: dict[str, ReceivedPhoto] = {}
        self._received = received
        self._now = now
        self._opened = now()
        self._viewers: dict[str, tuple[float, Callable[[], bool]]] = {}
        self._seen = now()
        self._ended = False
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """The page's address, with its token."""
        return f"http://{self.host}/{self.keys.token}/"

    @property
    def typed_address(self) -> str:
        """The address to type: the host and the code."""
        half = len(self.keys.code) // 2
        return f"{self.host}/{self.keys.code[:half]}-{self.keys.code[half:]}"

    @property
    def seconds_open(self) -> float:
        """How long it has been open."""
        return self._now() - self._opened

    @property
    def seconds_left(self) -> int:
        """How long it may stay open."""
        return max(0, round(OPEN_SECONDS - self.seconds_open))

    @property
    def is_open(self) -> bool:
        """Whether it answers: it was not closed, has time left, and somebody sees it."""
        if not self._ended and (self.seconds_open > OPEN_SECONDS or not self._is_watched()):
            self._ended = True
        return not self._ended

    def watch(self, viewer: str, is_connected: Callable[[], bool]) -> None:
        """Say that ``viewer`` shows the code now."""
        with self._lock:
            self._viewers[viewer] = (self._now(), is_connected)

    def leave(self, viewer: str) -> None:
        """Say that ``viewer`` shows something else now; the last one closes the page."""
        with self._lock:
            if self._viewers.pop(viewer, None) and not self._viewers:
                self._ended = True

    def close(self) -> None:
        """End it now."""
        self._ended = True

    def store(self, photo: ReceivedPhoto, data: bytearray) -> bool:
        """Store a photo once; whether there was room for it."""
        with self._lock:
            if photo.id in self.photos:
                return True
            if not self._received.store(photo, data):
                return False
            self.photos[photo.id] = photo
            return True

    def _is_watched(self) -> bool:
        now = self._now()
        viewers = list(self._viewers.values())
        if any(now - beat <= UNWATCHED_SECONDS and is_connected() for beat, is_connected in viewers):
            self._seen = now
        return now - self._seen <= AWAY_SECONDS
