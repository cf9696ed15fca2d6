"""The exported files, each read by programs that know nothing of this one."""

from __future__ import annotations

import io
import json
import math
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import igraph
import networkx as nx
import pandas as pd
import pytest

from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment, Verdict, VerdictRecord
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit
from wardrobe_app.domain.graph.display import UNIT, edge_weight, node_styles
from wardrobe_app.domain.graph.labels import KIND_COLOURS, RELATION_COLOURS
from wardrobe_app.domain.graph.layout import garment_map
from wardrobe_app.domain.graph.schema import EDGE_ATTRIBUTES, wardrobe_graph
from wardrobe_app.services.graph.formats import FILE_KINDS, IMPORTED, ExportFormat, dump, load

NASTY = "</y:NodeLabel>]]> \"& '<b> 👗"
WARDROBE: list[Garment] = [
    replace(one, size="M" if one.id % 2 else "42", name=NASTY if one.id == 3 else one.name)
    for one in random_wardrobe(30)
]
GRAPH = wardrobe_graph(
    WARDROBE,
    verdicts=[VerdictRecord(1, 2, Verdict.KEEP_BOTH, NOON)],
    outfits=[SavedOutfit(1, "Sunday", OutfitState.SAVED, (4, 5, 6), NOON)],
)
ITEMS = [node for node in GRAPH if node.startswith("item:")]
JS = Path(__file__).with_name("readers.mjs")
PACKAGES = ("graphology", "graphology-gexf", "graphology-graphml", "cytoscape")
Y, VIZ, GEXF = "{http://www.yworks.com/xml/graphml}", "{http://gexf.net/1.3/viz}", "{http://gexf.net/1.3}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def xml(form: ExportFormat) -> ElementTree.Element:
    return ElementTree.fromstring(dump(GRAPH, form))  # noqa: S314


# A ZIP file also has the time.
@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.CSV])
def test_the_same_graph_is_the_same_file(form: ExportFormat) -> None:
    assert dump(GRAPH, form) == dump(GRAPH.copy(), form)


def test_every_format_is_offered_with_a_name_and_an_ending_of_its_own() -> None:
    assert list(FILE_KINDS) == list(ExportFormat)
    assert len({kind.ending for kind in FILE_KINDS.values()}) == len({kind.label for kind in FILE_KINDS.values()}) == 7
    assert set(IMPORTED) < set(FILE_KINDS)


@pytest.mark.parametrize("form", ExportFormat)
def test_an_empty_wardrobe_is_a_file(form: ExportFormat) -> None:
    assert dump(wardrobe_graph([]), form)


def test_garments_lie_near_their_place_on_the_map_in_the_colour_of_their_cloth_and_nothing_on_anything() -> None:
    styles, at = node_styles(GRAPH), garment_map(GRAPH)
    moved = [math.dist((styles[node].x, styles[node].y), (UNIT * at[node][0], UNIT * at[node][1])) for node in ITEMS]
    assert max(moved) < 3 * UNIT
    assert statistics.median(moved) < 2 * UNIT
    for node in ITEMS:
        assert styles[node].color == GRAPH.nodes[node].get("hex", KIND_COLOURS["item"])
    apart = [
        math.dist((styles[a].x, styles[a].y), (styles[b].x, styles[b].y)) - styles[a].size - styles[b].size
        for a, b in combinations(styles, 2)
    ]
    assert min(apart) > 0
    assert styles["item:4"].size > styles["item:1"].size  # in an outfit


def test_names_are_told_apart_by_number_or_kind_where_labels_repeat() -> None:
    styles = node_styles(wardrobe_graph([garment(1, name="pink"), garment(2, name="pink"), garment(3, name="red")]))
    names = {node: styles[node].name for node in ("item:1", "item:2", "item:3", "colour:pink")}
    assert names == {"item:1": "pink (1)", "item:2": "pink (2)", "item:3": "red", "colour:pink": "pink (colour)"}


