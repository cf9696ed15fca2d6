"""How well two garments go together in one look, as an explained mean of named parts.

Slots decide by hard rule: what cannot be worn at once scores 0. Everything else is a convention, named as one, that
shifts the score between 0 and 1. What is not known says nothing: it counts as 0.5, and shows with weight 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

from wardrobe_app.domain.colour import Shade, harmony
from wardrobe_app.domain.evidence import TIER_RELIABILITY, is_for_children, reliability, shade_of
from wardrobe_app.domain.garment import Garment, PairScore, Part, TagKind
from wardrobe_app.domain.roles import obstacle, role, together
from wardrobe_app.domain.vocabulary import Slot
from wardrobe_app.domain.wording import lower_first

PARTS: Final = ("slot", "colour", "occasion", "pattern", "season", "gender")


@dataclass(frozen=True, slots=True)
class CompatibilityConfig:
    """Weights of the parts (any scale, 0 switches a part off) and from which score on garments go together.

    Set so that a clash of strong colours, or occasions more than one step apart, each keep a pair below ``good``
    though all else is fine; and so that a pair of which only the slots are known stays below it too.
    """

    slot: float = 2.0
    colour: float = 4.0
    occasion: float = 4.0
    pattern: float = 1.5
    season: float = 1.0
    gender: float = 0.5
    good: float = 0.6

    @property
    def total(self) -> float:
        """All weights together."""
        return self.slot + self.colour + self.occasion + self.pattern + self.season + self.gender


DEFAULT: Final = CompatibilityConfig()
SEEN: Final = 0.8  # how much a colour counts that only the palette knows


@dataclass(frozen=True, slots=True)
class Worn:
    """All that compatibility looks at: plain values, any of which may be missing, and how much each counts (0 to 1).

    ``label`` is the type in words, ``reliable`` holds how much colour, occasion, pattern, season and gender count, in
    this order: 0 for one that is missing.
    """

    type: str | None
    slot: Slot | None
    label: str
    shade: Shade | None = None
    occasion: str | None = None
    pattern: str | None = None
    season: str | None = None
    gender: str | None = None
    reliable: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)


_KINDS: Final = (TagKind.COLOUR, TagKind.OCCASION, TagKind.PATTERN, TagKind.SEASON, TagKind.GENDER)


def worn(garment: Garment) -> Worn:
    """What compatibility looks at in a garment."""
    colour, occasion, pattern, season, gender = (reliability(garment.tags.get(kind)) for kind in _KINDS)
    shade = shade_of(garment)
    return Worn(
        type=garment.type,
        slot=garment.slot,
        label=lower_first(garment.type_label),
        shade=shade,
        occasion=garment.value(TagKind.OCCASION),
        pattern=garment.pattern,
        season=garment.value(TagKind.SEASON),
        gender=garment.value(TagKind.GENDER),
        reliable=((colour or SEEN) if shade else 0.0, occasion, pattern, season, gender),
    )


def compatibility(a: Garment, b: Garment, config: CompatibilityConfig = DEFAULT) -> PairScore:
    """How well ``a`` and ``b`` go together; 0 where they cannot be worn at once."""
    score, parts = match(worn(a), worn(b), config)
    return PairScore(a.id, b.id, score, parts)


def ranked(
    garments: Sequence[Garment], at_least: float, config: CompatibilityConfig = DEFAULT
) -> list[tuple[float, Garment, Garment]]:
    """Every pair of a wardrobe that scores ``at_least`` (0 to 1), best first; garments of unknown slot are left out.

    Only the numbers: ``compatibility`` gives the parts of those pairs that are shown.
    """
    looked_at = [(garment, worn(garment)) for garment in garments if garment.slot is not None]
    found = [
        (score, a, b)
        for (a, one), (b, other) in combinations(looked_at, 2)
        if (score := _score(one, other, config)) >= at_least and score > 0
    ]
    return sorted(found, key=lambda pair: (-pair[0], pair[1].id, pair[2].id))


def partners(
    item: Garment, garments: Iterable[Garment], at_least: float, config: CompatibilityConfig = DEFAULT
) -> list[PairScore]:
    """What goes with ``item`` at a score of ``at_least``, best first; garments of unknown slot are left out."""
    others = [other for other in garments if other.id != item.id and other.slot is not None]
    pairs = [compatibility(item, other, config) for other in others] if item.slot is not None else []
    fitting = [pair for pair in pairs if pair.score >= at_least and pair.score > 0]
    return sorted(fitting, key=lambda pair: (-pair.score, pair.b))


def match(one: Worn, other: Worn, config: CompatibilityConfig = DEFAULT) -> tuple[float, tuple[Part, ...]]:
    """Score (0 to 1) and parts of two garments in one look."""
    if barrier := _barrier(one, other):
        return 0.0, (barrier,)
    parts = [_slot(one, other, config.slot)]
    for name, weight, (score, text) in zip(PARTS[1:], _weights(one, other, config), _judged(one, other), strict=True):
        parts.append(Part(name, text, round(score, 4), round(weight, 4)))
    return _score(one, other, config), tuple(parts)


def _score(one: Worn, other: Worn, config: CompatibilityConfig) -> float:
    if obstacle(one.type, one.slot, other.type, other.slot) or _ages_differ(one, other):
        return 0.0
    above = config.slot * (0.5 if one.slot and other.slot else 0.0)
    for weight, (score, _) in zip(_weights(one, other, config), _judged(one, other), strict=True):
        above += weight * (score - 0.5)
    return round(0.5 + above / config.total, 4)


def _weights(one: Worn, other: Worn, config: CompatibilityConfig) -> list[float]:
    """The weights of the parts after "slot", as far as both garments' tags can be relied on."""
    full = (config.colour, config.occasion, config.pattern, config.season, config.gender)
    return [weight * min(pair) for weight, *pair in zip(full, one.reliable, other.reliable, strict=True)]


