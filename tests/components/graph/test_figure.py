from __future__ import annotations

from itertools import combinations
from math import hypot

import networkx as nx
import pytest

from wardrobe_app.components.graph import figure as graph_picture
from wardrobe_app.components.graph import layout as graph_layout
from wardrobe_app.components.graph import tables, view
from wardrobe_app.domain.graph.clusters import Cluster
from wardrobe_app.domain.graph.layout import garment_map, placed

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
    part, left_out = view.select(graph, EVERYTHING, KINDS)
    assert nx.utils.graphs_equal(part, graph)
    assert left_out == 0


def test_a_relation_that_is_not_wanted_goes_and_so_do_values_that_nothing_has(graph: nx.Graph) -> None:
    part, _ = view.select(graph, {"similar-to"}, KINDS)
    assert set(part) == {"item:1", "item:2", "item:3"}
    assert part.number_of_edges() == 2


def test_weak_likenesses_go_and_unscored_relations_stay(graph: nx.Graph) -> None:
    part, _ = view.select(graph, EVERYTHING, KINDS, least_score=0.7)
    assert set(map(frozenset, part.edges)) == {frozenset(("item:1", "type:Tee")), frozenset(("item:1", "item:2"))}


def test_a_focus_leaves_only_the_neighbours(graph: nx.Graph) -> None:
    part, _ = view.select(graph, EVERYTHING, KINDS, focus="item:3")
    assert set(part) == {"item:2", "item:3"}


def test_the_weakest_edges_are_left_out_when_there_are_too_many(graph: nx.Graph) -> None:
    part, left_out = view.select(graph, EVERYTHING, KINDS, most_edges=2)
    assert left_out == 1
    assert not part.has_edge("item:2", "item:3")


def test_a_kind_that_is_not_wanted_goes(graph: nx.Graph) -> None:
    part, _ = view.select(graph, EVERYTHING, {"item"})
    assert "type:Tee" not in part


def test_the_picture_holds_every_node_by_id_and_the_reasons(graph: nx.Graph) -> None:
    drawn = graph_picture.figure(graph, placed(graph, garment_map(graph)), {"item:1": "data:image/jpeg;base64,AAAA"})
    ids = {point[0] for trace in drawn.data if trace.customdata is not None for point in trace.customdata}
    assert ids == set(graph)
    assert any("colour distance 2.0" in text for trace in drawn.data for text in trace.text or ())
    assert [image.source for image in drawn.layout.images] == ["data:image/jpeg;base64,AAAA"]


def test_a_name_is_never_read_as_html_in_the_picture(graph: nx.Graph) -> None:
    drawn = graph_picture.figure(graph, placed(graph, garment_map(graph)), {})
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
    relations = tables.relations(graph)
    assert len(relations) == graph.number_of_edges()
    assert "colour distance 2.0" in " ".join(relations["Why"])
    nodes = tables.nodes(graph)
    assert set(nodes["Node"]) == set(graph)
    assert nodes.set_index("Node").loc["item:2", "Links"] == 2


CLUSTERS = (Cluster("shirts", (1, 2), 1), Cluster("others", (3,), 3))


def test_a_closed_cluster_is_one_node_with_its_garments_and_its_face(graph: nx.Graph) -> None:
    part = view.collapsed(graph, CLUSTERS, ())
    assert set(part) == {"cluster:shirts", "cluster:others"}
    data = part.nodes["cluster:shirts"]
    assert (data["label"], data["items"], data["face"]) == ("Shirts", ("item:1", "item:2"), "item:1")


def test_an_opened_cluster_shows_its_garments_and_what_they_have(graph: nx.Graph) -> None:
    part = view.collapsed(graph, CLUSTERS, ("shirts",))
    assert set(part) == {"item:1", "item:2", "type:Tee", "cluster:others"}
    assert part.edges["item:1", "item:2"] == graph.edges["item:1", "item:2"]


def test_relations_between_clusters_become_one_that_tells_how_many_and_the_strongest(graph: nx.Graph) -> None:
    graph.add_edge("item:1", "item:3", relation="similar-to", score=0.8, reasons="both red")
    data = view.collapsed(graph, CLUSTERS, ()).edges["cluster:others", "cluster:shirts"]
    assert (data["pairs"], data["score"], data["relation"]) == (2, 0.8, "similar-to")
    assert data["reasons"] == "2 pairs: similar to; strongest: <b>Shirt 1</b> – <b>Shirt 3</b>; both red"


def test_the_picture_of_clusters_tells_their_names_and_sizes_and_shows_their_faces(graph: nx.Graph) -> None:
    part = view.collapsed(graph, CLUSTERS, ())
    at = graph_layout.places(part, garment_map(graph))
    drawn = graph_picture.figure(part, at, {"cluster:shirts": "data:image/jpeg;base64,AAAA"})
    assert "Shirts\u00a0·\u00a02" in [note.text for note in drawn.layout.annotations]
    assert len(drawn.layout.shapes) == 2
    assert [image.x for image in drawn.layout.images] == [at["cluster:shirts"][0]]
    ids = {point[0] for trace in drawn.data if trace.customdata is not None for point in trace.customdata}
    assert ids == {"cluster:shirts", "cluster:others"}


def test_clusters_do_not_lie_on_each_other(graph: nx.Graph) -> None:
    part = view.collapsed(graph, CLUSTERS, ())
    (one, other) = graph_layout.places(part, garment_map(graph)).values()
    assert hypot(one[0] - other[0], one[1] - other[1]) > 2


def test_the_picture_begins_with_everything_in_sight(graph: nx.Graph) -> None:
    part = view.collapsed(graph, CLUSTERS, ())
    at = graph_layout.places(part, garment_map(graph))
    layout = graph_picture.figure(part, at, {}).layout
    for node, data in part.nodes(data=True):
        assert layout.xaxis.range[0] <= at[node][0] - graph_layout.radius(data)
        assert layout.yaxis.range[1] >= at[node][1] + graph_layout.radius(data)


def test_what_is_in_focus_is_drawn_in_the_middle(graph: nx.Graph) -> None:
    part, _ = view.select(graph, EVERYTHING, KINDS, focus="item:2")
    assert graph_layout.places(part, garment_map(graph), "item:2")["item:2"] == (0.0, 0.0)


def test_a_cluster_is_named_at_its_topmost_garment() -> None:
    at = {"item:1": (0.0, 0.0), "item:2": (0.0, 5.0)}
    assert graph_layout.names(CLUSTERS, at) == {"item:2": "Shirts"}


def test_a_decision_is_told_where_its_line_is_pointed_at(graph: nx.Graph) -> None:
    graph.add_edge("item:1", "item:3", relation="decided", verdict="keep-both")
    drawn = graph_picture.figure(graph, placed(graph, garment_map(graph)), {})
    assert any("decided by you: keep both" in text for trace in drawn.data for text in trace.text or ())


def test_no_two_nodes_lie_on_each_other(graph: nx.Graph) -> None:
    for number in range(40):
        graph.add_edge(f"item:{number}", "type:Tee", relation="is-a")
        graph.add_node(f"item:{number}", kind="item")
        graph.add_node(f"lonely:{number}", kind="brand")
    places = list(placed(graph, garment_map(graph)).values())
    near = [hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)]
    assert min(near) > 0.8
