from __future__ import annotations

import json
from itertools import combinations
from math import hypot

import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.graph.clusters import find_clusters, theme
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.layout import garment_map
from wardrobe_app.domain.graph.scene import Group, Scene, Wardrobe, details, scene
from wardrobe_app.domain.graph.schema import item_node, wardrobe_graph
from wardrobe_app.domain.graph.ways import Way, links
from wardrobe_app.domain.redundancy.groups import find_groups

WEARS = [(number, number + 1, number + 7) for number in range(1, 60)]


def wardrobe(count: int, seed: int = 3) -> Wardrobe:
    garments = random_wardrobe(count, seed=seed)
    graph = wardrobe_graph(garments)
    groups = [Group(tuple(map(item_node, group.ids)), group.title) for group in find_groups(garments, threshold=0.6)]
    outfits = {"item:1": 9, "item:2": 3}
    return Wardrobe(graph, find_clusters(garments, graph), garment_map(graph), groups, WEARS, outfits)


@pytest.fixture(scope="module")
def large() -> Wardrobe:
    return wardrobe(150)


def pictured(made: Scene) -> list[dict[str, float]]:
    return [node for node in made.data()["nodes"] if node["kind"] == "item"]


@pytest.mark.parametrize("way", Way)
def test_a_scene_is_json_and_always_the_same(large: Wardrobe, way: Way) -> None:
    first, again = (json.dumps(scene(made, way, Colouring.TYPE).data()) for made in (large, wardrobe(150)))
    assert first == again
    data = json.loads(first)
    count = len(data["nodes"])
    assert count
    assert all(0 <= edge[end] < count for edge in data["edges"] for end in "ab")
    assert sum(one["count"] for one in data["relations"]) == len(data["edges"])
    assert {edge["relation"] for edge in data["edges"]} == {one["name"] for one in data["relations"]}
    assert all(edge["why"] for edge in data["edges"])


@pytest.mark.parametrize("way", Way)
def test_no_two_pictures_lie_on_each_other(large: Wardrobe, way: Way) -> None:
    for one, other in combinations(pictured(scene(large, way, Colouring.TYPE)), 2):
        assert hypot(one["x"] - other["x"], one["y"] - other["y"]) > 0.4 * (one["size"] + other["size"])


def test_a_group_of_duplicates_lies_together_and_no_other_garment_within(large: Wardrobe) -> None:
    data = scene(large, Way.DUPLICATES, Colouring.TYPE).data()
    assert data["hulls"]
    for hull in data["hulls"]:
        inside = [data["nodes"][row] for row in hull["nodes"]]
        xs, ys = [node["x"] for node in inside], [node["y"] for node in inside]
        assert max(xs) - min(xs) <= 1.05 * len(inside)
        for row, node in enumerate(data["nodes"]):
            if row not in hull["nodes"]:
                assert not (min(xs) <= node["x"] <= max(xs) and min(ys) <= node["y"] <= max(ys))


def test_garments_lie_under_their_own_type_and_no_two_types_lie_on_each_other(large: Wardrobe) -> None:
    made = scene(large, Way.TYPES, Colouring.TYPE)
    blocks: dict[str, list[tuple[float, float]]] = {}
    for link in made.links:
        if link.kind == "type":
            blocks.setdefault(link.b, [made.places[link.b]]).append(made.places[link.a])
            assert made.places[link.a][1] > made.places[link.b][1]
    boxes = [
        (min(xs), max(xs), min(ys), max(ys)) for xs, ys in (zip(*places, strict=True) for places in blocks.values())
    ]
    for one, other in combinations(boxes, 2):
        assert one[1] < other[0] or other[1] < one[0] or one[3] < other[2] or other[3] < one[2]


def test_the_size_of_a_garment_grows_with_its_outfits(large: Wardrobe) -> None:
    sizes = {node["id"]: node["size"] for node in scene(large, Way.OUTFITS, Colouring.TYPE).data()["nodes"]}
    assert sizes["item:1"] > sizes["item:2"] > sizes["item:3"]


def test_what_is_left_out_is_counted_and_what_is_to_stand_out_is_not(large: Wardrobe) -> None:
    made = scene(large, Way.DUPLICATES, Colouring.TYPE)
    assert len(made.garments) + made.left_out == 150
    missing = next(node for node in large.home if node not in made.places)
    assert missing in scene(large, Way.DUPLICATES, Colouring.TYPE, focus=[missing]).places


def test_a_wardrobe_that_is_too_large_is_shown_by_clusters_that_open(large: Wardrobe) -> None:
    closed = scene(large, Way.OUTFITS, Colouring.TYPE, most=60)
    clusters = [node for node in closed.data()["nodes"] if node["kind"] == "cluster"]
    assert sum(node["count"] for node in clusters) == 150
    assert all(node["picture"].startswith("item:") for node in clusters)
    for way in Way:
        assert scene(large, way, Colouring.TYPE, most=20).data()["nodes"]
    name = large.clusters[0].name
    opened = scene(large, Way.OUTFITS, Colouring.TYPE, most=60, opened=[name])
    assert set(opened.garments) == {item_node(item) for item in large.clusters[0].item_ids}
    assert opened.key != closed.key


def test_communities_are_named_by_what_they_share(large: Wardrobe) -> None:
    regions = scene(large, Way.OUTFITS, Colouring.TYPE).data()["regions"]
    assert regions
    assert [region["count"] for region in regions] == sorted((region["count"] for region in regions), reverse=True)
    navy, red = {"colour": "navy", "occasion": "formal"}, {"colour": "red", "occasion": "formal"}
    assert theme([navy] * 3) == "Navy, formal"
    assert theme([navy] * 3 + [red]) == "Navy with red, formal"
    assert theme([{"colour": "navy", "occasion": "casual"}] * 7 + [{"colour": "red"}]) == "Mostly navy"
    assert theme([{}]) == ""


def test_the_panel_says_tags_facts_and_relations() -> None:
    made = wardrobe_graph([garment(1, "Blouse", "pink", price=30), garment(2, "Jeans", "navy")])
    made.nodes["item:1"].update(worn=3, last_worn="2025-05-04")
    worn_with = links(made, Way.WORN, [(1, 2)])
    found = details(Wardrobe(made, (), {}), "item:1", worn_with, lambda price: f"{price:.2f}", "/garment?item=1")
    assert found["tags"] == ["Blouse", "Pink", "Solid"]
    assert any("10.00" in fact for fact in found["facts"])
    assert [node for node, _ in found["worn_with"]] == ["item:2"]
    assert found["href"] == "/garment?item=1"
