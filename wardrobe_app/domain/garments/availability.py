"""Where a garment is when it is not in the wardrobe, and what that means for outfits and counts.

A garment that is away is never suggested in outfits. In the wash or lent, it still counts as owned; for sale or to be
given away, it counts no more than an archived one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment


class Status(StrEnum):
    """Where a garment is; one without a status is available."""

    IN_WASH = "in-wash"
    LENT = "lent"
    FOR_SALE = "for-sale"
    GIVING_AWAY = "giving-away"


AVAILABLE: Final = "available"
"""The word for "no status" in filters, tables and on pages."""

LEAVING: Final = frozenset({Status.FOR_SALE, Status.GIVING_AWAY})

WORDS: Final[Mapping[str, str]] = {
    AVAILABLE: "available",
    Status.IN_WASH.value: "in the wash",
    Status.LENT.value: "lent",
    Status.FOR_SALE.value: "for sale",
    Status.GIVING_AWAY.value: "to give away",
}


def words(garment: Garment) -> str:
    """Describe where it is, to follow "is": "in the wash", "lent to Ada", "available"."""
    said = WORDS[garment.status.value if garment.status else AVAILABLE]
    return f"{said} to {garment.lent_to}" if garment.status is Status.LENT and garment.lent_to else said


def available(garments: Iterable[Garment]) -> tuple[Garment, ...]:
    """Return the garments that can be worn now."""
    return tuple(garment for garment in garments if garment.status is None)


def staying(garments: Iterable[Garment]) -> tuple[Garment, ...]:
    """Return the garments that are not about to leave the wardrobe."""
    return tuple(garment for garment in garments if garment.status not in LEAVING)


def why_not_proposed(garment: Garment) -> str:
    """Explain why a garment is never suggested; empty if it is."""
    if garment.status is None:
        return ""
    if garment.status in LEAVING:
        return f"It is {words(garment)}: outfits, duplicates and insights leave it out."
    return f"It is {words(garment)}: outfits leave it out until it is back."
