"""Build the wardrobe as a networkx graph, in the schema of ``docs/graph-schema.md``.

Every value is a str, int, float or bool; unknown values are left out. Text is one line of XML-safe characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.compatibility import scores as compatibility
from wardrobe_app.domain.compatibility.criteria import CompatibilityConfig
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.garments.brands import brand_key, most_used
from wardrobe_app.domain.garments.garment import ATTRIBUTE_KINDS, Garment, PairScore, Photo, Tag, TagKind, VerdictRecord
from wardrobe_app.domain.garments.tag_reliability import shade_of
from wardrobe_app.domain.garments.wear_log import SavedOutfit, Wear
from wardrobe_app.domain.graph.edges import DEFAULT, GraphConfig, compatible_pairs, similar_pairs
from wardrobe_app.domain.graph.worn_days import WornDays, day_of
from wardrobe_app.domain.similarity import scores as similarity
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.text import one_line

if TYPE_CHECKING:
    import networkx as nx

Value = str | int | float | bool

SCHEMA: Final = "wardrobe-graph"
SCHEMA_VERSION: Final = 3
IS_A: Final = "is-a"
HAS_ATTRIBUTE: Final = "has-attribute"
SIMILAR_TO: Final = "similar-to"
COMPATIBLE_WITH: Final = "compatible-with"
DECIDED: Final = "decided"
PART_OF_OUTFIT: Final = "part-of-look"

# Every attribute of nodes and edges with its type, in the order of the CSV columns.
NODE_ATTRIBUTES: Final[dict[str, type[Value]]] = {
    "kind": str, "label": str, "item_id": int, "own_name": str, "type": str, "slot": str, "colour": str, "hex": str,
    "pattern": str,
    "sleeve": str, "gender": str, "season": str, "occasion": str, "brand": str, "clothing_size": str,
    "price": float, "currency": str,
    "purchased_on": str, "added_at": str, "favourite": bool, "quantity": int, "condition": str, "status": str,
    "lent_to": str, "photo": str, "photos": int, "sha256": str, "state": str, "created_at": str, "worn": int,
    "last_worn": str, "worn_on": str,
}  # fmt: skip
EDGE_ATTRIBUTES: Final[dict[str, type[Value]]] = {
    "id": str, "relation": str, "attribute": str, "set_by": str, "confidence": float, "shade": str,
    "verdict": str, "decided_at": str, "position": int, "score": float, "likeness": str, "reasons": str,
    **{f"part_{part}": float for part in dict.fromkeys((*similarity.PARTS, *compatibility.PARTS))},
}  # fmt: skip

_XML_SIGNS: Final = re.compile("[%&<>\"']")


def wardrobe_graph(
    garments: Sequence[Garment],
    config: GraphConfig = DEFAULT,
    rules: CompatibilityConfig = compatibility.DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    *,
    verdicts: Iterable[VerdictRecord] = (),
    outfits: Iterable[SavedOutfit] = (),
    wears: Iterable[Wear] = (),
    local: Matches = similarity.NO_MATCHES,
    currency: str | None = None,
) -> nx.Graph[str]:
    """Build the graph of ``garments`` with their best similar and compatible pairs, and the owner's decisions and
    outfits.

    ``local`` are keypoint matches; prices are in ``currency``, an ISO 4217 code.
    """
    decided = list(verdicts)
    similar = similar_pairs(garments, config, local)
    measured = {(pair.a, pair.b) for pair in similar}
    by_id = {garment.id: garment for garment in garments}
    unmeasured = [(by_id[one.a], by_id[one.b]) for one in decided if {one.a, one.b} <= set(by_id)]
    likeness = [
        similarity.similarity(a, b, match=local.get((min(a.id, b.id), max(a.id, b.id))))
        for a, b in unmeasured
        if not {(a.id, b.id), (b.id, a.id)} & measured
    ]
    compatible = compatible_pairs(garments, config, rules, learned_preferences)
    return build_graph(
        garments,
        [*similar, *likeness],
        compatible,
        verdicts=decided,
        outfits=outfits,
        wears=wears,
        currency=currency,
    )


def build_graph(
    garments: Iterable[Garment],
    similar: Iterable[PairScore] = (),
    compatible: Iterable[PairScore] = (),
    *,
    verdicts: Iterable[VerdictRecord] = (),
    outfits: Iterable[SavedOutfit] = (),
    wears: Iterable[Wear] = (),
    currency: str | None = None,
) -> nx.Graph[str]:
    """Build the graph of ``garments``: their attributes, the given pairs, and the owner's decisions, outfits and wears.

    Undirected; ``similar`` and ``compatible`` hold garment ids, and no pair twice. A pair with a verdict is only
    ``decided``, with its likeness. Verdicts and outfits of missing garments are left out.
    """
    import networkx as nx  # here, because it takes long to load and few pages need it

    graph: nx.Graph[str] = nx.Graph(name="Wardrobe graph", schema=SCHEMA, schema_version=SCHEMA_VERSION)
    worn = WornDays.of(wears)
    in_order = sorted(garments, key=lambda garment: garment.id)
    brands = most_used(Counter(garment.brand for garment in in_order if garment.brand))
    for garment in in_order:
        graph.add_node(item_node(garment.id), **_item(garment, currency), **_worn(worn.of_garments.get(garment.id, ())))
        _add_type(graph, garment)
        _add_attributes(graph, garment, brands)
    decided = {(one.a, one.b): one for one in verdicts if {item_node(one.a), item_node(one.b)} <= set(graph)}
    _add_pairs(graph, SIMILAR_TO, similar, decided)
    _add_pairs(graph, COMPATIBLE_WITH, compatible, decided)
    for a, b in sorted(decided):
        record = decided[a, b]
        about: dict[str, Value] = {"verdict": record.verdict.value, "decided_at": record.decided_at.isoformat()}
        _link(graph, item_node(a), item_node(b), DECIDED, **about)
    for outfit in sorted(outfits, key=lambda outfit: outfit.id):
        _add_outfit(graph, outfit, worn.of_outfits.get(outfit.id, ()))
    return graph


def item_node(item_id: int) -> str:
    """Return the node of the garment with this id."""
    return f"item:{item_id}"


def photo_name(photo: Photo) -> str:
    """Return the bare name of the photo's original file."""
    return one_line(re.split(r"[/\\]", photo.filename)[-1])


