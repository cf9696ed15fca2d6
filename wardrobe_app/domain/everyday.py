"""Garments as other people tell of them: everyday words for types, colours and the rest, read into our vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    "pattern": LOUD | QUIET | {"solid", "other"},
    "occasion": frozenset({"formal", "casual", "sports", "ethnic"}),
    "season": frozenset({"spring", "summer", "autumn", "winter"}),
    "gender": frozenset({"women", "men", "unisex", "girls", "boys"}),
}


class Reader:
    """Reads garments that are told of in words. ``name_of`` names a colour given as ``#rrggbb``."""

    def __init__(self, vocabulary: Vocabulary, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._types = _types_by_word(vocabulary)
        self._found: dict[str, GarmentType | None] = {}

    def read(self, told: Mapping[str, Any]) -> Worn:
        """The garment; what is missing, empty or not understood counts as not known."""
        kind = self.type_of(_word(told.get("type")))
        shade = self._shade(_word(told.get("colour")))
        values = {name: self._value(name, _word(told.get(name))) for name in _VALUES}
        known = [float(found is not None) for found in (shade, *(values[name] for name in _ORDER))]
        one = Worn(
            type=kind.name if kind else None,
            slot=kind.slot if kind else None,
            label=lower_first(kind.label) if kind else "unknown type",
            colours=colouring(kind.name if kind else None, shade) if shade else None,
            **values,
            reliable=(known[0], known[1], known[2], known[3], known[4]),
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

    def _shade(self, word: str) -> Shade | None:
        name = _OTHER_WORDS.get(word, word)
        if name in NAMED:
            return Shade(name, NAMED[name])
        digits = word.removeprefix("#")
        if len(digits) != 6 or set(digits) - set("0123456789abcdef"):
            return None
        return Shade(self._name_of(f"#{digits}"), f"#{digits}")

    def _value(self, name: str, word: str) -> str | None:
        value = _OTHER_WORDS.get(word, word)
        return value if value in _VALUES[name] else None


_ORDER: Final = ("occasion", "pattern", "season", "gender")


def _word(value: object) -> str:
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""


def _types_by_word(vocabulary: Vocabulary) -> dict[str, GarmentType]:
    found = {slot: GarmentType(slot, slot.capitalize(), place) for slot, place in _SLOTS.items()}
    found |= {word: GarmentType(name, name, Slot.ACCESSORY) for word, name in _BESIDE.items()}
    for name, words in _TYPES.items():
        if name in vocabulary:
            found |= dict.fromkeys(words, vocabulary[name])
    for kind in vocabulary.values():
        found |= dict.fromkeys((kind.label.casefold(), kind.name.casefold()), kind)
    return found
