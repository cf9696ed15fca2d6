"""Garments as other people tell of them: everyday words for types, colours and the rest, read into our vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wardrobe_app.domain.colour import NAMED, Shade
from wardrobe_app.domain.dressing import LOUD, QUIET, Worn, colouring, with_what_the_type_tells
from wardrobe_app.domain.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.wording import lower_first

# Words of shops and stylists, in the singular, for names of our types.
_TYPES: Final = {
    "Tee": ("t shirt", "tshirt", "tee shirt"),
    "Top": ("crop top", "bodice", "corset", "tube top", "bustier", "bralet"),
    "Tank": ("camisole", "cami", "singlet"),
    "Button-Down": ("button down", "button up", "dress shirt", "oxford shirt"),
    "Sweater": ("jumper", "pullover", "knitwear", "knit"),
    "Longsleeve": ("long sleeve", "long sleeve top"),
    "Vest": ("waistcoat", "gilet"),
    "Jacket": ("outerwear", "denim jacket", "leather jacket", "biker jacket", "outwear"),
    "Coat": ("trench", "overcoat", "trench coat", "fur"),
    "Trousers": ("pant", "pants", "slack", "trouser"),
    "Leggings": ("legging", "tight pants", "yoga pants"),
    "Jeans": ("jean", "denim", "denims"),
    "Skirt": ("mini", "midi skirt"),
    "Dress": ("gown", "all body", "frock", "one piece", "maxi"),
    "Jumpsuit": ("playsuit", "dungarees", "overall", "overalls"),
    "Swimwear": ("bikini", "swimsuit", "bathing suit"),
    "Sneakers": ("trainer", "sneaker", "plimsoll", "sports shoe"),
    "Heels": ("heel", "pump", "stiletto", "high heel"),
    "Flats": ("flat", "ballerina", "ballet flat", "espadrille", "mule"),
    "Formal Shoes": ("oxford", "brogue", "derby", "formal shoe"),
    "Shoes": ("shoe", "loafer", "moccasin", "footwear"),
    "Boots": ("boot", "bootie", "booties", "ankle boot"),
    "Sandals": ("sandal", "wedge", "slide"),
    "Flip Flops": ("flip flop", "thong sandal"),
    "Socks": ("sock",),
    "Tights": ("stocking", "hosiery", "tight"),
    "Hat": ("cap", "beanie", "fedora", "beret", "headwear", "baseball cap"),
    "Bag": ("handbag", "purse", "tote", "satchel", "shoulder bag", "cross body bag", "crossbody", "hobo"),
    "Wallet": ("clutch", "pouch"),
    "Backpack": ("rucksack",),
    "Scarf": ("shawl", "stole", "wrap", "scarves"),
    "Gloves": ("glove", "mitten"),
    "Tie": ("necktie", "bow tie"),
    "Sunglasses": ("sunglass", "shades", "eyewear", "glasses"),
    "Jewellery": ("jewelry", "jewel"),
    "Suit": ("two piece suit",),
}
# Accessories that our vocabulary has one word for, but that are worn side by side.
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
_OTHER_WORDS: Final = {
    "gray": "grey", "plain": "solid", "stripes": "striped", "polka dot": "dotted", "plaid": "checked",
    "printed": "graphic", "woman": "women", "female": "women", "man": "men", "male": "men", "girl": "girls",
    "boy": "boys", "fall": "autumn", "sport": "sports", "sporty": "sports",
}  # fmt: skip
_VALUES: Final = {
    "occasion": frozenset({"formal", "casual", "sports", "ethnic"}),
    "pattern": LOUD | QUIET | {"solid", "other"},
    "season": frozenset({"spring", "summer", "autumn", "winter"}),
    "gender": frozenset({"women", "men", "unisex", "girls", "boys"}),
}


_HEX: Final = re.compile("#[0-9a-f]{6}")


class Reader:
    """Reads garments that are told of in words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._types = _types_by_word(vocabulary)
        self._found: dict[str, GarmentType | None] = {}
        self._read: dict[tuple[str, ...], Worn] = {}

    def read(self, told: Mapping[str, Any], names: Mapping[str, str]) -> Worn:
        """The garment; what is missing, empty or not understood counts as not known.

        ``names`` holds the name of each ``#rrggbb`` that may be its colour.
        """
        words = tuple([_word(told.get(name)) for name in ("type", "colour", *_VALUES)])
        if words not in self._read:  # a garment is mostly in several pairs
            self._read[words] = self._worn(words, names)
        return self._read[words]

    def _worn(self, words: tuple[str, ...], names: Mapping[str, str]) -> Worn:
        kind, shade = self.type_of(words[0]), _shade(words[1], names)
        told = (_OTHER_WORDS.get(word, word) for word in words[2:])
        values = [value if value in known else None for value, known in zip(told, _VALUES.values(), strict=True)]
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

    def type_of(self, word: str) -> GarmentType | None:
        """The type that a word or several stand for ("skinny jeans": the last ones count); None for an unknown one."""
        if word not in self._found:
            words = word.replace("-", " ").replace("_", " ").replace("/", " ").split()
            tails = (" ".join(words[start:]) for start in range(len(words)))
            forms = (
                form for tail in (word, *tails) for form in (tail, tail.removesuffix("s"), tail.removesuffix("es"))
            )
            self._found[word] = next((self._types[form] for form in forms if form in self._types), None)
        return self._found[word]


def hex_in(told: Mapping[str, Any]) -> str | None:
    """The garment's colour where it is told as ``#rrggbb``, in lower case; None where it is not."""
    word = _word(told.get("colour"))
    return word if _HEX.fullmatch(word) else None


def _shade(word: str, names: Mapping[str, str]) -> Shade | None:
    if word in names:
        return Shade(names[word], word)
    name = _OTHER_WORDS.get(word, word)
    return Shade(name, NAMED[name]) if name in NAMED else None


def _word(value: object) -> str:
    return _folded(value) if isinstance(value, str) else ""


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _types_by_word(vocabulary: Vocabulary) -> dict[str, GarmentType]:
    found = {slot: GarmentType(slot, slot.capitalize(), place) for slot, place in _SLOTS.items()}
    found |= {word: GarmentType(name, name, Slot.ACCESSORY) for word, name in _BESIDE.items()}
    for name, words in _TYPES.items():
        if name in vocabulary:
            found |= dict.fromkeys(words, vocabulary[name])
    for kind in vocabulary.values():
        found |= dict.fromkeys((kind.label.casefold(), kind.name.casefold()), kind)
    return found
