from __future__ import annotations

import pytest

from wardrobe_app.domain.graph.colouring import UNKNOWN, Colouring, coloured, cost_of_a_wear

ITEMS = {
    "item:1": {"type": "Tee", "colour": "pink", "hex": "#ff99aa", "worn": 10, "price": 20.0},
    "item:2": {"type": "Tee", "colour": "navy", "worn": 1, "price": 90.0},
    "item:3": {"type": "Jeans", "worn": 0, "price": 50.0},
    "item:4": {"colour": "pink", "worn": 3},
}


@pytest.mark.parametrize("by", Colouring)
def test_every_garment_has_a_colour_that_the_legend_explains(by: Colouring) -> None:
    found = coloured(ITEMS, by)
    assert set(found.of) == set(ITEMS)
    if by is not Colouring.CLOTH:  # which has its own shades
        assert set(found.of.values()) <= {colour for _, colour in found.legend}
    assert len({label for label, _ in found.legend}) == len(found.legend)


def test_the_same_type_has_the_same_colour_and_others_do_not() -> None:
    found = coloured(ITEMS, Colouring.TYPE).of
    assert found["item:1"] == found["item:2"] != found["item:3"] != found["item:4"]


def test_the_cloth_has_its_own_shade_or_that_of_its_name() -> None:
    found = coloured(ITEMS, Colouring.CLOTH).of
    assert found["item:1"] == "#ff99aa"
    assert found["item:3"] == UNKNOWN


def test_wears_and_what_they_cost_go_from_light_to_dark() -> None:
    wears, cost = coloured(ITEMS, Colouring.WEARS), coloured(ITEMS, Colouring.COST)
    order = [colour for _, colour in wears.legend]
    assert [order.index(wears.of[node]) for node in ITEMS] == [4, 1, 0, 2]
    assert cost.of["item:3"] == cost.of["item:4"] == UNKNOWN, "not worn, no price"
    steps = [colour for _, colour in cost.legend]
    assert steps.index(cost.of["item:1"]) < steps.index(cost.of["item:2"])
    assert cost_of_a_wear(ITEMS["item:1"]) == 2.0


def test_without_prices_the_legend_says_so() -> None:
    found = coloured({"item:4": ITEMS["item:4"]}, Colouring.COST)
    assert [colour for _, colour in found.legend] == [UNKNOWN]
