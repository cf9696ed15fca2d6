"""Find the key pieces in the graph of what goes together: the garments that join the others to outfits.

Ranked by betweenness (Freeman, "A set of measures of centrality based on betweenness", 1977): on how many of the
shortest ways from garment to garment, by what goes together best, a garment lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.scores import scores_of
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.insights.base_outfits import BaseOutfits

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

PARTNERS: Final = 16  # the best matches of each garment that ways lead along
EXACT_GARMENTS: Final = 150  # in a larger wardrobe, ways are followed from a fixed sample of so many
SAMPLE_EDGES: Final = 300_000  # followed at most, over all garments of the sample
_DISTANCES: Final = 100  # whole numbers, so that ways of one length are found to be so
_SEED: Final = 20


@dataclass(frozen=True, slots=True)
class KeyPiece:
    """A garment that many outfits depend on: ``outfits`` base outfits, a ``share`` (0 to 1) of all.

    ``betweenness`` is the share of the ways between others that lead over it, 0 to 1; ``joins`` names the two kinds of
    partners that it joins most, one if all are of a kind. ``isolated`` are the garments whose only partner it is;
    ``components`` into how many parts its partners would fall without it (1: they stay connected). ``only`` counts, for
    shoes, layers and bags, the base outfits that nothing else of their kind completes.
    """

    garment: Garment
    outfits: int
    share: float
    isolated: tuple[Garment, ...]
    components: int = 1
    only: int = 0
    betweenness: float = 0.0
    joins: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Say what depends on it: "Joins your black trousers with your white shirts: 14 of 60 outfits hang on it"."""
        of_all = f"{self.outfits:,} of {round(self.outfits / self.share):,} outfits"
        if self.only:
            which = "all" if self.only == self.outfits else f"{self.only:,}"
            return f"Goes with {of_all}, the only one of its kind in {which} of them."
        does = "Joins" if len(self.joins) > 1 else "Goes with"
        parts = f" Without it the wardrobe falls into {wording.number(self.components)} parts."
        hang = f"{of_all} hang{'s' if self.outfits == 1 else ''} on it."
        return f"{does} {' with '.join(f'your {kind}' for kind in self.joins)}: {hang}{parts * (self.components > 1)}"


def outfit_graph(outfits: BaseOutfits) -> nx.Graph[int]:
    """Return tops, bottoms and suits as nodes (rows of ``outfits.garments``), base outfits of two garments as edges."""
    import networkx as nx  # here, because it takes long to load and few pages need it

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*outfits.tops.tolist(), *outfits.lowers.tolist()])
    ones, others = np.nonzero(outfits.pairs)
    graph.add_edges_from(zip(outfits.tops[ones].tolist(), outfits.lowers[others].tolist(), strict=True))
    return graph


def best_matches(outfits: BaseOutfits, partners: int = PARTNERS) -> nx.Graph[int]:
    """Return the outfit graph with the best ``partners`` of each garment alone, and how far apart the two are.

    The attribute ``distance`` is 1 less the pair's score, in hundredths, at least 1.
    """
    import networkx as nx

    ones, others = np.nonzero(outfits.pairs)
    rules = outfits.config, outfits.learned_preferences
    scores = np.zeros(outfits.pairs.shape, dtype=np.float32)
    scores[ones, others] = scores_of(outfits.garments, outfits.tops[ones], outfits.lowers[others], *rules)
    best = _highest(scores, partners) | _highest(scores.T, partners).T
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*outfits.tops.tolist(), *outfits.lowers.tolist()])
    for one, other in zip(*np.nonzero(best & (scores > 0)), strict=True):
        distance = max(1, round(_DISTANCES * (1 - float(scores[one, other]))))
        graph.add_edge(int(outfits.tops[one]), int(outfits.lowers[other]), distance=distance)
    return graph


def _highest(scores: NDArray[np.float32], most: int) -> NDArray[np.bool_]:
    """Return which entries are the ``most`` highest of their row; of equals the first."""
    found = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(found, np.argsort(-scores, axis=1, kind="stable")[:, :most], True, axis=1)
    return found


