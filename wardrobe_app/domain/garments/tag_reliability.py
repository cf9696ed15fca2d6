"""Decide how reliable a garment's tags and palette are as evidence.

A missing tag is no evidence, a guess is weak; a person's word or a sure answer counts in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wardrobe_app.domain.colour import MULTICOLOUR, NAMED, Shade
from wardrobe_app.domain.garments.garment import Garment, Swatch, Tag, TagKind, TagSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wardrobe_app.domain.garments.vocabulary import Slot

TIER_RELIABILITY: Final = {"sure": 1.0, "check": 0.8, "unknown": 0.25}
POSSIBLE: Final = 0.5  # candidates of a guess count from this share of the best one's confidence
CHILDREN: Final = frozenset({"girls", "boys"})
ADULTS: Final = frozenset({"women", "men"})


def reliability(tag: Tag | None) -> float:
    """Return how much a tag counts, 0 (missing) to 1 (set by a person, or sure)."""
    if tag is None or not tag.value:
        return 0.0
    return 1.0 if tag.source is TagSource.PERSON else TIER_RELIABILITY.get(tag.tier or "sure", 1.0)


def possible(tag: Tag) -> tuple[str, ...]:
    """Return what a tag may stand for, sorted: its values, and for a guess also nearly as likely candidates."""
    if tag.is_known or not tag.candidates:
        return tuple(sorted(tag.values))
    enough = POSSIBLE * max(candidate.confidence for candidate in tag.candidates)
    likely = {candidate.value for candidate in tag.candidates if candidate.confidence >= enough}
    return tuple(sorted({*tag.values, *likely}))


def shares(tag: Tag | None) -> dict[str, float]:
    """Return how likely each value is that a tag may stand for; they add up to 1. Empty if there is no tag.

    A person's word is certain; a model's is not, even where it is called sure.
    """
    if tag is None or not tag.value:
        return {}
    total = sum(candidate.confidence for candidate in tag.candidates)
    if tag.source is TagSource.PERSON or total <= 0:
        return dict.fromkeys(tag.values, 1 / len(tag.values))
    return {candidate.value: candidate.confidence / total for candidate in tag.candidates}


def worn_on(garment: Garment) -> Slot | None:
    """Return where it is worn; None if unknown or only guessed."""
    tag = garment.tags.get(TagKind.TYPE)
    return garment.slot if tag and tag.is_known else None


def colours_of(garment: Garment) -> tuple[Swatch, ...]:
    """Return the colours to compare a garment by: its palette, unless the owner contradicts it.

    A colour picked on a photo counts alone; for a named colour, the swatches of that name count, or else a
    representative colour (``shade_of``). Empty if nothing is known.
    """
    tag = garment.tags.get(TagKind.COLOUR)
    if picked := picked_colour(garment):
        return (picked,)
    palette = tuple(swatch for swatch in garment.palette if swatch.share > 0)
    if tag is None or tag.source is TagSource.MODEL or tag.value == MULTICOLOUR or tag.value not in NAMED:
        return palette
    return tuple(swatch for swatch in palette if swatch.name == tag.value)


def picked_colour(garment: Garment) -> Swatch | None:
    """Return the colour that the owner picked on a photo, if any."""
    tag = garment.tags.get(TagKind.COLOUR)
    return Swatch(tag.value, tag.shade, 1.0) if tag is not None and tag.shade is not None else None


def shade_of(garment: Garment) -> Shade | None:
    """Return the main colour, or None if unknown."""
    return shade(garment.colour, colours_of(garment))


def shade(name: str | None, palette: Sequence[Swatch] = ()) -> Shade | None:
    """Return the main colour for a colour ``name`` and a ``palette``, either of which may be missing."""
    fitting = [swatch for swatch in palette if name in (None, swatch.name)]
    if fitting and name != MULTICOLOUR:
        best = max(fitting, key=lambda swatch: swatch.share)
        return Shade(best.name, best.hex)
    return Shade(name, NAMED[name]) if name in NAMED else None


def is_for_children(gender: str | None) -> bool | None:
    """Return whether a gender tag means children's clothes; None if it does not tell."""
    if gender in CHILDREN:
        return True
    return False if gender in ADULTS else None


def children_or_adults(garment: Garment) -> bool | None:
    """Return True for children's clothes, False for adults', None if that is not certain."""
    tag = garment.tags.get(TagKind.GENDER)
    return is_for_children(tag.value) if tag and reliability(tag) == 1 else None
