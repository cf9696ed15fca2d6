"""Keep memory that training frees, instead of returning it to the system."""

from __future__ import annotations

import ctypes
import sys

# glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_MAX_KEPT_BYTES = 2**30


def keep_freed_memory() -> bool:
    """Let glibc keep freed blocks of any size, up to a gigabyte; return whether it does.

    By default glibc maps large blocks anew each time, and the system zeroes their pages: a third of a training step on
    a CPU (``benchmarks/freed_memory.py``). Does nothing without glibc.
    """
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, _MAX_KEPT_BYTES))
