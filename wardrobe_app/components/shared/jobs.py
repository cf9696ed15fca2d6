"""Work that goes on while the page is redrawn: run in a thread, watched from any page, cancelled on request.

A script run of Streamlit can be ended by any click; an import must not be. A job belongs to the process, so that a
refreshed page finds it again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import sign_in
from wardrobe_app.domain import pace
from wardrobe_app.domain.errors import WardrobeError

log = logging.getLogger(__name__)


class Job:
    """One piece of work over ``total`` things; ``results`` grows as it happens."""

    def __init__(self, work: Callable[[Callable[[], bool]], Iterable[Any]], total: int) -> None:
        self.total = total
        self.results: list[Any] = []
        self.finished: list[float] = []
        self.error: str | None = None
        self.started = time.monotonic()
        self.ended: float | None = None
        self._work: Callable[[Callable[[], bool]], Iterable[Any]] | None = work
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        # Taken out of the job, so that what the work holds (uploaded files) goes when it ends.
        work, self._work = self._work, None
        try:
            for result in work(self._cancel.is_set) if work else ():
                self.finished.append(time.monotonic())
                self.results.append(result)
        except WardrobeError as error:
            self.error = str(error)
        except Exception:
            log.exception("A job in the background failed")
            self.error = "Something unexpected went wrong; see the log in the terminal."
        finally:
            self.ended = time.monotonic()

    def cancel(self) -> None:
        """Ask it to stop after what it has in hand; what was done stays done."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for the end; tells whether it came."""
        self._thread.join(seconds)
        return not self.running

    @property
    def cancelled(self) -> bool:
        return self._cancel.is_set()

    @property
    def running(self) -> bool:
        return self.ended is None

    @property
    def done(self) -> int:
        return len(self.results)

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the pace of late; None while it cannot be trusted."""
        return pace.seconds_left(tuple(self.finished), time.monotonic(), self.total)


@st.cache_resource
def _boards() -> dict[str, dict[str, Job]]:
    return {}


def _board() -> dict[str, Job]:
    """The jobs of who is signed in: nobody sees another person's import."""
    return _boards().setdefault(sign_in.key(), {})


def job(name: str) -> Job | None:
    """The job of this ``name`` that runs or was run last."""
    return _board().get(name)


def start(name: str, work: Callable[[Callable[[], bool]], Iterable[Any]], total: int) -> Job | None:
    """Start ``work`` under ``name``, unless one of that name is still running (then None)."""
    current = job(name)
    if current is not None and current.running:
        return None
    _board()[name] = fresh = Job(work, total)
    fresh.start()
    return fresh


def forget(name: str) -> None:
    """Put a finished job away."""
    current = job(name)
    if current is not None and not current.running:
        _board().pop(name, None)
