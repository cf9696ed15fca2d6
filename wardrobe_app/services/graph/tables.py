"""Write a wardrobe graph as tables, and read them: a ZIP of two CSV tables, and its edges as Parquet.

The CSV tables are safe to open in a spreadsheet: ``csv_cells`` guards every text, and ``read_csv`` removes the guard.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain.graph.display import NODE_DRAWN, edge_weight, node_styles
from wardrobe_app.domain.graph.schema import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, SCHEMA, SCHEMA_VERSION, Value
from wardrobe_app.services.graph.file_guard import table
from wardrobe_app.services.storage.csv_cells import guarded, unguarded, write_rows

if TYPE_CHECKING:
    import networkx as nx

# The columns of the Parquet file that are no attributes of edges.
_ENDS: Final[Mapping[str, type[Value]]] = {
    "source": str, "target": str, "source_label": str, "target_label": str, "weight": float,
}  # fmt: skip


def parquet(graph: nx.Graph[str]) -> bytes:
    """Return the edges as one Parquet table: their ends with labels, weight, and the schema's attributes."""
    import pyarrow as pa  # imported here because few exports need it
    from pyarrow.parquet import write_table

    kinds = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_()}
    columns = {**_ENDS, **EDGE_ATTRIBUTES}
    about = {"schema": SCHEMA, "schema_version": str(SCHEMA_VERSION)}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()], metadata=about)
    labels = {node: data["label"] for node, data in graph.nodes(data=True)}
    rows = [
        {"source": one, "target": other, "source_label": labels[one], "target_label": labels[other],
         "weight": edge_weight(values), **values}
        for one, other, values in graph.edges(data=True)
    ]  # fmt: skip
    written = io.BytesIO()
    write_table(pa.Table.from_pylist(rows, schema=schema), written)
    return written.getvalue()


def write_csv(graph: nx.Graph[str]) -> bytes:
    """Return a ZIP file of ``nodes.csv`` and ``edges.csv``, with a weight for edges and ``NODE_DRAWN`` for nodes."""
    styles = node_styles(graph)
    nodes = ({"id": node, **values, **styles[node].attributes()} for node, values in graph.nodes(data=True))
    # An edge's own "id" repeats its other columns.
    edges = (
        {"source": one, "target": other, **values, "weight": edge_weight(values)}
        for one, other, values in graph.edges(data=True)
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nodes.csv", _table(["id", *NODE_ATTRIBUTES, *NODE_DRAWN], nodes))
        archive.writestr("edges.csv", _table(["source", "target", *EDGE_ATTRIBUTES, "weight"], edges))
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


def read_csv(data: bytes) -> nx.Graph[str]:
    """Read the schema's attributes of a file of ``write_csv``; other columns are left out."""
    import networkx as nx  # imported here because it loads slowly and few pages need it

    graph: nx.Graph[str] = nx.Graph()
    for row in _rows(data, "nodes.csv"):
        row.setdefault("clothing_size", row.get("size", ""))  # its name until version 2
        graph.add_node(unguarded(row["id"]), **_values(row, NODE_ATTRIBUTES))
    for row in _rows(data, "edges.csv"):
        ends = unguarded(row["source"]), unguarded(row["target"])
        graph.add_edge(*ends, **_values(row, EDGE_ATTRIBUTES))
    return graph


def _rows(data: bytes, name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(table(data, name), newline=""))


def _values(row: Mapping[str, str], types: Mapping[str, type[Value]]) -> dict[str, Any]:
    parse: dict[type[Value], Callable[[str], Value]] = {bool: "true".__eq__, str: unguarded, int: int, float: float}
    return {name: parse[types[name]](cell) for name, cell in row.items() if name in types and cell != ""}
