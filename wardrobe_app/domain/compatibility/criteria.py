"""Define what compatibility considers in a garment, and the conventions about everything but colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from itertools import product
from typing import Final

from wardrobe_app.domain.colour import Shade
from wardrobe_app.domain.compatibility.colour_harmony import JUDGES, Colouring, Factors
from wardrobe_app.domain.compatibility.roles import obstacle, often_together, role, together
from wardrobe_app.domain.compatibility.rules import Rule, named
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import Garment, Part, TagKind
from wardrobe_app.domain.garments.tag_reliability import (
    TIER_RELIABILITY,
    colours_of,
    is_for_children,
    reliability,
    shade_of,
)
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.wording import listed, lower_first

PALETTE_RELIABILITY: Final = 0.8  # of a colour that only the palette shows
IMPLIED_RELIABILITY: Final = 0.5  # of a season or occasion that only the type implies
FITTING_SLOTS_SCORE: Final = 0.75  # where it does not count how often roles are worn together


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


Judged = tuple[float, str]
"""A convention's judgement of two garments: 0 (against) over 0.5 (none) to 1 (for), and why."""

Judge = Callable[[str | None, str | None], Judged]


def _if_known(name: str) -> Callable[[Callable[[str, str], Judged]], Judge]:
    """Judge two values only if both are known, and cache the result."""

    def decorated(judge: Callable[[str, str], Judged]) -> Judge:
        @cache
        @wraps(judge)
        def judged(one: str | None, other: str | None) -> Judged:
            return (0.5, f"{name} not known") if one is None or other is None else judge(one, other)

        return judged

    return decorated


_FREQUENCY: Final = ((0.75, "often"), (0.65, "sometimes"), (0.0, "seldom"))


@cache
def judge_slots(
    one: str | None, one_slot: Slot | None, other: str | None, other_slot: Slot | None, factor: float
) -> Judged | None:
    """Judge how often the roles of two types are worn together, weighted by ``factor``; None for unknown slots."""
    roles = role(one, one_slot), role(other, other_slot)
    if roles[0] is None or roles[1] is None:
        return None
    often = often_together(roles[0], roles[1])
    how = together(roles[0], roles[1])
    if factor:
        words = next(words for least, words in _FREQUENCY if often >= least)
        how = named(f"{how}, {words} worn together", Rule.PARTS)
    return min(1.0, max(0.5, FITTING_SLOTS_SCORE + factor * (often - FITTING_SLOTS_SCORE))), how


# Convention: formal, casual and sports are one step apart each; work and ethnic wear stand between casual and formal.
_STEPS: Final = {"formal": 0.0, "work": 0.5, "ethnic": 0.5, "casual": 1.0, "sports": 2.0}


@_if_known("occasion")
def judge_occasion(one: str, other: str) -> Judged:
    """Judge occasions, which may be one step apart; of several values, the best two count."""
    if both := _in_both(one, other):
        return 0.7, f"both {listed(both)}"
    return _best(_two_occasions, one, other)


def _two_occasions(one: str, other: str) -> Judged:
    if abs(_STEPS.get(one, 1.0) - _STEPS.get(other, 1.0)) <= 1:
        return 0.6, f"{one} with {other}: one step apart"
    return 0.0, f"{one} with {other}: too far apart"


LOUD: Final = frozenset({"floral", "graphic", "animal", "camouflage", "checked"})
QUIET: Final = frozenset({"striped", "dotted"})


@_if_known("pattern")
def judge_pattern(one: str, other: str) -> Judged:
    """Judge patterns: one loud pattern is enough."""
    patterns = {one, other}
    words = f"both {one}" if one == other else f"{one} and {other}"
    if patterns == {"solid"}:
        return 0.75, "both plain"
    if "solid" in patterns:
        return 0.8, f"{next(iter(patterns - {'solid'}))} with plain"
    if patterns <= LOUD:
        return (0.15 if one != other else 0.2), f"two loud patterns: {words}"
    if patterns <= QUIET:
        return 0.45, f"two quiet patterns: {words}"
    return 0.35, f"two patterns: {words}"


@_if_known("season")
def judge_season(one: str, other: str) -> Judged:
    """Judge seasons, which should meet; of several values, the best two count."""
    if both := _in_both(one, other):
        return 0.7, f"both for {listed(both)}"
    return _best(_two_seasons, one, other)


def _two_seasons(one: str, other: str) -> Judged:
    if {one, other} == {"summer", "winter"}:
        return 0.1, "summer with winter: no season in common"
    if {one, other} == {"summer", "autumn"}:
        return 0.5, f"{one} with {other}: seasons touch"
    return 0.6, f"{one} with {other}: seasons meet"


def _in_both(one: str, other: str) -> list[str]:
    return [value for value in tag_values.split(one) if value in tag_values.split(other)]


def _best(judge: Callable[[str, str], Judged], one: str, other: str) -> Judged:
    """Return the best judgement of any two values, the first of equals."""
    pairs = product(tag_values.split(one), tag_values.split(other))
    return max((judge(*pair) for pair in pairs), key=lambda judged: judged[0])


@_if_known("gender")
def judge_gender(one: str, other: str) -> Judged:
    """Judge whom garments are made for."""
    if one == other or "unisex" in (one, other):
        return 0.8, f"made for {one}" if one == other else f"{one} with {other}"
    return 0.3, f"{one} with {other}"


JUDGES_BY_NAME: Final[dict[str, Judge]] = {
    "occasion": judge_occasion,
    "pattern": judge_pattern,
    "season": judge_season,
    "gender": judge_gender,
}
