"""Saved and rejected outfits, and what was worn when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement

DAYS_A_MONTH: Final = 365 / 12


class OutfitState(StrEnum):
    """The owner's opinion of an outfit."""

    SAVED = "saved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SavedOutfit:
    """An outfit that was saved or rejected: ``item_ids`` from the body outwards; ``created_at`` in UTC.

    ``recorded`` are its original garments, before merges. ``arrangement`` says how they lie in its picture, the
    lowest first; it is empty where the owner arranged nothing.
    """

    id: int
    name: str
    state: OutfitState
    item_ids: tuple[int, ...]
    created_at: datetime
    recorded: tuple[int, ...] = field(default=(), compare=False)
    arrangement: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class WearRecord:
    """A row of the wear log as written, before merges."""

    id: int
    item_ids: tuple[int, ...]
    outfit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wear:
    """Garments worn together on a day; ``outfit_id`` is the saved outfit, if it was one.

    ``records`` are its rows: several where merges made wears of one day equal.
    """

    id: int
    worn_on: date
    item_ids: tuple[int, ...]
    outfit_id: int | None = None
    records: tuple[WearRecord, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class WearStats:
    """How much a garment was worn: on how many ``days``, the ``last`` one, and the ``cost`` per wear.

    ``cost`` is None without a price or a wear.
    """

    item: Garment
    days: int
    last: date | None
    cost: Decimal | None


def days_worn(wears: Iterable[Wear]) -> dict[int, tuple[date, ...]]:
    """Return the days on which each garment (by id) was worn, each once, in order."""
    found: dict[int, set[date]] = {}
    for wear in wears:
        for item in wear.item_ids:
            found.setdefault(item, set()).add(wear.worn_on)
    return {item: tuple(sorted(days)) for item, days in found.items()}


def outfit_days(outfit: SavedOutfit, wears: Iterable[Wear]) -> tuple[date, ...]:
    """Return the days on which an outfit, or the same garments, was worn, in order."""
    items = set(outfit.item_ids)
    return tuple(sorted({wear.worn_on for wear in wears if wear.outfit_id == outfit.id or set(wear.item_ids) == items}))


def wear_stats(garment: Garment, worn: Mapping[int, Sequence[date]]) -> WearStats:
    """Return how much a garment was worn, from the result of ``days_worn``."""
    days = worn.get(garment.id, ())
    return WearStats(garment, len(days), max(days, default=None), cost_per_wear(garment, len(days)))


def cost_per_wear(garment: Garment, days: int) -> Decimal | None:
    """Return the cost of each day of wearing, to the cent: price times quantity, divided by ``days``.

    None without a price or a wear.
    """
    if garment.price is None or days < 1:
        return None
    return (garment.price * garment.quantity / days).quantize(Decimal("0.01"), ROUND_HALF_UP)


def not_worn(
    garments: Iterable[Garment],
    worn: Mapping[int, Sequence[date]],
    today: date,
    months: int = 12,
    days: Days = OF_THE_COMPUTER,
) -> tuple[Garment, ...]:
    """Return what was added over so many ``months`` ago and not worn since, the longest unworn first.

    A year is 365 days. A garment without a date counts as old. ``days`` converts moments to dates.
    """
    before = today - timedelta(days=round(months * DAYS_A_MONTH))
    resting = [
        garment
        for garment in garments
        if _added(garment, days) < before and max(worn.get(garment.id, ()), default=date.min) < before
    ]
    return tuple(sorted(resting, key=lambda garment: (_last(garment, worn, days), garment.id)))


def _last(garment: Garment, worn: Mapping[int, Sequence[date]], days: Days) -> date:
    """Return when it was last worn, or else added."""
    return max(worn.get(garment.id, ()), default=_added(garment, days))


def _added(garment: Garment, days: Days) -> date:
    return days.of(garment.added_at) if garment.added_at else date.min
