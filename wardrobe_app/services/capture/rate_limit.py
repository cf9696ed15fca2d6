"""Limit how many requests each address on the network may make."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PER_SECOND: Final = 20.0
BURST: Final = 80.0
MAX_CLIENTS: Final = 256


class RateLimit:
    """A token bucket for each client: ``BURST`` requests at once, then ``PER_SECOND`` a second."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, client: str) -> bool:
        """Count a request; whether it may be answered."""
        now = self._now()
        left, since = self._buckets.pop(client, (BURST, now))
        left = min(BURST, left + (now - since) * PER_SECOND)
        self._buckets[client] = (max(0.0, left - 1), now)
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.pop(next(iter(self._buckets)))  # the one that was quiet for longest
        return left >= 1
