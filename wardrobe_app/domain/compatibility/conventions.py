"""The conventions about everything but colour: how two occasions, patterns, seasons and makes go together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from itertools import product
from typing import Final

from wardrobe_app.domain.compatibility.roles import often_together, role, together
from wardrobe_app.domain.compatibility.rules import Rule, named
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.wording import listed

FITTING_SLOTS_SCORE: Final = 0.75  # where it does not count how often roles are worn together

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
