"""What compatibility looks at in a garment, and the conventions that judge two of them by anything but colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
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

SEEN: Final = 0.8  # how much a colour counts that only the palette knows
IMPLIED: Final = 0.5  # how much a season or occasion counts that only the type tells
SLOTS_ALONE: Final = 0.75  # what slots that fit are worth where it does not count how often they are worn together


@dataclass(frozen=True, slots=True)
class CompatibilityConfig:
    """Weights of the parts (any scale, 0 switches a part off) and from which score on garments go together.

    ``conventions`` says how much each convention counts: 0 switches it off, 1 (also where it is not named) is normal.
    Set so that a clash of strong colours, or occasions more than one step apart, each keep a pair below ``good``
    though all else is fine; and so that a pair of which only the slots are known stays below it too.
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
        """How much a convention counts: 0 not at all, 1 as much as by default."""
        return self.rule_weights.get(rule, 1.0)

    @property
    def factors(self) -> Factors:
        """How much each convention of colours counts."""
        tonal, neutrals, brights, hues = (self.factor(rule) for rule in JUDGES)
        return tonal, neutrals, brights, hues

    @property
    def full(self) -> tuple[float, float, float, float, float]:
        """The weights of the parts after "slot"; all but colour's with what their conventions count."""
        return (
            self.colour,
            self.occasion * self.factor(Rule.OCCASION),
            self.pattern * self.factor(Rule.PATTERN),
            self.season * self.factor(Rule.SEASON),
            self.gender * self.factor(Rule.GENDER),
        )

    @property
    def total(self) -> float:
        """All weights together, at their most."""
        colour, *others = self.full
        return self.slot + colour * max(self.factors) + sum(others)


DEFAULT: Final = CompatibilityConfig()


