"""Lay out the wardrobe graph as a map that stays the same from visit to visit.

A garment's place follows from what it is: its slot gives the region (hats above, shoes below), its type the part of the
region, its colour the place in it. Then likenesses attract a little, and overlaps are pushed apart. All forces are
local, so a new garment hardly moves any other. Unit: the width of a photo with its margin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.colour import NAMED, lab
from wardrobe_app.domain.graph.schema import SIMILAR_TO

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

Places = dict[str, tuple[float, float]]

# Regions, arranged as on a body but as wide as a screen; unit: half the height of the map.
_REGIONS: Final[Mapping[str, tuple[float, float]]] = {
    "head": (0.0, 0.92), "upper": (-0.7, 0.38), "full": (0.78, 0.38), "lower": (0.0, -0.3),
    "feet": (-0.8, -0.68), "legwear": (0.05, -0.9), "underwear": (0.7, -0.72), "bag": (1.2, -0.28),
    "accessory": (1.25, 0.85), "": (1.3, -0.75),
}  # fmt: skip
_WIDTH: Final = 0.42  # of a region, in the same unit
_ROOM: Final = 0.8  # half the height of the map, for a wardrobe of one garment; the area grows with the garments
_APART: Final = 1.06  # how near two photos may come


def garment_map(graph: nx.Graph[str]) -> Places:
    """Return the place of each garment of ``graph``."""
    items = sorted((node for node, data in graph.nodes(data=True) if data["kind"] == "item"), key=_order)
    return _items(graph, items)


def placed(part: nx.Graph[str], at: Places, radii: Mapping[str, float] | None = None) -> Places:
    """Return the place of each node of ``part``: ``at``, or else amid its neighbours.

    ``radii`` are those of nodes larger than a photo; if there are any, everything makes room.
    """
    known = [node for node in part if node in at]
    others = sorted(node for node in part if node not in at)
    amid = [_amid([at[near] for near in part[node] if near in at], node) for node in others]
    nodes = [*known, *others]
    points = np.array([*(at[node] for node in known), *amid], dtype=np.float64).reshape(-1, 2)
    sizes = np.array([(radii or {}).get(node, _APART / 2) for node in nodes])
    fixed = np.arange(len(nodes)) < (0 if radii else len(known))
    moved = spread(points, sizes, fixed)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, moved, strict=True)}


def middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of at least one place."""
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)


def spread(
    points: NDArray[np.float64], radii: NDArray[np.float64], fixed: NDArray[np.bool_] | None = None, rounds: int = 250
) -> NDArray[np.float64]:
    """Push ``points``, (n, 2), apart until circles of these ``radii``, (n,), hardly overlap."""
    points = points.copy()
    free = np.ones(len(points)) if fixed is None else (~fixed).astype(np.float64)
    reach = 2 * float(radii.max(initial=0.0))
    for _ in range(rounds):
        one, other = scipy.spatial.KDTree(points).query_pairs(reach, output_type="ndarray").reshape(-1, 2).T
        gaps = points[one] - points[other]
        far = np.hypot(gaps[:, 0], gaps[:, 1])
        overlap = radii[one] + radii[other] - far
        push = (overlap > 1e-3) & (free[one] + free[other] > 0)
        if not push.any():
            break
        one, other, gaps, far, overlap = one[push], other[push], gaps[push], far[push], overlap[push]
        share = free[one] / np.maximum(free[one] + free[other], 1e-9)
        step = gaps * (0.55 * overlap / np.maximum(far, 1e-3))[:, None]
        np.add.at(points, one, step * (2 * share)[:, None] / 2)
        np.add.at(points, other, -step * (2 * (1 - share))[:, None] / 2)
    return points


def _items(graph: nx.Graph[str], items: Sequence[str]) -> Places:
    if not items:
        return {}
    home = np.array([_home(graph.nodes[node]) for node in items]) * _ROOM * len(items) ** 0.5
    home += np.array([_jitter(node) for node in items]) * 0.4
    row = {node: at for at, node in enumerate(items)}
    edges = [
        (row[a], row[b], data.get("score", 0.5))
        for a, b, data in graph.edges(data=True)
        if data["relation"] == SIMILAR_TO and a in row and b in row
    ]
    points = home.copy()
    for _ in range(30):
        points = _pulled(points, home, edges)
    points = spread(points, np.full(len(items), _APART / 2))
    return {node: (float(x), float(y)) for node, (x, y) in zip(items, points, strict=True)}


def _home(data: Mapping[str, Any]) -> tuple[float, float]:
    """Return the place that follows from a garment's attributes, in half heights of the map."""
    x, y = _REGIONS.get(str(data.get("slot", "")), _REGIONS[""])
    angle = 2 * pi * _share(str(data.get("type", "")))
    away = _WIDTH * (0.25 + 0.35 * _share(str(data.get("type", "")) + "/"))
    tone, warmth = _shade(data)
    return x + away * cos(angle) + 0.14 * warmth, y + 0.6 * away * sin(angle) + 0.14 * tone


def _shade(data: Mapping[str, Any]) -> tuple[float, float]:
    """Return how light and how warm the colour is, each -1 to 1; 0 if unknown."""
    shade = data.get("hex") or NAMED.get(str(data.get("colour", "")))
    if not shade:
        return 0.0, 0.0
    light, green_red, blue_yellow = lab(str(shade))
    return light / 50 - 1, float(np.clip((green_red + blue_yellow) / 80, -1, 1))


def _pulled(
    points: NDArray[np.float64], home: NDArray[np.float64], edges: Sequence[tuple[int, int, float]]
) -> NDArray[np.float64]:
    pull = 0.25 * (home - points)
    if edges:
        ends = np.array([(a, b) for a, b, _ in edges])
        weight = np.array([score for *_, score in edges])
        gaps = points[ends[:, 1]] - points[ends[:, 0]]
        degree = np.bincount(ends.ravel(), minlength=len(points)).astype(np.float64)
        step = 0.5 * gaps * weight[:, None]
        np.add.at(pull, ends[:, 0], step / degree[ends[:, 0], None])
        np.add.at(pull, ends[:, 1], -step / degree[ends[:, 1], None])
    moved: NDArray[np.float64] = points + pull
    return moved


def _amid(near: Sequence[tuple[float, float]], node: str) -> tuple[float, float]:
    x, y = _jitter(node)
    if not near:
        return 3 * x, 3 * y
    mean = middle(near)
    return mean[0] + x, mean[1] + y


def _order(node: str) -> tuple[int, str]:
    number = node.partition(":")[2]
    return (int(number) if number.isdecimal() else 0, node)


def _share(text: str) -> float:
    """Hash a text to a number from 0 to 1."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest()) / 2**32


def _jitter(node: str) -> tuple[float, float]:
    return _share(node) - 0.5, _share(node + "'") - 0.5
