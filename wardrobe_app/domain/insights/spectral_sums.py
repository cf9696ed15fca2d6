"""Sums over the eigenvalues of a large sparse matrix, without working them out.

Stochastic Lanczos quadrature (Ubaru, Chen and Saad, "Fast estimation of tr(f(A)) via stochastic Lanczos quadrature",
2017): for random vectors of signs, a few steps of Lanczos give the nodes and weights of a Gauss quadrature of the
vector's spectral measure, of which the mean is the trace. The signs come from a fixed seed: the same matrix always
gives the same answer. The larger the matrix, the fewer vectors it takes for the same accuracy.
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
VECTORS: Final = 8  # at most, ...
FEWEST: Final = 2
SIGNS: Final = 32_000  # ... and of a large matrix as many as hold this many signs together
SEED: Final = 5
SPENT: Final = 1e-8  # below, a vector has no direction left that Lanczos did not see


def traces(matrix: csr_array, *functions: Callable[[Floats], Floats]) -> list[float]:
    """The sum of each of the ``functions`` over the eigenvalues of a symmetric matrix (n, n), estimated."""
    size = matrix.shape[0]
    rng = np.random.default_rng(SEED)
    tried = min(VECTORS, max(FEWEST, -(-SIGNS // size)))
    start = (rng.choice([-1.0, 1.0], (size, tried)) / np.sqrt(size)).T
    sums = np.zeros(len(functions))
    for diagonal, beside in zip(*_lanczos(matrix, start), strict=True):
        used = int(np.argmax(beside < SPENT)) + 1 if (beside < SPENT).any() else len(diagonal)
        nodes, vectors = scipy.linalg.eigh_tridiagonal(diagonal[:used], beside[: used - 1])
        weights = vectors[0] ** 2
        sums += [size * float(weights @ function(nodes)) for function in functions]
    return [float(total) for total in sums / tried]


def _lanczos(matrix: csr_array, start: Floats) -> tuple[Floats, Floats]:
    """(vectors, steps) diagonals and (vectors, steps) entries beside them, of all ``start`` vectors, (vectors, n).

    Directions are kept orthogonal to all before: there are few. What lies along the last two, which is most, goes
    first; so once over all of them is enough.
    """
    steps, (vectors, size) = min(STEPS, matrix.shape[0]), start.shape
    diagonal, beside = np.zeros((vectors, steps)), np.zeros((vectors, steps))
    basis = np.zeros((vectors, steps, size))  # a vector's directions lie together: BLAS takes them as one matrix
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
            ends = beside[:, step, None] < SPENT
            basis[:, step + 1] = np.where(ends, 0, new / np.maximum(beside[:, step, None], SPENT))
    return diagonal, beside
