from __future__ import annotations

import csv
import io
import json
import math
import os
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest

from tests.services.support.stored import graph_service, stored
from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ExportFailed
from wardrobe_app.domain.graph.schema import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, build_graph, wardrobe_graph
from wardrobe_app.services.graph.exporter import ExportFormat, GraphExporter
from wardrobe_app.services.graph.formats import IMPORTED, dump, load

NASTY = [
    "=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)", "'=1", "''=1", "'90s jacket", "＝1", "1e5", "007", "true",
    "None", "nan", "a,b;c", 'say "hi"', "<script>alert(1)</script>", "a & b &amp; c", "👗 café 服", "]]>",
    "\x00\x0bbell\x07", "two\r\nlines\tand  blanks ", "=", "'", "\ud800", "--",
]  # fmt: skip
WARDROBE = [
    garment(
        number, "Blouse" if number % 2 else "Jeans", name=text, brand=text, size=text, notes=f"secret {text}",
        price=Decimal(number) if number % 3 else None, purchased_on=NOON.date(), favourite=bool(number % 2),
        filename=f"/home/me/{number} {text.replace('/', '')}.jpg",
    )
    for number, text in enumerate(NASTY, 1)
]  # fmt: skip
GRAPHS = {"nasty": wardrobe_graph(WARDROBE), "random": wardrobe_graph(random_wardrobe(60)), "empty": wardrobe_graph([])}

Nodes = dict[str, dict[str, Any]]
Edges = dict[frozenset[str], dict[str, Any]]


def contents(graph: nx.Graph[str]) -> tuple[Nodes, Edges]:
    nodes = {node: typed(data) for node, data in graph.nodes(data=True)}
    return nodes, {frozenset({a, b}): typed(data) for a, b, data in graph.edges(data=True)}


def typed(data: dict[str, Any]) -> dict[str, Any]:
    return {name: (type(value).__name__, value) for name, value in data.items()}


def of_schema(graph: nx.Graph[str]) -> tuple[Nodes, Edges]:
    nodes, edges = contents(graph)
    return (
        {node: {name: data[name] for name in data if name in NODE_ATTRIBUTES} for node, data in nodes.items()},
        {ends: {name: data[name] for name in data if name in EDGE_ATTRIBUTES} for ends, data in edges.items()},
    )


def by_networkx_alone(data: bytes, form: ExportFormat) -> nx.Graph[str]:
    if form is ExportFormat.GRAPHML:
        return nx.read_graphml(io.BytesIO(data))
    if form is ExportFormat.GEXF:
        return nx.read_gexf(io.BytesIO(data))
    return nx.node_link_graph(json.loads(data), edges="edges")


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("form", IMPORTED)
def test_every_imported_format_loads_back_with_the_same_nodes_edges_and_attribute_types(
    form: ExportFormat, name: str
) -> None:
    graph = GRAPHS[name]
    back = load(dump(graph, form), form)
    assert contents(back) == contents(graph)
    assert not back.is_directed()
    assert not back.is_multigraph()


@pytest.mark.parametrize("form", [form for form in IMPORTED if form is not ExportFormat.CSV])
def test_networkx_reads_the_files_without_our_help(form: ExportFormat) -> None:
    graph = GRAPHS["nasty"]
    assert of_schema(by_networkx_alone(dump(graph, form), form)) == contents(graph)


def test_the_schema_s_version_travels_with_graphml_and_json() -> None:
    for form in (ExportFormat.GRAPHML, ExportFormat.JSON):
        assert load(dump(GRAPHS["random"], form), form).graph["schema_version"] == 3


@pytest.mark.parametrize("name", ["nasty", "random"])
def test_graphml_opens_in_igraph_with_the_same_nodes_edges_and_attributes(tmp_path: Path, name: str) -> None:
    graph = GRAPHS[name]
    path = tmp_path / "wardrobe.graphml"
    path.write_bytes(dump(graph, ExportFormat.GRAPHML))
    read = igraph.Graph.Read_GraphML(str(path))
    names = read.vs["id"]
    nodes = {vertex["id"]: given(vertex.attributes(), ["id", *NODE_ATTRIBUTES]) for vertex in read.vs}
    edges = {
        frozenset({names[edge.source], names[edge.target]}): given(edge.attributes(), EDGE_ATTRIBUTES)
        for edge in read.es
    }
    # igraph knows no missing boolean: one that is not there reads as False.
    assert nodes == {node: as_igraph({"favourite": False, **data, "id": node}) for node, data in graph.nodes(data=True)}
    assert edges == {frozenset({a, b}): as_igraph(data) for a, b, data in graph.edges(data=True)}


