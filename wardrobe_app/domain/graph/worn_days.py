"""Encode days of wear as words that can be read back: "2025-05-04 2025-05-04/2".

Things with the same word were worn together; the second wear on a day ends in "/2", and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from wardrobe_app.domain.garments.wear_log import Wear

_WORD: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class WornDays:
    """The words of each garment and of each outfit, by id, the first day first."""

    of_garments: Mapping[int, Sequence[str]]
    of_outfits: Mapping[int, Sequence[str]]

    @classmethod
    def of(cls, wears: Iterable[Wear]) -> WornDays:
        """Encode ``wears``."""
        garments: dict[int, list[str]] = {}
        outfits: dict[int, list[str]] = {}
        times: dict[date, int] = {}
        for wear in sorted(wears, key=lambda wear: (wear.worn_on, wear.id)):
            times[wear.worn_on] = times.get(wear.worn_on, 0) + 1
            again = f"/{times[wear.worn_on]}" if times[wear.worn_on] > 1 else ""
            word = f"{wear.worn_on.isoformat()}{again}"
            for item_id in dict.fromkeys(wear.item_ids):
                garments.setdefault(item_id, []).append(word)
            if wear.outfit_id is not None:
                outfits.setdefault(wear.outfit_id, []).append(word)
        return cls(garments, outfits)


def day_of(word: str) -> date | None:
    """Return the day of a word; None if it is not one."""
    found = _WORD.fullmatch(word)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def in_order(word: str) -> tuple[str, int]:
    """Return the sort key of a word: the day, and which wear of that day."""
    found = _WORD.fullmatch(word)
    return (found[1], int(found[2] or 1)) if found else (word, 0)
