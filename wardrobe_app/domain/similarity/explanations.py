"""Explain the parts of a similarity score in words."""

from __future__ import annotations

import math
from typing import Final

from wardrobe_app.domain.garments.brands import brand_key
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.tag_reliability import possible, shade_of
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity.features import at_best
from wardrobe_app.domain.similarity.same_item import KeypointMatch
from wardrobe_app.domain.wording import listed

COMPARED: Final = (TagKind.SLEEVE, TagKind.GENDER, TagKind.SEASON, TagKind.OCCASION)


def _doubt(a: Garment, b: Garment, kind: TagKind) -> str:
    return "" if a.tags[kind].is_known and b.tags[kind].is_known else " (not sure)"


def type_text(a: Garment, b: Garment) -> str:
    if a.type is None or b.type is None:
        return "type not known"
    alike = closeness(a.type, b.type)
    doubt = _doubt(a, b, TagKind.TYPE)
    if at_best(closeness, possible(a.tags[TagKind.TYPE]), possible(b.tags[TagKind.TYPE])) > alike:
        return f"perhaps the same type, {a.type_label} or {b.type_label}{doubt}"
    if alike == 1.0:
        return f"same type: {a.type_label}{doubt}"
    return f"{'similar' if alike else 'different'} types: {a.type_label} and {b.type_label}{doubt}"


def colour_text(a: Garment, b: Garment, apart: float) -> str:
    one, other = shade_of(a), shade_of(b)
    if one is None or other is None:
        return "colour not known"
    names = f"both {one.name}" if one.name == other.name else f"{one.name} and {other.name}"
    return names if math.isnan(apart) else f"colour distance {apart:.1f}: {names}"


def pattern_text(a: Garment, b: Garment) -> str:
    if a.pattern is None or b.pattern is None:
        return "pattern not known"
    doubt = _doubt(a, b, TagKind.PATTERN)
    if a.pattern == b.pattern:
        return ("pattern of an unusual kind on both" if a.pattern == "other" else f"both {a.pattern}") + doubt
    return f"pattern differs: {a.pattern} and {b.pattern}{doubt}"


def picture_text(cosine: float) -> str:
    if math.isnan(cosine):
        return "pictures not compared"
    judged = "look alike" if cosine >= 0.8 else "look somewhat alike" if cosine >= 0.6 else "differ"
    return f"pictures {judged}"


def keypoint_text(match: KeypointMatch | None) -> str:
    if match is None:
        return "details not compared"
    if not match.tentative:
        return "no detail of the cloth is found on both"
    how = ", one of them mirrored" if match.mirrored and match.agreeing > 2 else ""
    return f"{match.agreeing} of {match.tentative} details found on both lie alike{how}"


def attributes_text(a: Garment, b: Garment) -> str:
    same: list[str] = []
    differ: list[str] = []
    for kind in COMPARED:
        one, other = a.values(kind), b.values(kind)
        if one and other:
            both = [value for value in one if value in other]
            same += both
            differ += [] if both else ["sleeves" if kind is TagKind.SLEEVE else kind.value]
    if a.brand and b.brand:
        alike = brand_key(a.brand) == brand_key(b.brand)
        same.append(f"by {a.brand.strip()}") if alike else differ.append("brand")
    words = [f"both {listed(same)}"] if same else []
    words += [f"{listed(differ)} {'differs' if len(differ) == 1 else 'differ'}"] if differ else []
    return ", ".join(words) or "nothing else known"
