"""The models that can tag, and what one of them saw in a photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wardrobe_app.domain.garments.garment import Garment


class Origin(StrEnum):
    """Where a checkpoint comes from."""

    SHIPPED = "ships with the program"
    FOLDER = "in the models folder"
    NAMED = "named at the start"


@dataclass(frozen=True, slots=True)
class Header:
    """The metadata of a checkpoint.

    ``types`` is the number of types it knows; ``figures`` are the measurements of its training, by name.
    """

    name: str
    version: str
    backbone: str
    types: int
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """Return name and version, as stored with tags."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint file: either its ``header``, or the ``problem`` that makes it unusable, in a sentence.

    ``key`` identifies it.
    """

    key: str
    file: str
    origin: Origin
    header: Header | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """Return name and version, or the file's name if nothing else is readable."""
        return self.header.model if self.header else self.key


@dataclass(frozen=True, slots=True)
class Why:
    """Where in a photo a model saw a type: ``picture`` is a JPEG with the heat map.

    ``share`` is the type's among all types, 0 to 1. ``spoke`` is whether anything in the photo supported the type.
    """

    picture: bytes = field(repr=False)
    type: str
    share: float
    model: str
    spoke: bool = True


def tagged_by(garments: Iterable[Garment]) -> Counter[str | None]:
    """Count the garments that each model has tagged, by name and version; None for untagged ones."""
    return Counter(next((tag.model for tag in one.suggestions.values() if tag.model), None) for one in garments)
