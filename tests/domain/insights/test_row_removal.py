from __future__ import annotations

import numpy as np
import pytest

from wardrobe_app.domain.insights.row_removal import Decomposition


def matrix(size: int, share: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    above = np.triu(rng.random((size, size)) * (rng.random((size, size)) < share), 1)
    made: np.ndarray = above + above.T + np.eye(size)
    return made


def test_the_eigenvalues_without_a_row_are_those_of_the_smaller_matrix() -> None:
    alike = matrix(40, 0.4)
    alike[0, 1] = alike[1, 0] = 1
    alike[0], alike[:, 0] = alike[1], alike[1]  # identical garments: an eigenvalue 0
    alike[2], alike[:, 2] = 0, 0  # one like no other
    alike[2, 2] = 1
    for whole in (alike, matrix(12, 0.05), np.eye(4), np.ones((5, 5)), np.eye(1)):
        decomposed = Decomposition(whole)
        for row in range(len(whole)):
            left = np.delete(np.delete(whole, row, 0), row, 1)
            assert sorted(decomposed.without(row)) == pytest.approx(np.linalg.eigvalsh(left), abs=1e-7)