def outfit_node(item_ids: Sequence[int]) -> str:
    """Return the node of the outfit of these garments: it depends on them alone."""
    return f"look:{'+'.join(map(str, item_ids))}"


def value_node(kind: str, value: str) -> str:
    """Return the node of a type, slot, attribute value or brand, with XML's special characters percent-encoded.

    (igraph misreads an ampersand in a GraphML node's id.)
    """
    return f"{kind}:{_XML_SIGNS.sub(lambda sign: f'%{ord(sign[0]):02X}', value)}"


def _known(**values: Value | None) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _text(value: str | None) -> str | None:
    return one_line(value) if value else None


def _item(garment: Garment, currency: str | None) -> dict[str, Value]:
    shade, cover = shade_of(garment), garment.cover
    return _known(
        kind="item",
        label=one_line(garment.title) or item_node(garment.id),
        item_id=garment.id,
        own_name=_text(garment.name),
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
        clothing_size=_text(garment.size),
        price=float(garment.price) if garment.price is not None else None,
        currency=currency if garment.price is not None else None,
        purchased_on=garment.purchased_on.isoformat() if garment.purchased_on else None,
        added_at=garment.added_at.isoformat() if garment.added_at else None,
        favourite=bool(garment.favourite),
        quantity=garment.quantity,
        condition=garment.condition.value if garment.condition else None,
        status=garment.status.value if garment.status else None,
        lent_to=_text(garment.lent_to),
        photo=_text(photo_name(cover)) if cover else None,
        photos=len(garment.photos),
        sha256=" ".join(photo.sha256 for photo in garment.photos),
    )


