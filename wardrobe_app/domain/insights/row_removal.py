"""Find the eigenvalues of a symmetric matrix without one of its rows, from those of the whole.

Without row i they are the zeros of the sum over k of q_ik^2 / (x_k - x), for eigenvalues x_k and eigenvectors q_k, and
one lies between each two neighbours x_k (Golub, "Some modified matrix eigenvalue problems", 1973). So one decomposition
serves all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAME: Final = 1e-10  # apart, eigenvalues count as one
NO_WEIGHT: Final = 1e-14  # of a row in an eigenvector, below which the eigenvalue stays
LAST_STEP: Final = 1e-9  # of the search for a zero
MAX_STEPS: Final = 100


class Decomposition:
    """A symmetric matrix (n, n), to be asked for its eigenvalues without any of its rows."""

    def __init__(self, matrix: Floats) -> None:
        self.values, vectors = np.linalg.eigh(matrix)
        starts = np.flatnonzero(np.diff(self.values, prepend=-np.inf) > SAME)
        self._poles = self.values[starts]
        self._repeated = np.repeat(self._poles, np.diff(starts, append=len(self.values)) - 1)
        self._weights = np.add.reduceat(vectors**2, starts, axis=1)

    def without(self, row: int) -> Floats:
        """Return the eigenvalues without this ``row``, (n - 1,), in any order."""
        counts = self._weights[row] > NO_WEIGHT
        between = _zeros(self._poles[counts], self._weights[row, counts])
        return np.concatenate([self._repeated, self._poles[~counts], between])


def _zeros(poles: Floats, weights: Floats) -> Floats:
    """Return the zero of the sum of ``weights / (poles - x)`` between each two neighbours of the rising ``poles``.

    Regula falsi, with the end that stays counting half (the Illinois method), on the sum times the distances from both
    neighbours, which is finite and of opposite signs there.
    """
    at = np.arange(len(poles) - 1)  # the left neighbours of the zeros that are still sought
    low, high = poles[:-1], poles[1:]
    at_low, at_high = weights[:-1] * (high - low), -weights[1:] * (high - low)
    found, side = low.copy(), np.zeros(len(at))
    for _ in range(MAX_STEPS):
        if not len(at):
            break
        x = (low * at_high - high * at_low) / (at_high - at_low)
        value = _times_distances(poles, weights, at, x)
        rises = value > 0
        at_low = np.where(rises, value, np.where(side < 0, at_low / 2, at_low))
        at_high = np.where(rises, np.where(side > 0, at_high / 2, at_high), value)
        low, high, side = np.where(rises, x, low), np.where(rises, high, x), np.where(rises, 1, -1)
        left = (np.abs(x - found[at]) > LAST_STEP) & (value != 0)
        found[at] = x
        at, low, high, at_low, at_high, side = (each[left] for each in (at, low, high, at_low, at_high, side))
    return found


def _times_distances(poles: Floats, weights: Floats, at: NDArray[np.int64], x: Floats) -> Floats:
    """Return the sum at each ``x`` times its distances from the poles ``at`` and after it."""
    before, after = poles[at] - x, poles[at + 1] - x
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = weights / (poles - x[:, None])
    rows = np.arange(len(at))
    terms[rows, at] = terms[rows, at + 1] = 0
    return np.asarray(weights[at] * after + weights[at + 1] * before + before * after * terms.sum(axis=1))