def test_yed_finds_a_place_a_fill_a_label_and_a_shape_for_every_node_and_a_line_for_every_edge() -> None:
    root, styles = xml(ExportFormat.GRAPHML), node_styles(GRAPH)
    kinds = {key.get("id"): key.get("yfiles.type") for key in root.iter(f"{GRAPHML}key") if key.get("yfiles.type")}
    assert set(kinds.values()) == {"nodegraphics", "edgegraphics"}
    for node in root.iter(f"{GRAPHML}node"):
        drawn = node.find(f"{GRAPHML}data/{Y}ShapeNode")
        assert drawn is not None
        style, parts = styles[str(node.get("id"))], {part.tag.removeprefix(Y): part for part in drawn}
        assert set(parts) == {"Geometry", "Fill", "BorderStyle", "NodeLabel", "Shape"}
        place = {name: float(value) for name, value in parts["Geometry"].items()}
        assert place["width"] == place["height"] == pytest.approx(2 * style.size)
        assert place["x"] + style.size == pytest.approx(style.x, abs=0.11)
        assert place["y"] + style.size == pytest.approx(-style.y, abs=0.11)
        assert parts["Fill"].get("color") == style.color
        assert parts["NodeLabel"].text == GRAPH.nodes[node.get("id")]["label"]
        assert parts["Shape"].get("type") in ("ellipse", "diamond", "roundrectangle")
    lines = [edge.find(f"{GRAPHML}data/{Y}PolyLineEdge/{Y}LineStyle") for edge in root.iter(f"{GRAPHML}edge")]
    assert len(lines) == GRAPH.number_of_edges()
    assert {line.get("color") for line in lines if line is not None} <= set(RELATION_COLOURS.values())


def test_gephi_finds_labels_places_sizes_colours_and_weights_in_graphml() -> None:
    root = xml(ExportFormat.GRAPHML)
    ids = [key.get("id") for key in root.iter(f"{GRAPHML}key")]
    assert len(ids) == len(set(ids))
    types = {
        (key.get("for"), key.get("attr.name")): key.get("attr.type")
        for key in root.iter(f"{GRAPHML}key")
        if key.get("attr.name")
    }
    for name, kind in {"label": "string", "x": "double", "y": "double", "size": "double", "color": "string"}.items():
        assert types["node", name] == kind
    assert [types["node", part] for part in "rgb"] == ["long"] * 3
    assert (types["edge", "weight"], types["edge", "label"]) == ("double", "string")


def test_igraph_finds_places_sizes_colours_and_weights_in_graphml(tmp_path: Path) -> None:
    path = tmp_path / "wardrobe.graphml"
    path.write_bytes(dump(GRAPH, ExportFormat.GRAPHML))
    read, styles = igraph.Graph.Read_GraphML(str(path)), node_styles(GRAPH)
    assert (read.vcount(), read.ecount()) == (GRAPH.number_of_nodes(), GRAPH.number_of_edges())
    assert read.is_weighted()
    for vertex in read.vs:
        style = styles[vertex["id"]]
        found = (vertex["name"], vertex["x"], vertex["y"], vertex["size"], vertex["color"])
        assert found == (style.name, style.x, style.y, style.size, style.color)
    weights = {frozenset({read.vs[edge.source]["id"], read.vs[edge.target]["id"]}): edge["weight"] for edge in read.es}
    assert weights == {frozenset({a, b}): edge_weight(data) for a, b, data in GRAPH.edges(data=True)}
    assert read.es["interaction"] == read.es["relation"]


def test_networkx_takes_the_same_places_from_graphml_and_json_as_numbers() -> None:
    styles = node_styles(GRAPH)
    graphml = nx.read_graphml(io.BytesIO(dump(GRAPH, ExportFormat.GRAPHML)))
    plain = nx.node_link_graph(json.loads(dump(GRAPH, ExportFormat.JSON)), edges="edges")
    for node in GRAPH:
        place = styles[node].x, styles[node].y
        assert (graphml.nodes[node]["x"], graphml.nodes[node]["y"]) == place
        assert (plain.nodes[node]["x"], plain.nodes[node]["y"]) == place
    for a, b, data in GRAPH.edges(data=True):
        assert graphml.edges[a, b]["weight"] == plain.edges[a, b]["weight"] == edge_weight(data)


