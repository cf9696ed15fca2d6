"""Define which types of garment do the same job under different names."""

from __future__ import annotations

from functools import cache
from typing import Final

# Near-synonyms: types that differ in one small feature (a placket, a collar, a strap), so that people, shops and the
# tagger mix them up. Both are worn in the same place and way, and share a coarse label of the training photos or (where
# marked) a definition. A coarse label is not enough: jeans and leggings are both "Pants". Not transitive: a T-shirt is
# nearly a top, a top nearly a blouse, but a T-shirt is no blouse.
NEIGHBOURS: Final[tuple[tuple[str, ...], ...]] = (
    ("Tee", "Top", "Henley", "Jersey"),
    ("Longsleeve", "Henley", "Jersey"),
    ("Longsleeve", "Turtleneck"),
    ("Top", "Tank"),
    ("Top", "Blouse"),
    ("Blouse", "Button-Down"),
    ("Blouse", "Tunic"),
    ("Sweater", "Turtleneck"),
    ("Sweater", "Sweatshirt"),
    ("Sweatshirt", "Hoodie"),
    ("Bomber", "Jacket"),
    ("Tunic", "Kurta"),  # no coarse label: a kurta is a long tunic
    ("Shorts", "Trunks"),
    ("Jumpsuit", "Romper", "Dungarees"),
    ("Jumpsuit", "Snowsuit"),  # lined or not, which a photo does not always show
    ("Romper", "Onesie"),
    ("Sneakers", "Shoes"),
    ("Shoes", "Flats"),
    ("Sandals", "Flip Flops"),
    ("Sandals", "Clogs"),
)
NEAR: Final = 0.75

_NEAR_PAIRS: Final = frozenset(
    frozenset({one, other}) for group in NEIGHBOURS for one in group for other in group if one != other
)


@cache
def closeness(one: str, other: str) -> float:
    """Return how far two types do the same job: 1 equal, 0.75 near-synonyms, 0 different."""
    if one == other:
        return 1.0
    return NEAR if frozenset({one, other}) in _NEAR_PAIRS else 0.0
