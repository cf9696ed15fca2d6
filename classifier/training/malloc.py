"""Memory that training asks for again and again is kept by the process instead of going back to the system."""

from __future__ import annotations

import ctypes
import sys

# glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_MOST_KEPT = 2**30  # bytes


def keep_freed_memory() -> bool:
    """Lets glibc keep freed blocks of whatever size, up to a gigabyte, for the next to ask; whether it does.

    By default it maps a block of megabytes anew each time, and the system fills each page with zeros when it is first
    touched: a third of a training step on a CPU (``benchmarks/freed_memory.py``). Serving gains nothing: its blocks are
    smaller. Elsewhere than on Linux with glibc nothing happens.
    """
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, _MOST_KEPT))
