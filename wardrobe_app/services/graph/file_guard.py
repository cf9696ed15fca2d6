"""Check a graph file before it is parsed, against attacks on readers of XML, JSON, ZIP and CSV.

Each check reads the content once and refuses what no wardrobe graph needs: entities, depth, very many parts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from wardrobe_app.domain.errors import GraphRefused

MOST_BYTES: Final = 96 * 1024 * 1024
MOST_PARTS: Final = 400_000
"""The largest number of nodes and edges."""

_MOST_ELEMENTS, _DEEPEST, _MOST_ATTRIBUTES = 4_000_000, 24, 24
_MOST_MEMBERS, _LONGEST_LINE = 64, 1_000_000
_PIECE, _LONGEST_TAG = 65_536, 1_000_000  # bytes
_PARTS: Final = frozenset({"node", "edge"})


def check_size(size: int) -> None:
    """Refuse content that is too large, in bytes.

    Raises:
        GraphRefused: it is too large.
    """
    if size > MOST_BYTES:
        raise GraphRefused(f"This file is too large for a wardrobe graph: more than {MOST_BYTES // 1024**2} MB.")


def xml_root(content: bytes) -> str:
    """Check XML content, and return the name of its outermost element.

    Raises:
        GraphRefused: it is not complete XML, defines entities or a document type, or has too many levels or parts.
    """
    counted = _Counter()
    parser = expat.ParserCreate("utf-8")  # whatever encoding the declaration names
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = counted.declares
    parser.StartElementHandler, parser.EndElementHandler = counted.starts, counted.ends
    try:
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
            # A tag of a million attributes would take minutes: refuse one that does not end.
            if start - max(0, parser.CurrentByteIndex) > _LONGEST_TAG:
                raise _too_many()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise GraphRefused("This file is damaged, or not a wardrobe graph.") from error
    return counted.root


class _Counter:
    """Counts the elements that a parser finds."""

    def __init__(self) -> None:
        self.root = ""
        self._depth = self._elements = self._parts = 0

    def declares(self, *_: object) -> None:
        # Entities can expand to any size or name other files. No wardrobe graph has them.
        raise GraphRefused("This file defines XML entities or a document type, which no wardrobe graph does.")

    def starts(self, name: str, attributes: Mapping[str, str]) -> None:
        self.root = self.root or name
        self._depth += 1
        self._elements += 1
        self._parts += name.rpartition(":")[2] in _PARTS
        if self._depth > _DEEPEST or len(attributes) > _MOST_ATTRIBUTES or self._elements > _MOST_ELEMENTS:
            raise _too_many()
        if self._parts > MOST_PARTS:
            raise _too_many()

    def ends(self, _: str) -> None:
        self._depth -= 1


def check_json(content: bytes) -> None:
    """Refuse JSON with more objects and lists than the largest graph, whose edges are in it twice.

    Raises:
        GraphRefused: there are too many.
    """
    if content.count(b"{") + content.count(b"[") > 2 * MOST_PARTS or content.count(b",") > 20 * MOST_PARTS:
        raise _too_many()


def table(content: bytes, name: str) -> str:
    """Read a text member of a ZIP file, at most ``MOST_BYTES`` whatever size the archive states.

    Raises:
        GraphRefused: it is too large, encrypted or has too many lines, or the archive has too many members.
        zipfile.BadZipFile, KeyError, NotImplementedError, zlib.error, UnicodeDecodeError: it is damaged.
    """
    if content.count(b"PK\x01\x02") > _MOST_MEMBERS:
        raise _too_many()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(name)
        if entry.flag_bits & 1:
            raise GraphRefused("This ZIP file has a password; unpack it and pack it again without one.")
        check_size(entry.file_size)
        with archive.open(entry) as file:
            data = file.read(MOST_BYTES + 1)
    check_size(len(data))
    if data.count(b"\n") > MOST_PARTS or max(map(len, data.splitlines()), default=0) > _LONGEST_LINE:
        raise _too_many()
    return data.decode()


def _too_many() -> GraphRefused:
    return GraphRefused("This file has more parts or levels than any wardrobe graph.")
