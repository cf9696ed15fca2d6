"""The words people use for types and attributes: one list for search, spreadsheets and described garments."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, TypeVar

from wardrobe_app.domain.colour import MULTICOLOUR, NAMED
from wardrobe_app.domain.compatibility.conventions import LOUD, QUIET
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.vocabulary import GarmentType, Vocabulary
from wardrobe_app.domain.text import fold
from wardrobe_app.domain.wording import plural

T = TypeVar("T")
Meaning = tuple[TagKind, str]
"""A kind of tag and one of its values."""

# Shops' and stylists' words for our types, in the singular.
_TYPES: Final = {
    "Tee": ("t shirt", "tshirt", "tee shirt"),
    "Top": ("crop top", "bodice", "corset", "tube top", "bustier", "bralet", "halter top"),
    "Tank": ("camisole", "cami", "singlet"),
    "Button-Down": ("button down", "button up", "dress shirt", "oxford shirt", "flannel shirt"),
    "Sweater": ("jumper", "pullover", "knitwear", "knit"),
    "Sweatshirt": ("sweat shirt",),
    "Hoodie": ("hoody", "hooded sweatshirt"),
    "Turtleneck": ("polo neck", "roll neck"),
    "Longsleeve": ("long sleeve", "long sleeve top"),
    "Vest": ("waistcoat", "gilet"),
    "Jacket": ("outerwear", "denim jacket", "leather jacket", "biker jacket", "outwear"),
    "Coat": ("trench", "overcoat", "trench coat", "fur", "pea coat"),
    "Trousers": ("pant", "pants", "slack", "trouser", "chino"),
    "Capris": ("capri", "capri trousers", "capri pants", "cropped pants", "culotte", "gaucho", "gaucho trousers"),
    "Shorts": ("cut off", "cut off shorts", "sweat shorts"),
    "Leggings": ("legging", "tight pants", "yoga pants"),
    "Jeans": ("jean", "denim", "denims"),
    "Sweatpants": ("sweat pants", "jogging bottoms", "tracksuit bottoms"),
    "Skirt": ("mini", "midi skirt"),
    "Dress": ("gown", "all body", "frock", "one piece", "maxi", "cover up", "shirt dress", "sun dress"),
    "Nightdress": ("nightgown", "nightie"),
    "Robe": ("bathrobe", "dressing gown"),
    "Pyjamas": ("pajama", "nightwear", "sleepwear"),
    "Saree": ("sari",),
    "Jumpsuit": ("playsuit", "boiler suit"),
    "Dungarees": ("dungaree", "overall", "overalls", "bib overall"),
    "Snowsuit": ("snow suit", "ski suit", "pramsuit"),
    "Swimwear": ("bikini", "swimsuit", "bathing suit"),
    "Sneakers": ("trainer", "sneaker", "plimsoll", "sports shoe"),
    "Heels": ("heel", "pump", "stiletto", "high heel"),
    "Flats": ("flat", "ballerina", "ballet flat", "espadrille", "mule"),
    "Formal Shoes": ("oxford", "brogue", "derby", "formal shoe"),
    "Shoes": ("shoe", "loafer", "moccasin", "footwear"),
    "Boots": ("boot", "bootie", "booties", "ankle boot"),
    "Sandals": ("sandal", "wedge", "slide"),
    "Flip Flops": ("flip flop", "thong sandal"),
    "Slippers": ("slipper", "house shoe"),
    "Clogs": ("clog", "croc"),
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
    "Watch": ("wristwatch",),
    "Jewellery": (
        "jewelry", "jewel", "necklace", "choker", "pendant", "earring", "stud", "bracelet", "bangle", "cuff", "ring",
        "brooch",
    ),
    "Underwear": ("knickers", "panties", "boxers", "briefs"),
    "Suit": ("two piece suit",),
}  # fmt: skip
VALUES: Final[Mapping[TagKind, Collection[str]]] = {
    TagKind.COLOUR: frozenset({*NAMED, MULTICOLOUR}),
    TagKind.PATTERN: LOUD | QUIET | {"solid", "other"},
    TagKind.SLEEVE: frozenset({"sleeveless", "short sleeve", "three-quarter sleeve", "long sleeve"}),
    TagKind.GENDER: frozenset({"women", "men", "unisex", "girls", "boys"}),
    TagKind.SEASON: ("spring", "summer", "autumn", "winter"),
    TagKind.OCCASION: ("casual", "work", "formal", "sports", "ethnic"),
}
"""What a tag of each kind, other than the type, can say."""
_OTHER_WORDS: Final[Mapping[TagKind, Mapping[str, tuple[str, ...]]]] = {
    TagKind.COLOUR: {
        "grey": ("gray", "charcoal", "silver"), "white": ("off white", "ivory"), "navy": ("navy blue",),
        "beige": ("cream", "camel"), "brown": ("tan",), "red": ("burgundy", "maroon", "crimson"),
        "pink": ("fuchsia", "magenta"), "orange": ("coral",), "yellow": ("mustard", "gold"),
        "green": ("olive", "khaki", "teal"), "blue": ("turquoise", "cobalt"),
        "purple": ("lilac", "lavender", "violet", "mauve"),
        MULTICOLOUR: ("multicolor", "multi coloured", "multi colored"),
    },
    TagKind.PATTERN: {
        "solid": ("plain",), "striped": ("stripes", "stripe"), "dotted": ("polka dot",), "checked": ("plaid",),
        "graphic": ("printed",),
    },
    TagKind.SLEEVE: {"short sleeve": ("short sleeved",), "long sleeve": ("long sleeved",)},
    TagKind.GENDER: {
        "women": ("woman", "female"), "men": ("man", "male"), "girls": ("girl",), "boys": ("boy",),
    },
    TagKind.SEASON: {"autumn": ("fall",)},
    TagKind.OCCASION: {"work": ("office",), "sports": ("sport", "sporty")},
}  # fmt: skip
_APART: Final = re.compile(r"[-_/\s]+")
_NOT_SAID: Final = frozenset({(TagKind.PATTERN, "other")})  # a search for "other" is not about patterns


def phrase(text: str) -> str:
    """Normalise words to the form in the list: folded, with single blanks ("T-Shirts" is "t shirts")."""
    return _APART.sub(" ", fold(text)).strip()


class Lexicon:
    """What words mean in a vocabulary: names, also merged ones, and labels of its types, and the list above; singular
    or plural.

    A name or label wins over the list: for an owner with a custom type "Jumper", the word means that type.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._types = _with_other_number(_type_words(vocabulary))
        self._values = {kind: _with_other_number(_value_words(kind)) for kind in VALUES}

    def type_named(self, text: str) -> GarmentType | None:
        """Return the type that these words name as a whole; None for unknown ones."""
        return look_up(self._types, phrase(text))

    def value_named(self, kind: TagKind, text: str) -> str | None:
        """Return the value of a ``kind`` of tag that these words name as a whole; None for unknown ones."""
        if kind is TagKind.TYPE:
            found = self.type_named(text)
            return found.name if found else None
        return look_up(self._values[kind], phrase(text))

    def meanings(self, text: str) -> frozenset[Meaning]:
        """Return everything these words may mean as a whole; empty for unknown ones."""
        named = {(kind, value) for kind in TagKind if (value := self.value_named(kind, text))}
        return frozenset(named - _NOT_SAID)

    def words(self) -> frozenset[str]:
        """Return every single word, singular and plural."""
        return frozenset(word for said in chain(self._types, *self._values.values()) for word in said.split())

    def words_for(self, kind: TagKind, value: str) -> tuple[str, ...]:
        """Return all phrases for a value, singular and plural; empty for an unknown value."""
        if kind is TagKind.TYPE:
            return tuple(said for said, one in self._types.items() if one.name == value)
        return tuple(said for said, one in self._values[kind].items() if one == value)


