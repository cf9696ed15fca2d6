from __future__ import annotations

import numpy as np
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy.groups import find_groups
from wardrobe_app.domain.similarity import pair_blocking
from wardrobe_app.domain.similarity.features import features
from wardrobe_app.domain.similarity.scores import DEFAULT, scan


@pytest.fixture
def wardrobe() -> list[Garment]:
    return random_wardrobe(700, seed=4)


def pairs(garments: list[Garment], at_least: float) -> set[tuple[int, int]]:
    found = scan(garments, at_least)
    return set(zip(found.first.tolist(), found.second.tolist(), strict=True))


def test_nearly_all_redundant_pairs_are_among_the_likeliest(
    wardrobe: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = pairs(wardrobe, DEFAULT.redundant)
    monkeypatch.setattr(pair_blocking, "ALL_PAIRS_UP_TO", 0)
    found = pairs(wardrobe, DEFAULT.redundant)
    assert found <= every
    assert len(found) > 0.93 * len(every) > 50


def test_most_groups_of_a_large_wardrobe_are_those_of_all_pairs(
    wardrobe: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {group.ids for group in find_groups(wardrobe)}
    monkeypatch.setattr(pair_blocking, "ALL_PAIRS_UP_TO", 0)
    found = {group.ids for group in find_groups(wardrobe)}
    assert len(found & every) > 0.85 * len(every)


def test_what_is_worn_elsewhere_is_never_a_pair() -> None:
    rows = features([garment(1, "Tee", "navy"), garment(2, "Jeans", "navy"), garment(3, "Tee", "navy")])
    first, second = pair_blocking.pairs(rows, DEFAULT)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2)]


def test_points_are_nearer_the_more_alike_garments_are() -> None:
    rows = features([garment(1, "Tee", "navy"), garment(2, "Tee", "black"), garment(3, "Tank", "yellow")])
    one, near, far = pair_blocking.points(rows, DEFAULT)
    assert np.linalg.norm(one - near) < np.linalg.norm(one - far)


def test_garments_of_which_nothing_is_known_have_points_too() -> None:
    rows = features([garment(number, None, None, None, pattern=None) for number in (1, 2, 3)])
    assert np.isfinite(pair_blocking.points(rows, DEFAULT)).all()


def test_distinct_numbers_come_in_order() -> None:
    assert pair_blocking.distinct(np.array([5, 0, 5, 2, 0])).tolist() == [0, 2, 5]
