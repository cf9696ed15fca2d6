"""Simulated owners with hidden tastes that no score knows: they judge the pixels of photos, which the app does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

KINDS: Final = ("three styles", "contrast", "warmth", "capsules", "favourites", "no taste")
FIRM: Final = 3.0  # by which a pair after her taste is ahead, in logits
RULES: Final = 8.0  # by which she follows the rules: a logit for 0.125 of a score
BESIDE: Final = ((Role.SHOES, 0.9), (Role.LAYER, 0.3), (Role.OUTERWEAR, 0.3))
STYLES, CAPSULES = 3, 4


def taste(kind: str, looks: Matrix, rng: np.random.Generator) -> Matrix:
    """Return how much an owner likes each pair, (n, n) in logits; ``looks`` (n, 3) are warmth, texture and lightness.

    Pairs of one of three styles, cut by random directions; smooth with textured, dark with light; pairs of equal
    warmth; pairs within capsules that she drew by lot; pairs of garments that she likes; or nothing.
    """
    size = len(looks)
    if kind == "three styles":
        styles = (looks @ rng.normal(size=(3, STYLES))).argmax(axis=1)
        return FIRM * (styles[:, None] == styles)
    if kind == "contrast":
        sides, weights = np.sign(looks), rng.dirichlet(np.ones(3))
        return np.asarray(-FIRM * (sides * weights) @ sides.T)
    if kind == "warmth":
        return np.asarray(FIRM * np.exp(-np.abs(looks[:, 0][:, None] - looks[:, 0])))
    if kind == "capsules":
        capsules = rng.integers(0, CAPSULES, size)
        return FIRM * (capsules[:, None] == capsules)
    if kind == "favourites":
        liked = rng.normal(size=size)
        return np.asarray((liked[:, None] + liked) / 2)
    return np.zeros((size, size))


class Owner:
    """Draws outfits of a top with a bottom, or a one-piece, with shoes and a layer, by the rules and her taste."""

    def __init__(self, garments: Sequence[Garment], rules: Matrix, liked: Matrix, rng: np.random.Generator) -> None:
        self._rules, self._liked, self._rng = rules, liked, rng
        self.by_role: dict[Role | None, list[int]] = {}
        for row, garment in enumerate(garments):
            self.by_role.setdefault(part_of(garment), []).append(row)

    def outfit(self) -> list[int]:
        """Return the rows of the next outfit, at least two."""
        while True:
            bodies = [row for of in (Role.TOP, Role.ONE_PIECE) for row in self.by_role.get(of, [])]
            worn = [int(self._rng.choice(bodies))]
            wanted = [Role.BOTTOM] if worn[0] in self.by_role.get(Role.TOP, []) else []
            for of in [*wanted, *(of for of, often in BESIDE if self._rng.random() < often)]:
                worn += self._next(of, worn)
            if len(worn) > 1:
                return worn

    def _next(self, of: Role, worn: list[int]) -> list[int]:
        there = [row for row in self.by_role.get(of, []) if (self._rules[row, worn] > 0).all()]
        if not there:
            return []
        drawn = (RULES * self._rules + self._liked)[np.ix_(there, worn)].mean(axis=1)
        shares = np.exp(drawn - drawn.max())
        return [int(self._rng.choice(there, p=shares / shares.sum()))]
