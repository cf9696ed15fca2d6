"""Select the pairs of a large wardrobe worth measuring: the most likely ones of each garment (blocking).

Each garment becomes a point. The squared distance of two points approximates how far their likeness, in log-odds as in
``scores``, falls short of two equal garments; so the nearest points are the likeliest pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    summary = WardrobeSummary()
    summary.add(rows)
    return PointSpace(summary, config).points(rows)


class WardrobeSummary:
    """What has to be known of a whole wardrobe before its garments become points, added up part by part."""

    def __init__(self) -> None:
        self.garments = 0
        self.types: set[str] = set()
        self.patterns: set[tuple[str, ...]] = set()
        self.slots: set[int] = set()
        self.colours = _Sums(3)
        self.pictures = _Sums(0)

    def add(self, rows: Features) -> None:
        """Add some garments."""
        self.garments += len(rows.garments)
        self.types.update(name for value in rows.tags[TagKind.TYPE].values for name in value)
        self.patterns.update(rows.tags[TagKind.PATTERN].values)
        self.slots.update(rows.slots.tolist())
        self.colours.add(_colours(rows)[_has_palette(rows)])
        self.pictures.add(rows.embeddings[rows.models != MISSING].astype(np.float64))


class _Sums:
    """The number of vectors, their sum (d,) and the sum of their outer products (d, d)."""

    def __init__(self, width: int) -> None:
        self.count = 0
        self.total = np.zeros(width)
        self.products = np.zeros((width, width))

    @property
    def mean(self) -> NDArray[np.float64]:
        return self.total / max(self.count, 1)

    def add(self, vectors: NDArray[np.float64]) -> None:
        more = max(0, vectors.shape[1] - len(self.total))  # an embedding may be longer than those before it
        self.total, self.products = np.pad(self.total, (0, more)), np.pad(self.products, (0, more))
        width = vectors.shape[1]
        self.count += len(vectors)
        self.total[:width] += vectors.sum(axis=0)
        self.products[:width, :width] += vectors.T @ vectors

    def directions(self, most: int) -> NDArray[np.float64]:
        """Return the orthogonal directions in which the vectors differ most, (d, most)."""
        _, found = np.linalg.eigh(self.products - self.count * np.outer(self.mean, self.mean))
        return np.asarray(found[:, -most:])


class PointSpace:
    """Where the garments of a wardrobe become points, each part of the comparison in dimensions of its own."""

    def __init__(self, summary: WardrobeSummary, config: SimilarityConfig) -> None:
        self._config = config
        self._type_points = _type_points(sorted(summary.types))
        self._pattern_places = {value: place for place, value in enumerate(sorted(summary.patterns))}
        self._slots = np.array(sorted(summary.slots - {MISSING}), dtype=np.int64)
        self._mean_colour = summary.colours.mean
        self._mean_picture = summary.pictures.mean
        reduced = summary.pictures.count and len(self._mean_picture) > EMBEDDING_DIMENSIONS
        self._directions = summary.pictures.directions(EMBEDDING_DIMENSIONS) if reduced else None

    def points(self, rows: Features) -> Points:
        """Convert garments to points, (n, d)."""
        config, patterns = self._config, rows.tags[TagKind.PATTERN]
        places = np.array([*(self._pattern_places[value] for value in patterns.values), MISSING], dtype=np.int64)
        parts = [
            self._types(rows.tags[TagKind.TYPE]) * np.sqrt(config.type),
            _apart(places[patterns.codes], len(self._pattern_places))
            * np.sqrt(SAME_PATTERN_SCORE * config.pattern * patterns.reliability)[:, None],
            np.where(_has_palette(rows)[:, None], _colours(rows), self._mean_colour)
            * np.sqrt(2 * np.log(2) * config.colour) / config.half_distance,
            self._pictures(rows) * np.sqrt(config.picture / (config.picture_same - config.picture_unlike)),
            (rows.slots[:, None] == self._slots) * np.sqrt(ELSEWHERE_LOG_ODDS / 2),
            _apart(rows.ages, 2) * np.sqrt(ELSEWHERE_LOG_ODDS / 2),
        ]  # fmt: skip
        return np.concatenate(parts, axis=1).astype(np.float32)

    def _types(self, types: Category) -> NDArray[np.float64]:
        """Return points as near as their types are close, (n, d); a guess is amid all that it may stand for."""
        of_code = np.zeros((len(types.values) + 1, len(self._type_points)))  # the last one of "none"
        for code, value in enumerate(types.values):
            of_code[code] = np.mean([self._type_points[name] for name in value], axis=0)
        return np.asarray(of_code[types.codes] * np.sqrt(types.reliability)[:, None])

    def _pictures(self, rows: Features) -> NDArray[np.float64]:
        """Project embeddings to the ``EMBEDDING_DIMENSIONS`` directions in which they differ most."""
        width = len(self._mean_picture)
        vectors = np.zeros((len(rows.garments), width))
        vectors[:, : rows.embeddings.shape[1]] = rows.embeddings[:, :width]
        if self._directions is None:
            return vectors
        vectors -= self._mean_picture
        vectors[rows.models == MISSING] = 0
        return np.asarray(vectors @ self._directions)


def _apart(codes: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Give each value a corner of its own, (n, values); unknown values lie between all."""
    return np.asarray((codes[:, None] == np.arange(count)).astype(np.float64))


def _type_points(names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return a point for each type, (d,)."""
    if not names:
        return {}
    values, vectors = np.linalg.eigh(np.array([[closeness(one, other) for other in names] for one in names]))
    return dict(zip(names, vectors * np.sqrt(values.clip(min=0)), strict=True))


def _has_palette(rows: Features) -> NDArray[np.bool_]:
    return np.asarray(rows.shares.sum(axis=1) > 0)


def _colours(rows: Features) -> NDArray[np.float64]:
    """Return the mean CIE L*a*b* of the palettes, (n, 3)."""
    return np.asarray(np.einsum("nk,nkc->nc", rows.shares, rows.labs))
