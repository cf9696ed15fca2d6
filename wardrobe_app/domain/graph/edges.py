"""Choose the pairs of garments in the graph: the best likenesses and matches of each garment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility import scores as compatibility
from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.garments.type_similarity import NEAR
from wardrobe_app.domain.similarity import scores as similarity
from wardrobe_app.domain.similarity.same_item import Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIED_PER_GARMENT: Final = 96
BATCH_PAIRS: Final = 2_000


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """How many similar and compatible garments each garment is linked to at most, and from which score."""

    similar_per_item: int = 8
    similar_at_least: float = 0.5
    compatible_per_item: int = 8
    compatible_at_least: float = compatibility.DEFAULT.good


DEFAULT: Final = GraphConfig()


def similar_pairs(
    garments: Sequence[Garment], config: GraphConfig = DEFAULT, matches: Matches = similarity.NO_MATCHES
) -> list[PairScore]:
    """Return the most similar pairs of (nearly) the same type, at most ``similar_per_item`` per garment.

    With keypoint ``matches``, the same item is similar whatever its type.
    """
    in_order = sorted(garments, key=lambda garment: garment.id)
    found = similarity.scan(in_order, config.similar_at_least, matches=matches)
    of_a_kind = (found.scores["type"] >= NEAR) & (found.weights["type"] > 0)
    akin = found.where(of_a_kind | found.decided_by_same_item)
    order = np.lexsort((akin.second, akin.first, -akin.total))
    kept = _best(akin.first[order], akin.second[order], config.similar_per_item)
    return [akin.pair(int(order[place])) for place in kept]


def compatible_pairs(
    garments: Sequence[Garment],
    config: GraphConfig = DEFAULT,
    rules: compatibility.CompatibilityConfig = compatibility.DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
) -> list[PairScore]:
    """Return the best matching pairs, at most ``compatible_per_item`` per garment.

    In a wardrobe of more than ``AT_MOST`` garments, each is tried with ``TRIED_PER_GARMENT`` random others.
    """
    if not config.compatible_per_item:
        return []
    in_order = sorted(garments, key=lambda garment: garment.id)
    first, second = _tried(in_order)
    scores = compatibility.scores_of(in_order, first, second, rules, learned_preferences)
    good = (scores >= config.compatible_at_least) & (scores > 0)
    first, second = first[good], second[good]
    order = np.argsort(-scores[good], kind="stable")
    first, second = first[order], second[order]
    kept = _best(first, second, config.compatible_per_item)
    ends = [(in_order[first[row]], in_order[second[row]]) for row in kept]
    return compatibility.compatibilities(ends, rules, learned_preferences)


def _tried(garments: Sequence[Garment]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of rows, smaller first and in order: all, or in a large wardrobe some for each garment."""
    size = len(garments)
    if size <= AT_MOST:
        return np.triu_indices(size, 1)
    # Garments form a ring in a random order that depends on their ids alone; each is tried with its neighbours.
    ring = np.argsort(_scrambled(np.array([garment.id for garment in garments], dtype=np.uint64)), kind="stable")
    codes = [np.sort(np.stack([ring, np.roll(ring, step)]), axis=0) for step in range(1, TRIED_PER_GARMENT // 2 + 1)]
    first, second = np.concatenate(codes, axis=1)
    order = np.lexsort((second, first))
    return first[order], second[order]


def _scrambled(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash each id to a number that looks random, by SplitMix64 (Steele and others, 2014)."""
    mixed = ids + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _best(first: NDArray[np.int64], second: NDArray[np.int64], most: int) -> list[int]:
    """Return the places of the pairs to keep, given best first, so that no garment is in more than ``most``."""
    degree = np.zeros(max(first.max(initial=0), second.max(initial=0)) + 1, dtype=np.int64)
    kept: list[int] = []
    for start in range(0, len(first), BATCH_PAIRS):
        # Most late pairs have a garment that is full: skip them in bulk.
        ones, others = first[start : start + BATCH_PAIRS], second[start : start + BATCH_PAIRS]
        for place in np.flatnonzero((degree[ones] < most) & (degree[others] < most)).tolist():
            one, other = ones[place], others[place]
            if degree[one] < most and degree[other] < most:
                degree[[one, other]] += 1
                kept.append(start + place)
    return kept
