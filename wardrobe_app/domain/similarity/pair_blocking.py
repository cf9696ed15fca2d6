"""Which pairs of a large wardrobe are worth measuring: the few most likely to be alike, of each garment.

Each garment becomes a point. How far two points are apart, squared, is about by how much their likeness (in log-odds,
as ``similarity`` has it) falls short of that of two equal garments; so the nearest points are the likeliest pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity.features import MISSING, Category, Features
from wardrobe_app.domain.similarity.nearest_neighbours import NOBODY, nearest
from wardrobe_app.domain.similarity.pair_measures import SimilarityConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float32]

EXACT: Final = 2_000  # garments of which every pair is measured
MOST: Final = 64  # of each garment in a larger wardrobe
SEEN: Final = 48  # dimensions that are kept of an embedding: those in which garments differ most
ELSEWHERE: Final = 4.0  # log-odds between what is worn in two places, or by people of another age
SAME_PATTERN: Final = 0.65  # the score of two that are plain


def pairs(rows: Features, config: SimilarityConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows, the smaller one first and in order: each with its ``MOST`` likeliest, if worn in the same place
    by people of the same age as far as that is known.
    """
    ids = np.array([garment.id for garment in rows.garments], dtype=np.int64)
    near = nearest(points(rows, config), ids, MOST)
    here = np.repeat(np.arange(len(near)), near.shape[1])
    there = near.ravel()
    known = there != NOBODY
    here, there = here[known], there[known]
    codes = distinct(np.minimum(here, there) * len(ids) + np.maximum(here, there))
    first, second = codes // len(ids), codes % len(ids)
    free = _meet(rows.slots, first, second) & _meet(rows.ages, first, second)
    return first[free], second[free]


def distinct(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The different numbers from 0 on, in order. (NumPy's own ``unique`` takes ten times as long for a million.)"""
    ordered = np.sort(codes)
    return ordered[np.diff(ordered, prepend=-1) > 0]


def points(rows: Features, config: SimilarityConfig) -> Points:
    """(n, d): the garments as points."""
    parts = [
        _types(rows.tags[TagKind.TYPE]) * np.sqrt(config.type),
        _apart(rows.tags[TagKind.PATTERN].codes) * np.sqrt(SAME_PATTERN * config.pattern)
        * np.sqrt(rows.tags[TagKind.PATTERN].reliability)[:, None],
        _colours(rows) * np.sqrt(2 * np.log(2) * config.colour) / config.half_distance,
        _pictures(rows) * np.sqrt(config.picture / (config.picture_same - config.picture_unlike)),
        _apart(rows.slots) * np.sqrt(ELSEWHERE / 2),
        _apart(rows.ages) * np.sqrt(ELSEWHERE / 2),
    ]  # fmt: skip
    return np.concatenate(parts, axis=1).astype(np.float32)


def _meet(codes: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((codes[one] == codes[other]) | (codes[one] == MISSING) | (codes[other] == MISSING))


def _apart(codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, values): a corner for each value; what is not known lies between all."""
    corners = np.eye(int(codes.max(initial=0)) + 2)
    corners[-1] = 0  # of -1
    return np.asarray(corners[codes], dtype=np.float64)


def _types(types: Category) -> NDArray[np.float64]:
    """(n, d) points of which two are as near as their types are close; a guess lies amid all that it may stand for."""
    names = sorted({name for value in types.values for name in value})
    if not names:
        return np.zeros((len(types.codes), 0))
    values, vectors = np.linalg.eigh(np.array([[closeness(one, other) for other in names] for one in names]))
    single = vectors * np.sqrt(values.clip(min=0))
    place = {name: row for row, name in enumerate(names)}
    of_value = np.array([single[[place[name] for name in value]].mean(axis=0) for value in types.values])
    return np.asarray(of_value[types.codes] * np.sqrt(types.reliability)[:, None])  # a missing one has no reliability


def _colours(rows: Features) -> NDArray[np.float64]:
    """(n, 3) mean CIE L*a*b* of the palettes; where there is none, that of all."""
    mean: NDArray[np.float64] = np.einsum("nk,nkc->nc", rows.shares, rows.labs)
    known = rows.shares.sum(axis=1) > 0
    mean[~known] = mean[known].mean(axis=0) if known.any() else 0
    return mean


def _pictures(rows: Features) -> NDArray[np.float64]:
    """(n, up to ``SEEN``): embeddings in the directions in which most of their differences lie."""
    vectors = rows.embeddings.astype(np.float64)
    known = rows.models != MISSING
    if not known.any() or vectors.shape[1] <= SEEN:
        return vectors
    centred = vectors - vectors[known].mean(axis=0)
    centred[~known] = 0
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ directions[:, -SEEN:])
