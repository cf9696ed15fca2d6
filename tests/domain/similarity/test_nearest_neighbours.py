from __future__ import annotations

import numpy as np
import pytest

from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR, nearest


def clustered(count: int, dimensions: int = 32) -> np.ndarray:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(count // 4, dimensions))
    return (centres[np.arange(count) % len(centres)] + 0.2 * rng.normal(size=(count, dimensions))).astype(np.float32)


def by_hand(vectors: np.ndarray, most: int) -> np.ndarray:
    apart = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1)[:, :most]


def shared(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(one.tolist(), other.tolist(), strict=True)]))


def test_few_vectors_are_all_compared() -> None:
    vectors = clustered(200)
    assert np.array_equal(nearest(vectors, 5), by_hand(vectors, 5))


def test_of_many_vectors_nearly_all_that_lie_together_are_found() -> None:
    vectors = clustered(1200)
    assert shared(nearest(vectors, 3, exact_up_to=0), by_hand(vectors, 3)) > 0.98


def test_the_same_vectors_have_the_same_neighbours_every_time() -> None:
    vectors = clustered(400)
    assert np.array_equal(nearest(vectors, 4, exact_up_to=0), nearest(vectors, 4, exact_up_to=0))


def test_one_vector_more_changes_little() -> None:
    vectors = clustered(600)
    before, after = nearest(vectors[:-1], 3, exact_up_to=0), nearest(vectors, 3, exact_up_to=0)
    assert shared(before, after[:-1]) > 0.95


def test_nobody_is_its_own_neighbour_or_comes_twice() -> None:
    found = nearest(clustered(300), 8, exact_up_to=0)
    for row, others in enumerate(found.tolist()):
        known = [other for other in others if other != NO_NEIGHBOUR]
        assert row not in known
        assert len(set(known)) == len(known)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_there_are_no_more_neighbours_than_others(count: int) -> None:
    assert nearest(clustered(8)[:count], 5).shape == (count, max(0, count - 1))


def test_equal_vectors_are_each_others_nearest_however_long() -> None:
    twice = np.repeat(100 + clustered(300), 2, axis=0)  # lengths at which rounding makes distances fall below 0
    found = nearest(twice, 1, exact_up_to=0)[:, 0]
    assert np.mean(found == np.arange(600) ^ 1) > 0.98