def betweenness(graph: nx.Graph[int]) -> Mapping[int, float]:
    """Return the betweenness of each node by ``distance``, 0 to 1; of a large graph estimated from a fixed sample."""
    import networkx as nx

    size = len(graph)
    k = None if size <= EXACT_GARMENTS else min(EXACT_GARMENTS, 1 + SAMPLE_EDGES // (graph.number_of_edges() + 1))
    found: Mapping[int, float] = nx.betweenness_centrality(graph, k=k, weight="distance", seed=_SEED)
    return found


def key_pieces(outfits: BaseOutfits, most: int = 8) -> tuple[KeyPiece, ...]:
    """Return the garments that most outfits depend on: ``most`` tops and bottoms at most, and all irreplaceable ones.

    They are ranked by betweenness. An articulation point of the outfit graph is irreplaceable: without it, garments
    lose their only partner or the wardrobe falls apart. Garments that complete outfits are key pieces if a tenth of all
    outfits would have nothing of the kind without them.
    """
    import networkx as nx

    graph = outfit_graph(outfits)
    if not graph.number_of_edges():
        return ()
    best = best_matches(outfits)
    cut, between, joined = set(nx.articulation_points(graph)), betweenness(best), _Joined(outfits, best)
    rank = {row: (-round(between[row], 6), -graph.degree(row), row) for row in graph if graph.degree(row)}
    ranked = sorted(rank, key=rank.__getitem__)
    found = [
        KeyPiece(
            outfits.garments[row],
            int(graph.degree(row)),
            graph.degree(row) / outfits.count,
            tuple(outfits.garments[other] for other in sorted(graph[row]) if graph.degree(other) == 1),
            _components(graph, row) if row in cut else 1,
            betweenness=float(between[row]),
            joins=joined.kinds(row),
        )
        for row in ranked
        if row in cut or row in ranked[:most]
    ]
    return (*found, *_only_ones(outfits))


def _only_ones(outfits: BaseOutfits) -> Iterator[KeyPiece]:
    each, only = outfits.each(), outfits.lost(np.eye(len(outfits.garments), dtype=bool))
    for rows in outfits.completing():
        for row in rows.tolist():
            if only[row] >= max(1, outfits.count / 10):
                share = float(each[row] / outfits.count)
                yield KeyPiece(outfits.garments[row], int(each[row]), share, (), only=int(only[row]))


def _components(graph: nx.Graph[int], row: int) -> int:
    """Count the parts of the partners of ``row`` without it, among those that have other partners."""
    import networkx as nx

    rest = graph.subgraph(set(nx.node_connected_component(graph, row)) - {row})
    return max(1, sum(len(part) > 1 for part in nx.connected_components(rest)))


class _Joined:
    """Names what a garment joins, along the best matches."""

    def __init__(self, outfits: BaseOutfits, best: nx.Graph[int]) -> None:
        import networkx as nx

        self._garments, self._nodes = outfits.garments, list(best)
        self._links = nx.to_scipy_sparse_array(best, self._nodes, weight=None, dtype=np.dtype(np.float32))

    def kinds(self, row: int) -> tuple[str, ...]:
        """Name the two kinds of partners of a garment that fewest others join; one if all are of a kind."""
        partners = self._links[[self._nodes.index(row)]].indices
        links = self._links[partners]
        weight = 1 / (links @ links.T).toarray()  # any two of them are joined by so many garments, this one among them
        kinds: dict[tuple[str | None, str], list[int]] = {}
        for place, partner in enumerate(partners.tolist()):
            kinds.setdefault(_kind(self._garments[self._nodes[partner]]), []).append(place)

        def joined(two: tuple[tuple[str | None, str], ...]) -> float:
            between = weight[np.ix_(kinds[two[0]], kinds[two[1]])]
            return float(between.sum() / np.sqrt(between.size))  # else the largest two kinds would always win

        best = max(combinations(kinds, 2), key=joined, default=tuple(kinds))
        return tuple(_several([self._garments[self._nodes[partners[place]]] for place in kinds[kind]]) for kind in best)


def _kind(garment: Garment) -> tuple[str | None, str]:
    tag = garment.tags.get(TagKind.COLOUR)
    return tag.value if tag is not None and tag.is_known else None, garment.type_label


def _several(garments: list[Garment]) -> str:
    """Name one garment, or all of a kind, inside a sentence: "white T-shirts"."""
    if len(garments) == 1:
        return wording.lower_first(garments[0].title)
    colour, label = _kind(garments[0])
    return " ".join(word for word in (colour, wording.plural(wording.lower_first(label))) if word)
