"""Describe what a redundant group shares, how it differs, and what to call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.brands import brand_key, most_used
from wardrobe_app.domain.garments.garment import ATTRIBUTE_KINDS, Garment, TagKind
from wardrobe_app.domain.garments.tag_reliability import shade_of
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.similarity.explanations import picture_text
from wardrobe_app.domain.similarity.scores import Measures


def _labels(items: Sequence[Garment]) -> list[str]:
    return list(dict.fromkeys(item.type_label for item in items))


def _one_value(items: Sequence[Garment], read: Callable[[Garment], str | None]) -> str | None:
    """Return the value that all items have, or None."""
    values = {read(item) for item in items}
    return values.pop() if len(values) == 1 else None


def _all_or_both(items: Sequence[Garment]) -> str:
    return "both" if len(items) == 2 else "all"


def shared(items: tuple[Garment, ...]) -> tuple[str, ...]:
    """Describe what all items have in common."""
    everyone, brands = _all_or_both(items), _brands(items)
    words = [f"same type: {items[0].type_label}"] if len(_labels(items)) == 1 and items[0].type else []
    for kind in ATTRIBUTE_KINDS:
        common = [value for value in items[0].values(kind) if all(value in item.values(kind) for item in items)]
        words += [f"{everyone} {_spoken(kind, wording.listed(common))}"] if common else []
    brand = _one_value(items, lambda item: brands.get(brand_key(item.brand)))
    size = _one_value(items, lambda item: item.size.strip() or None)
    words += [f"same brand: {brand}"] if brand else []
    return tuple(words + ([f"same size: {size}"] if size else []))


def _brands(items: Sequence[Garment]) -> dict[str, str]:
    return most_used(Counter(item.brand for item in items))


def _spoken(kind: TagKind, value: str) -> str:
    return f"for {value}" if kind in (TagKind.GENDER, TagKind.SEASON) and value != "unisex" else value


def differences(
    items: tuple[Garment, ...], within: Measures, money: wording.Money = wording.bare_amount
) -> tuple[str, ...]:
    """Describe how the items differ; empty if nothing known does. ``money`` formats amounts."""
    words = [f"types: {wording.listed(_labels(items))}"] if len(_labels(items)) > 1 else []
    for kind in ATTRIBUTE_KINDS:
        name = "for" if kind is TagKind.GENDER else kind.value
        words += _several(name, ["/".join(item.values(kind)) for item in items])
    words += _several("brand", list(_brands(items).values()))
    words += _several("size", [item.size.strip() for item in items])
    words += _several("price", [money(item.price) if item.price is not None else None for item in items])
    if np.isfinite(within.colour_distance).any() and (widest := float(np.nanmax(within.colour_distance))) >= 2:
        words.append(f"shades up to {widest:.1f} apart")
    return tuple(words)


def _several(name: str, values: Sequence[str | None]) -> list[str]:
    distinct = list(dict.fromkeys(value for value in values if value))
    return [f"{name}: {wording.listed(distinct)}"] if len(distinct) > 1 else []


def reasons(items: tuple[Garment, ...], within: Measures) -> tuple[str, ...]:
    """Explain why the items are one group: what holds for every pair, heaviest first."""
    if len(items) == 2:
        return within.pair(0).reasons
    labels = _labels(items)
    words = [f"same type: {labels[0]}" if len(labels) == 1 else f"similar types: {wording.listed(labels)}"]
    words.append(_colour_reason(items, within))
    patterns = list(dict.fromkeys(item.pattern for item in items if item.pattern))
    words.append(f"all {patterns[0]}" if len(patterns) == 1 else f"patterns: {wording.listed(patterns)}")
    if np.isfinite(within.cosine).any():
        words.append(picture_text(float(np.nanmin(within.cosine))))
    return tuple(word for word in words if not word.endswith(": "))


def _colour_reason(items: tuple[Garment, ...], within: Measures) -> str:
    names = list(dict.fromkeys(shade.name for item in items if (shade := shade_of(item))))
    spoken = f"all {names[0]}" if len(names) == 1 else wording.listed(names)
    if not np.isfinite(within.colour_distance).any():
        return f"colours: {spoken}" if names else ""
    return f"colour distance at most {float(np.nanmax(within.colour_distance)):.1f}: {spoken}"


def title(items: tuple[Garment, ...]) -> str:
    """Name a group: "Three pink blouses", "Two pairs of navy jeans", "Two pink or red tops"."""
    colours = list(dict.fromkeys(item.colour for item in items if item.colour))
    colour = " or ".join(colours) if len(colours) <= 2 and all(item.colour for item in items) else ""
    adjectives = [colour, wording.pattern_adjective(_one_value(items, lambda item: item.pattern))]
    labels = _labels(items)
    return wording.counted(len(items), labels[0] if len(labels) == 1 else _collective(items), adjectives)


# Common words for near-synonyms; the first row whose types include all of the group's.
_COLLECTIVES: Final = (
    ({"Blouse", "Button-Down"}, "Shirt"),
    ({"Tee", "Top", "Henley", "Jersey", "Tank", "Blouse", "Longsleeve", "Tunic", "Kurta"}, "Top"),
    ({"Sweater", "Turtleneck", "Sweatshirt", "Hoodie", "Longsleeve"}, "Sweater"),
    ({"Parka", "Bomber", "Jacket"}, "Jacket"),
    ({"Shorts", "Trunks"}, "Shorts"),
)
_BY_SLOT: Final = {
    Slot.UPPER: "Top",
    Slot.LOWER: "Trousers",
    Slot.FULL: "One-piece",
    Slot.FEET: "Shoes",
    Slot.LEGWEAR: "Legwear",
    Slot.UNDERWEAR: "Underwear",
    Slot.HEAD: "Hat",
    Slot.BAG: "Bag",
    Slot.ACCESSORY: "Accessory",
}


def _collective(items: tuple[Garment, ...]) -> str:
    types = {item.type for item in items}
    fitting = (label for family, label in _COLLECTIVES if types <= family)
    slots = (_BY_SLOT[item.slot] for item in items if item.slot)
    return next(fitting, None) or next(slots, "Garment")
