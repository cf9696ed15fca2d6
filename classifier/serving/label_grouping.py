"""One type out of many that look alike: kin vouch for each other.

A white long-sleeved top may be 0.25 Longsleeve, 0.2 Sweater, 0.2 Sweatshirt and 0.3 Tee. It is a long-sleeved garment
all the same: types that answer to the same everyday label (``clothing_labels`` of the vocabulary) are kin, and what a
type's kin are believed counts for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from classifier.taxonomy import garment_type

KIN_OF_THE_FIRST = 0.3  # what a type counts for as an alternative to one that it is kin to


@cache
def are_kin(one: str, other: str) -> bool:
    """Whether two types are the same or answer to one everyday label."""
    return one == other or bool(set(garment_type(one).clothing_labels) & set(garment_type(other).clothing_labels))


@cache
def _kin_among(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(other for other in names if are_kin(name, other))


def kin_mass(probabilities: Mapping[str, float], name: str) -> float:
    """The summed probability, 0 to 1, of a type and its kin: that it is right as people sort their clothes."""
    return min(1.0, sum(probabilities[other] for other in _kin_among(name, tuple(probabilities))))


def with_kin(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Each type's score as a proposal, summing to 1: the order in which to propose types.

    The first is the type with the highest product of its probability and that of its kin, and scores what its kin are
    believed together. After it the alternatives count: its kin, mostly the same garment by another name, for less.
    """
    names = tuple(probabilities)
    masses = {name: sum(probabilities[other] for other in _kin_among(name, names)) for name in names}
    first = max(probabilities, key=lambda name: probabilities[name] * min(1.0, masses[name]))
    scores = {name: p * (KIN_OF_THE_FIRST if are_kin(name, first) else 1) for name, p in probabilities.items()}
    scores[first] = kin_mass(probabilities, first)
    total = sum(scores.values())
    return {name: value / total for name, value in scores.items()}
