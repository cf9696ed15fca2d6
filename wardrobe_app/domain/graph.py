"""The wardrobe as a networkx graph, in one schema that ``docs/graph-schema.md`` describes.

Every value is a str, int, float or bool; what is not known is left out. Text is one line that XML can hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import networkx as nx
import numpy as np

from wardrobe_app.domain import compatibility, similarity
from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.dressing import CompatibilityConfig
from wardrobe_app.domain.evidence import shade_of
from wardrobe_app.domain.garment import ATTRIBUTE_KINDS, Garment, PairScore, Tag, TagKind
from wardrobe_app.domain.kinship import NEAR
from wardrobe_app.domain.taste import Taste

Value = str | int | float | bool

SCHEMA: Final = "wardrobe-graph"
SCHEMA_VERSION: Final = 1
IS_A: Final = "is-a"
HAS_ATTRIBUTE: Final = "has-attribute"
SIMILAR_TO: Final = "similar-to"
COMPATIBLE_WITH: Final = "compatible-with"

# Every attribute that a node or an edge may carry, with its one type; the order is that of the CSV columns.
NODE_ATTRIBUTES: Final[dict[str, type[Value]]] = {
    "kind": str, "label": str, "item_id": int, "type": str, "slot": str, "colour": str, "hex": str, "pattern": str,
    "sleeve": str, "gender": str, "season": str, "occasion": str, "brand": str, "size": str, "price": float,
    "purchased_on": str, "added_at": str, "favourite": bool, "photo": str, "photos": int,
}  # fmt: skip
EDGE_ATTRIBUTES: Final[dict[str, type[Value]]] = {
    "id": str, "relation": str, "attribute": str, "set_by": str, "confidence": float, "score": float, "reasons": str,
    **{f"part_{part}": float for part in dict.fromkeys((*similarity.PARTS, *compatibility.PARTS))},
}  # fmt: skip

# What XML 1.0 cannot hold: control characters, lone surrogates and the two non-characters.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_XML_SIGNS: Final = re.compile("[%&<>\"']")


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """How many similar and compatible garments each garment is linked to at most, and from which score on."""

    similar_per_item: int = 8
    similar_at_least: float = 0.5
    compatible_per_item: int = 8
    compatible_at_least: float = compatibility.DEFAULT.good


DEFAULT: Final = GraphConfig()


def wardrobe_graph(
    garments: Sequence[Garment],
    config: GraphConfig = DEFAULT,
    rules: CompatibilityConfig = compatibility.DEFAULT,
    taste: Taste | None = None,
) -> nx.Graph[str]:
    """The graph of ``garments`` with their best similar and compatible pairs."""
    return build_graph(garments, similar_pairs(garments, config), compatible_pairs(garments, config, rules, taste))


def similar_pairs(garments: Sequence[Garment], config: GraphConfig = DEFAULT) -> list[PairScore]:
    """The most similar pairs of the same or nearly the same type, at most ``similar_per_item`` for each garment."""
    found = similarity.scan(sorted(garments, key=lambda garment: garment.id), config.similar_at_least)
    akin = found.where((found.scores["type"] >= NEAR) & (found.weights["type"] > 0))
    order = np.lexsort((akin.second, akin.first, -akin.total)).tolist()
    ends = [(int(akin.first[row]), int(akin.second[row])) for row in order]
    return [akin.pair(order[place]) for place in _best(ends, config.similar_per_item)]


def compatible_pairs(
    garments: Sequence[Garment],
    config: GraphConfig = DEFAULT,
    rules: CompatibilityConfig = compatibility.DEFAULT,
    taste: Taste | None = None,
) -> list[PairScore]:
    """The pairs that go together best, at most ``compatible_per_item`` for each garment."""
    in_order = sorted(garments, key=lambda garment: garment.id)
    found = compatibility.ranked(in_order, config.compatible_at_least, rules, taste)
    best = _best([(a.id, b.id) for _, a, b in found], config.compatible_per_item)
    return [compatibility.compatibility(found[place][1], found[place][2], rules, taste) for place in best]


def _best(ends: Sequence[tuple[int, int]], most: int) -> list[int]:
    """Places of the pairs to keep, given best first, so that no end is in more than ``most`` of them."""
    degree: Counter[int] = Counter()
    kept: list[int] = []
    for place, pair in enumerate(ends):
        if max(degree[end] for end in pair) < most:
            degree.update(pair)
            kept.append(place)
    return kept


def build_graph(
    garments: Iterable[Garment], similar: Iterable[PairScore] = (), compatible: Iterable[PairScore] = ()
) -> nx.Graph[str]:
    """The graph of ``garments``: what each one is and has, and the pairs given.

    Undirected; ``similar`` and ``compatible`` hold ids of the garments, and no pair twice.
    """
    graph: nx.Graph[str] = nx.Graph(name="Wardrobe graph", schema=SCHEMA, schema_version=SCHEMA_VERSION)
    for garment in sorted(garments, key=lambda garment: garment.id):
        graph.add_node(item_node(garment.id), **_item(garment))
        _add_type(graph, garment)
        _add_attributes(graph, garment)
    for relation, pairs in ((SIMILAR_TO, similar), (COMPATIBLE_WITH, compatible)):
        for pair in pairs:
            parts: dict[str, Value] = {f"part_{part.name}": float(part.score) for part in pair.parts}
            reasons = clean("; ".join(pair.reasons))
            _link(graph, item_node(pair.a), item_node(pair.b), relation, score=pair.score, reasons=reasons, **parts)
    return graph


def item_node(item_id: int) -> str:
    """The node of the garment with this id."""
    return f"item:{item_id}"


def value_node(kind: str, value: str) -> str:
    """The node of a type, slot, attribute value or brand; XML's own signs in it are percent-encoded.

    (igraph reads an ampersand in a GraphML node's id as something else.)
    """
    return f"{kind}:{_XML_SIGNS.sub(lambda sign: f'%{ord(sign[0]):02X}', value)}"


def clean(text: str) -> str:
    """The text on one line, without what XML cannot hold."""
    return " ".join(_NOT_XML.sub("", text).split())


def _known(**values: Value | None) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _text(value: str | None) -> str | None:
    return clean(value) if value else None


def _item(garment: Garment) -> dict[str, Value]:
    shade, cover = shade_of(garment), garment.cover
    return _known(
        kind="item",
        label=clean(garment.title) or item_node(garment.id),
        item_id=garment.id,
        type=_text(garment.type),
        slot=garment.slot.value if garment.slot else None,
        colour=_text(garment.colour),
        hex=shade.hex if shade else None,
        pattern=_text(garment.pattern),
        sleeve=_text(garment.value(TagKind.SLEEVE)),
        gender=_text(garment.value(TagKind.GENDER)),
        season=_text(garment.value(TagKind.SEASON)),
        occasion=_text(garment.value(TagKind.OCCASION)),
        brand=_text(garment.brand),
        size=_text(garment.size),
        price=float(garment.price) if garment.price is not None else None,
        purchased_on=garment.purchased_on.isoformat() if garment.purchased_on else None,
        added_at=garment.added_at.isoformat() if garment.added_at else None,
        favourite=bool(garment.favourite),
        photo=_text(re.split(r"[/\\]", cover.filename)[-1]) if cover else None,
        photos=len(garment.photos),
    )


def _add_type(graph: nx.Graph[str], garment: Garment) -> None:
    name = _text(garment.type)
    if not name:
        return
    node = value_node("type", name)
    if garment.slot and node not in graph:
        slot = value_node("slot", garment.slot.value)
        graph.add_node(node, kind="type", label=clean(garment.type_label) or name)
        graph.add_node(slot, kind="slot", label=garment.slot.value)
        _link(graph, node, slot, IS_A)
    graph.add_node(node, kind="type", label=clean(garment.type_label) or name)
    _link(graph, item_node(garment.id), node, IS_A, **_provenance(garment.tags[TagKind.TYPE]))


def _add_attributes(graph: nx.Graph[str], garment: Garment) -> None:
    for kind in ATTRIBUTE_KINDS:
        if value := _text(garment.value(kind)):
            extra = {"hex": NAMED[value]} if kind is TagKind.COLOUR and value in NAMED else {}
            node = value_node(kind.value, value)
            graph.add_node(node, kind=kind.value, label=value, **extra)
            found = _provenance(garment.tags[kind])
            _link(graph, item_node(garment.id), node, HAS_ATTRIBUTE, attribute=kind.value, **found)
    if brand := _text(garment.brand):
        node = value_node("brand", brand.casefold())
        if node not in graph:
            graph.add_node(node, kind="brand", label=brand)
        _link(graph, item_node(garment.id), node, HAS_ATTRIBUTE, attribute="brand", set_by="person")


def _provenance(tag: Tag) -> dict[str, Value]:
    return _known(set_by=tag.source.value, confidence=None if tag.confidence is None else float(tag.confidence))


def _link(graph: nx.Graph[str], one: str, other: str, relation: str, **attributes: Value) -> None:
    graph.add_edge(one, other, id=f"{one} {relation} {other}", relation=relation, **attributes)
