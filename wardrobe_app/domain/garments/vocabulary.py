"""The types of garment this wardrobe knows, with labels and slots on the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Slot(StrEnum):
    """Where on the body a garment is worn."""

    UPPER = "upper"
    LOWER = "lower"
    FULL = "full"
    FEET = "feet"
    LEGWEAR = "legwear"
    HEAD = "head"
    BAG = "bag"
    ACCESSORY = "accessory"
    UNDERWEAR = "underwear"


@dataclass(frozen=True, slots=True)
class GarmentType:
    """A type: its stored ``name``, its ``label`` for people, and its ``slot``.

    ``own`` marks a custom type; no model knows it.
    """

    name: str
    label: str
    slot: Slot
    own: bool = False


class Vocabulary(Mapping[str, GarmentType]):
    """Types by name, in their order: the owner's custom types, then the tagger's."""

    def __init__(self, types: Iterable[GarmentType]) -> None:
        self._types = {kind.name: kind for kind in types}

    def __getitem__(self, name: str) -> GarmentType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def with_own(self, types: Iterable[GarmentType]) -> Vocabulary:
        """Add the owner's ``types``; existing names keep their meaning."""
        return Vocabulary([*types, *self.values()])

    @property
    def own(self) -> frozenset[str]:
        """Return the names of the custom types."""
        return frozenset(name for name, kind in self._types.items() if kind.own)

    def label(self, name: str | None) -> str:
        """Return the label for ``name``; the name itself if unknown, "Unknown type" for None."""
        if name is None:
            return "Unknown type"
        return self._types[name].label if name in self._types else name

    def slot(self, name: str | None) -> Slot | None:
        """Return the slot of the type called ``name``, or None if unknown."""
        kind = self._types.get(name) if name is not None else None
        return kind.slot if kind else None
