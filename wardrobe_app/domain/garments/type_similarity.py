"""Define which types of garment do the same job under different names."""

from __future__ import annotations

from functools import cache
from typing import Final

# Two words for one thing.
SAME: Final = frozenset({frozenset({"Caftan", "Kaftan"})})

# Near-synonyms: types that differ in one small feature (a placket, a collar, a strap), so that people, shops and the
# tagger mix them up. Both are worn in the same place and way, and share a coarse label of the training photos or (where
# marked) a definition. A coarse label is not enough: jeans and leggings are both "Pants". Not transitive: a T-shirt is
# nearly a top, a top nearly a blouse, but a T-shirt is no blouse.
NEIGHBOURS: Final[tuple[tuple[str, ...], ...]] = (
    ("Tee", "Top", "Henley", "Jersey"),
    ("Longsleeve", "Henley", "Jersey"),
    ("Longsleeve", "Turtleneck"),
    ("Top", "Tank", "Halter"),
    ("Top", "Blouse"),
    ("Blouse", "Button-Down"),
    ("Blouse", "Tunic"),
    ("Button-Down", "Flannel"),
    ("Sweater", "Turtleneck"),
    ("Sweater", "Sweatshirt"),
    ("Sweatshirt", "Hoodie"),
    ("Anorak", "Parka"),
    ("Bomber", "Jacket"),
    ("Tunic", "Kurta"),  # no coarse label: a kurta is a long tunic
    ("Chinos", "Trousers"),
    ("Capris", "Culottes", "Gauchos"),
    ("Jeans", "Jeggings"),
    ("Leggings", "Jeggings"),
    ("Joggers", "Sweatpants"),
    ("Shorts", "Cutoffs"),
    ("Shorts", "Sweatshorts"),
    ("Shorts", "Trunks"),
    ("Skirt", "Sarong"),
    ("Dress", "Sundress"),
    ("Dress", "Shirtdress"),
    ("Caftan", "Kaftan", "Coverup"),
    ("Jumpsuit", "Romper"),
    ("Romper", "Onesie"),
    ("Robe", "Kimono"),  # no coarse label: the same cut
    ("Sneakers", "Shoes"),
    ("Shoes", "Flats"),
    ("Sandals", "Flip Flops"),
)
NEAR: Final = 0.75

_NEAR_PAIRS: Final = frozenset(
    frozenset({one, other}) for group in NEIGHBOURS for one in group for other in group if one != other
)


@cache
def closeness(one: str, other: str) -> float:
    """Return how far two types do the same job: 1 equal, 0.75 near-synonyms, 0 different."""
    pair = frozenset({one, other})
    if one == other or pair in SAME:
        return 1.0
    return NEAR if pair in _NEAR_PAIRS else 0.0
