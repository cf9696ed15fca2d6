"""Assign garments their role in an outfit, and decide which roles can be worn together."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.garments.vocabulary import Slot


class Role(StrEnum):
    """A role in an outfit. A top with a bottom, or a one-piece, covers the body; everything else is worn over or beside
    it.
    """

    TOP = "top"
    BOTTOM = "bottom"
    ONE_PIECE = "one-piece"
    LAYER = "layer"
    OUTERWEAR = "outerwear"
    SHOES = "shoes"
    LEGWEAR = "legwear"
    HEADWEAR = "headwear"
    BAG = "bag"
    ACCESSORY = "accessory"
    PRIVATE = "private"


# Worn open over a base, indoors; and over both, outdoors.
LAYERS: Final = frozenset({"Blazer", "Cardigan", "Hoodie", "Vest"})
OUTERWEAR: Final = frozenset({"Bomber", "Jacket", "Parka", "Poncho", "Coat", "Snowsuit"})
# For bed, bath and home: never part of an outfit.
AT_HOME: Final = frozenset({"Nightdress", "Pyjamas", "Robe", "Slippers"})
# With a bottom of their own, worn over a top.
OVER_A_TOP: Final = frozenset({"Suit", "Tracksuit", "Saree", "Dungarees"})
# Sets with a layer of their own.
NO_LAYER: Final = frozenset({"Suit", "Tracksuit"})
BARE_FEET: Final = frozenset({"Sandals", "Flip Flops"})

_BY_SLOT: Final = {
    Slot.UPPER: Role.TOP,
    Slot.LOWER: Role.BOTTOM,
    Slot.FULL: Role.ONE_PIECE,
    Slot.FEET: Role.SHOES,
    Slot.LEGWEAR: Role.LEGWEAR,
    Slot.HEAD: Role.HEADWEAR,
    Slot.BAG: Role.BAG,
    Slot.ACCESSORY: Role.ACCESSORY,
    Slot.UNDERWEAR: Role.PRIVATE,
}
_CORE: Final = frozenset({Role.TOP, Role.BOTTOM, Role.ONE_PIECE})


@cache
def role(type_name: str | None, slot: Slot | None) -> Role | None:
    """Return the role of a type worn in ``slot``, or None if the slot is unknown."""
    if type_name in LAYERS:
        return Role.LAYER
    if type_name in OUTERWEAR:
        return Role.OUTERWEAR
    if type_name in AT_HOME:
        return Role.PRIVATE
    return _BY_SLOT[slot] if slot else None


@cache
def obstacle(one: str | None, one_slot: Slot | None, other: str | None, other_slot: Slot | None) -> str | None:
    """Explain why two types cannot be worn in one outfit ("same slot"); None if they can or it is unknown.

    The hard rule: one top with one bottom, or one one-piece; layers over bases; one pair of shoes, one bag, one hat;
    underwear, nightwear and slippers with nothing. Types that do the same job (a sweatshirt, a hoodie) are never
    combined, so that no pair is both redundant and a match.
    """
    roles = role(one, one_slot), role(other, other_slot)
    if Role.PRIVATE in roles:
        return "not part of outfits"
    if None in roles:
        return None
    if one and other and closeness(one, other):
        return "same slot"
    if roles[0] is roles[1]:
        return None if roles[0] is Role.ACCESSORY else "same slot"
    if Role.ONE_PIECE in roles and (Role.TOP in roles or Role.BOTTOM in roles):
        whole = one if roles[0] is Role.ONE_PIECE else other
        return None if Role.TOP in roles and whole in OVER_A_TOP else "same slot"
    if Role.LAYER in roles and (one in NO_LAYER or other in NO_LAYER):
        return "has a layer of its own"
    if Role.LEGWEAR in roles and (one in BARE_FEET or other in BARE_FEET):
        return "worn on bare feet"
    return None


@cache
def together(one: Role, other: Role) -> str:
    """Describe how two roles are worn together."""
    pair = {one, other}
    if pair <= _CORE:
        return "top with bottom" if pair == {Role.TOP, Role.BOTTOM} else "worn over a top"
    if Role.OUTERWEAR in pair and pair & (_CORE | {Role.LAYER}):
        return "worn over it outdoors"
    if Role.LAYER in pair and pair & _CORE:
        return "layer with bottom" if Role.BOTTOM in pair else "layer over a base"
    beside = sorted(pair - _CORE - {Role.LAYER, Role.OUTERWEAR})
    return f"{' and '.join(beside)} with any outfit" if beside else "worn together"


# Convention: how often roles are worn together, relative to chance (0.5). Set by hand: nearly all outfits have
# shoes, most a bag, a top always has a bottom, coats are rarely shown over a dress.
_TOGETHER: Final = {
    frozenset(pair): often
    for often, pairs in {
        1.0: ((Role.TOP, Role.BOTTOM),),
        0.85: ((Role.BOTTOM, Role.OUTERWEAR), (Role.BOTTOM, Role.LAYER), (Role.ONE_PIECE, Role.SHOES)),
        0.8: ((Role.TOP, Role.SHOES), (Role.BOTTOM, Role.SHOES), (Role.SHOES, Role.BAG)),
        0.75: (
            (Role.TOP, Role.OUTERWEAR),
            (Role.TOP, Role.LAYER),
            (Role.OUTERWEAR, Role.SHOES),
            (Role.LAYER, Role.SHOES),
            (Role.ONE_PIECE, Role.BAG),
            (Role.ONE_PIECE, Role.ACCESSORY),
            (Role.BAG, Role.ACCESSORY),
            (Role.TOP, Role.ONE_PIECE),
        ),
        0.72: ((Role.TOP, Role.BAG), (Role.BOTTOM, Role.BAG), (Role.SHOES, Role.ACCESSORY)),
        0.7: (
            (Role.OUTERWEAR, Role.BAG),
            (Role.LAYER, Role.BAG),
            (Role.LEGWEAR, Role.SHOES),
            (Role.ACCESSORY,),
            (Role.HEADWEAR, Role.OUTERWEAR),
        ),
        0.6: ((Role.LAYER, Role.ONE_PIECE), (Role.HEADWEAR, Role.ONE_PIECE)),
        0.55: ((Role.OUTERWEAR, Role.ONE_PIECE), (Role.LAYER, Role.OUTERWEAR)),
    }.items()
    for pair in pairs
}
_USUAL: Final = 0.65


def often_together(one: Role, other: Role) -> float:
    """Return how often two roles are worn together, 0.5 (as by chance) to 1 (nearly always)."""
    return _TOGETHER.get(frozenset({one, other}), _USUAL)
