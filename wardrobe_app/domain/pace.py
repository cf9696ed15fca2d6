"""Estimate how long work over many things still takes, from when each was finished.

Things that are worked on in batches are finished in bursts. A rate is measured from the end of one burst to the end of
another; the first one cannot be measured, since it includes starting up (loading a model).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

RECENT: Final = 64
MIN_MEASURED: Final = 8


def seconds_left(finished: Sequence[float], now: float, total: int) -> float | None:
    """Estimate the seconds until all of ``total`` are finished; None while that cannot be told.

    Args:
        finished: when each thing was finished, in seconds, in order.
        now: the same clock's time now.
        total: how many things there are.
    """
    done = len(finished)
    if done >= total:
        return 0.0
    recent = finished[-RECENT:]
    ends = _burst_ends(recent, now)
    if len(ends) < 2 or ends[-1] - ends[0] < MIN_MEASURED:
        return None
    first, last = ends[0], ends[-1]
    each = (recent[last] - recent[first]) / (last - first)
    since_last = len(recent) - 1 - last
    expected = recent[last] + each * (total - done + since_last) - now
    burst = last - ends[-2]
    return max(expected, each * (total - done - burst), each)


def _burst_ends(finished: Sequence[float], now: float) -> list[int]:
    """Return the positions after which nothing came for longer than usual."""
    if len(finished) < 2:
        return []
    gaps = [after - before for before, after in zip(finished, [*finished[1:], now], strict=True)]
    usual = (finished[-1] - finished[0]) / (len(finished) - 1)
    return [position for position, gap in enumerate(gaps) if gap > 0.9 * usual]
