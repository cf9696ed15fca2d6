"""Write a wardrobe graph for Cytoscape: as CX2, with its style, and as Cytoscape.js JSON.

Both have the schema's attributes, and beside them ``name``, ``color``, ``shape`` and ``width`` of nodes, and ``label``,
``interaction`` and ``weight`` of edges. Their y axis points down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain.graph.display import SHAPES, WIDTHS, NodeStyle, edge_style, node_styles
from wardrobe_app.domain.graph.labels import OTHER_COLOUR, RELATION_COLOURS
from wardrobe_app.domain.graph.schema import SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    import networkx as nx

_TYPES: Final = {str: "string", int: "long", float: "double", bool: "boolean"}
_INK: Final = "#23201C"
_BELOW: Final = {
    "HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "bottom", "HORIZONTAL_ANCHOR": "center", "VERTICAL_ANCHOR": "top",
    "MARGIN_X": 0, "MARGIN_Y": 2, "JUSTIFICATION": "center",
}  # fmt: skip
_NODE_DEFAULTS: Final = {
    "NODE_SHAPE": "round-rectangle", "NODE_BORDER_WIDTH": 1, "NODE_BORDER_COLOR": OTHER_COLOUR,
    "NODE_LABEL_FONT_SIZE": 12, "NODE_LABEL_COLOR": _INK, "NODE_LABEL_POSITION": _BELOW,
}  # fmt: skip
_EDGE_DEFAULTS: Final = {
    "EDGE_WIDTH": 1, "EDGE_OPACITY": 0.5, "EDGE_LINE_COLOR": OTHER_COLOUR, "EDGE_LABEL": "",
    "EDGE_SOURCE_ARROW_SHAPE": "none", "EDGE_TARGET_ARROW_SHAPE": "none",
}  # fmt: skip


def cyjs(graph: nx.Graph[str]) -> bytes:
    """Return the graph as Cytoscape.js JSON with places and a style, which Cytoscape opens too."""
    styles = node_styles(graph)
    nodes = [
        {"data": {**data, **_node(styles[node]), "id": node}, "position": {"x": styles[node].x, "y": -styles[node].y}}
        for node, data in graph.nodes(data=True)
    ]
    edges = [{"data": {**data, **_edge(data), "source": a, "target": b}} for a, b, data in graph.edges(data=True)]
    content = {
        "format_version": "1.0",
        "generated_by": SCHEMA,
        "target_cytoscapejs_version": "~3.0",
        "data": {**graph.graph},
        "layout": {"name": "preset"},
        "style": _CYJS_STYLE,
        "elements": {"nodes": nodes, "edges": edges},
    }
    return _json(content)


def cx2(graph: nx.Graph[str]) -> bytes:
    """Return the graph as CX2 with places and a style, as Cytoscape and NDEx show it."""
    styles = node_styles(graph)
    ids = {node: number for number, node in enumerate(graph)}
    nodes: list[dict[str, Any]] = [
        {"id": ids[node], "x": styles[node].x, "y": -styles[node].y, "v": {**data, **_node(styles[node]), "node": node}}
        for node, data in graph.nodes(data=True)
    ]
    edges: list[dict[str, Any]] = [
        {"id": number, "s": ids[a], "t": ids[b], "v": {**data, **_edge(data)}}
        for number, (a, b, data) in enumerate(graph.edges(data=True))
    ]
    about = {"name": "Wardrobe graph", "schema": SCHEMA, "schema_version": SCHEMA_VERSION}
    declared = {
        "networkAttributes": _declared([about]),
        "nodes": _declared(node["v"] for node in nodes),
        "edges": _declared(edge["v"] for edge in edges),
    }
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [about],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_CX2_STYLE],
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": True, "arrowColorMatchesEdge": True}}],
    }
    counts = [{"name": name, "elementCount": len(content)} for name, content in aspects.items()]
    parts = [{name: content} for name, content in aspects.items()]
    head = [{"CXVersion": "2.0", "hasFragments": False}, {"metaData": counts}]
    return _json([*head, *parts, {"status": [{"success": True, "error": ""}]}])


def _node(style: NodeStyle) -> dict[str, Any]:
    return {"name": style.name, "color": style.color, "width": 2 * style.size}


def _edge(data: Mapping[str, Any]) -> dict[str, Any]:
    style = edge_style(data)
    return {"label": style.label, "interaction": data["relation"], "weight": style.weight}


def _declared(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[type(value)]} for row in rows for name, value in row.items()}


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _passed(attribute: str, kind: str) -> dict[str, Any]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}


def _chosen(attribute: str, values: Mapping[str, str] | Mapping[str, float]) -> dict[str, Any]:
    mapped = [{"v": value, "vp": shown} for value, shown in values.items()]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": "string", "map": mapped}}


_CX2_STYLE: Final = {
    "default": {"network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"}, "node": _NODE_DEFAULTS, "edge": _EDGE_DEFAULTS},
    "nodeMapping": {
        "NODE_LABEL": _passed("name", "string"),
        "NODE_BACKGROUND_COLOR": _passed("color", "string"),
        "NODE_WIDTH": _passed("width", "double"),
        "NODE_HEIGHT": _passed("width", "double"),
        "NODE_SHAPE": _chosen("kind", SHAPES),
    },
    "edgeMapping": {
        "EDGE_LINE_COLOR": _chosen("interaction", RELATION_COLOURS),
        "EDGE_WIDTH": _chosen("interaction", WIDTHS),
    },
}
_CYJS_STYLE: Final = [
    {
        "selector": "node",
        "style": {
            "label": "data(name)", "color": _INK, "font-size": 12, "min-zoomed-font-size": 8, "text-valign": "bottom",
            "background-color": "data(color)", "width": "data(width)", "height": "data(width)",
            "shape": "round-rectangle", "border-width": 1, "border-color": OTHER_COLOUR,
        },
    },
    *({"selector": f'node[kind = "{kind}"]', "style": {"shape": shape}} for kind, shape in SHAPES.items()),
    {
        "selector": "edge",
        "style": {
            "curve-style": "haystack", "opacity": 0.5, "width": 1, "line-color": OTHER_COLOUR,
        },
    },
    *(
        {"selector": f'edge[interaction = "{relation}"]', "style": {"line-color": colour, "width": WIDTHS[relation]}}
        for relation, colour in RELATION_COLOURS.items()
    ),
]  # fmt: skip
