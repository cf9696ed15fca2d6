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
    """Types by name, in their order: the owner's custom types, then the tagger's.

    A name in ``merged`` stands for the type that its own was merged into, as in ``vocabulary["Chinos"].name``, unless a
    custom type has it. Only the types themselves are listed and counted.
    """

    def __init__(self, types: Iterable[GarmentType], merged: Mapping[str, str] | None = None) -> None:
        self._types = {kind.name: kind for kind in types}
        self.merged = {old: name for old, name in (merged or {}).items() if old not in self._types}

    def __getitem__(self, name: str) -> GarmentType:
        return self._types[self.merged.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def with_own(self, types: Iterable[GarmentType]) -> Vocabulary:
        """Add the owner's ``types``; existing names keep their meaning."""
        return Vocabulary([*types, *self.values()], self.merged)

    @property
    def own(self) -> frozenset[str]:
        """Return the names of the custom types."""
        return frozenset(name for name, kind in self._types.items() if kind.own)

    def label(self, name: str | None) -> str:
        """Return the label for ``name``; the name itself if unknown, "Unknown type" for None."""
        if name is None:
            return "Unknown type"
        return self[name].label if name in self else name

    def slot(self, name: str | None) -> Slot | None:
        """Return the slot of the type called ``name``, or None if unknown."""
        kind = self.get(name) if name is not None else None
        return kind.slot if kind else None
