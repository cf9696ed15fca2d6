from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from wardrobe_app.domain.redundancy.complete_linkage import complete

THRESHOLD = 0.75


def pairs(count: int, density: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(count, 1)
    kept = rng.random(len(first)) < density
    return first[kept], second[kept], rng.uniform(THRESHOLD, 1, kept.sum())


def by_scipy(first: np.ndarray, second: np.ndarray, score: np.ndarray, count: int) -> list[list[int]]:
    distances = np.ones((count, count))
    distances[first, second] = distances[second, first] = 1 - score
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances), "complete")
    labels = fcluster(tree, 1 - THRESHOLD + 1e-9, "distance")
    groups = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
    return sorted(group for group in groups if len(group) > 1)


@pytest.mark.parametrize("density", [0.05, 0.3, 0.9])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_groups_are_those_that_scipy_finds(density: float, seed: int) -> None:
    first, second, score = pairs(60, density, seed)
    found = sorted(map(sorted, complete(first, second, score, THRESHOLD)))
    assert found
    assert found == by_scipy(first, second, score, 60)


def test_a_chain_is_no_group() -> None:
    found = list(complete(np.array([0, 1]), np.array([1, 2]), np.array([0.9, 0.8]), THRESHOLD))
    assert found == [[0, 1]]


def test_what_scores_too_little_is_no_pair() -> None:
    assert not list(complete(np.array([0]), np.array([1]), np.array([0.5]), THRESHOLD))


def test_nothing_makes_no_groups() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert not list(complete(nothing, nothing, np.zeros(0), THRESHOLD))
