"""A picture of the wardrobe graph as data: nodes with places, lines with reasons, groups, names and a legend.

The page, the web page that is exported and the pictures all draw this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.graph import arrangement, ways
from wardrobe_app.domain.graph.clusters import Cluster, theme
from wardrobe_app.domain.graph.colouring import Colouring, Colours, coloured, cost_of_a_wear
from wardrobe_app.domain.graph.labels import KIND_COLOURS, OTHER_COLOUR, node_lines
from wardrobe_app.domain.graph.layout import Places, middle
from wardrobe_app.domain.graph.schema import IS_A, item_node
from wardrobe_app.domain.graph.ways import LINES, Link, Way
from wardrobe_app.domain.text import fold
from wardrobe_app.domain.wording import capitalised, lower_first

if TYPE_CHECKING:
    import networkx as nx

MOST_GARMENTS: Final = 2000
"""Up to here garments are drawn one by one; above, their clusters, which open."""

_CLUSTER: Final = "cluster"
# The size of a garment with no outfits, and of the one with most.
_SIZES: Final = {Way.DUPLICATES: (0.8, 1.0), Way.OUTFITS: (0.75, 1.3), Way.TYPES: (0.75, 1.0), Way.WORN: (0.8, 1.2)}
_HUB_SIZE: Final = 1.4
_VALUE_SIZE: Final = 1.0
_SEED: Final = 7
_SEARCHED: Final = (TagKind.TYPE, TagKind.COLOUR, TagKind.PATTERN)
_NAMED_REGION, _NAMED_SHARE = 4, 0.06  # garments that a community has at least, to be named in the picture


Synonyms = Callable[[TagKind, str], Iterable[str]]


def _none(kind: TagKind, value: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Group:
    """Garments that are practically the same: their nodes, and what they are called."""

    nodes: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """What pictures are made of: the graph, its communities, garments' places on the map, groups of duplicates.

    ``outfits`` counts the outfits of each garment by node; ``worn`` are the ids of each wear; ``synonyms`` tells
    what else somebody may search a kind of tag and its value by.
    """

    graph: nx.Graph[str]
    clusters: Sequence[Cluster]
    home: Places
    groups: Sequence[Group] = ()
    worn: Sequence[Sequence[int]] = ()
    outfits: Mapping[str, int] = field(default_factory=dict)
    synonyms: Synonyms = _none


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: see ``data`` for its parts; ``left_out`` counts garments that this way to look does not show."""

    way: Way
    key: str
    graph: nx.Graph[str]
    places: Places
    links: Sequence[Link]
    sizes: Mapping[str, float]
    colours: Colours
    hulls: Sequence[Group]
    regions: Sequence[Mapping[str, Any]]
    left_out: int
    synonyms: Synonyms = _none

    @property
    def garments(self) -> list[str]:
        """Return the nodes of the garments that are drawn one by one."""
        return [node for node in self.places if self.graph.nodes[node]["kind"] == "item"]

    @property
    def pictured(self) -> set[str]:
        """Return the nodes of the garments whose photos are drawn, those that stand for clusters among them."""
        known = self.graph.nodes
        return {known[node].get("face", node) for node in self.places if known[node]["kind"] in ("item", _CLUSTER)}

    def data(self) -> dict[str, Any]:
        """Return the picture as JSON: places in units of a garment's side, y downwards; ends as places in ``nodes``."""
        row = {node: at for at, node in enumerate(self.places)}
        shown = Counter(link.kind for link in self.links)
        return {
            "way": self.way.value,
            "key": self.key,
            "nodes": [self._node(node) for node in row],
            "edges": [
                {"a": row[link.a], "b": row[link.b], "relation": link.kind, "strength": round(link.strength, 3),
                 "why": link.why}
                for link in self.links
            ],
            "hulls": [
                {"nodes": [row[node] for node in hull.nodes], "label": hull.title,
                 "colour": self.colours.of.get(hull.nodes[0], "#d1495b")}
                for hull in self.hulls
            ],
            "regions": list(self.regions),
            "relations": [
                {"name": name, "label": capitalised(line.label), "colour": line.colour, "dash": list(line.dash),
                 "on": line.on, "count": shown[name]}
                for name, line in LINES.items()
                if shown[name]
            ],
            "legend": [{"label": label, "colour": colour} for label, colour in self.colours.legend],
        }  # fmt: skip

    def _node(self, node: str) -> dict[str, Any]:
        data, (x, y) = self.graph.nodes[node], self.places[node]
        kind, size = data["kind"], self.sizes[node]
        return {
            "id": node,
            "kind": kind,
            "label": str(data["label"]),
            "x": round(x, 3),
            "y": round(y, 3),
            "size": round(size, 3),
            "colour": self.colours.of.get(node) or data.get("hex") or KIND_COLOURS.get(kind, OTHER_COLOUR),
            "lines": _told(data),
            "words": _words(data, self.synonyms),
            "weight": round(min(1.0, size / _HUB_SIZE), 3),
            "count": len(data["items"]) if kind == _CLUSTER else 0,
            "picture": data["face"] if kind == _CLUSTER else node if kind == "item" else None,
        }


