"""Brands: one, however it is spelled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from wardrobe_app.domain.text import fold, one_line


def brand_key(brand: str) -> str:
    """What spellings of one brand have in common ("Zara", "ZARA"); "" for no brand."""
    return fold(one_line(brand))


def most_used(spellings: Mapping[str, int]) -> dict[str, str]:
    """How each brand is spelled most often, by its key; of two that are as frequent, the one that comes first."""
    found: dict[str, list[str]] = defaultdict(list)
    for spelled in spellings:
        found[brand_key(spelled)].append(spelled)
    return {key: one_line(max(same, key=spellings.__getitem__)) for key, same in found.items() if key}
