"""Write a wardrobe graph as GraphML and GEXF, with what other programs need to draw it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from wardrobe_app.domain.colour import rgb
from wardrobe_app.domain.graph.display import EdgeStyle, NodeStyle, edge_style, node_styles

if TYPE_CHECKING:
    import networkx as nx

_TYPES: Final = {str: "string", int: "long", float: "double", bool: "boolean"}
_SPECIAL: Final = re.compile('[&<>"]')
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_GRAPHML: Final = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd">'
)
_GEXF: Final = (
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">'
)
# What yEd draws is under these ids, because Gephi takes them for labels and not for columns of its own.
_YED_KEYS: Final = {"node": ("nodelabel", "nodegraphics"), "edge": ("edgelabel", "edgegraphics")}
_YED_SHAPES: Final = {"ellipse": "ellipse", "diamond": "diamond", "rectangle": "roundrectangle"}
_VIZ_SHAPES: Final = {"ellipse": "disc", "diamond": "diamond", "rectangle": "square"}
_CLASHES: Final = frozenset({("edge", "id"), ("edge", "label"), ("edge", "color"), ("graph", "name")})
Types = dict[str, type]
_EDGE_KEYS: Final[Types] = {"label": str, "interaction": str, "weight": float, "color": str}


def graphml(graph: nx.Graph[str]) -> bytes:
    """Return the graph as GraphML with the schema's attributes, those of ``display``, and what yEd draws."""
    return "\n".join(_graphml(graph)).encode()


def gexf(graph: nx.Graph[str]) -> bytes:
    """Return the graph as GEXF 1.3 with the schema's attributes, labels, weights and ``viz:`` elements."""
    return "\n".join(_gexf(graph)).encode()


def _graphml(graph: nx.Graph[str]) -> Iterator[str]:
    styles = node_styles(graph)
    nodes = {node: {**data, **_shown(styles[node])} for node, data in graph.nodes(data=True)}
    yield f"{_DECLARATION}\n{_GRAPHML}"
    for scope, (key, kind) in _YED_KEYS.items():
        yield f'<key id="{key}" for="{scope}" yfiles.type="{kind}"/>'
    yield from _keys("graph", _types([graph.graph]))
    yield from _keys("node", _types(nodes.values()))
    yield from _keys("edge", {**_types(data for *_, data in graph.edges(data=True)), **_EDGE_KEYS})
    yield f'<graph edgedefault="undirected">{_data("graph", graph.graph)}'
    for node, data in nodes.items():
        # yEd's part comes first: networkx takes a label and a place from it, until those among the attributes follow.
        yield f'<node id="{_safe(node)}">{_yed_node(data["label"], styles[node])}{_data("node", data)}</node>'
    for a, b, data in graph.edges(data=True):
        style = edge_style(data)
        told = _data("edge", {**data, **_shown_edge(style, data["relation"])})
        # No XML attribute "id": igraph confuses them.
        yield f'<edge source="{_safe(a)}" target="{_safe(b)}">{_yed_edge(style)}{told}</edge>'
    yield "</graph>\n</graphml>\n"


def _shown(style: NodeStyle) -> dict[str, Any]:
    r, g, b = _parts(style.color)
    return {**style.attributes(), "r": r, "g": g, "b": b}


def _shown_edge(style: EdgeStyle, relation: str) -> dict[str, Any]:
    return {"label": style.label, "interaction": relation, "weight": style.weight, "color": style.color}


def _types(rows: Iterable[Mapping[str, Any]]) -> Types:
    """Return the type of each attribute, in order of appearance."""
    types: Types = {}
    for row in rows:
        for name, value in row.items():
            types.setdefault(name, type(value))
    return types


def _keys(scope: str, types: Types) -> Iterator[str]:
    for name, kind in types.items():
        yield f'<key id="{_key(scope, name)}" for="{scope}" attr.name="{name}" attr.type="{_TYPES[kind]}"/>'


def _key(scope: str, name: str) -> str:
    """Return the id of a key, unique in the file; "id" is taken in Gephi."""
    return f"{scope}_{name}" if (scope, name) in _CLASHES else name


