"""Which types of garment do the same job, though they go by different names."""

from __future__ import annotations

from functools import cache
from typing import Final

# Two words for one thing.
SAME: Final = frozenset({frozenset({"Caftan", "Kaftan"})})

# Neighbours: types that people, shops and the tagger call by each other's name, because they differ in one small
# feature (a placket, a collar, a strap). A pair is here only if both are worn in the same place and the same way, and
# share one of the coarse labels that the training photos carry, or (marked) a dictionary would let one explain the
# other. Sharing a coarse label alone is not enough: jeans and leggings are both "Pants". Not transitive: a T-shirt is
# nearly a top, a top nearly a blouse, a T-shirt is no blouse.
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
    """How far two types do the same job: 1 the same type, 0.75 near-synonyms, 0 different types."""
    pair = frozenset({one, other})
    if one == other or pair in SAME:
        return 1.0
    return NEAR if pair in _NEAR_PAIRS else 0.0
