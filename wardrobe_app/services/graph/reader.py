"""Read a wardrobe graph from a file of any source."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from wardrobe_app.domain.errors import GraphRefused
from wardrobe_app.domain.graph.schema import SCHEMA, SCHEMA_VERSION
from wardrobe_app.services.graph.file_guard import MOST_BYTES, check_json, check_size, xml_root
from wardrobe_app.services.graph.formats import ExportFormat, load

if TYPE_CHECKING:
    import networkx as nx

_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_FOR_OTHERS: Final = (b"PAR1", b'[{"CXVersion"', b'{"format_version"')  # how Parquet, CX2 and CYJS files start
_BROKEN: Final = (
    ElementTree.ParseError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError, RecursionError,
    NotImplementedError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, AssertionError, OSError,
)  # fmt: skip


def read_graph(data: bytes) -> nx.Graph[str]:
    """Read a wardrobe graph from the content of a file; the format is detected.

    Raises:
        GraphRefused: it is too large, damaged, not a wardrobe graph, or of a later schema version.
    """
    import networkx as nx  # here, because it takes long to load and few pages need it

    check_size(len(data))
    form, safe = _recognised(data)
    try:
        found = load(safe, form)
        graph: nx.Graph[str] = nx.Graph(found)
    except (nx.NetworkXException, *_BROKEN) as error:
        raise GraphRefused("This file is damaged, or not a wardrobe graph.") from error
    return _checked(graph)


def graph_file(path: Path) -> bytes:
    """Read a file on this computer, for ``read_graph``.

    Raises:
        GraphRefused: it cannot be read, or is larger than any wardrobe graph.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise GraphRefused(f"{path} cannot be read: {error.strerror or error}.") from error
    check_size(len(data))
    return data


def _recognised(data: bytes) -> tuple[ExportFormat, bytes]:
    """Detect the format; return it with the content in a form that is safe to parse."""
    if data.startswith(_FOR_OTHERS):
        raise GraphRefused("This file is for other programs; only GraphML, GEXF, JSON and CSV files can be imported.")
    if data.startswith(b"PK"):
        return ExportFormat.CSV, data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GraphRefused("This file is not a wardrobe graph: it is not in UTF-8.") from error
    start = text.lstrip()[:1]
    if start == "{":
        plain = text.encode()
        check_json(plain)
        return ExportFormat.JSON, plain
    if start != "<":
        raise GraphRefused("This file is not a wardrobe graph; choose a GraphML, GEXF, JSON or ZIP file of one.")
    # Without its declaration, which may name another encoding, the parser reads what was checked.
    safe = _DECLARATION.sub("", text).encode()
    root = xml_root(safe)
    forms = {"graphml": ExportFormat.GRAPHML, "gexf": ExportFormat.GEXF}
    if root not in forms:
        raise GraphRefused("This file is not a wardrobe graph: of XML, only GraphML and GEXF can be read.")
    return forms[root], safe


def _checked(graph: nx.Graph[str]) -> nx.Graph[str]:
    named, version = graph.graph.get("schema"), graph.graph.get("schema_version")
    garments = [data for _, data in graph.nodes(data=True) if data.get("kind") == "item" and "item_id" in data]
    # GEXF and CSV cannot store the schema's name.
    if named not in (None, SCHEMA) or (named is None and not garments):
        raise GraphRefused("This file has a graph, but not that of a wardrobe.")
    if version is not None and version not in range(1, SCHEMA_VERSION + 1):
        raise GraphRefused(
            f"This graph is of version {str(version)[:20]}; versions 1 to {SCHEMA_VERSION} are read here."
        )
    return graph
