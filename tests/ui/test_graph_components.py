from __future__ import annotations

from itertools import combinations
from math import hypot

import networkx as nx
import pytest

from wardrobe_app.components import graph_layout, graph_picture, graph_tables, graph_view

EVERYTHING = {"is-a", "similar-to"}
KINDS = {"item", "type"}


@pytest.fixture
def graph() -> nx.Graph:
    made = nx.Graph()
    for number in (1, 2, 3):
        made.add_node(f"item:{number}", kind="item", label=f"<b>Shirt {number}</b>")
    made.add_node("type:Tee", kind="type", label="T-shirt")
    made.add_edge("item:1", "type:Tee", relation="is-a")
    made.add_edge("item:1", "item:2", relation="similar-to", score=0.9, reasons="same type; colour distance 2.0")
    made.add_edge("item:2", "item:3", relation="similar-to", score=0.6, reasons="same type")
    return made


def test_everything_is_shown_when_everything_is_wanted(graph: nx.Graph) -> None:
    part, left_out = graph_view.select(graph, EVERYTHING, KINDS)
    assert nx.utils.graphs_equal(part, graph)
    assert left_out == 0


def test_a_relation_that_is_not_wanted_goes_and_so_do_values_that_nothing_has(graph: nx.Graph) -> None:
    part, _ = graph_view.select(graph, {"similar-to"}, KINDS)
    assert set(part) == {"item:1", "item:2", "item:3"}
    assert part.number_of_edges() == 2


def test_weak_likenesses_go_and_unscored_relations_stay(graph: nx.Graph) -> None:
    part, _ = graph_view.select(graph, EVERYTHING, KINDS, least_score=0.7)
    assert set(map(frozenset, part.edges)) == {frozenset(("item:1", "type:Tee")), frozenset(("item:1", "item:2"))}


def test_a_focus_leaves_only_the_neighbours(graph: nx.Graph) -> None:
    part, _ = graph_view.select(graph, EVERYTHING, KINDS, focus="item:3")
    assert set(part) == {"item:2", "item:3"}


def test_the_weakest_edges_are_left_out_when_there_are_too_many(graph: nx.Graph) -> None:
    part, left_out = graph_view.select(graph, EVERYTHING, KINDS, most_edges=2)
    assert left_out == 1
    assert not part.has_edge("item:2", "item:3")


def test_a_kind_that_is_not_wanted_goes(graph: nx.Graph) -> None:
    part, _ = graph_view.select(graph, EVERYTHING, {"item"})
    assert "type:Tee" not in part


def test_every_node_gets_a_place_and_always_the_same(graph: nx.Graph) -> None:
    first = graph_layout.positions(graph)
    assert set(first) == set(graph)
    assert first == graph_layout.positions(graph)


def test_the_picture_holds_every_node_by_id_and_the_reasons(graph: nx.Graph) -> None:
    drawn = graph_picture.figure(graph, graph_layout.positions(graph), {"item:1": "data:image/jpeg;base64,AAAA"})
    ids = {point[0] for trace in drawn.data if trace.customdata is not None for point in trace.customdata}
    assert ids == set(graph)
    assert any("colour distance 2.0" in text for trace in drawn.data for text in trace.text or ())
    assert [image.source for image in drawn.layout.images] == ["data:image/jpeg;base64,AAAA"]


def test_a_name_is_never_read_as_html_in_the_picture(graph: nx.Graph) -> None:
    drawn = graph_picture.figure(graph, graph_layout.positions(graph), {})
    texts = [text for trace in drawn.data for text in trace.text or ()]
    assert texts
    assert not any("<b>Shirt" in text for text in texts)


def test_a_large_graph_is_drawn_with_webgl() -> None:
    wide = nx.star_graph(600)
    nx.set_node_attributes(wide, {node: {"kind": "item", "label": str(node)} for node in wide})
    nx.set_edge_attributes(wide, "similar-to", "relation")
    wide = nx.relabel_nodes(wide, {node: f"item:{node}" for node in wide})
    drawn = graph_picture.figure(wide, dict.fromkeys(wide, (0.0, 0.0)), {})
    assert {trace.type for trace in drawn.data} == {"scattergl"}


def test_the_tables_tell_what_the_picture_shows(graph: nx.Graph) -> None:
    relations = graph_tables.relations(graph)
    assert len(relations) == graph.number_of_edges()
    assert "colour distance 2.0" in " ".join(relations["Why"])
    nodes = graph_tables.nodes(graph)
    assert set(nodes["Node"]) == set(graph)
    assert nodes.set_index("Node").loc["item:2", "Relations"] == 2


def test_no_two_nodes_lie_on_each_other(graph: nx.Graph) -> None:
    for number in range(40):
        graph.add_edge(f"item:{number}", "type:Tee", relation="is-a")
        graph.add_node(f"lonely:{number}")
    places = list(graph_layout.positions(graph).values())
    near = [hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)]
    assert min(near) > 0.8
