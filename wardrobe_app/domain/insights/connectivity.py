"""Find isolated garments and key pieces in the graph of what goes together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.base_outfits import BaseOutfits
from wardrobe_app.domain.outfits.search import why_no_outfits

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class IsolatedGarment:
    """A garment that is in no outfit or has no partner, and ``why`` in a sentence."""

    garment: Garment
    why: str


@dataclass(frozen=True, slots=True)
class KeyPiece:
    """A garment that many outfits depend on: ``outfits`` base outfits, a ``share`` (0 to 1) of all.

    ``isolated`` are the garments whose only partner it is; ``components`` into how many parts its partners would fall
    without it (1: they stay connected). ``only`` counts, for shoes, layers and bags, the base outfits that nothing else
    of their kind completes.
    """

    garment: Garment
    outfits: int
    share: float
    isolated: tuple[Garment, ...]
    components: int = 1
    only: int = 0


def outfit_graph(outfits: BaseOutfits) -> nx.Graph[int]:
    """Return tops, bottoms and suits as nodes (rows of ``outfits.garments``), base outfits of two garments as edges."""
    import networkx as nx  # here, because it takes long to load and few pages need it

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*outfits.tops.tolist(), *outfits.lowers.tolist()])
    ones, others = np.nonzero(outfits.pairs)
    graph.add_edges_from(zip(outfits.tops[ones].tolist(), outfits.lowers[others].tolist(), strict=True))
    return graph


def isolated_garments(outfits: BaseOutfits) -> tuple[IsolatedGarment, ...]:
    """Return garments without a partner, oldest first, except kinds that are never in outfits (underwear)."""
    import networkx as nx

    alone = set(nx.isolates(outfit_graph(outfits)))
    completing = outfits.each() == 0
    found: list[IsolatedGarment] = []
    pairs: PairScores | None = None
    for row, (item, kind) in enumerate(zip(outfits.garments, outfits.roles, strict=True)):
        if kind is None or kind is Role.PRIVATE:
            continue
        if kind is Role.ONE_PIECE and row not in alone:
            if not outfits.fits[row].any() and len(outfits.garments) > 1:
                found.append(IsolatedGarment(item, "It is worn alone: no shoes, layer or bag goes with it."))
        elif row in alone or (kind not in (Role.TOP, Role.BOTTOM) and completing[row]):
            pairs = pairs or PairScores(outfits.garments, outfits.config, outfits.learned_preferences)
            why = why_no_outfits(item, outfits.garments, outfits.config, pairs=pairs)
            found.append(IsolatedGarment(item, why or "It completes none of your outfits."))
    return tuple(found)


def key_pieces(outfits: BaseOutfits, most: int = 8) -> tuple[KeyPiece, ...]:
    """Return the garments that most outfits depend on: at most ``most`` tops and bottoms, and all irreplaceable ones.

    The dependent outfits of a garment are its degree in the outfit graph. An articulation point is irreplaceable:
    without it, garments lose their only partner or the wardrobe falls apart. Garments that complete outfits are key
    pieces if a tenth of all outfits would have nothing of the kind without them.
    """
    import networkx as nx

    graph = outfit_graph(outfits)
    if not graph.number_of_edges():
        return ()
    cut = set(nx.articulation_points(graph))
    ranked = sorted((row for row in graph if graph.degree(row)), key=lambda row: (-graph.degree(row), row))
    found = [
        KeyPiece(
            outfits.garments[row],
            int(graph.degree(row)),
            graph.degree(row) / outfits.count,
            tuple(outfits.garments[other] for other in sorted(graph[row]) if graph.degree(other) == 1),
            _components(graph, row) if row in cut else 1,
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
