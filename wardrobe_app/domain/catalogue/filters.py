"""Filters, sorting and pages of a wardrobe, and the details an owner can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final

from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Condition, Garment


class Sort(StrEnum):
    """The order of a gallery; the value is its name for people."""

    NEWEST = "Newest first"
    OLDEST = "Oldest first"
    TYPE = "Type"
    COLOUR = "Colour"
    PRICE = "Price"
    NAME = "Name"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which garments to show; all conditions have to hold. Trashed garments never show.

    ``values`` maps a tag kind, ``slot``, ``brand`` or ``status`` to accepted values (an empty set accepts all); a brand
    matches in every spelling. ``text`` is words that each have to occur somewhere or to mean a tag. ``archived`` shows
    archived garments instead of live ones. ``unsure`` selects by whether the model is unsure of the type. ``ids``
    selects these garments, archived or not.
    """

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    text: str = ""
    favourite: bool | None = None
    archived: bool = False
    unsure: bool | None = None
    ids: frozenset[int] | None = None

    def without(self, name: str) -> Filter:
        """Return the same filter with everything accepted for ``name``."""
        rest = {key: accepted for key, accepted in self.values.items() if key != name}
        return replace(self, values=rest)


@dataclass(frozen=True, slots=True)
class PageOfGarments:
    """One page of a gallery, and the total number of garments."""

    garments: tuple[Garment, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The garments found, and the ``text`` that found them, which may correct a typo."""

    garments: tuple[Garment, ...]
    text: str


@dataclass(frozen=True, slots=True)
class GarmentCounts:
    """The number of garments in the wardrobe, archived, in the trash, and of live ones with an unsure type."""

    live: int
    archived: int
    trashed: int
    unsure: int


class Unchanged(Enum):
    """The type of ``UNCHANGED``."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class GarmentEdit:
    """New values for the owner's details; ``UNCHANGED`` ones stay."""

    name: str | Unchanged = UNCHANGED
    notes: str | Unchanged = UNCHANGED
    brand: str | Unchanged = UNCHANGED
    size: str | Unchanged = UNCHANGED
    price: Decimal | Unchanged | None = UNCHANGED
    purchased_on: date | Unchanged | None = UNCHANGED
    quantity: int | Unchanged = UNCHANGED
    condition: Condition | Unchanged | None = UNCHANGED
    status: Status | Unchanged | None = UNCHANGED
    lent_to: str | Unchanged = UNCHANGED

    def changes(self) -> dict[str, Any]:
        """Return the fields to change, with their new values."""
        pairs = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return {name: value for name, value in pairs if value is not UNCHANGED}
