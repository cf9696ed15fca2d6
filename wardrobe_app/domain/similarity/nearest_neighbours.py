"""Find the nearest neighbours of many vectors: by exact search up to a limit, with usearch above it.

usearch searches a graph of neighbours (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search
using hierarchical navigable small world graphs", 2018). One thread builds it, so the same vectors always give the same
answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_UP_TO: Final = 10_000  # vectors
BATCH_ROWS: Final = 256  # whose distances are in memory together
NO_NEIGHBOUR: Final = -1


def nearest(vectors: NDArray[np.float32], count: int, *, exact_up_to: int = EXACT_UP_TO) -> NDArray[np.int64]:
    """Return the rows of the nearest others by Euclidean distance, nearest first.

    Args:
        vectors: (n, d).
        count: neighbours of each vector.
        exact_up_to: number of vectors up to which all pairs are compared.

    Returns:
        (n, min(count, n - 1)) rows, ``NO_NEIGHBOUR`` where the search found fewer.
    """
    count = min(count, max(0, len(vectors) - 1))
    return _exact(vectors, count) if len(vectors) <= exact_up_to or not count else _approximate(vectors, count)


def _exact(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    found = np.empty((len(vectors), count), dtype=np.int64)
    norms = np.einsum("nd,nd->n", vectors, vectors)
    for start in range(0, len(vectors), BATCH_ROWS):
        distances = norms - 2 * vectors[start : start + BATCH_ROWS] @ vectors.T
        rows = np.arange(len(distances))
        distances[rows, rows + start] = np.inf
        some = np.argpartition(distances, count - 1, axis=1)[:, :count] if count else distances[:, :0].astype(int)
        order = np.argsort(np.take_along_axis(distances, some, 1), axis=1, kind="stable")
        found[start : start + BATCH_ROWS] = np.take_along_axis(some, order, 1)
    return found


def _approximate(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    from usearch.index import Index  # here, because only large wardrobes need it

    rows = np.arange(len(vectors))
    index = Index(ndim=vectors.shape[1], metric="l2sq", dtype="f32")
    index.add(rows, vectors, threads=1)
    matches: Any = index.search(vectors, count + 1)
    found = matches.keys.astype(np.int64)
    found[np.arange(count + 1) >= matches.counts[:, None]] = NO_NEIGHBOUR
    own = found == rows[:, None]
    own[~own.any(axis=1), -1] = True  # an equal vector took its own place: drop the last one instead
    return np.asarray(found[~own].reshape(len(vectors), count))
