"""Where the nodes of each way to look lie: deterministic, and nearly the same after a small change.

Unit: the side of a garment's picture; y grows downwards. Forces as in d3-force (Bostock and others): links pull,
circles are pushed apart, everything is drawn a little to the middle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.graph.layout import Places, spread
from wardrobe_app.domain.graph.ways import Link, Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDE: Final = 1.5  # the picture is that much wider than high
_MEMBER: Final = 1.04  # between the middles of two pictures in a group
_MARGIN: Final = 0.4  # around the pictures of a group, for its hull and its name
_ROUNDS: Final = 140
_NAME_WIDE: Final = 3.6  # of the name of a type, as it is read in a picture of 150 garments
_NAME_HIGH: Final = 1.2
_ROW: Final = 2.4  # from the garments to the row of colours, and to that of patterns


def arranged(
    way: Way,
    sizes: Mapping[str, float],
    links: Sequence[Link],
    home: Places,
    groups: Iterable[Sequence[str]] = (),
) -> Places:
    """Return the place of each node that has a size, its diameter.

    ``home`` are garments' places on the map, from which each way starts; ``groups`` are nodes to keep together.
    """
    nodes = list(sizes)
    if not nodes:
        return {}
    if way is Way.DUPLICATES:
        return _packed(_blocks(nodes, links, groups), home)
    if way is Way.TYPES:
        return _under_hubs(nodes, links, home)
    return _pulled(sizes, links, home)


def _blocks(nodes: Sequence[str], links: Iterable[Link], groups: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return nodes that lie together: the groups, and of the others those that lines join."""
    import networkx as nx  # here, because it takes long to load and few pages need it

    there = set(nodes)
    blocks = [[node for node in group if node in there] for group in groups]
    held = {node for block in blocks for node in block}
    rest: nx.Graph[str] = nx.Graph()
    rest.add_nodes_from(node for node in nodes if node not in held)
    rest.add_edges_from((link.a, link.b) for link in links if link.a in rest and link.b in rest)
    return [block for block in blocks if block] + [sorted(block) for block in nx.connected_components(rest)]


def _packed(blocks: Sequence[Sequence[str]], home: Places, least: tuple[float, float] = (0.0, 0.0)) -> Places:
    """Put each block, its nodes in rows, near the middle of their homes, without gaps and without overlaps.

    ``least`` is half the width that each needs, and what it needs above itself.
    """
    if not blocks:
        return {}
    inner = [_rows(len(block)) for block in blocks]
    halves = [np.abs(points).max(axis=0) + 0.5 + (_MARGIN if len(points) > 1 else 0.12) for points in inner]
    middles = np.array([np.mean([home.get(node, (0.0, 0.0)) for node in block], axis=0) for block in blocks])
    # Most blocks are wider than high: with the width shrunk they are discs.
    radii = np.array([max(max(across, least[0]) / _WIDE, high + least[1] / 2) for across, high in halves])
    middles = _drawn_in(middles * [1, -1], radii) * [_WIDE, 1]
    return {
        node: (float(x), float(y))
        for block, points, middle in zip(blocks, inner, middles, strict=True)
        for node, (x, y) in zip(block, points + middle, strict=True)
    }


