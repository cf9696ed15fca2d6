"""How a wardrobe is looked through: filters, sorting, pages, and what the owner may change."""

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
    """The order of a gallery; the value is what people read."""

    NEWEST = "Newest first"
    OLDEST = "Oldest first"
    TYPE = "Type"
    COLOUR = "Colour"
    PRICE = "Price"
    NAME = "Name"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which garments to show; every condition has to hold, trashed garments never show.

    ``values`` maps a tag kind, ``slot``, ``brand`` or ``status`` to the accepted values (an empty set accepts all); of
    brands, all spellings of one are accepted. ``text`` is words that each have to occur somewhere or to mean a tag.
    ``archived`` shows the archived ones instead of the live ones. ``unsure`` asks for a type that the model is not (or
    is) sure of. ``ids`` asks for these garments alone, archived or not.
    """

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    text: str = ""
    favourite: bool | None = None
    archived: bool = False
    unsure: bool | None = None
    ids: frozenset[int] | None = None

    def without(self, name: str) -> Filter:
        """The same filter with everything accepted for ``name``."""
        rest = {key: accepted for key, accepted in self.values.items() if key != name}
        return replace(self, values=rest)


@dataclass(frozen=True, slots=True)
class PageOfGarments:
    """One page of a gallery, and how many garments all pages hold."""

    garments: tuple[Garment, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The garments that a search found, and the ``text`` that found them: another one where a typo was forgiven."""

    garments: tuple[Garment, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many garments there are: in the wardrobe, archived, in the trash, and live ones with an unsure type."""

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
    """New values for the fields that the owner writes; what is left ``UNCHANGED`` stays as it is."""

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
        """The fields to change, with their new values."""
        pairs = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return {name: value for name, value in pairs if value is not UNCHANGED}
