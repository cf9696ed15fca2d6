"""Find the eigenvalues of a symmetric matrix without one of its rows, and estimate sums over those of a large one.

Without row i, the eigenvalues are the zeros of the sum over k of q_ik^2 / (x_k - x), for eigenvalues x_k and
eigenvectors q_k of the whole, and one lies between each two neighbours x_k (Golub, "Some modified matrix eigenvalue
problems", 1973). So one decomposition serves all rows.

The estimate is stochastic Lanczos quadrature (Ubaru, Chen and Saad, "Fast estimation of tr(f(A)) via stochastic Lanczos
quadrature", 2017): for random sign vectors, a few Lanczos steps give the nodes and weights of a Gauss quadrature, whose
mean is the trace. A fixed seed makes the result repeatable. Larger matrices need fewer vectors for the same accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]

STEPS: Final = 40
MAX_VECTORS: Final = 8
MIN_VECTORS: Final = 2
TOTAL_SIGNS: Final = 32_000  # of all vectors of a large matrix
SEED: Final = 5
EXHAUSTED: Final = 1e-8  # norm below which no new direction is left
THREADLESS: Final = 32  # rows up to which LAPACK starts no threads
SAME: Final = 1e-10  # apart, eigenvalues count as one
NO_WEIGHT: Final = 1e-14  # of a row in an eigenvector, below which the eigenvalue stays
LAST_STEP: Final = 1e-9  # of the search for a zero
MAX_STEPS: Final = 100


def traces(matrix: csr_array, *functions: Callable[[Floats], Floats]) -> list[float]:
    """Estimate the sum of each function over the eigenvalues of a symmetric matrix (n, n)."""
    size = matrix.shape[0]
    rng = np.random.default_rng(SEED)
    tried = min(MAX_VECTORS, max(MIN_VECTORS, -(-TOTAL_SIGNS // size)))
    start = (rng.choice([-1.0, 1.0], (size, tried)) / np.sqrt(size)).T
    sums = np.zeros(len(functions))
    for diagonal, beside in zip(*_lanczos(matrix, start), strict=True):
        used = int(np.argmax(beside < EXHAUSTED)) + 1 if (beside < EXHAUSTED).any() else len(diagonal)
        nodes, vectors = scipy.linalg.eigh_tridiagonal(diagonal[:used], beside[: used - 1])
        weights = vectors[0] ** 2
        sums += [size * float(weights @ function(nodes)) for function in functions]
    return [float(total) for total in sums / tried]


def _lanczos(matrix: csr_array, start: Floats) -> tuple[Floats, Floats]:
    """Return the diagonals and off-diagonals, (vectors, steps) each, for all ``start`` vectors, (vectors, n).

    New directions are orthogonalised against all earlier ones, first against the last two, which makes one pass enough.
    """
    steps, (vectors, size) = min(STEPS, matrix.shape[0]), start.shape
    diagonal, beside = np.zeros((vectors, steps)), np.zeros((vectors, steps))
    basis = np.zeros((vectors, steps, size))  # the directions of a vector are contiguous, as BLAS needs
    basis[:, 0] = start
    for step in range(steps):
        last = basis[:, step]
        new = (matrix @ np.ascontiguousarray(last.T)).T
        diagonal[:, step] = np.einsum("vn,vn->v", new, last)
        new = new - diagonal[:, step, None] * last
        if step:
            new -= beside[:, step - 1, None] * basis[:, step - 1]
        known = basis[:, : step + 1]
        new -= ((known @ new[:, :, None]).transpose(0, 2, 1) @ known)[:, 0]
        beside[:, step] = np.linalg.norm(new, axis=1)
        if step + 1 < steps:
            ends = beside[:, step, None] < EXHAUSTED
            basis[:, step + 1] = np.where(ends, 0, new / np.maximum(beside[:, step, None], EXHAUSTED))
    return diagonal, beside


def eigenvalues(matrix: Floats) -> Floats:
    """Return the eigenvalues of a symmetric matrix (n, n), rising."""
    with _one_thread(len(matrix)):
        return np.asarray(np.linalg.eigvalsh(matrix), dtype=np.float64)


def _one_thread(size: int) -> AbstractContextManager[object]:
    """Keep LAPACK from waiting for threads of its own, which takes longer than these matrices do."""
    return threadpool_limits(1, "blas") if size > THREADLESS else nullcontext()


class Decomposition:
    """A symmetric matrix (n, n), to be asked for its eigenvalues without any of its rows."""

    def __init__(self, matrix: Floats) -> None:
        with _one_thread(len(matrix)):
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
