from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.coverage import interchangeable
from wardrobe_app.domain.insights.removal_cost import Standing, standing
from wardrobe_app.domain.insights.smallest_set import SmallestSet, smallest_set

COLOURS = ("white", "black", "grey", "navy", "beige", "brown", "red", "green", "pink", "blue")


def found(garments: list[Garment], share: float = 0.9) -> SmallestSet:
    few = smallest_set(standing(garments), share)
    assert few is not None
    return few


def casual(number: int, type: str, colour: str = "white", *, favourite: bool = False) -> Garment:
    return garment(number, type, colour, occasion="casual", favourite=favourite)


def ids(garments: tuple[Garment, ...]) -> list[int]:
    return [one.id for one in garments]


def test_of_the_same_garments_one_stays_the_oldest() -> None:
    few = found([*(casual(number, "Tee") for number in range(1, 6)), casual(9, "Jeans", "navy")])
    assert (ids(few.garments), ids(few.removable)) == ([1, 9], [5, 4, 3, 2])
    assert (few.outfits, few.outfits_kept, few.share) == (5, 5, 1.0)


def test_of_ten_unlike_tops_with_one_bottom_one_may_go() -> None:
    few = found(
        [*(casual(number, "Tee", colour) for number, colour in enumerate(COLOURS, 1)), casual(20, "Jeans", "navy")]
    )
    assert few.outfits == 10
    assert (len(few.removable), few.outfits_kept) == (1, 9)


def test_what_is_in_fewest_outfits_goes_first() -> None:
    formal = garment(30, "Button-Down", "white", occasion="formal")
    wardrobe = [*(casual(number, "Tee", colour) for number, colour in enumerate(COLOURS, 1)), formal]
    wardrobe += [casual(40, "Jeans", "navy"), garment(41, "Sweatpants", "grey", occasion="sports")]
    assert ids(found(wardrobe).removable)[0] == 30


def test_favourites_never_go() -> None:
    few = found([casual(1, "Tee"), casual(2, "Tee", favourite=True), casual(3, "Tee"), casual(9, "Jeans", "navy")])
    assert 2 in ids(few.garments)
    assert ids(few.removable) == [3, 1]
    assert found([casual(1, "Dress", favourite=True), casual(2, "Dress", favourite=True)]).removable == ()


def test_a_one_piece_is_not_given_up_for_counting_once_only() -> None:
    pairs = [*(casual(number, "Tee", colour) for number, colour in enumerate(COLOURS, 1))]
    pairs += [casual(20 + number, "Jeans", colour) for number, colour in enumerate(COLOURS[:5])]
    few = found([*pairs, casual(40, "Dress", "navy"), casual(41, "Dress", "red"), casual(42, "Dress", "red")])
    assert {40, 41} <= set(ids(few.garments))
    assert 42 in ids(few.removable)


def test_shoes_and_what_is_in_no_outfit_are_in_neither_part() -> None:
    few = found([casual(1, "Tee"), casual(2, "Jeans", "navy"), casual(3, "Sneakers"), casual(4, "Pyjamas")])
    assert (ids(few.garments), few.removable) == ([1, 2], ())


def test_without_outfits_there_is_no_such_set() -> None:
    assert smallest_set(standing([])) is None
    assert smallest_set(standing([casual(1, "Tee"), casual(2, "Sneakers")])) is None


def kept_by(state: Standing, rows: tuple[int, ...]) -> int:
    """Count the outfits that are kept, from the definition."""
    outfits, alike = state.outfits, interchangeable(state)
    pairs = [(top, low) for top in outfits.tops for low in outfits.lowers if outfits.fits[top, low]]
    left = [(top, low) for top, low in pairs if top in rows and low in rows]
    kept = sum(any(alike[top, one] and alike[low, other] for one, other in left) for top, low in pairs)
    return kept + sum(any(alike[whole, row] for row in rows) for whole in outfits.wholes)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_at_most_one_garment_larger_than_the_smallest_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    types = ["Tee"] * 5 + ["Jeans"] * 5
    occasions = ("casual", "formal", "sports")
    wardrobe = [
        garment(number, type, str(rng.choice(("white", "red", "navy"))), occasion=str(rng.choice(occasions)))
        for number, type in enumerate(types, 1)
    ]
    state = standing(wardrobe)
    few = smallest_set(state)
    assert few is not None
    rows = tuple(one.id - 1 for one in few.garments)
    assert kept_by(state, rows) == few.outfits_kept >= 0.9 * few.outfits
    smaller = combinations(range(10), max(0, len(rows) - 2))
    assert not any(kept_by(state, some) >= 0.9 * few.outfits for some in smaller)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_what_it_says_it_keeps_is_kept(share: float) -> None:
    garments = [replace(one, favourite=one.id % 17 == 0) for one in random_wardrobe(70, seed=3)]
    state = standing(garments)
    few = smallest_set(state, share)
    assert few is not None
    rows = tuple(one.id - 1 for one in few.garments)
    assert kept_by(state, rows) == few.outfits_kept >= share * few.outfits
    assert not {one.id for one in few.removable} & {one.id for one in few.garments}
