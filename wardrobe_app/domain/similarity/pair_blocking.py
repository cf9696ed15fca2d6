"""Select the pairs of a large wardrobe worth measuring: the most likely ones of each garment (blocking).

Each garment becomes a point. The squared distance of two points approximates how far their likeness, in log-odds as in
``scores``, falls short of two equal garments; so the nearest points are the likeliest pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity.features import MISSING, Category, Features
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR, nearest
from wardrobe_app.domain.similarity.pair_measures import SimilarityConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float32]

ALL_PAIRS_UP_TO: Final = 2_000  # garments
NEIGHBOURS: Final = 64  # of each garment in a larger wardrobe
EMBEDDING_DIMENSIONS: Final = 48  # kept, of those in which garments differ most
ELSEWHERE_LOG_ODDS: Final = 4.0  # of two garments worn in different places, or by different age groups
SAME_PATTERN_SCORE: Final = 0.65  # of two plain garments


def pairs(rows: Features, config: SimilarityConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of rows, the smaller first and in order: each with its ``NEIGHBOURS`` likeliest comparable rows."""
    near, size = nearest(points(rows, config), NEIGHBOURS), len(rows.garments)
    here = np.repeat(np.arange(len(near)), near.shape[1])
    there = near.ravel()
    known = there != NO_NEIGHBOUR
    here, there = here[known], there[known]
    codes = distinct(np.minimum(here, there) * size + np.maximum(here, there))
    first, second = codes // size, codes % size
    free = rows.comparable(first, second)
    return first[free], second[free]


def distinct(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the different numbers, from 0 on, in order. (``numpy.unique`` takes ten times as long for a million.)"""
    ordered = np.sort(codes)
    return ordered[np.diff(ordered, prepend=-1) > 0]


def points(rows: Features, config: SimilarityConfig) -> Points:
    """Convert garments to points, (n, d)."""
    parts = [
        _types(rows.tags[TagKind.TYPE]) * np.sqrt(config.type),
        _apart(rows.tags[TagKind.PATTERN].codes) * np.sqrt(SAME_PATTERN_SCORE * config.pattern)
        * np.sqrt(rows.tags[TagKind.PATTERN].reliability)[:, None],
        _colours(rows) * np.sqrt(2 * np.log(2) * config.colour) / config.half_distance,
        _pictures(rows) * np.sqrt(config.picture / (config.picture_same - config.picture_unlike)),
        _apart(rows.slots) * np.sqrt(ELSEWHERE_LOG_ODDS / 2),
        _apart(rows.ages) * np.sqrt(ELSEWHERE_LOG_ODDS / 2),
    ]  # fmt: skip
    return np.concatenate(parts, axis=1).astype(np.float32)


def _apart(codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give each value a corner of its own, (n, values); unknown values lie between all."""
    corners = np.eye(int(codes.max(initial=0)) + 2)
    corners[-1] = 0  # of -1
    return np.asarray(corners[codes], dtype=np.float64)


def _types(types: Category) -> NDArray[np.float64]:
    """Return points as near as their types are close, (n, d); a guess is amid all that it may stand for."""
    names = sorted({name for value in types.values for name in value})
    if not names:
        return np.zeros((len(types.codes), 0))
    values, vectors = np.linalg.eigh(np.array([[closeness(one, other) for other in names] for one in names]))
    single = vectors * np.sqrt(values.clip(min=0))
    place = {name: row for row, name in enumerate(names)}
    of_value = np.array([single[[place[name] for name in value]].mean(axis=0) for value in types.values])
    return np.asarray(of_value[types.codes] * np.sqrt(types.reliability)[:, None])  # missing values have no reliability


def _colours(rows: Features) -> NDArray[np.float64]:
    """Return the mean CIE L*a*b* of the palettes, (n, 3); the mean of all for garments without one."""
    mean: NDArray[np.float64] = np.einsum("nk,nkc->nc", rows.shares, rows.labs)
    known = rows.shares.sum(axis=1) > 0
    mean[~known] = mean[known].mean(axis=0) if known.any() else 0
    return mean


def _pictures(rows: Features) -> NDArray[np.float64]:
    """Project embeddings to the ``EMBEDDING_DIMENSIONS`` directions in which they differ most."""
    vectors = rows.embeddings.astype(np.float64)
    known = rows.models != MISSING
    if not known.any() or vectors.shape[1] <= EMBEDDING_DIMENSIONS:
        return vectors
    centred = vectors - vectors[known].mean(axis=0)
    centred[~known] = 0
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ directions[:, -EMBEDDING_DIMENSIONS:])