def test_gephi_finds_place_size_colour_and_picture_in_gexf() -> None:
    root, styles = xml(ExportFormat.GEXF), node_styles(GRAPH)
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    for node in root.iter(f"{GEXF}node"):
        name = str(node.get("id"))
        viz = {part.tag.removeprefix(VIZ): part.attrib for part in node if part.tag.startswith(VIZ)}
        assert (float(viz["position"]["x"]), float(viz["position"]["y"])) == (styles[name].x, styles[name].y)
        assert float(viz["size"]["value"]) == styles[name].size
        assert "#" + "".join(f"{int(viz['color'][part]):02x}" for part in "rgb") == styles[name].color
        photo = GRAPH.nodes[name].get("photo")
        assert viz["shape"].get("uri") == photo
        assert viz["shape"]["value"] == ("image" if photo else viz["shape"]["value"])
        assert node.get("label") == GRAPH.nodes[name]["label"]
    edges = list(root.iter(f"{GEXF}edge"))
    assert len(edges) == GRAPH.number_of_edges()
    assert all(float(edge.attrib["weight"]) > 0 and edge.attrib["kind"] in RELATION_COLOURS for edge in edges)
    assert next(edge.get("label") for edge in edges if edge.get("kind") == "decided") == "decided by you: keep both"


def test_a_photo_s_name_is_an_address_in_gexf() -> None:
    graph = wardrobe_graph([garment(1, filename='IMG 1 ü&".jpg')])
    root = ElementTree.fromstring(dump(graph, ExportFormat.GEXF))  # noqa: S314
    assert next(shape.get("uri") for shape in root.iter(f"{VIZ}shape")) == "IMG%201%20%C3%BC%26%22.jpg"


def test_cytoscape_js_json_has_elements_places_and_a_style() -> None:
    content, styles = json.loads(dump(GRAPH, ExportFormat.CYJS)), node_styles(GRAPH)
    nodes, edges = content["elements"]["nodes"], content["elements"]["edges"]
    assert {node["data"]["id"] for node in nodes} == set(GRAPH)
    assert all(node["position"]["y"] == -styles[node["data"]["id"]].y for node in nodes)
    ids = [edge["data"]["id"] for edge in edges]
    assert len(set(ids)) == len(ids) == GRAPH.number_of_edges()
    assert all({edge["data"]["source"], edge["data"]["target"]} <= set(GRAPH) for edge in edges)
    assert {"name", "kind", "label", "clothing_size"} <= set(nodes[0]["data"])
    assert {"interaction", "weight"} <= set(edges[0]["data"])
    assert content["style"][0]["selector"] == "node"


def test_ndex_reads_the_cx2_file() -> None:
    cx2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    read = cx2.RawCX2NetworkFactory().get_cx2network(json.loads(dump(GRAPH, ExportFormat.CX2)))
    assert (len(read.get_nodes()), len(read.get_edges())) == (GRAPH.number_of_nodes(), GRAPH.number_of_edges())
    styles, names = node_styles(GRAPH), {}
    for number, node in read.get_nodes().items():
        names[number] = node["v"]["node"]
        assert (node["x"], node["y"]) == (styles[names[number]].x, -styles[names[number]].y)
        assert GRAPH.nodes[names[number]].items() <= node["v"].items()
    for edge in read.get_edges().values():
        assert GRAPH.edges[names[edge["s"]], names[edge["t"]]].items() <= edge["v"].items()
    assert read.get_visual_properties()["nodeMapping"]["NODE_LABEL"]["definition"]["attribute"] == "name"


