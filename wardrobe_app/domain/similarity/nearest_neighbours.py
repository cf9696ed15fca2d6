"""The nearest neighbours of many vectors, in n log n: by a forest of random splits.

Up to ``EXACT`` vectors every two are compared. Above, a tree halves the vectors again and again, each time by which of
two of them each is nearer to, until few are left together, and those are compared; several trees find what one parts
(Dasgupta and Freund, "Random projection trees and low dimensional manifolds", 2008; the splits by two points are those
of Bernhardsson's Annoy). Then neighbours of neighbours are tried (Dong and others, "Efficient k-nearest neighbor graph
construction for generic similarity measures", 2011). Which two points split depends on their ids alone: a garment more
or less changes little, and the same wardrobe always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Rows = NDArray[np.int64]
    Keys = NDArray[np.uint64]  # a squared distance and a row in one number: sorting it sorts both, many times faster

EXACT: Final = 10_000
TREES: Final = 10
LEAF: Final = 512  # vectors that are compared with each other at the end of a branch, at most
AT_ONCE: Final = 256  # rows of distances that are held together
NOBODY: Final = -1
_HALF: Final = np.uint64(32)
_ROW: Final = np.uint64(2**32 - 1)
_NONE: Final = np.uint64(2**64 - 1)


def nearest(vectors: Vectors, ids: Rows, most: int, *, exact: int = EXACT) -> Rows:
    """(n, at most ``most``) rows of the nearest others by Euclidean distance, nearest first; -1 where there are fewer.

    Args:
        vectors: (n, d).
        ids: (n,) whole numbers that tell the vectors apart.
        most: how many neighbours of each.
        exact: up to so many vectors, every two are compared.
    """
    count = len(vectors)
    most = min(most, max(0, count - 1))
    if count <= exact:
        return _exact(vectors, most)
    best = np.full((count, most), _NONE, dtype=np.uint64)
    for tree in range(TREES):
        for leaf in _leaves(vectors, mixed(ids, tree)):
            best[leaf] = _best(best[leaf], _within(vectors, leaf, most))
    _ask_neighbours(vectors, best)
    return _rows(best)


def _exact(vectors: Vectors, most: int) -> Rows:
    found = np.empty((len(vectors), most), dtype=np.int64)
    lengths = np.einsum("nd,nd->n", vectors, vectors)
    for start in range(0, len(vectors), AT_ONCE):
        apart = lengths - 2 * vectors[start : start + AT_ONCE] @ vectors.T
        here = np.arange(len(apart))
        apart[here, here + start] = np.inf
        found[start : start + AT_ONCE] = _smallest(apart, most)
    return found


def _smallest(apart: Vectors, most: int) -> Rows:
    """(rows, most) columns of the smallest values of each row, in order."""
    if not most:
        return np.zeros((len(apart), 0), dtype=np.int64)
    some = np.argpartition(apart, most - 1, axis=1)[:, :most] if most < apart.shape[1] else None
    if some is None:
        return np.argsort(apart, axis=1, kind="stable")[:, :most]
    order = np.argsort(np.take_along_axis(apart, some, 1), axis=1, kind="stable")
    return np.take_along_axis(some, order, 1)


def mixed(ids: Rows, tree: int = 0) -> NDArray[np.uint64]:
    """A number for each id that looks random (Steele and others' SplitMix64), another one for each ``tree``."""
    mixed = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15 * (tree + 1) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _leaves(vectors: Vectors, turns: NDArray[np.uint64]) -> Iterator[Rows]:
    waiting = [np.argsort(turns, kind="stable")]  # of each branch, the first two split it
    while waiting:
        rows = waiting.pop()
        if len(rows) <= LEAF:
            yield rows
            continue
        towards = vectors[rows[1]] - vectors[rows[0]]
        half = len(rows) // 2
        near = np.argpartition(vectors[rows] @ towards, half)
        waiting += [rows[np.sort(near[:half])], rows[np.sort(near[half:])]]


def _within(vectors: Vectors, leaf: Rows, most: int) -> Keys:
    """Of the vectors of a leaf: for each the nearest others there, in any order."""
    here = vectors[leaf]
    lengths = np.einsum("nd,nd->n", here, here)
    apart = lengths[:, None] + lengths - 2 * here @ here.T
    np.fill_diagonal(apart, np.inf)
    keys = _keys(apart, leaf)
    return np.partition(keys, most - 1, axis=1)[:, :most] if most < len(leaf) else keys


def _keys(apart: Vectors, others: Rows) -> Keys:
    """Squared distances (rows, any) to the ``others``: the bits of what is not below 0 are in its own order."""
    bits = np.maximum(apart, 0).view(np.uint32).astype(np.uint64)
    return np.asarray(bits << _HALF | others.astype(np.uint64))


def _rows(keys: Keys) -> Rows:
    """The rows that keys hold; ``NOBODY`` where the distance is no number."""
    near = (keys >> _HALF).astype(np.uint32).view(np.float32) < np.inf
    return np.where(near, (keys & _ROW).astype(np.int64), NOBODY)


def _best(known: Keys, others: Keys) -> Keys:
    """Of what is ``known`` (rows, most) and ``others`` (rows, any), the nearest, each once and in order."""
    by_row = np.concatenate([known, others], axis=1)
    by_row = np.sort(by_row << _HALF | by_row >> _HALF, axis=1)
    again = by_row[:, 1:] >> _HALF == by_row[:, :-1] >> _HALF
    by_row[:, 1:][again] = _NONE
    return np.sort(by_row << _HALF | by_row >> _HALF, axis=1)[:, : known.shape[1]]


def _ask_neighbours(vectors: Vectors, best: Keys, asked: int = 8) -> None:
    """Try the ``asked`` nearest of each of the ``asked`` nearest."""
    before = _rows(best[:, :asked])
    lengths = np.einsum("nd,nd->n", vectors, vectors)
    for start in range(0, len(vectors), AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, len(vectors)))
        others = before[before[rows]].reshape(len(rows), -1)
        dots = np.matmul(vectors[others], vectors[rows][:, :, None])[:, :, 0]
        apart = lengths[rows, None] + lengths[others] - 2 * dots
        apart[(others == rows[:, None]) | (others == NOBODY)] = np.inf
        best[rows] = _best(best[rows], _keys(apart, others))
