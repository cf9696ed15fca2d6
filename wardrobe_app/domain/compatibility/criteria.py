"""Define what compatibility considers in a garment, and how much each part of it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from wardrobe_app.domain.colour import Shade
from wardrobe_app.domain.compatibility.colour_harmony import JUDGES, Colouring, Factors
from wardrobe_app.domain.compatibility.roles import obstacle
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.garments.garment import Garment, Part, TagKind
from wardrobe_app.domain.garments.tag_reliability import (
    TIER_RELIABILITY,
    colours_of,
    is_for_children,
    reliability,
    shade_of,
)
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.wording import lower_first

PALETTE_RELIABILITY: Final = 0.8  # of a colour that only the palette shows
IMPLIED_RELIABILITY: Final = 0.5  # of a season or occasion that only the type implies


@dataclass(frozen=True, slots=True)
class CompatibilityConfig:
    """Weights of the parts (any scale, 0 switches one off) and the score from which garments go together.

    ``rule_weights`` weigh conventions: 0 switches one off, 1 (the default) is normal. The defaults are set so that a
    clash of strong colours, or occasions more than one step apart, each keep a pair below ``good``, and so does knowing
    only slots.
    """

    slot: float = 2.5
    colour: float = 4.5
    occasion: float = 4.0
    pattern: float = 1.5
    season: float = 1.0
    gender: float = 0.5
    good: float = 0.6
    rule_weights: Mapping[Rule, float] = field(default_factory=dict, hash=False)

    def factor(self, rule: Rule) -> float:
        """Return the weight of a convention: 0 off, 1 normal."""
        return self.rule_weights.get(rule, 1.0)

    @property
    def factors(self) -> Factors:
        """Return the weights of the colour conventions."""
        tonal, neutrals, brights, hues = (self.factor(rule) for rule in JUDGES)
        return tonal, neutrals, brights, hues

    @property
    def full(self) -> tuple[float, float, float, float, float]:
        """Return the weights of the parts after "slot", all but colour's times the weight of their convention."""
        return (
            self.colour,
            self.occasion * self.factor(Rule.OCCASION),
            self.pattern * self.factor(Rule.PATTERN),
            self.season * self.factor(Rule.SEASON),
            self.gender * self.factor(Rule.GENDER),
        )

    @property
    def total(self) -> float:
        """Return the sum of all weights at their maximum."""
        colour, *others = self.full
        return self.slot + colour * max(self.factors) + sum(others)


DEFAULT: Final = CompatibilityConfig()


@dataclass(frozen=True, slots=True)
class Worn:
    """Everything compatibility considers: plain values, any of which may be missing, and how much each counts (0 to 1).

    ``occasion`` and ``season`` may hold several values, see ``tag_values``. ``label`` is the type in words.
    ``reliable`` is how much colour, occasion, pattern, season and gender count, 0 if missing. ``implied`` is whether
    occasion and season are only implied by the type.
    """

    type: str | None
    slot: Slot | None
    label: str
    colours: Colouring | None = None
    occasion: str | None = None
    pattern: str | None = None
    season: str | None = None
    gender: str | None = None
    reliable: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    implied: tuple[bool, bool] = (False, False)

    def counted(self, types: float) -> tuple[float, float, float, float, float]:
        """Return ``reliable``, with values implied by the type weighted by ``types`` (0: off, 1: normal)."""
        colour, occasion, pattern, season, gender = self.reliable
        if self.implied[0]:
            occasion = min(1.0, occasion * types)
        if self.implied[1]:
            season = min(1.0, season * types)
        return colour, occasion, pattern, season, gender


