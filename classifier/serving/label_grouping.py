"""Group garment types that share an everyday label, so that similar types support each other.

A white long-sleeved top may score 0.25 Longsleeve, 0.2 Sweater, 0.2 Sweatshirt and 0.3 Tee. It is a long-sleeved
garment all the same: types with a common ``clothing_labels`` entry in the vocabulary add their probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from classifier.taxonomy import garment_type

ALTERNATIVE_WEIGHT = 0.3  # of an alternative in the best type's group: mostly the same garment by another name


@cache
def share_label(one: str, other: str) -> bool:
    """Whether two types are equal or share an everyday label."""
    return one == other or bool(set(garment_type(one).clothing_labels) & set(garment_type(other).clothing_labels))


@cache
def _group(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(other for other in names if share_label(name, other))


def group_probability(probabilities: Mapping[str, float], name: str) -> float:
    """Sum the probabilities, 0 to 1, of a type and the types that share a label with it."""
    return min(1.0, sum(probabilities[other] for other in _group(name, tuple(probabilities))))


def grouped_scores(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Score each type for ranking proposals; the scores sum to 1 and keep the order of ``probabilities``.

    The best type has the highest product of its own and its group's probability, and scores its group's probability.
    Other types of its group count for :data:`ALTERNATIVE_WEIGHT` of their probability.
    """
    names = tuple(probabilities)
    groups = {name: sum(probabilities[other] for other in _group(name, names)) for name in names}
    best = max(probabilities, key=lambda name: probabilities[name] * min(1.0, groups[name]))
    scores = {name: p * (ALTERNATIVE_WEIGHT if share_label(name, best) else 1) for name, p in probabilities.items()}
    scores[best] = group_probability(probabilities, best)
    total = sum(scores.values())
    return {name: value / total for name, value in scores.items()}