def _judged(one: Worn, other: Worn) -> tuple[_Judged, ...]:
    return (
        _colour(one.shade, other.shade),
        _occasion(one.occasion, other.occasion),
        _pattern(one.pattern, other.pattern),
        _season(one.season, other.season),
        _gender(one.gender, other.gender),
    )


def _ages_differ(one: Worn, other: Worn) -> bool:
    ages = is_for_children(one.gender), is_for_children(other.gender)
    known = min(one.reliable[4], other.reliable[4]) > TIER_RELIABILITY["unknown"]
    return known and None not in ages and ages[0] != ages[1]


def _barrier(one: Worn, other: Worn) -> Part | None:
    if reason := obstacle(one.type, one.slot, other.type, other.slot):
        whole, under = (other, one) if other.slot is Slot.FULL is not one.slot else (one, other)
        how = "over" if Slot.FULL in (one.slot, other.slot) and one.slot is not other.slot else "and"
        return Part("slot", f"{whole.label} {how} {under.label}: {reason}", 0.0, 1.0)
    if _ages_differ(one, other):
        return Part("gender", "one for children, one for adults", 0.0, 1.0)
    return None


def _slot(one: Worn, other: Worn, weight: float) -> Part:
    roles = role(one.type, one.slot), role(other.type, other.slot)
    if roles[0] is None or roles[1] is None:
        return Part("slot", "slot not known", 0.5, 0.0)
    return Part("slot", f"{one.label} and {other.label}: {together(roles[0], roles[1])}", 1.0, weight)


_Judged = tuple[float, str]


def _colour(one: Shade | None, other: Shade | None) -> _Judged:
    if one is None or other is None:
        return 0.5, "colour not known"
    found = harmony(one, other)
    return found.score, f"{one.name} with {other.name}: {found.kind}"


# Convention: formal, casual and sports are one step apart each; ethnic wear stands beside casual and formal.
_STEPS: Final = {"formal": 0.0, "ethnic": 0.5, "casual": 1.0, "sports": 2.0}


@cache
def _occasion(one: str | None, other: str | None) -> _Judged:
    if one is None or other is None:
        return 0.5, "occasion not known"
    if one == other:
        return 0.75, f"both {one}"
    apart = abs(_STEPS.get(one, 1.0) - _STEPS.get(other, 1.0))
    if apart <= 1:
        return 0.6, f"{one} with {other}: one step apart"
    return 0.0, f"{one} with {other}: too far apart"


LOUD: Final = frozenset({"floral", "graphic", "animal", "camouflage", "checked"})
QUIET: Final = frozenset({"striped", "dotted"})


@cache
def _pattern(one: str | None, other: str | None) -> _Judged:
    if one is None or other is None:
        return 0.5, "pattern not known"
    patterns = {one, other}
    if patterns == {"solid"}:
        return 0.75, "both plain"
    if "solid" in patterns:
        return 0.8, f"{next(iter(patterns - {'solid'}))} with plain"
    if patterns <= LOUD:
        return (
            (0.15, f"two loud patterns: {one} and {other}") if one != other else (0.2, f"two loud patterns: both {one}")
        )
    if patterns <= QUIET:
        return 0.45, f"two quiet patterns: {one} and {other}" if one != other else f"two quiet patterns: both {one}"
    return 0.35, f"two patterns: {one} and {other}"


_SEASONS: Final = ("spring", "summer", "autumn", "winter")


@cache
def _season(one: str | None, other: str | None) -> _Judged:
    if one is None or other is None:
        return 0.5, "season not known"
    if one == other:
        return 0.8, f"both for {one}"
    if {one, other} == {"summer", "winter"}:
        return 0.1, "summer with winter: no season in common"
    return 0.6, f"{one} with {other}: seasons meet"


@cache
def _gender(one: str | None, other: str | None) -> _Judged:
    if one is None or other is None:
        return 0.5, "gender not known"
    if one == other or "unisex" in (one, other):
        return 0.8, f"made for {one}" if one == other else f"{one} with {other}"
    return 0.3, f"{one} with {other}"
