from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array
from scipy.special import xlogy

from wardrobe_app.domain.insights.eigenvalues import Decomposition, traces


def alike(count: int) -> csr_array:
    above = random_array((count, count), density=8 / count, rng=np.random.default_rng(0))
    return csr_array((above + above.T) / 4 + csr_array(np.eye(count)))


def test_the_sums_come_near_those_over_all_eigenvalues() -> None:
    matrix = alike(1000)
    values = np.linalg.eigvalsh(matrix.toarray()).clip(min=0)
    total, weighed = traces(
        matrix, lambda found: found.clip(min=0), lambda found: xlogy(found.clip(min=0), found.clip(min=0))
    )
    assert total == pytest.approx(values.sum(), rel=0.01)
    assert np.exp(np.log(total) - weighed / total) == pytest.approx(
        np.exp(np.log(values.sum()) - xlogy(values, values).sum() / values.sum()), rel=0.02
    )


def test_the_same_matrix_gives_the_same_sums() -> None:
    assert traces(alike(200), np.square) == traces(alike(200), np.square)


def test_a_matrix_of_one_value_is_summed_exactly() -> None:
    assert traces(csr_array(3 * np.eye(50)), lambda values: values, np.square) == pytest.approx([150, 450])


def test_of_a_large_matrix_fewer_vectors_come_as_near() -> None:
    matrix = alike(9000)
    assert traces(matrix, np.square)[0] == pytest.approx((matrix * matrix).sum(), rel=0.01)


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
