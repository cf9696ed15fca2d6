"""Recognise a brand in all its spellings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from wardrobe_app.domain.text import fold, one_line


def brand_key(brand: str) -> str:
    """Return what all spellings of a brand share ("Zara", "ZARA"); "" for no brand."""
    return fold(one_line(brand))


def most_used(spellings: Mapping[str, int]) -> dict[str, str]:
    """Return the most frequent spelling of each brand, by its key; of equally frequent ones, the first."""
    found: dict[str, list[str]] = defaultdict(list)
    for spelled in spellings:
        found[brand_key(spelled)].append(spelled)
    return {key: one_line(max(same, key=spellings.__getitem__)) for key, same in found.items() if key}
