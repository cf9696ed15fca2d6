"""How often a page looks at a running import: often at first, and never so often that it slows the import down."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import streamlit as st

SOON_SECONDS: Final = 1.0
LATER_SECONDS: Final = 3.0
MOST_SECONDS: Final = 8.0
FIRST_SECONDS: Final = 8.0
"""How long an import counts as just begun."""
MOST_SHARE: Final = 0.04
"""The part of the time that drawing may take; a busy machine draws slowly, and is asked less often."""


def interval(age: float, cost: float) -> float:
    """Return the seconds between two looks at work begun ``age`` seconds ago, if drawing it takes ``cost`` seconds."""
    least = SOON_SECONDS if age < FIRST_SECONDS else LATER_SECONDS
    return min(MOST_SECONDS, max(least, cost / MOST_SHARE))


def watch(draw: Callable[[], None], began: float, key: str) -> None:
    """Draw again and again; ``began`` is when the work did, by the monotonic clock, ``key`` names the state."""
    cost: float = st.session_state.get(key, 0.0)
    every = interval(time.monotonic() - began, cost)

    def look() -> None:
        start = time.perf_counter()
        draw()
        st.session_state[key] = taken = time.perf_counter() - start
        if interval(time.monotonic() - began, taken) > 1.5 * every:
            st.rerun()

    st.fragment(look, run_every=every)()