def scene(
    wardrobe: Wardrobe,
    way: Way,
    by: Colouring,
    *,
    opened: Collection[str] = (),
    focus: Iterable[str] = (),
    most: int = MOST_GARMENTS,
) -> Scene:
    """Make the picture of a wardrobe for a way to look.

    Args:
        wardrobe: what it is made of.
        way: what the picture is about.
        by: what the colour of garments means.
        opened: the names of clusters whose garments are shown, where there are more garments than ``most``.
        focus: nodes that are shown in any case: what is to stand out.
        most: garments that are drawn one by one.
    """
    graph, items = wardrobe.graph, _items(wardrobe.graph)
    links = ways.links(graph, way, wardrobe.worn)
    nodes = ways.nodes(graph, way, links, focus)
    home, groups = wardrobe.home, [_in(group, nodes) for group in wardrobe.groups] if way is Way.DUPLICATES else []
    left_out = len(items) - sum(node in items for node in nodes)
    if sum(node in items for node in nodes) > most:
        graph, nodes, links = _gathered(graph, nodes, links, wardrobe.clusters, opened)
        home, groups = _with_clusters(graph, home), [_in(group, nodes) for group in groups]
    groups = [group for group in groups if len(group.nodes) > 1]
    sizes = {node: _size(graph.nodes[node], way, wardrobe.outfits.get(node, 0), wardrobe.outfits) for node in nodes}
    places = arrangement.arranged(way, sizes, links, home, [group.nodes for group in groups])
    places = {node: places[node] for node in nodes}
    drawn = {node: items[node] for node in nodes if node in items}
    return Scene(
        way,
        f"{way}|{','.join(sorted(opened))}",
        graph,
        places,
        links,
        sizes,
        coloured(drawn, by, _type_labels(graph, drawn)),
        groups,
        _regions(graph, places, links) if way in (Way.OUTFITS, Way.WORN) else [],
        left_out,
        wardrobe.synonyms,
    )


def details(
    wardrobe: Wardrobe, node: str, worn_with: Iterable[Link], amount: Callable[[float], str], href: str | None
) -> dict[str, Any]:
    """Return what the panel says of a garment: its tags, facts, and what it is alike, goes with and was worn with.

    ``worn_with`` are the lines of ``Way.WORN``; ``amount`` writes a price; ``href`` is where the garment's page is.
    """
    graph, data = wardrobe.graph, wardrobe.graph.nodes[node]
    told = [str(graph.nodes[near]["label"]) for near, link in graph[node].items() if link["relation"] == IS_A]
    told += [str(data[name]) for name in ("colour", "pattern", "sleeve", "brand") if data.get(name)]
    worn, cost = data.get("worn", 0), cost_of_a_wear(data)
    facts = [node_lines(data)[1]] if worn else ["not worn yet"]
    if data.get("price") is not None:
        facts.append(amount(data["price"]) + (f", {amount(cost)} a wear" if cost is not None else ""))
    if count := wardrobe.outfits.get(node):
        facts.append(f"in {count:,} outfit{'s' if count > 1 else ''}")
    near = ways.details(graph, node, worn_with)
    return {"tags": [capitalised(word) for word in told], "facts": [capitalised(fact) for fact in facts], **near,
            "href": href}  # fmt: skip


def _words(data: Mapping[str, Any], synonyms: Synonyms) -> str:
    """The words that a node is found by: its own, and synonyms."""
    own = [str(data[name]) for name in ("label", "type", "colour", "pattern", "brand", "state") if name in data]
    others = [word for kind in _SEARCHED if kind in data for word in synonyms(kind, data[kind])]
    return fold(" ".join([*own, *others]))