def test_cx2_declares_every_attribute_and_counts_every_aspect() -> None:
    content = json.loads(dump(GRAPH, ExportFormat.CX2))
    assert content[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert content[-1] == {"status": [{"success": True, "error": ""}]}
    aspects = {name: part[name] for part in content[2:-1] for name in part}
    assert {one["name"]: one["elementCount"] for one in content[1]["metaData"]} == {
        name: len(part) for name, part in aspects.items()
    }
    declared = aspects["attributeDeclarations"][0]
    for kind in ("nodes", "edges"):
        assert {name for one in aspects[kind] for name in one["v"]} == set(declared[kind])


def test_pandas_and_networkx_read_the_edges_from_parquet() -> None:
    table = pd.read_parquet(io.BytesIO(dump(GRAPH, ExportFormat.PARQUET)))
    assert list(table.columns[:5]) == ["source", "target", "source_label", "target_label", "weight"]
    assert set(EDGE_ATTRIBUTES) <= set(table.columns)
    read = nx.from_pandas_edgelist(table, edge_attr=True)
    assert set(read) == set(GRAPH)
    assert {frozenset(ends) for ends in read.edges} == {frozenset(ends) for ends in GRAPH.edges}
    for a, b, data in GRAPH.edges(data=True):
        assert data.items() <= read.edges[a, b].items()


@pytest.fixture(scope="module")
def read_by_node(tmp_path_factory: pytest.TempPathFactory) -> Callable[[ExportFormat], Any]:
    """Read a file by a package of npm; ``NODE_PATH`` says where those are installed."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    given = {**os.environ, "NODE_PATH": os.environ.get("NODE_PATH", "")}
    wanted = f"for (const name of {json.dumps(PACKAGES)}) require.resolve(name)"
    if subprocess.run([program, "-e", wanted], env=given, capture_output=True, check=False).returncode:
        pytest.skip(f"NODE_PATH has not all of {', '.join(PACKAGES)}")

    def read(form: ExportFormat) -> Any:
        path = tmp_path_factory.mktemp("files") / f"wardrobe.{form}"
        path.write_bytes(dump(GRAPH, form))
        done = subprocess.run(
            [program, str(JS), form, str(path)], env=given, capture_output=True, check=True, timeout=60
        )
        return json.loads(done.stdout)

    return read


@pytest.mark.parametrize("form", [ExportFormat.GEXF, ExportFormat.GRAPHML])
def test_graphology_reads_the_files_with_places_sizes_and_colours(
    read_by_node: Callable[[ExportFormat], Any], form: ExportFormat
) -> None:
    read, styles = read_by_node(form), node_styles(GRAPH)
    nodes = {node["key"]: node["attributes"] for node in read["nodes"]}
    assert (set(nodes), len(read["edges"])) == (set(GRAPH), GRAPH.number_of_edges())
    for name, found in nodes.items():
        assert (found["x"], found["y"], found["size"]) == (styles[name].x, styles[name].y, styles[name].size)
        assert found["label"] == GRAPH.nodes[name]["label"]
        assert found.get("clothing_size") == GRAPH.nodes[name].get("clothing_size")
    for edge in read["edges"]:
        data = GRAPH.edges[edge["source"], edge["target"]]
        assert edge["attributes"]["relation"] == data["relation"]
        assert edge["attributes"]["weight"] == pytest.approx(edge_weight(data))


def test_cytoscape_js_draws_the_file_as_it_is(read_by_node: Callable[[ExportFormat], Any]) -> None:
    read, styles = read_by_node(ExportFormat.CYJS), node_styles(GRAPH)
    assert (len(read["nodes"]), len(read["edges"])) == (GRAPH.number_of_nodes(), GRAPH.number_of_edges())
    for node in read["nodes"]:
        style = styles[node["id"]]
        assert node["position"] == {"x": style.x, "y": -style.y}
        assert (node["label"], node["width"]) == (style.name, 2 * style.size)
    for edge in read["edges"]:
        relation = GRAPH.edges[edge["source"], edge["target"]]["relation"]
        assert edge["color"] == RELATION_COLOURS[relation]


@pytest.mark.parametrize("form", IMPORTED)
def test_what_tells_how_to_draw_is_not_read_back(form: ExportFormat) -> None:
    back = load(dump(GRAPH, form), form)
    assert {node: dict(data) for node, data in back.nodes(data=True)} == dict(GRAPH.nodes(data=True))
