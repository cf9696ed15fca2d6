from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.outfits.collage import arrange, shape

TYPES = (
    "Coat", "Blazer", "Tee", "Jeans", "Shorts", "Skirt", "Dress", "Suit", "Sneakers", "Boots", "Tights", "Hat", "Bag",
    "Belt", "Jewellery", None,
)  # fmt: skip
OUTFIT = ("Coat", "Tee", "Jeans", "Sneakers", "Bag")
Box = tuple[float, float, float, float]


def worn(types: tuple[str | None, ...]) -> list[Garment]:
    return [garment(number, kind) for number, kind in enumerate(types, 1)]


def box(one: Placement, ratio: float) -> Box:
    half = one.width / 2, one.width / shape(ratio) / 2
    return one.x - half[0], one.y - half[1], one.x + half[0], one.y + half[1]


def area(found: Box) -> float:
    return max(0.0, found[2] - found[0]) * max(0.0, found[3] - found[1])


def shared(one: Box, other: Box) -> float:
    return area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), st.floats(0.05, 20)), min_size=1, max_size=12))
def test_every_garment_lies_once_in_the_square_and_is_seen(drawn: list[tuple[str | None, float]]) -> None:
    items = worn(tuple(kind for kind, _ in drawn))
    ratios = {item.id: ratio for item, (_, ratio) in zip(items, drawn, strict=True)}
    found = arrange(items, ratios)
    assert sorted(one.item_id for one in found) == [item.id for item in items]
    assert [one.layer for one in found] == list(range(len(found)))
    boxes = [box(one, ratios[one.item_id]) for one in found]
    assert all(-1e-9 <= side <= 1 + 1e-9 for one in boxes for side in one)
    for one, other in combinations(boxes, 2):
        assert shared(one, other) <= 0.15 * min(area(one), area(other))
    assert found == arrange(reversed(items), ratios)


@given(st.lists(st.floats(0.5, 1.6), min_size=5, max_size=5))
def test_sizes_are_those_of_clothes(drawn: list[float]) -> None:
    items = worn(OUTFIT)
    ratios = {item.id: ratio for item, ratio in zip(items, drawn, strict=True)}
    coat, _, jeans, shoes, bag = (area(box(one, ratios[one.item_id])) for one in _by_id(arrange(items, ratios)))
    assert coat > max(shoes, bag)
    assert jeans > shoes


def test_the_top_lies_over_the_waist_of_the_bottom_and_the_shoes_lowest() -> None:
    coat, top, jeans, shoes, _ = _by_id(arrange(worn(OUTFIT)))
    assert jeans.layer < top.layer < coat.layer < shoes.layer
    assert top.y < jeans.y
    assert coat.x < top.x
    assert shoes.y > top.y


def test_an_outfit_fills_most_of_the_square() -> None:
    boxes = [box(one, 0.8) for one in arrange(worn(OUTFIT))]
    spans = [max(one[side + 2] for one in boxes) - min(one[side] for one in boxes) for side in (0, 1)]
    assert max(spans) == pytest.approx(0.94)
    assert min(spans) > 0.6


def test_nothing_has_no_collage() -> None:
    assert arrange([]) == ()


def _by_id(found: tuple[Placement, ...]) -> list[Placement]:
    return sorted(found, key=lambda one: one.item_id)
