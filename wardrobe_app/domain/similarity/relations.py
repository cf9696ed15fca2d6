"""What two garments are to each other, from one picture stored twice to no likeness at all, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from wardrobe_app.domain.garments.garment import Garment


class Relation(StrEnum):
    """How near two garments are to being one, the nearest first."""

    SAME_PICTURE = "same-picture"
    SAME_GARMENT = "same-garment"
    TWINS = "twins"
    LOOK_ALIKE = "look-alike"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class RelationWords:
    """A relation for people: a ``title``, what it means, and what can be done about it; a sentence each."""

    title: str
    meaning: str
    advice: str


# No picture tells one garment on two photos from two that were bought alike: both are put to the owner as one question.
_SAME_OR_TWINS: Final = RelationWords(
    "The same garment, or several of the same",
    "Cloth, cut and details agree: this is one garment on several photos, or several that were bought alike. "
    "Photos cannot tell the two apart: you decide.",
    "If it is one garment, it keeps all the photos; if there are several, they become one with a quantity.",
)

WORDS: Final[Mapping[Relation, RelationWords]] = MappingProxyType(
    {
        Relation.SAME_PICTURE: RelationWords(
            "The same picture",
            "One picture is here more than once, perhaps in another size or file.",
            "Choose “Same garment” to merge them; no photo is lost.",
        ),
        Relation.SAME_GARMENT: _SAME_OR_TWINS,
        Relation.TWINS: _SAME_OR_TWINS,
        Relation.LOOK_ALIKE: RelationWords(
            "Look-alikes",
            "You would wear them for the same things: type, colour, pattern and style are close.",
            "Keep what you wear, let go of what you would not miss, or mark them as different.",
        ),
        Relation.DIFFERENT: RelationWords(
            "Different",
            "Nothing says that one could stand in for the other.",
            "There is nothing to decide.",
        ),
    }
)

PLAIN_NOTE: Final = (
    "Plain cloth looks the same on every garment of its kind, so photos can show no more than that they look alike; "
    "only you know whether they are the same."
)


def plain_note(garments: Iterable[Garment]) -> str:
    """The sentence that says why plain garments can only ever be look-alikes; empty where one of them is patterned."""
    return PLAIN_NOTE if all(garment.pattern in (None, "solid") for garment in garments) else ""
