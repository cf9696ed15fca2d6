"""Four ways to look at the wardrobe graph, and which of its nodes and edges each one shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Likeness, Verdict
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.graph.labels import why
from wardrobe_app.domain.graph.schema import (
    COMPATIBLE_WITH,
    DECIDED,
    HAS_ATTRIBUTE,
    IS_A,
    PART_OF_OUTFIT,
    SIMILAR_TO,
    item_node,
)

if TYPE_CHECKING:
    import networkx as nx

BEST_PARTNERS: Final = 4
"""Of each garment's matches: those that are among the best of both are the backbone of the outfits."""

ATTRIBUTES: Final = ("colour", "pattern")
_STRONG: Final = 4  # times worn together that draw the thickest line


class Way(StrEnum):
    """What the picture of the graph is about."""

    DUPLICATES = "duplicates"
    OUTFITS = "outfits"
    TYPES = "types"
    WORN = "worn"


@dataclass(frozen=True, slots=True)
class Line:
    """How a kind of line looks: a label for the legend, a colour, dashes in pixels; ``on`` at first or not."""

    label: str
    colour: str
    dash: tuple[int, ...] = ()
    on: bool = True


LINES: Final[Mapping[str, Line]] = {
    "same-item": Line("the same item", "#b3263e"),
    "nearly-identical": Line("nearly identical", "#d9534f"),
    "similar": Line("similar", "#e08a5b", (7, 5)),
    "kept": Line("alike, kept by you", "#7d5ab5", (2, 4)),
    "different": Line("different, you said", "#9aa0a6", (2, 4), on=False),
    "goes-with": Line("goes with", "#2a9d8f"),
    "best-match": Line("its best match", "#7a9e97", (5, 5)),
    "type": Line("type", "#c98a64"),
    "colour": Line("colour", "#b06a8a", (2, 4), on=False),
    "pattern": Line("pattern", "#7f74b8", (7, 4), on=False),
    "worn-together": Line("worn together", "#b8860b"),
    "saved-outfit": Line("saved outfit", "#8c7a4a", (6, 4)),
}
_LIKENESS: Final = {
    Likeness.SAME_ITEM.value: "same-item",
    Likeness.NEARLY_IDENTICAL.value: "nearly-identical",
    Likeness.SIMILAR.value: "similar",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A line between the nodes ``a`` and ``b``: its kind, a key of ``LINES``; ``strength`` 0 to 1; a sentence why."""

    a: str
    b: str
    kind: str
    strength: float
    why: str


def links(graph: nx.Graph[str], way: Way, worn: Iterable[Sequence[int]] = ()) -> list[Link]:
    """Return the lines that a way to look shows.

    Args:
        graph: the whole wardrobe graph.
        way: what the picture is about.
        worn: the ids of the garments of each wear.
    """
    found = {
        Way.DUPLICATES: _likenesses,
        Way.OUTFITS: _backbone,
        Way.TYPES: _values,
    }
    return list(_worn(graph, worn) if way is Way.WORN else found[way](graph))


def nodes(graph: nx.Graph[str], way: Way, shown: Iterable[Link], focus: Iterable[str] = ()) -> list[str]:
    """Return the nodes to draw, in the graph's order: what has a line or is in ``focus``; for outfits and types every
    garment too.
    """
    linked = {end for link in shown for end in (link.a, link.b)} | set(focus)
    everything = way in (Way.OUTFITS, Way.TYPES)
    return [node for node, data in graph.nodes(data=True) if node in linked or (everything and data["kind"] == "item")]


def _likenesses(graph: nx.Graph[str]) -> Iterator[Link]:
    for a, b, data in graph.edges(data=True):
        if data["relation"] == SIMILAR_TO and data.get("likeness") in _LIKENESS:
            yield Link(a, b, _LIKENESS[data["likeness"]], float(data["score"]), why(data))
        elif data["relation"] == DECIDED and data.get("likeness") in _LIKENESS:
            kind = "different" if data.get("verdict") == Verdict.DIFFERENT.value else "kept"
            yield Link(a, b, kind, float(data["score"]), why(data))


def _backbone(graph: nx.Graph[str]) -> Iterator[Link]:
    """Yield what is among the best of both ends, and the best match of a garment that would have no line."""
    matches: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for a, b, data in graph.edges(data=True):
        if data["relation"] == COMPATIBLE_WITH:
            matches[a].append((-data["score"], b))
            matches[b].append((-data["score"], a))
    best = {node: [other for _, other in sorted(found)[:BEST_PARTNERS]] for node, found in matches.items()}
    mutual = {(a, b) for a, others in best.items() for b in others if a < b and a in best[b]}
    held = {end for pair in mutual for end in pair}
    single = {(min(a, others[0]), max(a, others[0])) for a, others in best.items() if a not in held}
    for a, b in sorted(mutual | single):
        data = graph.edges[a, b]
        yield Link(a, b, "goes-with" if (a, b) in mutual else "best-match", float(data["score"]), why(data))


def _values(graph: nx.Graph[str]) -> Iterator[Link]:
    for a, b, data in graph.edges(data=True):
        item, value = (a, b) if graph.nodes[a]["kind"] == "item" else (b, a)
        if graph.nodes[item]["kind"] != "item":
            continue
        kind = "type" if data["relation"] == IS_A else data.get("attribute")
        if kind == "type" or (data["relation"] == HAS_ATTRIBUTE and kind in ATTRIBUTES):
            yield Link(item, value, str(kind), 0.5, f"{kind}: {graph.nodes[value]['label']}")


def _worn(graph: nx.Graph[str], worn: Iterable[Sequence[int]]) -> Iterator[Link]:
    together = Counter(
        pair for ids in worn for pair in combinations(sorted(set(ids)), 2) if set(map(item_node, pair)) <= set(graph)
    )
    for (a, b), count in sorted(together.items()):
        times = "once" if count == 1 else f"{wording.number(count)} times"
        yield Link(item_node(a), item_node(b), "worn-together", min(1.0, count / _STRONG), f"worn together {times}")
    for outfit, data in graph.nodes(data=True):
        if data["kind"] == "look" and data.get("state") == OutfitState.SAVED:
            for a, b in combinations(sorted(_items_of(graph, outfit)), 2):
                if together[a, b] == 0:
                    ends = item_node(a), item_node(b)
                    yield Link(*ends, "saved-outfit", 0.4, f"in the outfit “{data['label']}”")


def _items_of(graph: nx.Graph[str], outfit: str) -> Iterator[int]:
    for near, data in graph[outfit].items():
        if data["relation"] == PART_OF_OUTFIT:
            yield int(graph.nodes[near]["item_id"])


def details(graph: nx.Graph[str], node: str, found: Iterable[Link]) -> dict[str, list[tuple[str, str]]]:
    """Return what a garment is alike, goes with and, of ``found``, was worn with: a node and why, best first."""
    alike, goes = [], []
    for near, data in graph[node].items():
        if data["relation"] in (SIMILAR_TO, DECIDED) and data.get("likeness") in _LIKENESS:
            alike.append((-float(data["score"]), near, why(data)))
        elif data["relation"] == COMPATIBLE_WITH:
            goes.append((-float(data["score"]), near, why(data)))
    worn = [
        (-link.strength, link.b if link.a == node else link.a, link.why) for link in found if node in (link.a, link.b)
    ]
    return {
        name: [(near, words) for _, near, words in sorted(several)[:8]]
        for name, several in (("alike", alike), ("goes", goes), ("worn_with", worn))
    }