def _rows(count: int) -> NDArray[np.float64]:
    """Return the places of ``count`` pictures in rows, (count, 2), around their middle."""
    if count == 1:
        return np.zeros((1, 2))
    rows = max(1, round(sqrt(count / 1.6)))
    columns = -(-count // rows)
    points = np.array([(at % columns, at // columns) for at in range(count)], dtype=np.float64)
    last = count - columns * (rows - 1)
    points[points[:, 1] == rows - 1, 0] += (columns - last) / 2
    places: NDArray[np.float64] = (points - points.mean(axis=0)) * _MEMBER
    return places


def _drawn_in(points: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw discs to the middle and push them apart, in turns, until they lie close."""
    points = _standard(points) * sqrt(float((radii**2).sum()))
    for share in np.linspace(0.25, 0.05, 40):
        points = spread(points * (1 - share), radii, rounds=12)
    return spread(points, radii)


def _standard(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move and scale ``points``, (n, 2), to mean 0 and deviation 1 each way."""
    centred = points - points.mean(axis=0)
    scaled: NDArray[np.float64] = centred / np.maximum(centred.std(axis=0), 1e-6)
    return scaled


def _under_hubs(nodes: Sequence[str], links: Sequence[Link], home: Places) -> Places:
    """Put garments under their type, in the order of their homes; colours in a row above all, other values below."""
    of_type: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.kind == "type":
            of_type[link.b].append(link.a)
    held = {node for garments in of_type.values() for node in garments}
    blocks = [sorted(garments, key=lambda node: (*home[node], node)) for garments in of_type.values()]
    loose = [[node] for node in nodes if node in home and node not in held]
    places = _packed([*blocks, *loose], home, (_NAME_WIDE / 2, _NAME_HIGH))
    for hub, garments in zip(of_type, blocks, strict=True):
        across, down = zip(*(places[node] for node in garments), strict=True)
        places[hub] = ((min(across) + max(across)) / 2, min(down) - _NAME_HIGH)
    rest = [node for node in nodes if node not in places]
    colours = [node for node in rest if node.startswith("colour:")]
    others = [node for node in rest if not node.startswith("colour:")]
    ys = [y for _, y in places.values()] or [0.0]
    return places | _row(colours, places, min(ys) - _ROW) | _row(others, places, max(ys) + _ROW)


def _row(nodes: Sequence[str], places: Places, y: float) -> Places:
    """Put nodes in a row over the whole width."""
    xs = [x for x, _ in places.values()] or [0.0]
    across = np.linspace(min(xs), max(xs), len(nodes) + 2)[1:-1]
    return {node: (float(x), y) for node, x in zip(nodes, across, strict=True)}


def _pulled(sizes: Mapping[str, float], links: Sequence[Link], home: Places) -> Places:
    """Let links pull and circles push, from the homes on."""
    nodes = list(sizes)
    row = {node: at for at, node in enumerate(nodes)}
    points = np.array([home.get(node, (0.0, 0.0)) for node in nodes], dtype=np.float64) * [1, -1]
    points = _standard(points) * [0.6 * sqrt(len(nodes) * _WIDE), 0.6 * sqrt(len(nodes) / _WIDE)]
    ends = np.array([(row[link.a], row[link.b]) for link in links], dtype=np.int64).reshape(-1, 2)
    strength = np.array([0.4 + 0.6 * link.strength for link in links])
    degree = np.maximum(np.bincount(ends.ravel(), minlength=len(nodes)), 1).astype(np.float64)
    for cooling in np.linspace(1.0, 0.05, _ROUNDS):
        points += cooling * _force(points, ends, strength, degree)
    radii = np.array([0.6 * sizes[node] for node in nodes])
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, spread(points, radii), strict=True)}


def _force(
    points: NDArray[np.float64], ends: NDArray[np.int64], strength: NDArray[np.float64], degree: NDArray[np.float64]
) -> NDArray[np.float64]:
    reach = 5.0
    moved = -0.015 * points * np.array([1 / _WIDE, _WIDE])
    one, other = scipy.spatial.KDTree(points).query_pairs(reach, output_type="ndarray").reshape(-1, 2).T
    gaps = points[one] - points[other]
    far = np.maximum(np.hypot(gaps[:, 0], gaps[:, 1]), 0.05)
    push = gaps * (0.09 * (1 / far - 1 / reach) / far * 2)[:, None]
    np.add.at(moved, one, push)
    np.add.at(moved, other, -push)
    if len(ends):
        gaps = points[ends[:, 1]] - points[ends[:, 0]]
        far = np.maximum(np.hypot(gaps[:, 0], gaps[:, 1]), 1e-6)
        pull = gaps * (0.25 * strength * np.maximum(far - 1.5, 0) / far)[:, None]
        np.add.at(moved, ends[:, 0], pull / degree[ends[:, 0], None])
        np.add.at(moved, ends[:, 1], -pull / degree[ends[:, 1], None])
    size = np.maximum(np.hypot(moved[:, 0], moved[:, 1]), 1e-9)[:, None]
    limited: NDArray[np.float64] = moved * np.minimum(1.0, 1.2 / size)
    return limited