def lexicon_of(vocabulary: Vocabulary) -> Lexicon:
    """Return the lexicon of a vocabulary, created once for each."""
    return _made(tuple(vocabulary.values()), tuple(vocabulary.merged.items()))


@lru_cache(maxsize=8)
def _made(types: tuple[GarmentType, ...], merged: tuple[tuple[str, str], ...]) -> Lexicon:
    return Lexicon(Vocabulary(types, dict(merged)))


def look_up(known: Mapping[str, T], said: str) -> T | None:
    """Return what is known by a phrase or its singular; None for an unknown one."""
    singular = (said.removesuffix("s"), said.removesuffix("es")) if not said.endswith("ss") else ()
    return next((known[form] for form in (said, *singular) if form in known), None)


def _type_words(vocabulary: Vocabulary) -> dict[str, GarmentType]:
    listed = {word: vocabulary[name] for name, words in _TYPES.items() if name in vocabulary for word in words}
    merged = {phrase(name): vocabulary[name] for name in vocabulary.merged if name in vocabulary}
    parts = {phrase(part): kind for kind in vocabulary.values() for part in kind.label.split(" or ")}
    # The first ones, which are custom types, win.
    whole = {phrase(said): kind for kind in [*vocabulary.values()][::-1] for said in (kind.label, kind.name)}
    return merged | parts | listed | whole


def _value_words(kind: TagKind) -> dict[str, str]:
    others = {word: value for value, words in _OTHER_WORDS[kind].items() for word in words}
    return others | {phrase(value): value for value in sorted(VALUES[kind])}


def _with_other_number(known: Mapping[str, T]) -> dict[str, T]:
    """Add the plural of each singular and the other way round."""
    singular = {said.removesuffix("s"): value for said, value in known.items() if not said.endswith(("ss", "sses"))}
    return singular | {plural(said): value for said, value in known.items()} | dict(known)
