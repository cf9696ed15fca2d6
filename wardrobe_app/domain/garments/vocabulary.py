"""The types of garment that this wardrobe knows, as names, labels and slots on the body."""

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
    """A type: the ``name`` that is stored, the ``label`` that people read, the ``slot`` it is worn in.

    ``own`` tells a type that the owner of the wardrobe made up; no model knows it.
    """

    name: str
    label: str
    slot: Slot
    own: bool = False


class Vocabulary(Mapping[str, GarmentType]):
    """Types by name, in their given order: the tagger's, put together once at the composition root, and the owner's."""

    def __init__(self, types: Iterable[GarmentType]) -> None:
        self._types = {kind.name: kind for kind in types}

    def __getitem__(self, name: str) -> GarmentType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def with_own(self, types: Iterable[GarmentType]) -> Vocabulary:
        """This vocabulary with the owner's ``types``; a name that is there already keeps its meaning."""
        return Vocabulary([*types, *self.values()])

    @property
    def own(self) -> frozenset[str]:
        """The names of the owner's own types."""
        return frozenset(name for name, kind in self._types.items() if kind.own)

    def label(self, name: str | None) -> str:
        """What people read for ``name``; an unknown name reads as itself, no name as "Unknown type"."""
        if name is None:
            return "Unknown type"
        return self._types[name].label if name in self._types else name

    def slot(self, name: str | None) -> Slot | None:
        """The slot of the type called ``name``, or None for no or an unknown type."""
        kind = self._types.get(name) if name is not None else None
        return kind.slot if kind else None
