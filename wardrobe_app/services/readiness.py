"""Tell whether what the program needs is there, without waiting long and without asking too often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Final

KEPT_S: Final = 5.0
"""An answer is given again for so long: whoever asks often costs no more."""
PATIENCE_S: Final = 5.0
"""What has not answered by then is not there."""

_log = logging.getLogger(__name__)


class Readiness:
    """Asks each of several questions at most once at a time; an answer is yes, or else no."""

    def __init__(self, checks: Mapping[str, Callable[[], bool]]) -> None:
        """Take the questions by name. One that raises is answered with no; the reason is logged."""
        self._checks = dict(checks)
        self._pool = ThreadPoolExecutor(len(self._checks), thread_name_prefix="readiness")
        self._asked: dict[str, tuple[float, Future[bool]]] = {}
        self._asking = Lock()

    def look(self) -> Mapping[str, bool]:
        """Return the answers, which are at most ``KEPT_S`` old."""
        with self._asking:
            asked = {name: self._ask(name) for name in self._checks}
        wait(asked.values(), PATIENCE_S)
        return {name: future.done() and future.result() for name, future in asked.items()}

    def _ask(self, name: str) -> Future[bool]:
        at, future = self._asked.get(name, (0.0, None))
        if future is None or (future.done() and time.monotonic() - at > KEPT_S):
            future = self._pool.submit(self._answer, name)
            self._asked[name] = (time.monotonic(), future)
        return future

    def _answer(self, name: str) -> bool:
        try:
            return self._checks[name]()
        except Exception as error:  # whatever is wrong there, it is not ready
            _log.warning("not ready, %s: %s", name, error)
            return False
