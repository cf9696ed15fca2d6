"""Write a wardrobe graph in the formats of other programs, and read those that can be imported."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wardrobe_app.domain.graph.display import EDGE_DRAWN, NODE_DRAWN, edge_weight, node_styles
from wardrobe_app.services.graph.cytoscape import cx2, cyjs
from wardrobe_app.services.graph.tables import parquet, read_csv, write_csv
from wardrobe_app.services.graph.xml_files import gexf, graphml

if TYPE_CHECKING:
    import networkx as nx

# GraphML also has the parts of the color, networkx makes a shape of yEd's elements, and one of "viz:".
_DRAWN_NODE: Final = (*NODE_DRAWN, "r", "g", "b", "shape_type", "viz")


class ExportFormat(StrEnum):
    """The file formats of a wardrobe graph."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    JSON = "json"
    CSV = "csv"
    CX2 = "cx2"
    CYJS = "cyjs"
    PARQUET = "parquet"


class FileKind(NamedTuple):
    """How a format is offered: its name for people, the ending of its files, and its MIME type."""

    label: str
    ending: str
    mime: str


FILE_KINDS: Final[Mapping[ExportFormat, FileKind]] = {
    ExportFormat.GRAPHML: FileKind("GraphML", "graphml", "application/xml"),
    ExportFormat.GEXF: FileKind("GEXF", "gexf", "application/xml"),
    ExportFormat.JSON: FileKind("JSON (node-link)", "json", "application/json"),
    ExportFormat.CSV: FileKind("CSV (nodes and edges)", "zip", "application/zip"),
    ExportFormat.CX2: FileKind("CX2 (Cytoscape)", "cx2", "application/json"),
    ExportFormat.CYJS: FileKind("CYJS (Cytoscape.js)", "cyjs", "application/json"),
    ExportFormat.PARQUET: FileKind("Parquet (edges)", "parquet", "application/vnd.apache.parquet"),
}


def dump(graph: nx.Graph[str], form: ExportFormat) -> bytes:
    """Return the graph as the content of a file."""
    return _WRITERS[form](graph)


def load(data: bytes, form: ExportFormat) -> nx.Graph[str]:
    """Read a file of a format in ``IMPORTED``, of any version, with the nodes, edges, attributes and types written.

    What only tells how to draw the graph is left out.
    """
    graph = _READERS[form](data)
    for _, values in graph.nodes(data=True):
        if isinstance(size := values.get("size"), str):  # until version 2, that of the garment
            values["clothing_size"] = size
        _drop(values, _DRAWN_NODE)
    for *_, values in graph.edges(data=True):
        _drop(values, EDGE_DRAWN)
    return graph


def _drop(values: dict[str, Any], names: Iterable[str]) -> None:
    for name in names:
        values.pop(name, None)


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
    styles = node_styles(graph)
    for node in data["nodes"]:
        node.update(styles[node["id"]].attributes())
    for edge in data["edges"]:
        edge["weight"] = edge_weight(edge)
    data["links"] = data["edges"]
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def _read_json(data: bytes) -> nx.Graph[str]:
    import networkx as nx

    return nx.node_link_graph(json.loads(data), edges="edges")


_WRITERS: Final[Mapping[ExportFormat, Callable[[nx.Graph[str]], bytes]]] = {
    ExportFormat.GRAPHML: graphml,
    ExportFormat.GEXF: gexf,
    ExportFormat.JSON: _write_json,
    ExportFormat.CSV: write_csv,
    ExportFormat.CX2: cx2,
    ExportFormat.CYJS: cyjs,
    ExportFormat.PARQUET: parquet,
}
_READERS: Final[Mapping[ExportFormat, Callable[[bytes], nx.Graph[str]]]] = {
    ExportFormat.GRAPHML: _read_graphml,
    ExportFormat.GEXF: _read_gexf,
    ExportFormat.JSON: _read_json,
    ExportFormat.CSV: read_csv,
}
IMPORTED: Final = tuple(_READERS)
"""The formats that can be imported again; the others are for other programs."""
