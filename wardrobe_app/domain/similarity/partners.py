"""Estimate how likely a person would compare two garments, whatever the tags say for sure.

``scores`` asks whether two garments do the same job, and says no as soon as types or colours differ. On photos of
people the tagger never saw, one type in five is wrong, and one garment in two lights has two colours. So here four
measures are added up, none of which rules a pair out: how far both may be of one type, how near their colours and
pictures are, and whether the patterns agree. The sum ranks pairs; how many of them are shown is decided by
``redundancy.weaker``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.tag_reliability import shares
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import NeighbourSearch
from wardrobe_app.domain.similarity.pair_measures import Measures

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST: Final = 20  # others by embedding that each garment is measured with
HALF_DISTANCE: Final = 20.0  # CIEDE2000 at which colours score 0.5: one garment in sunlight and in lamplight
UNKNOWN_COSINE: Final = 0.3  # where pictures cannot be compared: that of any two garments worn in one place
BATCH_PAIRS: Final = 20_000


@dataclass(frozen=True, slots=True)
class PartnerWeights:
    """Weights in log-odds, fitted by ``python -m benchmarks.duplicates.fit`` on pairs judged by eye."""

    prior: float = -15.56
    type: float = 5.89
    colour: float = 6.4
    pattern: float = 1.68
    picture: float = 5.36


FITTED: Final = PartnerWeights()
MEASURED: Final = ("type", "colour", "pattern", "picture")


def near(garments: Sequence[Garment], search: NeighbourSearch) -> NDArray[np.int64]:
    """Return pairs of places in ``garments``, (2, pairs): each with those of the ``NEAREST`` pictures. A pair may come
    twice.
    """
    ids = np.array([garment.id for garment in garments], dtype=np.int64)
    found, order = search.nearest_of_each(ids.tolist(), NEAREST), np.argsort(ids)
    place = order[np.minimum(np.searchsorted(ids, found, sorter=order), len(ids) - 1)]
    here = np.broadcast_to(np.arange(len(ids))[:, None], place.shape)
    known = np.asarray((found != NO_NEIGHBOUR) & (ids[place] == found))
    return np.stack([here[known], place[known]])


def chances(measures: Measures, weights: PartnerWeights = FITTED) -> NDArray[np.float64]:
    """Return how likely a person would compare the two garments of each pair, (pairs,) 0 to 1."""
    told = partner_measures(measures) @ np.array([getattr(weights, name) for name in MEASURED])
    return np.asarray(1 / (1 + np.exp(-(weights.prior + told))))


def partner_measures(measures: Measures) -> NDArray[np.float64]:
    """Return what the chance depends on, (pairs, 4) in the order of ``MEASURED``: agreement of the types, 0 to 1,
    nearness of the colours, 0 to 1, agreement of the patterns, -1 to 1, and the cosine of the pictures.
    """
    colour = np.exp2(-((measures.colour_distance / HALF_DISTANCE) ** 2))
    return np.stack(
        [
            type_agreement(measures.features.garments, measures.first, measures.second),
            np.nan_to_num(colour, nan=0.5),
            measures.weights["pattern"] / measures.config.pattern * (2 * measures.scores["pattern"] - 1),
            np.nan_to_num(measures.cosine, nan=UNKNOWN_COSINE),
        ],
        axis=1,
    )


def type_agreement(
    garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how far the types that two garments may have are the same, (pairs,) 0 to 1; 0.5 if one is not known.

    The Bhattacharyya coefficient of the tagger's shares of types, of which each type lends some to its near-synonyms.
    """
    roots = _roots([shares(garment.tags.get(TagKind.TYPE)) for garment in garments])
    known = np.asarray(roots.any(axis=1))
    found = np.full(len(first), 0.5)
    both = np.flatnonzero(known[first] & known[second])
    for piece in _pieces(both):
        found[piece] = np.einsum("nt,nt->n", roots[first[piece]], roots[second[piece]])
    return np.asarray(found.clip(0, 1))


def _pieces(places: NDArray[np.int64]) -> Iterable[NDArray[np.int64]]:
    return (places[start : start + BATCH_PAIRS] for start in range(0, len(places), BATCH_PAIRS))


def _roots(told: Sequence[dict[str, float]]) -> NDArray[np.float64]:
    """Return the square roots of the shares of each type, (garments, types); all 0 if none is known."""
    names = sorted({name for one in told for name in one})
    place = {name: column for column, name in enumerate(names)}
    table = np.zeros((len(told), len(names)))
    for row, one in enumerate(told):
        for name, share in one.items():
            table[row, place[name]] = share
    spread = table @ np.array([[closeness(a, b) for b in names] for a in names]).reshape(len(names), len(names))
    totals = spread.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(np.divide(spread, totals, out=np.zeros_like(spread), where=totals > 0)))