@dataclass(frozen=True, slots=True)
class Worn:
    """All that compatibility looks at: plain values, any of which may be missing, and how much each counts (0 to 1).

    ``occasion`` and ``season`` may hold several values, as ``tag_values`` says. ``label`` is the type in words,
    ``reliable`` holds how much colour, occasion, pattern, season and gender count, in this order: 0 for one that is
    missing. ``implied`` tells whether occasion and season are only what the type tells.
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
        """``reliable``, where what types are for counts ``types`` (0: not at all, 1: normally)."""
        colour, occasion, pattern, season, gender = self.reliable
        if types == 1 or not any(self.implied):
            return self.reliable
        told = [
            min(1.0, value * types) if own else value
            for value, own in zip((occasion, season), self.implied, strict=True)
        ]
        return colour, told[0], pattern, told[1], gender


# Convention: what a type is for, where no tag says so. Only types that leave little doubt.
_FOR_OCCASION: Final = {
    name: occasion
    for occasion, names in {
        "formal": ("Heels", "Formal Shoes", "Suit", "Blazer", "Tie"),
        "sports": (
            "Hoodie", "Sweatshirt", "Joggers", "Sweatpants", "Sweatshorts", "Tracksuit", "Leggings", "Jersey",
        ),
        "ethnic": ("Kurta", "Saree", "Salwar"),
    }.items()
    for name in names
}  # fmt: skip
_FOR_SEASON: Final = {
    name: season
    for season, names in {
        "winter": ("Coat", "Parka", "Peacoat", "Gloves"),
        "autumn": ("Boots", "Scarf", "Sweater", "Turtleneck", "Tights", "Jacket", "Anorak", "Poncho"),
        "summer": (
            "Sandals", "Flip Flops", "Shorts", "Cutoffs", "Trunks", "Sundress", "Swimwear", "Sarong", "Coverup",
            "Romper", "Tank", "Halter",
        ),
    }.items()
    for name in names
}  # fmt: skip
# Convention: denim is a neutral.
_DENIM: Final = frozenset({"Jeans", "Jeggings", "Cutoffs"})

_KINDS: Final = (TagKind.COLOUR, TagKind.OCCASION, TagKind.PATTERN, TagKind.SEASON, TagKind.GENDER)


def worn(garment: Garment) -> Worn:
    """What compatibility looks at in a garment."""
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
            reliable=((colour or SEEN) if shade else 0.0, occasion, pattern, season, gender),
        ),
        reliability(garment.tags.get(TagKind.TYPE)),
    )


def with_what_the_type_tells(one: Worn, reliable: float = 1.0) -> Worn:
    """``one`` with the occasion and season that its type is for, where nothing else tells them.

    ``reliable`` is how much its type counts, 0 to 1.
    """
    occasion, season = _FOR_OCCASION.get(one.type or ""), _FOR_SEASON.get(one.type or "")
    told = (one.occasion is None and occasion is not None, one.season is None and season is not None)
    if not any(told):
        return one
    colour, for_occasion, pattern, for_season, gender = one.reliable
    return replace(
        one,
        occasion=occasion if told[0] else one.occasion,
        season=season if told[1] else one.season,
        implied=told,
        reliable=(
            colour,
            IMPLIED * reliable if told[0] else for_occasion,
            pattern,
            IMPLIED * reliable if told[1] else for_season,
            gender,
        ),
    )


def colouring(type_name: str | None, shade: Shade, palette: tuple[tuple[str, float], ...] = ()) -> Colouring:
    """The colours of a garment of this type: the main one, and (``#rrggbb``, share) of all, empty if not known."""
    return Colouring(shade, palette, shade.is_neutral or (type_name in _DENIM and shade.name == "blue"))


def ages_differ(one: Worn, other: Worn) -> bool:
    """Whether one is surely for children and the other for adults."""
    ages = is_for_children(one.gender), is_for_children(other.gender)
    known = min(one.reliable[4], other.reliable[4]) > TIER_RELIABILITY["unknown"]
    return known and None not in ages and ages[0] != ages[1]


def barrier(one: Worn, other: Worn) -> Part | None:
    """Why two garments cannot be worn at once, or None if they can or it is not known."""
    if reason := obstacle(one.type, one.slot, other.type, other.slot):
        whole, under = (other, one) if other.slot is Slot.FULL is not one.slot else (one, other)
        how = "over" if Slot.FULL in (one.slot, other.slot) and one.slot is not other.slot else "and"
        return Part("slot", f"{whole.label} {how} {under.label}: {reason}", 0.0, 1.0)
    if ages_differ(one, other):
        return Part("gender", "one for children, one for adults", 0.0, 1.0)
    return None


Judged = tuple[float, str]
"""What a convention says of two garments: 0 (against) over 0.5 (nothing) to 1 (for), and why."""

_FREQUENCY: Final = ((0.75, "often"), (0.65, "sometimes"), (0.0, "seldom"))


@cache
def judge_slots(
    one: str | None, one_slot: Slot | None, other: str | None, other_slot: Slot | None, factor: float
) -> Judged | None:
    """How often the parts that two types play are worn together, weighed by ``factor``; None for unknown slots."""
    roles = role(one, one_slot), role(other, other_slot)
    if roles[0] is None or roles[1] is None:
        return None
    often = often_together(roles[0], roles[1])
    how = together(roles[0], roles[1])
    if factor:
        words = next(words for least, words in _FREQUENCY if often >= least)
        how = named(f"{how}, {words} worn together", Rule.PARTS)
    return min(1.0, max(0.5, SLOTS_ALONE + factor * (often - SLOTS_ALONE))), how


# Convention: formal, casual and sports are one step apart each; work and ethnic wear stand between casual and formal.
_STEPS: Final = {"formal": 0.0, "work": 0.5, "ethnic": 0.5, "casual": 1.0, "sports": 2.0}


@cache
def judge_occasion(one: str | None, other: str | None) -> Judged:
    """Occasions may be one step apart; of several that a garment is for, the best two count."""
    if one is None or other is None:
        return 0.5, "occasion not known"
    if both := _in_both(one, other):
        return 0.7, f"both {listed(both)}"
    return _best(_two_occasions, one, other)


def _two_occasions(one: str, other: str) -> Judged:
    apart = abs(_STEPS.get(one, 1.0) - _STEPS.get(other, 1.0))
    if apart <= 1:
        return 0.6, f"{one} with {other}: one step apart"
    return 0.0, f"{one} with {other}: too far apart"


LOUD: Final = frozenset({"floral", "graphic", "animal", "camouflage", "checked"})
QUIET: Final = frozenset({"striped", "dotted"})


@cache
def judge_pattern(one: str | None, other: str | None) -> Judged:
    """One loud pattern is enough."""
    if one is None or other is None:
        return 0.5, "pattern not known"
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


@cache
def judge_season(one: str | None, other: str | None) -> Judged:
    """Seasons should meet; of several that a garment is for, the best two count."""
    if one is None or other is None:
        return 0.5, "season not known"
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
    """The best of every two values; of equals the first."""
    pairs = product(tag_values.split(one), tag_values.split(other))
    return max((judge(*pair) for pair in pairs), key=lambda judged: judged[0])


@cache
def judge_gender(one: str | None, other: str | None) -> Judged:
    """What is made for the same people goes together."""
    if one is None or other is None:
        return 0.5, "gender not known"
    if one == other or "unisex" in (one, other):
        return 0.8, f"made for {one}" if one == other else f"{one} with {other}"
    return 0.3, f"{one} with {other}"
