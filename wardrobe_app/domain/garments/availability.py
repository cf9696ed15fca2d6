"""Where a garment is when it does not hang in the wardrobe, and what that means for outfits and counts.

A garment that is away for any reason is not proposed in outfits. One that is in the wash or lent comes back, so it
still counts as owned; one that is for sale or to give away is on its way out, and counts no more than an archived one.
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
"""What stands for "no status" wherever a word is needed: in filters, tables and on pages."""

LEAVING: Final = frozenset({Status.FOR_SALE, Status.GIVING_AWAY})

WORDS: Final[Mapping[str, str]] = {
    AVAILABLE: "available",
    Status.IN_WASH.value: "in the wash",
    Status.LENT.value: "lent",
    Status.FOR_SALE.value: "for sale",
    Status.GIVING_AWAY.value: "to give away",
}


def words(garment: Garment) -> str:
    """Where it is, to follow "is": "in the wash", "lent to Ada", "available"."""
    said = WORDS[garment.status.value if garment.status else AVAILABLE]
    return f"{said} to {garment.lent_to}" if garment.status is Status.LENT and garment.lent_to else said


def available(garments: Iterable[Garment]) -> tuple[Garment, ...]:
    """The garments that can be worn now."""
    return tuple(garment for garment in garments if garment.status is None)


def staying(garments: Iterable[Garment]) -> tuple[Garment, ...]:
    """The garments that are not on their way out."""
    return tuple(garment for garment in garments if garment.status not in LEAVING)


def why_not_proposed(garment: Garment) -> str:
    """Why a garment is in no outfit that is proposed, in a sentence; empty where it may be."""
    if garment.status is None:
        return ""
    if garment.status in LEAVING:
        return f"It is {words(garment)}: outfits, duplicates and insights leave it out."
    return f"It is {words(garment)}: outfits leave it out until it is back."
