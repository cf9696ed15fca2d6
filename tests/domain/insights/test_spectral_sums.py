from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array
from scipy.special import xlogy

from wardrobe_app.domain.insights.spectral_sums import traces


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
