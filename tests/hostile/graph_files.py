from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

# Graph files made to attack a reader of XML, JSON, ZIP or CSV; each is made by one function when it is asked for.
GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
GRAPH = '<graph edgedefault="undirected">'
GEXF = '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="undirected">'
LAUGHS = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n else "lol") * 10}">' for n in range(10))
Made = Callable[[], bytes]


def xml(body: str) -> bytes:
    return f"<?xml version='1.0'?>{body}".encode()


def packed(*members: tuple[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return written.getvalue()


def tables(nodes: str, edges: str = "source,target\n") -> bytes:
    return packed(("nodes.csv", nodes), ("edges.csv", edges))


def repeated(start: str, part: Callable[[int], str], count: int, end: str) -> Made:
    return lambda: xml(start + "".join(map(part, range(count))) + end)


def lying_about_its_size() -> bytes:
    data = bytearray(tables("id\n" + "\0" * 100_000_000))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = data[22:26] = struct.pack("<I", 100)
    return bytes(data)


def locked() -> bytes:
    data = bytearray(tables("id\na\n"))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(sign, start + 1)
    return bytes(data)


def of_nodes(attributes: Sequence[str] = ()) -> Made:
    node = ",".join(['"id":"item:1","kind":"item","item_id":1', *attributes])
    return lambda: (
        (
            '{"nodes":[{%s}],"edges":[],"graph":{"schema":"wardrobe-graph","schema_version":1}}' % node  # noqa: UP031
        ).encode("utf-8", "surrogatepass")
    )


ATTACKS: dict[str, Made] = {
    "a billion laughs": lambda: xml(f"<!DOCTYPE a [{LAUGHS}]>{GRAPHML}&l9;</graphml>"),
    "a billion laughs in UTF-16": lambda: f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [{LAUGHS}]><a/>".encode(
        "utf-16"
    ),
    "a quadratic blow-up": lambda: xml(
        f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]>{GRAPHML}{"&x;" * 100_000}</graphml>'
    ),
    "a file of this machine": lambda: xml(
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{GRAPHML}&x;</graphml>'
    ),
    "a document type from elsewhere": lambda: xml('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><graphml/>'),
    "a parameter entity": lambda: xml('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><graphml/>'),
    "an inclusion": lambda: xml(
        '<graphml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></graphml>'
    ),
    "elements in elements": lambda: xml(GRAPHML + "<a>" * 3_000_000 + "</a>" * 3_000_000 + "</graphml>"),
    "graphs in nodes": lambda: xml(
        GRAPHML + GRAPH + f'<node id="a">{GRAPH}' * 100_000 + "</graph></node>" * 100_000 + "</graph></graphml>"
    ),
    "nodes in nodes": lambda: xml(GEXF + '<nodes><node id="a">' * 200_000 + "</node></nodes>" * 200_000),
    "a million attributes": repeated("<graphml ", lambda n: f'a{n}="1" ', 1_000_000, "/>"),
    "very many name spaces": repeated("<graphml ", lambda n: f'xmlns:n{n}="u{n}" ', 300_000, "/>"),
    "very many nodes": repeated(GRAPHML + GRAPH, lambda n: f'<node id="n{n}"/>', 600_000, "</graph></graphml>"),
    "very many nodes of GEXF": repeated(f"{GEXF}<nodes>", lambda n: f'<node id="n{n}"/>', 600_000, "</nodes>"),
    "comments that never end": lambda: b"<!--" * 10_000_000,
    "blanks": lambda: b"<" + b" " * 60_000_000,
    "objects in objects": lambda: b'{"a":' * 5_000_000 + b"1" + b"}" * 5_000_000,
    "lists in lists": lambda: b'{"nodes":' + b"[" * 30_000_000,
    "a number of five million figures": of_nodes(['"price":' + "9" * 5_000_000]),
    "100 MB": lambda: b'{"nodes":"' + b"x" * 100_000_000 + b'"}',
    "four million objects": lambda: b'{"nodes":[' + b'{"id":1},' * 2_000_000 + b'{"id":1}],"edges":[]}',
    "keys that are lists": lambda: b'{"nodes":[{"id":["a"]},{"id":{"a":1}}],"edges":[],"graph":{}}',
    "other types": lambda: b'{"nodes":{"id":1},"edges":5}',
    "a version that is an object": lambda: (
        b'{"nodes":[],"edges":[],"graph":{"schema":"wardrobe-graph","schema_version":{}}}'
    ),
    "a table that swells": lambda: tables("id\n" + "\0" * 100_000_000),
    "a table that lies about its size": lying_about_its_size,
    "very many members": lambda: packed(*[(f"f{number}", "") for number in range(5_000)]),
    "a name that climbs": lambda: packed(("../../nodes.csv", "id\na\n"), ("/edges.csv", "source,target\n")),
    "very many rows": lambda: tables("id,kind\n" + "a,\n" * 10_000_000),
    "very many columns": lambda: tables("id" + ",label" * 5_000_000 + "\na\n"),
    "a very long cell": lambda: tables("id\n" + "a" * 30_000_000),
    "a locked archive": locked,
    "an archive without tables": lambda: packed(("photo.jpg", "x")),
}
