"""Name a group of garments by what is sure of them: "Three pink blouses", "Two pairs of navy jeans"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource
from wardrobe_app.domain.garments.tag_reliability import possible, reliability
from wardrobe_app.domain.garments.vocabulary import Slot


def title(items: tuple[Garment, ...]) -> str:
    """Name a group; garments whose types differ or are unsure get a wider word."""
    colours = list(dict.fromkeys(item.colour for item in items if item.colour))
    colour = " or ".join(colours) if len(colours) <= 2 and all(item.colour for item in items) else ""
    patterns = {item.pattern for item in items}
    adjectives = [colour, wording.pattern_adjective(patterns.pop() if len(patterns) == 1 else None)]
    return wording.counted(len(items), kind(items), adjectives)


def kind(items: Sequence[Garment]) -> str:
    """Return the type of all the garments if the owner gave it to one, or half have it for sure; else a wider word."""
    tags = [item.tags.get(TagKind.TYPE) for item in items]
    sure = [item for item, tag in zip(items, tags, strict=True) if reliability(tag) == 1]
    told = any(tag is not None and tag.source is TagSource.PERSON for tag in tags)
    if (told or 2 * len(sure) >= len(items)) and len({item.type for item in items}) == 1:
        return items[0].type_label
    return _collective(sure if 2 * len(sure) > len(items) else items)


_OUTER: Final = {"Parka", "Bomber", "Jacket", "Blazer", "Coat", "Vest"}

# Common words for near-synonyms; the first row whose types include all of the group's.
_COLLECTIVES: Final = (
    ({"Blouse", "Button-Down"}, "Shirt"),
    ({"Tee", "Top", "Henley", "Jersey", "Tank", "Blouse", "Longsleeve", "Tunic", "Kurta"}, "Top"),
    ({"Sweater", "Turtleneck", "Sweatshirt", "Hoodie", "Longsleeve", "Cardigan"}, "Sweater"),
    (_OUTER, "Jacket"),
    ({"Jeans", "Trousers", "Sweatpants", "Leggings", "Capris"}, "Trousers"),
    ({"Shorts", "Trunks"}, "Shorts"),
    ({"Dress", "Tunic"}, "Dress"),
)
_BY_SLOT: Final = {
    Slot.UPPER: "Top",
    Slot.FEET: "Shoes",
    Slot.LEGWEAR: "Legwear",
    Slot.UNDERWEAR: "Underwear",
    Slot.HEAD: "Hat",
    Slot.BAG: "Bag",
    Slot.ACCESSORY: "Accessory",
}


def _collective(items: Sequence[Garment]) -> str:
    types = {name for item in items if (tag := item.tags.get(TagKind.TYPE)) for name in possible(tag)}
    fitting = (label for family, label in _COLLECTIVES if types and types <= family)
    slots = {item.slot for item in items}
    slot = slots.pop() if len(slots) == 1 and not types & _OUTER else None
    return next(fitting, None) or (_BY_SLOT.get(slot, "Garment") if slot else "Garment")
