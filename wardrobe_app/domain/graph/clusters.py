"""Cluster a wardrobe, and name clusters by what their garments share: "pink blouses", "blue jeans".

Louvain communities of the likenesses (Blondel and others 2008, "Fast unfolding of communities in large networks").
Garments in no community are grouped by type, and single ones by slot.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from wardrobe_app.domain import wording
from wardrobe_app.domain.colour import MULTICOLOUR
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.graph.schema import DECIDED, SIMILAR_TO, item_node

if TYPE_CHECKING:
    import networkx as nx

T = TypeVar("T")

_SHARED: Final = 0.6  # of a cluster's garments have what its name says
_SEED: Final = 7
_USUAL_OCCASION: Final = "casual"  # which says nothing
_THINGS: Final = {
    Slot.UPPER: "tops", Slot.LOWER: "bottoms", Slot.FULL: "one-pieces", Slot.FEET: "shoes", Slot.HEAD: "hats",
    Slot.LEGWEAR: "socks and tights", Slot.BAG: "bags", Slot.ACCESSORY: "accessories", Slot.UNDERWEAR: "underwear",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cluster:
    """Garments that share something: ids in order; ``face`` is the id of the most typical one."""

    name: str
    item_ids: tuple[int, ...]
    face: int

    @property
    def node(self) -> str:
        """Return the node for the cluster in a picture."""
        return f"cluster:{self.name}"


def find_clusters(garments: Iterable[Garment], graph: nx.Graph[str]) -> tuple[Cluster, ...]:
    """Put every garment in one cluster, largest first; ``graph`` is the wardrobe's, for its likenesses.

    Clusters with the same name are one. The result is deterministic.
    """
    import networkx as nx  # here, because it takes long to load and few pages need it

    by_id = {garment.id: garment for garment in sorted(garments, key=lambda garment: garment.id)}
    alike = _likenesses(by_id, graph)
    least = smallest(len(by_id))
    found: dict[str, list[int]] = defaultdict(list)
    rest: list[int] = []
    for members in nx.community.louvain_communities(alike, weight="score", seed=_SEED):
        if len(members) >= least:
            found[_name([by_id[item_id] for item_id in members])] += members
        else:
            rest += members
    for garment in (by_id[item_id] for item_id in sorted(rest)):
        found[_several(garment.type_label) if garment.type else "other garments"].append(garment.id)
    for name in [name for name, members in found.items() if len(members) < least]:
        for item_id in found.pop(name):
            found[f"other {_things(by_id[item_id].slot)}"].append(item_id)
    clusters = [Cluster(name, tuple(sorted(ids)), _face(sorted(ids), alike)) for name, ids in found.items()]
    return tuple(sorted(clusters, key=lambda cluster: (-len(cluster.item_ids), cluster.name)))


def smallest(count: int) -> int:
    """Return the minimum size of a cluster in a wardrobe of ``count`` garments: 3, and 10 of 1,000."""
    return max(3, round(math.sqrt(count) / 3))


def _likenesses(by_id: dict[int, Garment], graph: nx.Graph[str]) -> nx.Graph[int]:
    import networkx as nx

    alike: nx.Graph[int] = nx.Graph()
    alike.add_nodes_from(by_id)
    nodes = {item_node(item_id): item_id for item_id in by_id}
    for a, b, data in graph.edges(data=True):
        if data["relation"] in (SIMILAR_TO, DECIDED) and a in nodes and b in nodes and data.get("score"):
            alike.add_edge(nodes[a], nodes[b], score=data["score"])
    return alike


def _name(garments: Sequence[Garment]) -> str:
    """Name what most of them share: type, colour, pattern; or the slot, if types differ too much."""
    label = _common([garment.type_label if garment.type else None for garment in garments])
    colour = _common([garment.colour for garment in garments])
    pattern = wording.pattern_adjective(_common([garment.value(TagKind.PATTERN) for garment in garments]))
    told = [word for word in (colour if colour != MULTICOLOUR else "many-coloured", pattern) if word]
    if label:
        return _several(label, told)
    return " ".join([*told, _things(_common([garment.slot for garment in garments]))])


def theme(nodes: Sequence[Mapping[str, Any]]) -> str:
    """Name garments that go together, given as attributes of the graph: "Mostly navy", "Black with red, formal"."""
    colours = Counter(str(data["colour"]) for data in nodes if data.get("colour") not in (None, MULTICOLOUR))
    if not colours:
        return ""
    (first, count), *others = colours.most_common()
    other = others[0][0] if others and others[0][1] * 3 >= count else None
    words = f"{first} with {other}" if other else first if count == len(nodes) else f"mostly {first}"
    occasion = _common([data.get("occasion") for data in nodes])
    told = f"{words}, {occasion}" if occasion and occasion != _USUAL_OCCASION else words
    return wording.capitalised(told)


def _several(label: str, adjectives: Sequence[str] = ()) -> str:
    """Name several garments: "blue jeans", without "pairs of"."""
    return wording.several(label, adjectives).removeprefix("pairs of ").removeprefix("pieces of ")


def _things(slot: Slot | None) -> str:
    return _THINGS[slot] if slot else "garments"


def _common(values: Sequence[T | None]) -> T | None:
    value, count = Counter(values).most_common(1)[0]
    return value if count >= _SHARED * len(values) else None


def _face(ids: Sequence[int], alike: nx.Graph[int]) -> int:
    inside = alike.subgraph(ids)
    return max(ids, key=lambda item_id: (inside.degree(item_id, weight="score"), -item_id))
