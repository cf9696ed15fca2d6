"""Decide which garments may be several ones in a single photo, and which are a pair or a set that stays together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot

PAIRS: Final = frozenset({Slot.FEET, Slot.LEGWEAR, Slot.UNDERWEAR})
"""Slots whose garments come as pairs, sets or packs."""

SETS: Final = frozenset({
    "Gloves", "Jewellery", "Pyjamas", "Salwar", "Saree", "Snowsuit", "Suit", "Swimwear", "Tracksuit",
})  # fmt: skip
"""Types elsewhere on the body that have several parts."""


@dataclass(frozen=True, slots=True)
class SplitOffer:
    """The offer to split a garment, as its photo shows ``count`` clearly separate ones."""

    item_id: int
    count: int


def stays_together(garment: Garment) -> bool:
    """Return whether a garment is of a type that has several parts: a pair of shoes, a suit.

    A mere guess counts for pairs alone: several garments together look like a set, and hardly like shoes.
    """
    tag = garment.tags.get(TagKind.TYPE)
    return garment.slot in PAIRS or (tag is not None and tag.is_known and tag.value in SETS)


def may_be_split(garment: Garment) -> bool:
    """Return whether a garment could be several ones: it has one photo with a mask, and nobody said it is one."""
    cover = garment.cover
    return (
        cover is not None
        and len(garment.photos) == 1
        and cover.has_cut_out
        and not cover.whole
        and garment.quantity == 1
        and garment.trashed_at is None
        and garment.archived_at is None
        and not stays_together(garment)
    )
