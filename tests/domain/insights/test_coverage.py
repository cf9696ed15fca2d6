from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights import coverage
from wardrobe_app.domain.insights.coverage import cover, interchangeable, outfits_of
from wardrobe_app.domain.insights.removal_cost import Standing, standing

EACH_ALONE = np.eye(10, dtype=bool)


def casual(number: int, type: str, colour: str = "white", pattern: str = "solid") -> Garment:
    return garment(number, type, colour, pattern=pattern, occasion="casual")


def outfits_by_row(state: Standing, rows: list[int]) -> list[int]:
    return [int(part.sum()) for part in outfits_of(state.outfits, rows)]


def test_one_of_those_that_replace_each_other_is_enough() -> None:
    chosen, share = cover(np.ones((4, 3), dtype=bool), np.ones((4, 4), dtype=bool))
    assert (chosen, share) == ((0,), 1.0)


def test_of_ten_that_nothing_replaces_nine_keep_nine_tenths() -> None:
    chosen, share = cover(np.ones((10, 5), dtype=bool), EACH_ALONE)
    assert (len(chosen), share) == (9, pytest.approx(0.9))


def test_what_is_in_most_outfits_is_chosen_first_and_the_rare_is_left_out() -> None:
    takes_part = np.zeros((3, 12), dtype=bool)
    takes_part[0, :1], takes_part[1, :], takes_part[2, :7] = True, True, True
    chosen, share = cover(takes_part, np.eye(3, dtype=bool))
    assert (chosen, share) == ((1, 2), 19 / 20)


def test_another_garment_replaces_only_where_it_goes_too() -> None:
    takes_part = np.array([[True, True, False], [False, True, True]])
    chosen, share = cover(takes_part, np.ones((2, 2), dtype=bool))
    assert (chosen, share) == ((0, 1), 1.0)


def test_without_outfits_nothing_is_chosen() -> None:
    assert cover(np.zeros((3, 4), dtype=bool), np.eye(3, dtype=bool)) == ((), 1.0)
    assert cover(np.zeros((0, 0), dtype=bool), np.zeros((0, 0), dtype=bool)) == ((), 1.0)


def kept_by(chosen: tuple[int, ...], takes_part: np.ndarray, replaces: np.ndarray) -> int:
    return sum(
        any(replaces[row, one] and takes_part[one, column] for one in chosen) for row, column in np.argwhere(takes_part)
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_greedy_choice_is_as_small_as_the_best_or_one_larger(seed: int) -> None:
    rng = np.random.default_rng(seed)
    takes_part, near = rng.random((8, 10)) < 0.6, rng.random((8, 8)) < 0.3
    replaces = near | near.T | np.eye(8, dtype=bool)
    chosen, share = cover(takes_part, replaces)
    needed = 0.9 * takes_part.sum()
    assert share == pytest.approx(kept_by(chosen, takes_part, replaces) / takes_part.sum())
    best = next(
        size
        for size in range(9)
        if any(kept_by(some, takes_part, replaces) >= needed for some in combinations(range(8), size))
    )
    assert len(chosen) - best in (0, 1)


def test_the_same_type_colour_and_pattern_is_interchangeable_where_they_are_known() -> None:
    guess = garment(4, "Tee", "white", tiers={"colour": "unknown"})
    wardrobe = [casual(1, "Tee"), casual(2, "Tee"), casual(3, "Tee", pattern="striped"), guess, casual(5, "Jeans")]
    found = interchangeable(replace(standing(wardrobe), redundant=2))  # nothing does the same job by likeness
    assert [tuple(pair) for pair in np.argwhere(found & ~np.eye(5, dtype=bool))] == [(0, 1), (1, 0)]
    assert found.diagonal().all()


def test_each_role_has_its_outfits() -> None:
    wardrobe = [
        casual(1, "Tee"), casual(2, "Sweater", "grey"), casual(3, "Jeans", "navy"), casual(4, "Dress", "navy"),
        casual(5, "Sneakers"), casual(6, "Pyjamas"),
    ]  # fmt: skip
    state = standing(wardrobe)
    assert state.outfits.count == 3
    assert outfits_by_row(state, [0, 1]) == [1, 1]
    assert outfits_by_row(state, [2]) == [2]
    assert outfits_by_row(state, [3]) == [1]
    assert outfits_by_row(state, [4]) == [3]
    assert outfits_by_row(state, [5]) == [0]


def test_of_very_many_outfits_shoes_are_compared_by_a_fixed_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "MAX_COMPLETED", 2)
    state = standing(
        [casual(1, "Tee"), casual(2, "Tee"), casual(3, "Sweater"), casual(4, "Jeans", "navy"), casual(5, "Sneakers")]
    )
    first, second = (outfits_of(state.outfits, [4]) for _ in range(2))
    assert first.shape == (1, 2)
    assert np.array_equal(first, second)
