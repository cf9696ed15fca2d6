"""Decide how other programs draw a wardrobe graph: names, places, sizes, colours and weights.

None of this is part of the schema: it follows from the graph, goes into files, and is ignored when they are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain.graph.labels import KIND_COLOURS, OTHER_COLOUR, RELATION_COLOURS, relation_word
from wardrobe_app.domain.graph.layout import garment_map, placed
from wardrobe_app.domain.graph.schema import PART_OF_OUTFIT

if TYPE_CHECKING:
    import networkx as nx

NODE_DRAWN: Final = ("name", "x", "y", "size", "color")  # the attributes of a node that tell how to draw it
EDGE_DRAWN: Final = ("label", "interaction", "weight", "color")
UNIT: Final = 100  # of the files' coordinates for one unit of the layout
SHAPES: Final[Mapping[str, str]] = {"item": "ellipse", "look": "diamond"}  # by kind; everything else is a rectangle
# By relation, in the same unit: what is rare and told by people or photos stands out.
WIDTHS: Final[Mapping[str, float]] = {
    "is-a": 0.5, "has-attribute": 0.5, "compatible-with": 0.7, "similar-to": 3.0, "decided": 3.0, "part-of-look": 2.0,
}  # fmt: skip
_OTHER_WIDTH: Final = 1.0
_ROOM: Final = 0.5  # units of the layout around what is no garment
_RADII: Final[Mapping[str, float]] = {"slot": 32.0, "type": 28.0, "look": 24.0}
_OTHER_RADIUS: Final = 22.0
_GARMENT_RADII: Final = (32.0, 50.0)  # smallest and largest; two garments are at least 106 apart
_PER_OUTFIT: Final = 2.0
_LEAST_WEIGHT: Final = 0.01  # Gephi has no edges of weight 0


@dataclass(frozen=True, slots=True)
class NodeStyle:
    """The name, place, radius, colour ("#rrggbb") and shape of a node. The y axis points up."""

    name: str
    x: float
    y: float
    size: float
    color: str
    shape: str

    def attributes(self) -> dict[str, str | float]:
        """Return ``NODE_DRAWN`` with its values."""
        return {"name": self.name, "x": self.x, "y": self.y, "size": self.size, "color": self.color}


@dataclass(frozen=True, slots=True)
class EdgeStyle:
    """What an edge says, its colour ("#rrggbb"), its width, and its weight: above 0, at most 1."""

    label: str
    color: str
    width: float
    weight: float


def node_styles(graph: nx.Graph[str]) -> dict[str, NodeStyle]:
    """Return how each node of ``graph`` is drawn; the same for the same graph."""
    names, room = _names(graph), {node: _ROOM for node, data in graph.nodes(data=True) if data["kind"] != "item"}
    places = placed(graph, garment_map(graph), room)
    return {
        node: NodeStyle(
            names[node],
            round(UNIT * places[node][0], 1),
            round(UNIT * places[node][1], 1),
            _radius(graph, node, data["kind"]),
            data.get("hex") or KIND_COLOURS.get(data["kind"], OTHER_COLOUR),
            SHAPES.get(data["kind"], "rectangle"),
        )
        for node, data in graph.nodes(data=True)
    }


def edge_style(data: Mapping[str, Any]) -> EdgeStyle:
    """Return how an edge with these attributes is drawn."""
    relation = data["relation"]
    told = data.get("verdict") or data.get("likeness") or ""
    label = f"{relation_word(relation)}: {told.replace('-', ' ').lower()}" if told else relation_word(relation)
    colour, width = RELATION_COLOURS.get(relation, OTHER_COLOUR), WIDTHS.get(relation, _OTHER_WIDTH)
    return EdgeStyle(label, colour, width, edge_weight(data))


def edge_weight(data: Mapping[str, Any]) -> float:
    """Return the score of an edge, or 1 where there is none."""
    return max(float(data.get("score", 1.0)), _LEAST_WEIGHT)


def _names(graph: nx.Graph[str]) -> dict[str, str]:
    """Return the label of each node, with its number or kind where several have the same: "Pink blouse (12)"."""
    labels = Counter(data["label"] for _, data in graph.nodes(data=True))
    return {
        node: data["label"] if labels[data["label"]] == 1 else f"{data['label']} ({_apart(node, data['kind'])})"
        for node, data in graph.nodes(data=True)
    }


def _apart(node: str, kind: str) -> str:
    return node.partition(":")[2] if kind in SHAPES else kind


def _radius(graph: nx.Graph[str], node: str, kind: str) -> float:
    if kind != "item":
        return _RADII.get(kind, _OTHER_RADIUS)
    outfits = [data for data in graph[node].values() if data["relation"] == PART_OF_OUTFIT]
    smallest, largest = _GARMENT_RADII
    return min(largest, smallest + _PER_OUTFIT * len(outfits))