def given(attributes: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {
        name: value
        for name in names
        if (value := attributes.get(name)) not in (None, "") and not (isinstance(value, float) and math.isnan(value))
    }


def as_igraph(data: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if type(value) is int else value for name, value in data.items()}


def test_d3_finds_nodes_and_links_where_it_looks() -> None:
    data = json.loads(dump(GRAPHS["random"], ExportFormat.JSON))
    ids = {node["id"] for node in data["nodes"]}
    assert all({link["source"], link["target"]} <= ids for link in data["links"])
    assert data["links"] == data["edges"] != []


def tables(graph: nx.Graph[str]) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(dump(graph, ExportFormat.CSV))) as archive:
        return {name: rows(archive.read(name)) for name in archive.namelist()}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def cells(table: Iterable[dict[str, str]]) -> list[str]:
    return [cell for row in table for name, cell in row.items() if name not in ("x", "y")]


def test_the_csv_zip_holds_nodes_and_edges_whose_ends_are_nodes() -> None:
    found = tables(GRAPHS["random"])
    assert set(found) == {"nodes.csv", "edges.csv"}
    ids = {row["id"] for row in found["nodes.csv"]}
    assert len(found["edges.csv"]) == GRAPHS["random"].number_of_edges()
    assert all({row["source"], row["target"]} <= ids for row in found["edges.csv"])


def test_no_cell_of_the_csv_is_run_by_a_spreadsheet() -> None:
    found = tables(GRAPHS["nasty"])
    every = cells(found["nodes.csv"]) + cells(found["edges.csv"])
    assert '\'=HYPERLINK("http://x","y")' in every
    assert not [cell for cell in every if cell.startswith(("=", "+", "-", "@", "＝"))]


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.PARQUET])
def test_neither_notes_nor_folders_are_exported(form: ExportFormat) -> None:
    data = dump(GRAPHS["nasty"], form)
    if form is ExportFormat.CSV:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert b"secret" not in data
    assert b"/home/me" not in data
    assert "👗 café 服".encode() in data


@pytest.fixture
def service(settings: Settings) -> GraphExporter:
    return graph_service(stored(settings, random_wardrobe(12)))


@pytest.mark.parametrize("form", IMPORTED)
def test_a_price_has_its_currency_beside_it(form: ExportFormat) -> None:
    priced = [garment(1, price=Decimal(5)), garment(2)]
    back = load(dump(build_graph(priced, currency="CHF"), form), form)
    assert back.nodes["item:1"]["currency"] == "CHF"
    assert "currency" not in back.nodes["item:2"]
    assert "currency" not in build_graph(priced).nodes["item:1"]


@pytest.mark.parametrize("form", IMPORTED)
def test_an_export_writes_the_wardrobe_and_tells_what(
    service: GraphExporter, tmp_path: Path, form: ExportFormat
) -> None:
    path = tmp_path / "out" / f"wardrobe.{form}"
    path.parent.mkdir()
    report = service.export(form, path)
    back = load(path.read_bytes(), form)
    assert contents(back) == contents(service.graph())
    assert (report.nodes, report.edges) == (back.number_of_nodes(), back.number_of_edges())
    assert report.bytes == path.stat().st_size == len(service.export_bytes(form))
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_the_garments_of_the_database_are_in_the_graph_and_trashed_ones_are_not(settings: Settings) -> None:
    factory = stored(settings, WARDROBE[:4])
    with factory(writing=True) as uow:
        uow.garments.change([2], {"trashed_at": NOON})
        uow.commit()
    graph = graph_service(factory).graph()
    assert {node for node in graph if node.startswith("item:")} == {"item:1", "item:3", "item:4"}
    assert graph.nodes["item:1"]["label"] == NASTY[0]


def test_a_failed_export_leaves_no_file(
    service: GraphExporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="No space left on device"):
        service.export(ExportFormat.GRAPHML, folder / "wardrobe.graphml")
    assert list(folder.iterdir()) == []


def test_a_failed_export_leaves_an_older_file_as_it_was(
    service: GraphExporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wardrobe.json"
    path.write_text("older")

    def broken(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(ExportFailed):
        service.export(ExportFormat.JSON, path)
    assert path.read_text() == "older"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("target", ["missing/wardrobe.gexf", "folder"])
def test_an_export_to_nowhere_is_an_error_to_show(service: GraphExporter, tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportFailed, match="could not be written"):
        service.export(ExportFormat.GEXF, tmp_path / target)
    assert not list((tmp_path / "folder").iterdir())
    assert not list(tmp_path.glob(".*.part"))
