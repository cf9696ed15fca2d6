"""Say in a word how alike two garments are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wardrobe_app.domain.garments.garment import Likeness
from wardrobe_app.domain.similarity.relations import Relation

SIMILAR: Final = 0.5  # total score from which two more likely do the same job than not

NEARLY: Final = 0.955
"""Total score from which garments may be nearly identical; chosen with ``benchmarks.duplicates``, as what is needed."""

# The least score of each part of what is nearly identical: a sum would let a sure type and colour outweigh a cut.
NEEDED: Final[Mapping[str, float]] = {
    "type": 0.75,  # near-synonyms
    "colour": 0.7,  # palettes about 8 apart (CIEDE2000), as photos of one garment under two lamps; or the same name
    "pattern": 0.5,  # the same; different ones score 0.35 at most
    "picture": 0.5,  # no evidence against: cosine 0.6, below which ``explanations`` says that pictures differ
}
NEEDED_WHERE_KNOWN: Final[Mapping[str, float]] = {
    "attributes": 0.5,  # nothing speaks against it: sleeves, gender, season, occasion, brand
    "local_features": 0.35,  # of pairs with other prints, 19 in 20 score less
}
TINTLESS: Final = frozenset({"white", "black"})
"""Colours whose tint photos do not tell: cameras balance white, and cream, pale blue and pale pink become the same."""

TINTLESS_PICTURE: Final = 0.7
"""What their pictures need instead, cosine 0.74: of nine less alike pairs of the people for choosing, four are no pairs
by eye.
"""

KNOWN: Final = 0.8  # reliability from which a part is no guess
SURE: Final = 1.0  # of a type: what is only probably a blazer is not nearly identical to one

_CLOSEST_FIRST: Final = tuple(Likeness)


def likeness(
    relation: Relation,
    score: float,
    parts: Mapping[str, tuple[float, float]],
    *,
    same_colour: bool = True,
    has_tint: bool = True,
) -> Likeness | None:
    """Return how alike two garments are; None if they are hardly alike.

    Args:
        relation: what they are to each other.
        score: their total score, 0 to 1.
        parts: the score of each part and how reliable it is, both 0 to 1; 0 reliable is what was not compared.
        same_colour: whether their colours have one name.
        has_tint: whether that name says enough of the colour, see ``TINTLESS``.
    """
    if relation not in (Relation.LOOK_ALIKE, Relation.DIFFERENT):
        return Likeness.SAME_ITEM
    if score < SIMILAR:
        return None
    if score < NEARLY or not same_colour or (not has_tint and parts["picture"][0] < TINTLESS_PICTURE):
        return Likeness.SIMILAR
    known = all(
        parts[name][1] >= (SURE if name == "type" else KNOWN) and parts[name][0] >= least
        for name, least in NEEDED.items()
    )
    fitting = all(not parts[name][1] or parts[name][0] >= least for name, least in NEEDED_WHERE_KNOWN.items())
    return Likeness.NEARLY_IDENTICAL if known and fitting else Likeness.SIMILAR


def weakest(found: Iterable[Likeness | None]) -> Likeness:
    """Return how alike a group is: as its least alike pair, similar at least."""
    return max((one or Likeness.SIMILAR for one in found), key=_CLOSEST_FIRST.index)