def _worn(days: Collection[str]) -> dict[str, Value]:
    """Return how often, when last, and on which days; ``days`` are in order."""
    last = day_of(list(days)[-1]) if days else None
    return _known(worn=len(days), last_worn=last.isoformat() if last else None, worn_on=" ".join(days))


def _add_pairs(
    graph: nx.Graph[str], relation: str, pairs: Iterable[PairScore], decided: Collection[tuple[int, int]]
) -> None:
    for pair in pairs:
        is_decided = (min(pair.a, pair.b), max(pair.a, pair.b)) in decided
        if is_decided and relation != SIMILAR_TO:
            continue
        parts = {f"part_{part.name}": float(part.score) for part in pair.parts}
        known: dict[str, Value] = {name: score for name, score in parts.items() if name in EDGE_ATTRIBUTES}
        if pair.likeness:
            known["likeness"] = pair.likeness.value
        reasons = one_line("; ".join(pair.reasons))
        _link(graph, item_node(pair.a), item_node(pair.b), relation, score=pair.score, reasons=reasons, **known)


def _add_outfit(graph: nx.Graph[str], outfit: SavedOutfit, days: Collection[str]) -> None:
    worn = [item_node(item_id) for item_id in outfit.item_ids]
    if not worn or any(node not in graph for node in worn):
        return
    node, number = outfit_node(outfit.item_ids), 1
    while node in graph:
        number += 1
        node = f"{outfit_node(outfit.item_ids)}#{number}"
    label = one_line(outfit.name) or " + ".join(str(graph.nodes[item]["label"]) for item in worn)
    about = _known(own_name=_text(outfit.name), state=outfit.state.value, created_at=outfit.created_at.isoformat())
    graph.add_node(node, kind="look", label=label, **about, **_worn(days))
    for position, item in enumerate(worn):
        _link(graph, item, node, PART_OF_OUTFIT, position=position)


def _add_type(graph: nx.Graph[str], garment: Garment) -> None:
    name = _text(garment.type)
    if not name:
        return
    node = value_node("type", name)
    if garment.slot and node not in graph:
        slot = value_node("slot", garment.slot.value)
        graph.add_node(node, kind="type", label=one_line(garment.type_label) or name)
        graph.add_node(slot, kind="slot", label=garment.slot.value)
        _link(graph, node, slot, IS_A)
    graph.add_node(node, kind="type", label=one_line(garment.type_label) or name)
    _link(graph, item_node(garment.id), node, IS_A, **_provenance(garment.tags[TagKind.TYPE]))


def _add_attributes(graph: nx.Graph[str], garment: Garment, brands: Mapping[str, str]) -> None:
    for kind in ATTRIBUTE_KINDS:
        for value in filter(None, map(one_line, garment.values(kind))):
            extra = {"hex": NAMED[value]} if kind is TagKind.COLOUR and value in NAMED else {}
            node = value_node(kind.value, value)
            graph.add_node(node, kind=kind.value, label=value, **extra)
            found = _provenance(garment.tags[kind])
            _link(graph, item_node(garment.id), node, HAS_ATTRIBUTE, attribute=kind.value, **found)
    if brand := brand_key(garment.brand):
        node = value_node("brand", brand)
        graph.add_node(node, kind="brand", label=brands[brand])
        _link(graph, item_node(garment.id), node, HAS_ATTRIBUTE, attribute="brand", set_by="person")


def _provenance(tag: Tag) -> dict[str, Value]:
    confidence = None if tag.confidence is None else float(tag.confidence)
    return _known(set_by=tag.source.value, confidence=confidence, shade=tag.shade)


def _link(graph: nx.Graph[str], one: str, other: str, relation: str, **attributes: Value) -> None:
    graph.add_edge(one, other, **{**attributes, "id": f"{one} {relation} {other}", "relation": relation})
