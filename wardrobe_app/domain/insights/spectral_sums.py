"""Estimate sums over the eigenvalues of a large sparse matrix without computing them.

Stochastic Lanczos quadrature (Ubaru, Chen and Saad, "Fast estimation of tr(f(A)) via stochastic Lanczos quadrature",
2017): for random sign vectors, a few Lanczos steps give the nodes and weights of a Gauss quadrature, whose mean is the
trace. A fixed seed makes the result repeatable. Larger matrices need fewer vectors for the same accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

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