def _data(scope: str, values: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{_key(scope, name)}">{_text(value)}</data>' for name, value in values.items())


def _yed_node(label: str, style: NodeStyle) -> str:
    """Return a node as yEd draws it. Its y axis points down, and a place is that of the upper left corner."""
    side = 2 * style.size
    return (
        f'<data key="nodelabel"><y:ShapeNode><y:Geometry x="{style.x - style.size:.1f}" '
        f'y="{-style.y - style.size:.1f}" width="{side:.1f}" height="{side:.1f}"/>'
        f'<y:Fill color="{style.color}" transparent="false"/><y:BorderStyle color="#8D99AE" type="line" width="1.0"/>'
        f'<y:NodeLabel modelName="sides" modelPosition="s" textColor="#23201C">{_safe(label)}</y:NodeLabel>'
        f'<y:Shape type="{_YED_SHAPES[style.shape]}"/></y:ShapeNode></data>'
    )


def _yed_edge(style: EdgeStyle) -> str:
    return (
        f'<data key="edgelabel"><y:PolyLineEdge><y:LineStyle color="{style.color}" type="line" width="{style.width}"/>'
        '<y:Arrows source="none" target="none"/></y:PolyLineEdge></data>'
    )


def _gexf(graph: nx.Graph[str]) -> Iterator[str]:
    styles = node_styles(graph)
    yield f"{_DECLARATION}\n{_GEXF}"
    yield "<meta><creator>Wardrobe Graph</creator><description>Wardrobe graph</description></meta>"
    yield '<graph defaultedgetype="undirected" mode="static">'
    yield from _columns("node", "label", _types(data for _, data in graph.nodes(data=True)))
    yield from _columns("edge", "id", _types(data for *_, data in graph.edges(data=True)))
    yield "<nodes>"
    for node, data in graph.nodes(data=True):
        shown = _viz(styles[node], data.get("photo"))
        yield f'<node id="{_safe(node)}" label="{_safe(data["label"])}">{_values("label", data)}{shown}</node>'
    yield "</nodes>\n<edges>"
    for a, b, data in graph.edges(data=True):
        style = edge_style(data)
        told = f'id="{_safe(data["id"])}" source="{_safe(a)}" target="{_safe(b)}" kind="{data["relation"]}"'
        shown = f'{_viz_color(style.color)}<viz:thickness value="{style.width}"/>'
        label = f'label="{_safe(style.label)}" weight="{style.weight!r}"'
        yield f"<edge {told} {label}>{_values('id', data)}{shown}</edge>"
    yield "</edges>\n</graph>\n</gexf>\n"


def _columns(scope: str, without: str, types: Types) -> Iterator[str]:
    yield f'<attributes class="{scope}" mode="static">'
    for name, kind in types.items():
        if name != without:  # an XML attribute of its own
            # The id is the name, because it is what graphology shows.
            yield f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>'
    yield "</attributes>"


def _values(without: str, data: Mapping[str, Any]) -> str:
    told = (f'<attvalue for="{name}" value="{_text(value)}"/>' for name, value in data.items() if name != without)
    return f"<attvalues>{''.join(told)}</attvalues>"


def _viz(style: NodeStyle, photo: str | None) -> str:
    shape = f'value="image" uri="{quote(photo)}"' if photo else f'value="{_VIZ_SHAPES[style.shape]}"'
    place = f'<viz:position x="{style.x}" y="{style.y}" z="0.0"/>'
    return f'{_viz_color(style.color)}{place}<viz:size value="{style.size}"/><viz:shape {shape}/>'


def _viz_color(color: str) -> str:
    r, g, b = _parts(color)
    return f'<viz:color r="{r}" g="{g}" b="{b}" a="1.0"/>'


def _parts(color: str) -> list[int]:
    """Return red, green and blue, 0 to 255."""
    return [round(255 * part) for part in rgb(color)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _safe(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _safe(text: str) -> str:
    return _SPECIAL.sub(lambda sign: _ESCAPED[sign[0]], text)
