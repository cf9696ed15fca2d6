"""Describe in words people use what the garments of a group share and how they differ, and name the group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.brands import brand_key, most_used
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.tag_reliability import reliability, shade_of
from wardrobe_app.domain.redundancy.titles import kind
from wardrobe_app.domain.similarity.scores import Measures

SAME_COLOUR: Final = 3.0
"""Palettes closer than this (CIEDE2000) look the same on photos; those of one garment differ by 3 to 8."""
NEAR_COLOUR: Final = 8.0
ALIKE: Final = 0.8  # cosine from which pictures look alike ...
UNLIKE: Final = 0.55  # ... and below which cut or details differ
SAME_PRINT: Final = 0.2  # share of agreeing keypoints below which two prints are others

_SLEEVES: Final = {"short sleeve": "short-sleeved", "long sleeve": "long-sleeved", "sleeveless": "sleeveless"}
_PATTERNS: Final = {"solid": "plain", "graphic": "printed", "animal": "in an animal print", "other": "patterned"}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that was compared (``name``): what all share, or how they differ, in words (``text``)."""

    name: str
    text: str
    differs: bool


def aspects(items: tuple[Garment, ...], within: Measures, money: wording.Money = wording.bare_amount) -> list[Aspect]:
    """Compare the garments of a group, the most telling first; what is not known of all is left out.

    Args:
        items: two or more garments.
        within: the measures of their pairs.
        money: formats amounts.
    """
    compared = (_type(items), _colour(items, within), _pattern(items, within), _sleeves(items), _cut(within))
    found = (*compared, _cloth(within))
    return [*(one for one in found if one is not None), *_details(items, money)]


def looks_identical(items: tuple[Garment, ...], within: Measures) -> bool:
    """Return whether type, colour, pattern, sleeves and cut of all garments are known and look the same."""
    compared = {one.name: one for one in aspects(items, within)}
    needed = {"type", "colour", "pattern", "cut"} | ({"sleeve"} if items[0].may_have(TagKind.SLEEVE) else set())
    same = needed <= compared.keys() and not any(compared[name].differs for name in needed)
    return same and _widest(within) < SAME_COLOUR and float(np.nanmin(within.cosine)) >= ALIKE


def _all(items: Sequence[Garment]) -> str:
    return "Both" if len(items) == 2 else "All"


def _one_each(items: Sequence[Garment], values: Sequence[str]) -> str:
    """Return "one white, one blue" for two garments, else the values."""
    if len(items) == 2:
        return f"One {values[0]}, one {values[1]}"
    return wording.capitalised(wording.listed(dict.fromkeys(values)))


def _type(items: Sequence[Garment]) -> Aspect | None:
    if not all(item.type for item in items):
        return None
    labels = list(dict.fromkeys(item.type_label for item in items))
    if len(labels) == 1:
        words, everyone = wording.kinds(labels[0]), _all(items)
        sure = f"{everyone} are {words}" if kind(items) == labels[0] else f"Perhaps {everyone.lower()} {words}"
        return Aspect("type", sure, False)
    return Aspect("type", wording.capitalised(wording.listed(map(wording.lower_first, labels))), True)


def _widest(within: Measures) -> float:
    """Return how far apart the two least alike palettes are; NaN if unknown."""
    known = within.colour_distance[np.isfinite(within.colour_distance)]
    return float(known.max()) if len(known) else float("nan")


def _colour(items: Sequence[Garment], within: Measures) -> Aspect | None:
    names = [shade.name if (shade := shade_of(item)) else "" for item in items]
    if not all(names):
        return None
    if len(set(names)) > 1:
        return Aspect("colour", _one_each(items, names), True)
    if (apart := _widest(within)) >= NEAR_COLOUR:
        return Aspect("colour", f"Different shades of {names[0]}", True)
    exact = "The same" if apart < SAME_COLOUR else "Nearly the same"
    return Aspect("colour", f"{exact} {names[0]}" if np.isfinite(apart) else f"{_all(items)} {names[0]}", False)


def _pattern(items: Sequence[Garment], within: Measures) -> Aspect | None:
    words = [_PATTERNS.get(item.pattern, item.pattern) for item in items if item.pattern]
    if len(words) < len(items):
        return None
    if len(set(words)) > 1:
        return Aspect("pattern", _one_each(items, words), True)
    shares = [match.share for match in map(within.match, range(len(within))) if match is not None]
    if items[0].pattern == "graphic" and shares and min(shares) < SAME_PRINT:
        return Aspect("pattern", f"{_all(items)} printed, with different prints", True)
    return Aspect("pattern", f"{_all(items)} {words[0]}", False)


def _sleeves(items: Sequence[Garment]) -> Aspect | None:
    tags = [item.tags.get(TagKind.SLEEVE) for item in items]
    known = [tag.value for tag in tags if tag is not None and tag.is_known]
    if len(known) < len(items):
        return None
    words = [_SLEEVES.get(value, value.replace(" sleeve", "-sleeved")) for value in known]
    if len(set(words)) == 1:
        return Aspect("sleeve", f"{_all(items)} {words[0]}", False)
    return Aspect("sleeve", _one_each(items, words), True)


def _cut(within: Measures) -> Aspect | None:
    known = within.cosine[np.isfinite(within.cosine)]
    if not len(known):
        return None
    least = float(known.min())
    if least >= ALIKE:
        return Aspect("cut", "The photos look alike", False)
    return Aspect("cut", "Cut or details look different", True) if least < UNLIKE else Aspect("cut", "", False)


def _cloth(within: Measures) -> Aspect | None:
    same = bool(within.decided_by_same_item.all())
    return Aspect("details", "The same details in the cloth", False) if same else None


def _details(items: Sequence[Garment], money: wording.Money) -> Iterator[Aspect]:
    """Compare what the owner wrote, and the tags that photos tell least about, where they are certain."""
    brands = most_used(Counter(item.brand for item in items))
    for tagged, name in ((TagKind.GENDER, "for"), (TagKind.SEASON, "season"), (TagKind.OCCASION, "occasion")):
        yield from _tags(items, tagged, name)
    yield from _same_or_not("brand", [brands.get(brand_key(item.brand)) for item in items])
    yield from _same_or_not("size", [item.size.strip() or None for item in items])
    yield from _several("price", [money(item.price) if item.price is not None else None for item in items])


def _is_certain(tag: Tag | None) -> bool:
    """Return whether a tag is worth telling: for whom a garment is, a model does not see."""
    return reliability(tag) == 1 and tag is not None and (tag.kind, tag.source) != (TagKind.GENDER, TagSource.MODEL)


def _tags(items: Sequence[Garment], tagged: TagKind, name: str) -> Iterator[Aspect]:
    values = [item.values(tagged) for item in items if _is_certain(item.tags.get(tagged))]
    common = [value for value in values[0] if all(value in other for other in values)] if values else []
    if len(values) == len(items) and common:
        told = wording.listed(common)
        yield Aspect(name, f"{_all(items)} {told if tagged is TagKind.OCCASION else f'for {told}'}", False)
    elif not common:
        yield from _several(name, ["/".join(one) for one in values])


def _same_or_not(name: str, values: Sequence[str | None]) -> Iterator[Aspect]:
    if values[0] and len(set(values)) == 1:
        yield Aspect(name, f"The same {name}: {values[0]}", False)
    yield from _several(name, values)


def _several(name: str, values: Sequence[str | None]) -> Iterator[Aspect]:
    distinct = list(dict.fromkeys(value for value in values if value))
    if len(distinct) > 1:
        yield Aspect(name, f"{wording.capitalised(name)}: {wording.listed(distinct)}", True)
