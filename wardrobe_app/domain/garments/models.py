"""The models that can tag, as a person chooses between them, and why one of them saw a type."""

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
    """What a checkpoint says of itself.

    ``types`` is how many types it tells apart; ``figures`` are what was measured when it was trained, by name.
    """

    name: str
    version: str
    backbone: str
    types: int
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """Name and version, as tags remember them."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file that can tag, or why it cannot: either ``header`` is there, or ``problem`` is a sentence.

    ``key`` is what it is chosen by.
    """

    key: str
    file: str
    origin: Origin
    header: Header | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """Name and version, or the file's name where nothing else can be read."""
        return self.header.model if self.header else self.key


@dataclass(frozen=True, slots=True)
class Why:
    """Where on a photo a model saw a type: ``picture`` is a JPEG of the photo with the heat on it.

    ``share`` is that type's among all types, 0 to 1; ``model`` names who saw it. ``spoke`` tells whether anything in
    the photo spoke for the type at all.
    """

    picture: bytes = field(repr=False)
    type: str
    share: float
    model: str
    spoke: bool = True


def tagged_by(garments: Iterable[Garment]) -> Counter[str | None]:
    """How many garments each model has tagged, by its name and version; None for those that no model has."""
    return Counter(next((tag.model for tag in one.suggestions.values() if tag.model), None) for one in garments)