# Convention: what a type is for, if no tag says so. Only types that leave little doubt.
_FOR_OCCASION: Final = {
    name: occasion
    for occasion, names in {
        "formal": ("Heels", "Formal Shoes", "Suit", "Blazer", "Tie"),
        "sports": ("Hoodie", "Sweatshirt", "Sweatpants", "Tracksuit", "Leggings", "Jersey"),
        "ethnic": ("Kurta", "Saree", "Salwar"),
    }.items()
    for name in names
}
_FOR_SEASON: Final = {
    name: season
    for season, names in {
        "winter": ("Coat", "Parka", "Snowsuit", "Gloves"),
        "autumn": ("Boots", "Scarf", "Sweater", "Turtleneck", "Tights", "Jacket", "Poncho"),
        "summer": ("Sandals", "Flip Flops", "Shorts", "Trunks", "Swimwear", "Romper", "Tank"),
    }.items()
    for name in names
}
# Convention: denim is a neutral.
_DENIM: Final = frozenset({"Jeans", "Dungarees"})

_KINDS: Final = (TagKind.COLOUR, TagKind.OCCASION, TagKind.PATTERN, TagKind.SEASON, TagKind.GENDER)


def worn(garment: Garment) -> Worn:
    """Return what compatibility considers in a garment."""
    colour, occasion, pattern, season, gender = (reliability(garment.tags.get(kind)) for kind in _KINDS)
    shade = shade_of(garment)
    palette = tuple((swatch.hex, swatch.share) for swatch in colours_of(garment))
    return with_what_the_type_tells(
        Worn(
            type=garment.type,
            slot=garment.slot,
            label=lower_first(garment.type_label),
            colours=colouring(garment.type, shade, palette) if shade else None,
            occasion=garment.value(TagKind.OCCASION),
            pattern=garment.pattern,
            season=garment.value(TagKind.SEASON),
            gender=garment.value(TagKind.GENDER),
            reliable=((colour or PALETTE_RELIABILITY) if shade else 0.0, occasion, pattern, season, gender),
        ),
        reliability(garment.tags.get(TagKind.TYPE)),
    )


def with_what_the_type_tells(one: Worn, reliable: float = 1.0) -> Worn:
    """Fill in the occasion and season that the type implies, where they are unknown.

    ``reliable`` is the reliability of the type, 0 to 1.
    """
    colour, occasion, pattern, season, gender = one.reliable
    by_occasion = None if one.occasion else _FOR_OCCASION.get(one.type or "")
    by_season = None if one.season else _FOR_SEASON.get(one.type or "")
    implied = IMPLIED_RELIABILITY * reliable
    occasion, season = implied if by_occasion else occasion, implied if by_season else season
    return replace(
        one,
        occasion=by_occasion or one.occasion,
        season=by_season or one.season,
        implied=(by_occasion is not None, by_season is not None),
        reliable=(colour, occasion, pattern, season, gender),
    )


def colouring(type_name: str | None, shade: Shade, palette: tuple[tuple[str, float], ...] = ()) -> Colouring:
    """Return the colours of a garment of this type: the main one, and (``#rrggbb``, share) of all, empty if unknown."""
    return Colouring(shade, palette, shade.is_neutral or (type_name in _DENIM and shade.name == "blue"))


def ages_differ(one: Worn, other: Worn) -> bool:
    """Return whether one is certainly for children and the other for adults."""
    ages = is_for_children(one.gender), is_for_children(other.gender)
    known = min(one.reliable[4], other.reliable[4]) > TIER_RELIABILITY["unknown"]
    return known and None not in ages and ages[0] != ages[1]


def barrier(one: Worn, other: Worn) -> Part | None:
    """Explain why two garments cannot be worn together; None if they can or it is unknown."""
    if reason := obstacle(one.type, one.slot, other.type, other.slot):
        whole, under = (other, one) if other.slot is Slot.FULL is not one.slot else (one, other)
        how = "over" if Slot.FULL in (one.slot, other.slot) and one.slot is not other.slot else "and"
        return Part("slot", f"{whole.label} {how} {under.label}: {reason}", 0.0, 1.0)
    if ages_differ(one, other):
        return Part("gender", "one for children, one for adults", 0.0, 1.0)
    return None
