"""Which pairs of garments the graph holds: the best likenesses and the best matches of each garment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wardrobe_app.domain import compatibility, similarity
from wardrobe_app.domain.garment import Garment, PairScore
from wardrobe_app.domain.kinship import NEAR


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """How many similar and compatible garments each garment is linked to at most, and from which score on."""

    similar_per_item: int = 8
    similar_at_least: float = 0.5
    compatible_per_item: int = 8
    compatible_at_least: float = compatibility.DEFAULT.good


DEFAULT: Final = GraphConfig()


def similar_pairs(garments: Sequence[Garment], config: GraphConfig = DEFAULT) -> list[PairScore]:
    """The most similar pairs of the same or nearly the same type, at most ``similar_per_item`` for each garment."""
    found = similarity.scan(sorted(garments, key=lambda garment: garment.id), config.similar_at_least)
    akin = found.where((found.scores["type"] >= NEAR) & (found.weights["type"] > 0))
    order = np.lexsort((akin.second, akin.first, -akin.total)).tolist()
    ends = [(int(akin.first[row]), int(akin.second[row])) for row in order]
    return [akin.pair(order[place]) for place in _best(ends, config.similar_per_item)]


def compatible_pairs(garments: Sequence[Garment], config: GraphConfig = DEFAULT) -> list[PairScore]:
    """The pairs that go together best, at most ``compatible_per_item`` for each garment."""
    if not config.compatible_per_item:
        return []
    in_order = sorted(garments, key=lambda garment: garment.id)
    found = compatibility.ranked(in_order, config.compatible_at_least)
    best = _best([(a.id, b.id) for _, a, b in found], config.compatible_per_item)
    return [compatibility.compatibility(found[place][1], found[place][2]) for place in best]


def _best(ends: Sequence[tuple[int, int]], most: int) -> list[int]:
    """Places of the pairs to keep, given best first, so that no end is in more than ``most`` of them."""
    degree: Counter[int] = Counter()
    kept: list[int] = []
    for place, pair in enumerate(ends):
        if max(degree[end] for end in pair) < most:
            degree.update(pair)
            kept.append(place)
    return kept
