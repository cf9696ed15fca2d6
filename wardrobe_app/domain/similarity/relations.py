"""Name what two garments are to each other, from the same picture to different garments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from wardrobe_app.domain.garments.garment import Garment


class Relation(StrEnum):
    """How close two garments are to being one, closest first."""

    SAME_PICTURE = "same-picture"
    SAME_GARMENT = "same-garment"
    TWINS = "twins"
    LOOK_ALIKE = "look-alike"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class RelationWords:
    """A relation for people: a ``title``, its meaning, and what can be done; one sentence each."""

    title: str
    meaning: str
    advice: str


# Photos cannot tell one garment on two photos from two identical ones: the owner is asked about both at once.
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
            "They do different jobs in the wardrobe.",
            "There is nothing to decide.",
        ),
    }
)

PLAIN_NOTE: Final = (
    "Plain cloth looks the same on every garment of its kind, so photos can only show that these look alike. Only you "
    "know whether they are the same."
)


def plain_note(garments: Iterable[Garment]) -> str:
    """Explain why plain garments can only ever be look-alikes; empty if one of them is patterned."""
    return PLAIN_NOTE if all(garment.pattern in (None, "solid") for garment in garments) else ""
