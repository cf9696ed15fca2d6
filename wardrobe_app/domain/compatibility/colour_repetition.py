"""How much it says that two garments of an outfit share a colour: little for black, much for orange."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Final

# The share of adults' clothes, shoes and bags in each colour in a shop's catalogue, by `benchmarks.compatibility`.
COLOUR_SHARES: Final[Mapping[str, float]] = {
    "black": 0.232, "white": 0.132, "blue": 0.115, "grey": 0.103, "brown": 0.087, "red": 0.069, "green": 0.067,
    "navy": 0.044, "purple": 0.041, "pink": 0.039, "yellow": 0.033, "beige": 0.027, "orange": 0.011,
}  # fmt: skip
REPEATED_SHARE: Final = 0.25  # of garments that take up a colour of the outfit: few colours make an outfit
REPEATED_SCORES: Final = (0.72, 1.0)  # of a repeated colour, from one that everything has to the rarest


@cache
def rarity(name: str) -> float:
    """Return how much it says that two garments share a colour: 0 for one that everything has, 1 for the rarest.

    If each garment repeats a colour of the outfit with probability r and else has a colour of share f by chance, the
    same colour is 1 - r + r / f times as likely in an outfit as by chance; this is the logarithm, rescaled. That people
    combine fewer colours than chance would, and rather equal hues than equal lightness: X. Deng, S. Hui and J. W.
    Hutchinson, "Consumer preferences for color combinations", Journal of Consumer Psychology 20(4), 2010.
    """
    ratio = REPEATED_SHARE / (1 - REPEATED_SHARE)
    share, rarest = COLOUR_SHARES.get(name, 1.0), min(COLOUR_SHARES.values())
    return (math.log1p(ratio / share) - math.log1p(ratio)) / (math.log1p(ratio / rarest) - math.log1p(ratio))
