"""Add up what the wardrobe cost, what a wear costs, what lies in duplicates, and what was bought and worn by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import WearStats, wear_stats
from wardrobe_app.domain.insights.diversity import count
from wardrobe_app.domain.insights.removal_cost import Standing
from wardrobe_app.domain.text import natural_key

MAX_MONTHS: Final = 24  # the latest
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cost:
    """What some garments cost: ``spent`` on the ``priced`` of them, ``unpriced`` others, and on how many ``days`` those
    with a price were worn; identical items count each.
    """

    spent: Decimal
    priced: int
    unpriced: int
    days: int

    @property
    def per_wear(self) -> Decimal | None:
        """Return the cost of each day that one of them was worn, to the cent; None without a price or a wear."""
        return (self.spent / self.days).quantize(_CENT, ROUND_HALF_UP) if self.priced and self.days else None


@dataclass(frozen=True, slots=True)
class TypeCost:
    """What the garments of a type cost; ``name`` is None for those of unknown type."""

    name: str | None
    label: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Month:
    """The month that begins on ``first``: how many garments were ``bought`` and ``worn``, and what those cost.

    A garment that was worn several times counts once.
    """

    first: date
    bought: int
    spent: Decimal
    worn: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What the garments in use cost ``whole`` and ``by_type`` (most spent first), and month by month since the first.

    ``duplicates`` do the same job as a garment that is worn more, is older, or a favourite; ``in_duplicates`` is what
    they cost, with further identical items. ``wears`` holds the garments with a price, lowest cost per wear first,
    ``unworn`` those with a price that were never worn, dearest first.
    """

    whole: Cost
    by_type: tuple[TypeCost, ...]
    duplicates: tuple[Garment, ...]
    in_duplicates: Decimal
    wears: tuple[WearStats, ...]
    unworn: tuple[Garment, ...]
    months: tuple[Month, ...]

    @property
    def unworn_cost(self) -> Decimal:
        """Return what the garments that were never worn cost."""
        return sum(map(_paid, self.unworn), Decimal(0))


def spending(garments: Sequence[Garment], worn: Mapping[int, Sequence[date]], state: Standing, today: date) -> Spending:
    """Add up the costs of the ``garments``; ``worn`` are the days of each, by id, as from ``days_worn``."""
    stats = [wear_stats(garment, worn) for garment in garments if garment.price is not None]
    twice = duplicates(state)
    return Spending(
        whole=_cost(garments, worn),
        by_type=_by_type(garments, worn),
        duplicates=twice,
        in_duplicates=sum(map(_paid, twice), Decimal(0)) + _more_of_the_same(state.garments, twice),
        wears=tuple(sorted((one for one in stats if one.cost is not None), key=lambda one: (one.cost, one.item.id))),
        unworn=tuple(sorted((one.item for one in stats if not one.days), key=lambda item: (-_paid(item), item.id))),
        months=_months(garments, worn, today),
    )


def duplicates(state: Standing) -> tuple[Garment, ...]:
    """Return the garments whose job one that stays does: a favourite, the one worn more, or the older."""
    ranked = sorted(range(len(state.garments)), key=lambda row: state.preference(state.garments[row]))
    alike, stays, found = state.alike, np.zeros(len(ranked), dtype=bool), list[Garment]()
    for row in ranked:
        if (alike[row] & stays).any():
            found.append(state.garments[row])
        else:
            stays[row] = True
    return tuple(found)


def _paid(garment: Garment) -> Decimal:
    return (garment.price or Decimal(0)) * garment.quantity


def _more_of_the_same(garments: Iterable[Garment], twice: Iterable[Garment]) -> Decimal:
    """Return what the second and further identical items cost of garments that are no duplicates."""
    known = {item.id for item in twice}
    more = ((item.price or Decimal(0)) * (item.quantity - 1) for item in garments if item.id not in known)
    return sum(more, Decimal(0))


def _cost(garments: Sequence[Garment], worn: Mapping[int, Sequence[date]]) -> Cost:
    priced = [item for item in garments if item.price is not None]
    days = sum(len(worn.get(item.id, ())) for item in priced)
    return Cost(sum(map(_paid, priced), Decimal(0)), count(priced), count(garments) - count(priced), days)


def _by_type(garments: Iterable[Garment], worn: Mapping[int, Sequence[date]]) -> tuple[TypeCost, ...]:
    groups: dict[tuple[str | None, str], list[Garment]] = {}
    for item in garments:
        groups.setdefault((item.type, item.type_label if item.type else "Type not known"), []).append(item)
    found = [TypeCost(name, label, _cost(items, worn)) for (name, label), items in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.cost.spent, natural_key(one.label))))


def _months(garments: Iterable[Garment], worn: Mapping[int, Sequence[date]], today: date) -> tuple[Month, ...]:
    bought: dict[date, list[Garment]] = {}
    used: dict[date, set[int]] = {}
    for item in garments:
        if item.purchased_on:
            bought.setdefault(item.purchased_on.replace(day=1), []).append(item)
        for day in worn.get(item.id, ()):
            used.setdefault(day.replace(day=1), set()).add(item.id)
    first = min({*bought, *used}, default=None)
    return tuple(
        Month(at, count(bought.get(at, ())), sum(map(_paid, bought.get(at, ())), Decimal(0)), len(used.get(at, ())))
        for at in _months_since(first, today)
    )


def _months_since(first: date | None, today: date) -> list[date]:
    """Return the first days of the months from ``first`` until ``today``, the latest ``MAX_MONTHS``."""
    found, at = list[date](), today.replace(day=1)
    while first is not None and at >= first and len(found) < MAX_MONTHS:
        found.insert(0, at)
        at = at.replace(year=at.year - 1, month=12) if at.month == 1 else at.replace(month=at.month - 1)
    return found
