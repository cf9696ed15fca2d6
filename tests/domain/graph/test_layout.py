from __future__ import annotations

from itertools import combinations
from math import hypot

import networkx as nx
import numpy as np
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.graph.layout import Places, garment_map, placed
from wardrobe_app.domain.graph.schema import item_node, wardrobe_graph


def nearest(places: Places) -> float:
    return min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places.values(), 2))


def test_every_garment_has_a_place_and_always_the_same() -> None:
    graph = wardrobe_graph(random_wardrobe(50))
    assert set(garment_map(graph)) == {item_node(number) for number in range(1, 51)}
    assert garment_map(graph) == garment_map(wardrobe_graph(random_wardrobe(50)[::-1]))


@pytest.mark.parametrize("count", [30, 200])
def test_one_garment_more_moves_the_others_little(count: int) -> None:
    wardrobe = random_wardrobe(count + 1)
    before, after = (garment_map(wardrobe_graph(part)) for part in (wardrobe[:-1], wardrobe))
    moved = [hypot(after[node][0] - x, after[node][1] - y) for node, (x, y) in before.items()]
    assert np.median(moved) < 0.25
    assert np.quantile(moved, 0.9) < 1


def test_no_two_photos_lie_on_each_other() -> None:
    assert nearest(garment_map(wardrobe_graph(random_wardrobe(200)))) > 0.9


def test_garments_that_are_the_same_in_everything_lie_beside_each_other() -> None:
    places = garment_map(wardrobe_graph([garment(number) for number in range(1, 13)]))
    assert nearest(places) > 0.9
    assert max(hypot(*place) for place in (np.ptp(list(places.values()), axis=0),)) < 8


def test_what_is_worn_above_is_drawn_above() -> None:
    places = garment_map(wardrobe_graph([garment(1, "Hat"), garment(2, "Blouse"), garment(3, "Jeans"), garment(4)]))
    heights = [places[item_node(number)][1] for number in (1, 2, 3)]
    assert heights == sorted(heights, reverse=True)


def test_other_nodes_lie_amid_what_they_belong_to_and_move_no_garment() -> None:
    graph = wardrobe_graph([garment(1), garment(2), garment(3, "Jeans", "blue")])
    base = garment_map(graph)
    places = placed(graph, base)
    assert set(places) == set(graph)
    assert {node: places[node] for node in base} == base


def test_large_nodes_get_the_room_they_need() -> None:
    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from(["a", "b", "c"])
    places = placed(part, {"a": (0.0, 0.0), "b": (0.5, 0.0), "c": (0.0, 0.4)}, {"a": 3.0, "b": 2.0})
    assert hypot(places["a"][0] - places["b"][0], places["a"][1] - places["b"][1]) > 4.8


def test_an_empty_graph_has_no_places() -> None:
    assert placed(nx.Graph(), garment_map(nx.Graph())) == {}