def _items(graph: nx.Graph[str]) -> dict[str, Mapping[str, Any]]:
    return {node: data for node, data in graph.nodes(data=True) if data["kind"] == "item"}


def _type_labels(graph: nx.Graph[str], items: Iterable[str]) -> dict[str, str]:
    return {
        str(graph.nodes[node]["type"]): str(graph.nodes[near]["label"])
        for node in items
        for near, link in graph[node].items()
        if link["relation"] == IS_A
    }


def _in(group: Group, nodes: Collection[str]) -> Group:
    there = set(nodes)
    return Group(tuple(node for node in group.nodes if node in there), group.title)


def _size(data: Mapping[str, Any], way: Way, outfits: int, all_outfits: Mapping[str, int]) -> float:
    if data["kind"] == _CLUSTER:
        return float(1.2 + 0.25 * len(data["items"]) ** 0.5)
    if data["kind"] == "item":
        most = max(all_outfits.values(), default=0)
        share = (outfits / most) ** 0.5 if most else 0.6
        smallest, largest = _SIZES[way]
        return smallest + (largest - smallest) * share
    return _HUB_SIZE if data["kind"] == "type" else _VALUE_SIZE


def _told(data: Mapping[str, Any]) -> list[str]:
    if data["kind"] == _CLUSTER:
        return [str(data["label"]), f"{len(data['items'])} garments: click to show them"]
    return node_lines(data)


def _regions(graph: nx.Graph[str], places: Places, links: Sequence[Link]) -> list[dict[str, Any]]:
    """Name the communities of some size by what they share, where they lie.

    Louvain communities (Blondel and others 2008, "Fast unfolding of communities in large networks").
    """
    import networkx as nx  # here, because it takes long to load and few pages need it

    linked: nx.Graph[str] = nx.Graph()
    linked.add_weighted_edges_from((link.a, link.b, link.strength) for link in links)
    found, least = [], max(_NAMED_REGION, len(places) * _NAMED_SHARE)
    for members in nx.community.louvain_communities(linked, seed=_SEED):
        label = theme([graph.nodes[node] for node in sorted(members)])
        if len(members) >= least and label:
            x, y = middle([places[node] for node in members])
            found.append({"label": label, "count": len(members), "x": round(x, 3), "y": round(y, 3)})
    return sorted(found, key=lambda region: (-int(str(region["count"])), str(region["label"])))


def _gathered(
    graph: nx.Graph[str], nodes: Sequence[str], links: Sequence[Link], clusters: Sequence[Cluster],
    opened: Collection[str],
) -> tuple[nx.Graph[str], list[str], list[Link]]:  # fmt: skip
    """Put a node for each cluster that is not opened in place of its garments, and one line for many."""
    shown, stands_for = graph.copy(), dict[str, str]()
    for cluster in clusters:
        inside = tuple(node for node in map(item_node, cluster.item_ids) if node in nodes)
        if inside and cluster.name not in opened:
            stands_for |= dict.fromkeys(inside, cluster.node)
            face = item_node(cluster.face)
            shown.add_node(cluster.node, kind=_CLUSTER, label=capitalised(cluster.name), items=inside, face=face)
    kept = list(dict.fromkeys(stands_for.get(node, node) for node in nodes))
    bundles: dict[tuple[str, str, str], list[Link]] = {}
    for link in links:
        a, b = sorted((stands_for.get(link.a, link.a), stands_for.get(link.b, link.b)))
        if a != b:
            bundles.setdefault((a, b, link.kind), []).append(link)
    return shown, kept, [_bundle(graph, ends, several) for ends, several in bundles.items()]


def _bundle(graph: nx.Graph[str], ends: tuple[str, str, str], several: Sequence[Link]) -> Link:
    a, b, kind = ends
    best = max(several, key=lambda link: (link.strength, link.a, link.b))
    if len(several) == 1:
        return Link(a, b, kind, best.strength, best.why)
    pairs = f"{wording.number(len(several))} pairs: {LINES[kind].label}"
    strongest = " and ".join(lower_first(str(graph.nodes[end]["label"])) for end in (best.a, best.b))
    return Link(a, b, kind, best.strength, f"{capitalised(pairs)}; strongest: {strongest}")


def _with_clusters(graph: nx.Graph[str], home: Places) -> Places:
    inside = {node: data["items"] for node, data in graph.nodes(data=True) if data["kind"] == _CLUSTER}
    return {**home, **{node: middle([home[item] for item in items]) for node, items in inside.items()}}
