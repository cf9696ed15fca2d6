"""Write and read wardrobe graphs as GraphML, GEXF, node-link JSON, and a ZIP of two CSV tables.

The CSV tables are safe to open in a spreadsheet: ``csv_cells`` guards every text, and ``load`` removes the guard.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain.graph.schema import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Value
from wardrobe_app.services.graph.file_guard import table
from wardrobe_app.services.storage.csv_cells import guarded, unguarded, write_rows

if TYPE_CHECKING:
    import networkx as nx


class ExportFormat(StrEnum):
    """The file formats of a wardrobe graph."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    JSON = "json"
    CSV = "csv"


def dump(graph: nx.Graph[str], form: ExportFormat) -> bytes:
    """Return the graph as the content of a file."""
    return _WRITERS[form](graph)


def load(data: bytes, form: ExportFormat) -> nx.Graph[str]:
    """Read a file written by ``dump``, with the same nodes, edges, attributes and types."""
    return _READERS[form](data)


def _write_graphml(graph: nx.Graph[str]) -> bytes:
    import networkx as nx  # imported here because it loads slowly and few pages need it

    written = io.BytesIO()
    nx.write_graphml(graph, written, named_key_ids=True)
    return written.getvalue()


def _write_gexf(graph: nx.Graph[str]) -> bytes:
    import networkx as nx

    written = io.BytesIO()
    nx.write_gexf(graph, written)
    return written.getvalue()


def _read_graphml(data: bytes) -> nx.Graph[str]:
    import networkx as nx

    return nx.read_graphml(io.BytesIO(data))


def _read_gexf(data: bytes) -> nx.Graph[str]:
    import networkx as nx

    return nx.read_gexf(io.BytesIO(data))


def _write_json(graph: nx.Graph[str]) -> bytes:
    """Node-link JSON, with the edges under both names in use: D3 and networkx before 3.6 read "links"."""
    import networkx as nx

    data = nx.node_link_data(graph, edges="edges")
    data["links"] = data["edges"]
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def _read_json(data: bytes) -> nx.Graph[str]:
    import networkx as nx

    return nx.node_link_graph(json.loads(data), edges="edges")


def _write_csv(graph: nx.Graph[str]) -> bytes:
    nodes = ({"id": node, **values} for node, values in graph.nodes(data=True))
    # An edge's own "id" repeats its other columns.
    edges = ({"source": one, "target": other, **values} for one, other, values in graph.edges(data=True))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nodes.csv", _table(["id", *NODE_ATTRIBUTES], nodes))
        archive.writestr("edges.csv", _table(["source", "target", *EDGE_ATTRIBUTES], edges))
    return written.getvalue()


def _table(columns: list[str], rows: Iterable[Mapping[str, Value]]) -> str:
    written = io.StringIO()
    write_rows(written, [columns])
    write_rows(written, ([_cell(row[column]) if column in row else "" for column in columns] for row in rows))
    return written.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else repr(value)


def _read_csv(data: bytes) -> nx.Graph[str]:
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    for row in _rows(data, "nodes.csv"):
        graph.add_node(unguarded(row.pop("id")), **_values(row, NODE_ATTRIBUTES))
    for row in _rows(data, "edges.csv"):
        ends = unguarded(row.pop("source")), unguarded(row.pop("target"))
        graph.add_edge(*ends, **_values(row, EDGE_ATTRIBUTES))
    return graph


def _rows(data: bytes, name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(table(data, name), newline=""))


def _values(row: Mapping[str, str], types: Mapping[str, type[Value]]) -> dict[str, Any]:
    parse: dict[type[Value], Callable[[str], Value]] = {bool: "true".__eq__, str: unguarded, int: int, float: float}
    return {name: parse[types[name]](cell) for name, cell in row.items() if cell != ""}


_WRITERS: Final[dict[ExportFormat, Callable[[nx.Graph[str]], bytes]]] = {
    ExportFormat.GRAPHML: _write_graphml,
    ExportFormat.GEXF: _write_gexf,
    ExportFormat.JSON: _write_json,
    ExportFormat.CSV: _write_csv,
}
_READERS: Final[dict[ExportFormat, Callable[[bytes], nx.Graph[str]]]] = {
    ExportFormat.GRAPHML: _read_graphml,
    ExportFormat.GEXF: _read_gexf,
    ExportFormat.JSON: _read_json,
    ExportFormat.CSV: _read_csv,
}
