"""What the owner makes of garments: looks that she saved or rejected, and what she wore when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.garments.garment import Garment

DAYS_A_MONTH: Final = 365 / 12


class OutfitState(StrEnum):
    """What the owner thinks of a look."""

    SAVED = "saved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SavedOutfit:
    """A look that the owner saved or rejected: ``item_ids`` from the body outwards; ``created_at`` in UTC.

    ``recorded`` are the garments that it was made of, before some of them became one.
    """

    id: int
    name: str
    state: OutfitState
    item_ids: tuple[int, ...]
    created_at: datetime
    recorded: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class WearRecord:
    """One row of the calendar as it was written, before some garments became one."""

    id: int
    item_ids: tuple[int, ...]
    outfit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wear:
    """Garments that were worn together on a day; ``look_id`` is that of the saved look, if it was one.

    ``records`` are the rows that it is made of: more than one where garments that were worn on one day became one.
    """

    id: int
    worn_on: date
    item_ids: tuple[int, ...]
    outfit_id: int | None = None
    records: tuple[WearRecord, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class WearStats:
    """How much a garment was worn: on how many ``days``, the ``last`` one, and what each cost so far.

    ``cost`` is that of one wear, None where the price is not known or it was not worn yet.
    """

    item: Garment
    days: int
    last: date | None
    cost: Decimal | None


def days_worn(wears: Iterable[Wear]) -> dict[int, tuple[date, ...]]:
    """The days on which each garment (by id) was worn, each day once, the first one first."""
    found: dict[int, set[date]] = {}
    for wear in wears:
        for item in wear.item_ids:
            found.setdefault(item, set()).add(wear.worn_on)
    return {item: tuple(sorted(days)) for item, days in found.items()}


def outfit_days(outfit: SavedOutfit, wears: Iterable[Wear]) -> tuple[date, ...]:
    """The days on which a look was worn: as what was saved, or as the same garments; the first day first."""
    items = set(outfit.item_ids)
    return tuple(sorted({wear.worn_on for wear in wears if wear.outfit_id == outfit.id or set(wear.item_ids) == items}))


def wear_stats(garment: Garment, worn: Mapping[int, Sequence[date]]) -> WearStats:
    """How much a garment was worn, by ``days_worn``."""
    days = worn.get(garment.id, ())
    return WearStats(garment, len(days), max(days, default=None), cost_per_wear(garment, len(days)))


def cost_per_wear(garment: Garment, days: int) -> Decimal | None:
    """What each day of wearing cost, to the cent: the price of one, times how many there are, divided by the ``days``.

    None where the price is not known, or where it was not worn yet.
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
    """What was added over so many ``months`` ago and not worn for as long; what rests longest first.

    A year is 365 days. A garment of which nobody knows since when it is there counts as an old one.
    ``days`` tells on which day one was added.
    """
    before = today - timedelta(days=round(months * DAYS_A_MONTH))
    resting = [
        garment
        for garment in garments
        if _added(garment, days) < before and max(worn.get(garment.id, ()), default=date.min) < before
    ]
    return tuple(sorted(resting, key=lambda garment: (_last(garment, worn, days), garment.id)))


def _last(garment: Garment, worn: Mapping[int, Sequence[date]], days: Days) -> date:
    """When it was worn last, or else when it came."""
    return max(worn.get(garment.id, ()), default=_added(garment, days))


def _added(garment: Garment, days: Days) -> date:
    return days.of(garment.added_at) if garment.added_at else date.min
