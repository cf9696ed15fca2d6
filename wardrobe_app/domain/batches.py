"""Split long lists into batches that bound memory and the length of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield the items in order, up to ``size`` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
