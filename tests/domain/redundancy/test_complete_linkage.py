from __future__ import annotations

import numpy as np
import pytest

from wardrobe_app.domain.redundancy import complete_linkage
from wardrobe_app.domain.redundancy.complete_linkage import complete

THRESHOLD = 0.75


def pairs(count: int, density: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(count, 1)
    kept = rng.random(len(first)) < density
    return first[kept], second[kept], rng.uniform(THRESHOLD, 1, kept.sum())


@pytest.mark.parametrize("density", [0.05, 0.3, 0.9])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_sparse_way_makes_the_groups_of_the_dense_one(
    density: float, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, score = pairs(60, density, seed)
    dense = sorted(map(sorted, complete(first, second, score, THRESHOLD)))
    monkeypatch.setattr(complete_linkage, "DENSE", 0)
    assert sorted(map(sorted, complete(first, second, score, THRESHOLD))) == dense
    assert dense


def test_a_chain_is_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_linkage, "DENSE", 0)
    found = list(complete(np.array([0, 1]), np.array([1, 2]), np.array([0.9, 0.8]), THRESHOLD))
    assert found == [[0, 1]]


def test_what_scores_too_little_is_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_linkage, "DENSE", 0)
    assert not list(complete(np.array([0]), np.array([1]), np.array([0.5]), THRESHOLD))


def test_nothing_makes_no_groups() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert not list(complete(nothing, nothing, np.zeros(0), THRESHOLD))
