"""Read garments that are described in other people's words into our vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wardrobe_app.domain.catalogue.lexicon import VALUES, lexicon_of, look_up, phrase
from wardrobe_app.domain.colour import NAMED, Shade
from wardrobe_app.domain.compatibility.criteria import Worn, colouring, with_what_the_type_tells
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL, TagKind
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.wording import lower_first

_TOGETHER: Final = "Jewellery"
# Accessories that share one type of ours, but are worn together.
_BESIDE: Final = {
    "necklace": "Necklace",
    "choker": "Necklace",
    "pendant": "Necklace",
    "earring": "Earrings",
    "stud": "Earrings",
    "bracelet": "Bracelet",
    "bangle": "Bracelet",
    "cuff": "Bracelet",
    "ring": "Ring",
    "brooch": "Brooch",
    "hair accessory": "Hair accessory",
    "umbrella": "Umbrella",
    "phone case": "Phone case",
    "accessory": "Accessory",
}
_SLOTS: Final = {"bottom": Slot.LOWER, "lower": Slot.LOWER, "upper": Slot.UPPER, "full": Slot.FULL, "feet": Slot.FEET}
_PIECES: Final = {slot: GarmentType(slot, slot.capitalize(), place) for slot, place in _SLOTS.items()} | {
    word: GarmentType(name, name, Slot.ACCESSORY) for word, name in _BESIDE.items()
}
_ASKED: Final = (TagKind.OCCASION, TagKind.PATTERN, TagKind.SEASON, TagKind.GENDER)

_HEX: Final = re.compile("#[0-9a-f]{6}")


class Reader:
    """Reads garments described in words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._lexicon = lexicon_of(vocabulary)
        self._found: dict[str, GarmentType | None] = {}
        self._read: dict[tuple[str, ...], Worn] = {}

    def read(self, told: Mapping[str, Any], names: Mapping[str, str]) -> Worn:
        """Return the garment; missing, empty and unknown values count as unknown.

        ``names`` holds the name of each ``#rrggbb`` that may be its colour.
        """
        words = tuple([_word(_one_text(told.get(name))) for name in ("type", "colour", *_ASKED)])
        if words not in self._read:  # most garments are in several pairs
            self._read[words] = self._worn(words, names)
        return self._read[words]

    def _worn(self, words: tuple[str, ...], names: Mapping[str, str]) -> Worn:
        kind, shade = self.type_of(words[0]), self._shade(words[1], names)
        values = [self._value(about, word) for about, word in zip(_ASKED, words[2:], strict=True)]
        occasion, pattern, season, gender = values
        one = Worn(
            type=kind.name if kind else None,
            slot=kind.slot if kind else None,
            label=lower_first(kind.label) if kind else "unknown type",
            colours=colouring(kind.name if kind else None, shade) if shade else None,
            occasion=occasion,
            pattern=pattern,
            season=season,
            gender=gender,
            reliable=(float(shade is not None), *(float(value is not None) for value in values)),  # type: ignore[arg-type]
        )
        return with_what_the_type_tells(one)

    def _value(self, about: TagKind, word: str) -> str | None:
        """Return the values that words stand for; None for unknown ones."""
        words = tag_values.split_words(word) if about in SEVERAL else [word]
        known = [value for one in words if (value := self._lexicon.value_named(about, one))]
        return tag_values.joined(known, list(VALUES[about])) or None

    def type_of(self, word: str) -> GarmentType | None:
        """Return the type that words stand for ("skinny jeans": the last ones count); None for an unknown one."""
        if word not in self._found:
            words = phrase(word).split()
            tails = (" ".join(words[start:]) for start in range(len(words)))
            self._found[word] = next((kind for tail in tails if (kind := self._named(tail))), None)
        return self._found[word]

    def _named(self, said: str) -> GarmentType | None:
        kind, piece = self._lexicon.type_named(said), look_up(_PIECES, said)
        return piece if piece and (kind is None or kind.name == _TOGETHER) else kind

    def _shade(self, word: str, names: Mapping[str, str]) -> Shade | None:
        if word in names:
            return Shade(names[word], word)
        said = phrase(word).split()
        # The whole, else its last known word: "dark olive green" is green.
        parts = (phrase(word), *reversed(said))
        name = next((found for part in parts if (found := self._lexicon.value_named(TagKind.COLOUR, part))), None)
        return Shade(name, NAMED[name]) if name else None


def hex_in(told: Mapping[str, Any]) -> str | None:
    """Return the garment's colour if it is given as ``#rrggbb``, in lower case; else None."""
    word = _word(told.get("colour"))
    return word if _HEX.fullmatch(word) else None


def _one_text(value: object) -> object:
    """Join a list of words."""
    if isinstance(value, list):
        return tag_values.SEPARATOR.join(one for one in value if isinstance(one, str))
    return value


def _word(value: object) -> str:
    return _folded(value) if isinstance(value, str) else ""


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
