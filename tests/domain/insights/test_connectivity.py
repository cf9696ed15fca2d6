from __future__ import annotations

import networkx as nx
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.base_outfits import base_outfits
from wardrobe_app.domain.insights.connectivity import best_matches, betweenness, key_pieces


def casual(number: int, type: str, colour: str = "white", occasion: str = "casual") -> Garment:
    return garment(number, type, colour, occasion=occasion)


def test_the_only_bottom_is_the_linchpin_of_all_tops() -> None:
    tops = [casual(number, "Tee", colour) for number, colour in ((1, "white"), (2, "green"), (3, "grey"))]
    pin = key_pieces(base_outfits([*tops, casual(4, "Jeans", "navy")]))[0]
    assert (pin.garment.id, pin.outfits, pin.share) == (4, 3, 1.0)
    assert [item.id for item in pin.isolated] == [1, 2, 3]


def test_what_alone_joins_two_parts_of_the_wardrobe_is_told() -> None:
    # Casual goes with formal and with sports, but formal does not go with sports.
    wardrobe = [
        casual(1, "Button-Down", occasion="formal"),
        casual(2, "Trousers", "black", occasion="formal"),
        casual(3, "Tank", occasion="sports"),
        casual(4, "Sweatpants", "grey", occasion="sports"),
        casual(5, "Jeans", "navy", occasion="casual"),
    ]
    pins = {pin.garment.id: pin for pin in key_pieces(base_outfits(wardrobe))}
    assert pins[5].components == 2
    assert not pins[5].isolated


def test_where_everything_can_be_replaced_nothing_is_stranded() -> None:
    wardrobe = [casual(1, "Tee"), casual(2, "Sweater", "grey"), casual(3, "Jeans", "navy"), casual(4, "Skirt", "black")]
    pins = key_pieces(base_outfits(wardrobe))
    assert {pin.outfits for pin in pins} == {2}
    assert not any(pin.isolated or pin.components > 1 for pin in pins)


def test_the_only_shoes_are_a_linchpin() -> None:
    outfits = base_outfits([casual(1, "Tee"), casual(2, "Jeans", "navy"), casual(3, "Sneakers")])
    (pin,) = [pin for pin in key_pieces(outfits) if pin.only]
    assert (pin.garment.id, pin.only) == (3, 1)


def test_without_looks_nothing_hangs_on_anything() -> None:
    assert key_pieces(base_outfits([casual(1, "Tee")])) == ()
    assert key_pieces(base_outfits([])) == ()


def path(*distances: int) -> nx.Graph[int]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from([(at, at + 1, far) for at, far in enumerate(distances)], weight="distance")
    return graph


def test_the_middle_of_a_path_lies_between_most() -> None:
    assert betweenness(path(9, 1, 1, 9)) == pytest.approx({0: 0, 1: 1 / 2, 2: 2 / 3, 3: 1 / 2, 4: 0})


def test_ways_lead_along_what_goes_together_best() -> None:
    square: nx.Graph[int] = nx.Graph()
    square.add_weighted_edges_from([(0, 1, 5), (1, 2, 5), (0, 3, 40), (3, 2, 40)], weight="distance")
    found = betweenness(square)
    assert found[1] > found[3]


def test_a_better_match_is_a_shorter_way_and_each_keeps_its_best() -> None:
    colours = ("white", "black", "grey", "navy", "red")
    wardrobe = [casual(number, "Tee", colour) for number, colour in enumerate(colours, 1)]
    outfits = base_outfits([*wardrobe, *(casual(10 + n, "Jeans", colour) for n, colour in enumerate(colours))])
    every, some = best_matches(outfits), best_matches(outfits, partners=1)
    assert every.number_of_edges() == outfits.count
    assert some.number_of_edges() < every.number_of_edges()
    for top in outfits.tops.tolist():
        assert min(far for *_, far in some.edges(top, "distance")) == min(
            far for *_, far in every.edges(top, "distance")
        )


def test_what_joins_the_two_halves_comes_first_and_says_what_it_joins() -> None:
    halves = [
        casual(1, "Button-Down", "white", "formal"), casual(2, "Blouse", "black", "formal"),
        casual(3, "Trousers", "black", "formal"), casual(4, "Tank", "white", "sports"),
        casual(5, "Sweatshirt", "black", "sports"), casual(6, "Sweatpants", "grey", "sports"),
    ]  # fmt: skip
    first = key_pieces(base_outfits([*halves, casual(7, "Jeans", "navy")]))[0]
    assert first.garment.id == 7
    assert first.joins == ("white shirt", "white tank top")
    assert f"{first.outfits} of " in first.why


def test_partners_of_one_kind_are_named_once() -> None:
    pin = key_pieces(base_outfits([casual(1, "Tee"), casual(2, "Tee"), casual(4, "Jeans", "navy")]))[0]
    assert pin.joins == ("white T-shirts",)


def test_a_large_wardrobe_has_the_same_key_pieces_each_time() -> None:
    outfits = base_outfits(random_wardrobe(400))
    first, second = (key_pieces(outfits) for _ in range(2))
    assert first == second
    assert first[0].betweenness >= first[1].betweenness > 0
