"""What the colours of garments in the graph's picture mean: types, cloth, how often they are worn, what a wear cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from wardrobe_app.domain.colour import NAMED
from wardrobe_app.domain.text import natural_key

UNKNOWN: Final = "#9aa0a6"
_TYPES: Final = (
    "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#b07aa1", "#edc948", "#9c755f", "#ff9da7", "#5f7f3a",
)  # fmt: skip
_OTHER: Final = "#8d99ae"
_STEPS: Final = ("#d7e3c8", "#a9cf9a", "#6fb27d", "#3f8f6b", "#1d6a58")  # light to dark: little to much
Node = Mapping[str, Any]


class Colouring(StrEnum):
    """What the colour of garments stands for."""

    TYPE = "type"
    CLOTH = "cloth"
    WEARS = "wears"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Colours:
    """A colour for each garment, by node, and what the colours mean: label and colour, in order."""

    of: Mapping[str, str]
    legend: Sequence[tuple[str, str]]


def coloured(items: Mapping[str, Node], by: Colouring, labels: Mapping[str, str] | None = None) -> Colours:
    """Colour garments, given as attributes by node of the graph; ``labels`` are the words for types."""
    if by is Colouring.TYPE:
        return _by_type(items, labels or {})
    return {Colouring.CLOTH: _by_cloth, Colouring.WEARS: _by_wears, Colouring.COST: _by_cost}[by](items)


def cost_of_a_wear(data: Node) -> float | None:
    """Return what a wear of a garment cost so far; None without a price or a wear."""
    price, worn = data.get("price"), data.get("worn", 0)
    return float(price) / worn if price is not None and worn else None


def _by_type(items: Mapping[str, Node], labels: Mapping[str, str]) -> Colours:
    counts = Counter(str(data["type"]) for data in items.values() if data.get("type"))
    common = sorted(counts, key=lambda name: (-counts[name], natural_key(name)))[: len(_TYPES)]
    chosen = dict(zip(common, _TYPES, strict=False))
    found = {node: chosen.get(str(data.get("type")), _OTHER) for node, data in items.items()}
    rest = [("other types", _OTHER)] if _OTHER in found.values() else []
    return Colours(found, [*((labels.get(name, name), colour) for name, colour in chosen.items()), *rest])


def _by_cloth(items: Mapping[str, Node]) -> Colours:
    found = {
        node: str(data.get("hex") or NAMED.get(str(data.get("colour", "")), UNKNOWN)) for node, data in items.items()
    }
    there = {str(data.get("colour")) for data in items.values()}
    return Colours(found, [(name, shade) for name, shade in NAMED.items() if name in there])


def _by_wears(items: Mapping[str, Node]) -> Colours:
    labels = ("not worn yet", "once", "2 to 4 times", "5 to 9 times", "10 times or more")
    return _stepped(items, lambda data: data.get("worn", 0), (1, 2, 5, 10), labels)


def _by_cost(items: Mapping[str, Node]) -> Colours:
    known = sorted(cost for data in items.values() if (cost := cost_of_a_wear(data)) is not None)
    if not known:
        return Colours(dict.fromkeys(items, UNKNOWN), [("no price or no wear yet", UNKNOWN)])
    bounds = sorted({_round(known[len(known) * part // 5]) for part in range(1, 5)})
    edges = [f"{bound:g}" for bound in bounds]
    labels = [f"under {edges[0]} a wear", *(f"{a} to {b}" for a, b in pairwise(edges))]
    return _stepped(items, cost_of_a_wear, bounds, [*labels, f"{edges[-1]} or more"], "no price or no wear yet")


def _round(cost: float) -> float:
    return float(f"{cost:.2g}")


def _stepped(
    items: Mapping[str, Node],
    value_of: Callable[[Node], float | None],
    bounds: Sequence[float],
    labels: Sequence[str],
    without: str = "",
) -> Colours:
    found = {}
    for node, data in items.items():
        value = value_of(data)
        found[node] = UNKNOWN if value is None else _STEPS[sum(value >= bound for bound in bounds)]
    rest = [(without, UNKNOWN)] if UNKNOWN in found.values() else []
    return Colours(found, [*zip(labels, _STEPS, strict=False), *rest])
