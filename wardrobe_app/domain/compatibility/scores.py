"""Score how well two garments go together in an outfit, as an explained mean of named parts.

Slots decide by hard rule: what cannot be worn together scores 0. Everything else is a named convention that moves the
score between 0 and 1; learned preferences are one more part. Unknown values count as 0.5 and show with weight 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.colour_harmony import Harmony, harmony
from wardrobe_app.domain.compatibility.conventions import JUDGES_BY_NAME, judge_slots
from wardrobe_app.domain.compatibility.criteria import DEFAULT, CompatibilityConfig, Worn, barrier, worn
from wardrobe_app.domain.compatibility.preference_learning import STRENGTH, Evidence, LearnedPreferences
from wardrobe_app.domain.compatibility.rules import Rule, named
from wardrobe_app.domain.compatibility.vectorised import CriteriaRows, colours_of_pairs, rows_of, score_pairs
from wardrobe_app.domain.garments.garment import Garment, PairScore, Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DEFAULT",
    "PARTS",
    "CompatibilityConfig",
    "compatibilities",
    "compatibility",
    "fitting",
    "match",
    "match_all",
    "partners",
    "score_matrix",
    "scores_against",
    "scores_of",
    "worn",
]

PARTS: Final = ("slot", "colour", "occasion", "pattern", "season", "gender", "taste")
BATCH_PAIRS: Final = 250_000  # scored together, to bound memory
EXPLAINED_BATCH_PAIRS: Final = 10_000
DIGITS: Final = 6  # of a score; more would depend on the order of additions


def compatibility(
    a: Garment, b: Garment, config: CompatibilityConfig = DEFAULT, learned_preferences: LearnedPreferences | None = None
) -> PairScore:
    """Score how well ``a`` and ``b`` go together; 0 if they cannot be worn together. ``taste`` is the learned part."""
    score, parts = match(worn(a), worn(b), config, learned_preferences.about(a, b) if learned_preferences else None)
    return PairScore(a.id, b.id, score, parts)


def compatibilities(
    pairs: Sequence[tuple[Garment, Garment]],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
) -> list[PairScore]:
    """Score many pairs as ``compatibility`` does, in less time."""
    taught = list(learned_preferences.about_each(pairs)) if learned_preferences else None
    known = {item: worn(garment) for item, garment in {one.id: one for pair in pairs for one in pair}.items()}
    found = match_all([(known[a.id], known[b.id]) for a, b in pairs], config, taught)
    return [PairScore(a.id, b.id, score, parts) for (a, b), (score, parts) in zip(pairs, found, strict=True)]


def score_matrix(
    garments: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
) -> NDArray[np.float32]:
    """Score every pair as ``compatibility`` does, (n, n), symmetric.

    0 on the diagonal, where two cannot be worn together, and for unknown slots.
    """
    matrix = np.zeros((len(garments), len(garments)), dtype=np.float32)
    places = [place for place, garment in enumerate(garments) if garment.slot is not None]
    known = np.array(places, dtype=np.int64)
    for first, second, scores in _scored([garments[place] for place in places], config, learned_preferences):
        matrix[known[first], known[second]] = matrix[known[second], known[first]] = scores
    return matrix


def scores_against(
    garments: Sequence[Garment],
    some: NDArray[np.int64],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    rows: CriteriaRows | None = None,
) -> NDArray[np.float32]:
    """Return the rows ``some`` of the score matrix, (some, n), without computing the others.

    ``rows`` are the garments as arrays, if known.
    """
    ones, others = np.repeat(some, len(garments)), np.tile(np.arange(len(garments)), len(some))
    return scores_of(garments, ones, others, config, learned_preferences, rows).reshape(len(some), len(garments))


def as_rows(garments: Sequence[Garment], config: CompatibilityConfig = DEFAULT) -> CriteriaRows:
    """Convert garments to the arrays that pairs are scored by."""
    return rows_of([worn(garment) for garment in garments], config)


def scores_of(
    garments: Sequence[Garment],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    rows: CriteriaRows | None = None,
) -> NDArray[np.float32]:
    """Return the scores of pairs of rows, (pairs,), as in the score matrix."""
    rows = as_rows(garments, config) if rows is None else rows
    known = np.array([garment.slot is not None for garment in garments], dtype=bool)
    found = np.zeros(len(first), dtype=np.float32)
    for start in range(0, len(first), BATCH_PAIRS):
        one, other = first[start : start + BATCH_PAIRS], second[start : start + BATCH_PAIRS]
        possible = known[one] & known[other] & (one != other)
        found[start : start + BATCH_PAIRS] = np.where(
            possible, _scores(garments, rows, one, other, config, learned_preferences), 0
        )
    return found


def fitting(scores: NDArray[np.float32], config: CompatibilityConfig = DEFAULT) -> NDArray[np.bool_]:
    """Return which ``scores`` are good enough for an outfit: at least ``config.good``, and above 0."""
    return np.asarray((scores >= np.float32(config.good)) & (scores > 0))


def partners(
    item: Garment,
    garments: Iterable[Garment],
    at_least: float,
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    *,
    most: int | None = None,
    scores: NDArray[np.float32] | None = None,
) -> list[PairScore]:
    """Return what goes with ``item`` at a score of ``at_least``, best first, at most ``most``.

    Garments of unknown slot are left out. ``scores`` are those of the item with each of the garments, which then
    include it, if known.
    """
    others = list(garments)
    if scores is None:
        others = [other for other in others if other.id != item.id]
        scores = scores_against([item, *others], np.array([0]), config, learned_preferences)[0, 1:]
    good = np.flatnonzero((scores >= np.float32(at_least)) & (scores > 0))
    best = sorted(good.tolist(), key=lambda place: (-scores[place], others[place].id))[:most]
    return [compatibility(item, others[place], config, learned_preferences) for place in best]


def match(
    one: Worn,
    other: Worn,
    config: CompatibilityConfig = DEFAULT,
    taught: Evidence | None = None,
    colours: Harmony | None = None,
) -> tuple[float, tuple[Part, ...]]:
    """Return the score (0 to 1) and parts of two garments in one outfit.

    The score is 0.5 plus the mean of ``weight * (score - 0.5)`` over ``config.total`` plus the weight of what was
    ``taught``: the mean of a Beta distribution with the rules as prior. ``colours`` is the harmony of the two, if
    known.
    """
    if reason := barrier(one, other):
        return 0.0, (reason,)
    parts = [_slot(one, other, config), _colour(one, other, config, colours), *_others(one, other, config)]
    total = config.total or 1.0
    if taught:
        parts.append(Part("taste", taught.text, taught.share, total * taught.outfits / STRENGTH))
        total += parts[-1].weight
    score = 0.5 + sum(part.weight * (part.score - 0.5) for part in parts) / total
    return round(score, DIGITS), tuple(parts)


def match_all(
    pairs: Sequence[tuple[Worn, Worn]],
    config: CompatibilityConfig = DEFAULT,
    taught: Sequence[Evidence | None] | None = None,
) -> Iterator[tuple[float, tuple[Part, ...]]]:
    """Score many pairs as ``match`` does, comparing their colours in batches.

    ``taught`` is the learned evidence about each pair.
    """
    garments = list({id(one): one for pair in pairs for one in pair}.values())
    place_of = {id(one): place for place, one in enumerate(garments)}
    rows = rows_of(garments, config)
    for start in range(0, len(pairs), EXPLAINED_BATCH_PAIRS):
        some = pairs[start : start + EXPLAINED_BATCH_PAIRS]
        first, second = (np.array([place_of[id(pair[end])] for pair in some], dtype=np.int64) for end in (0, 1))
        found = colours_of_pairs(rows, first, second, config)
        for place, (one, other) in enumerate(some):
            yield match(one, other, config, taught[start + place] if taught else None, found.at(place))


def _scored(
    garments: Sequence[Garment], config: CompatibilityConfig, learned_preferences: LearnedPreferences | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Yield all pairs of rows, ``first`` before ``second``, with their scores, in batches."""
    rows = as_rows(garments, config)
    size = len(garments)
    height = max(1, BATCH_PAIRS // max(1, size))
    for start in range(0, size, height):
        first, second = np.nonzero(np.arange(start, min(start + height, size))[:, None] < np.arange(size))
        yield first + start, second, _scores(garments, rows, first + start, second, config, learned_preferences)


def _scores(
    garments: Sequence[Garment],
    rows: CriteriaRows,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: CompatibilityConfig,
    learned_preferences: LearnedPreferences | None,
) -> NDArray[np.float64]:
    scores, possible = score_pairs(rows, first, second, config)
    if learned_preferences:
        liked, blame = learned_preferences.counted(garments, first, second)
        scores = (STRENGTH * scores + liked) / (STRENGTH + liked + blame)
    return np.where(possible, scores.round(DIGITS), 0.0)


def _slot(one: Worn, other: Worn, config: CompatibilityConfig) -> Part:
    found = judge_slots(one.type, one.slot, other.type, other.slot, config.factor(Rule.PARTS))
    if found is None:
        return Part("slot", "slot not known", 0.5, 0.0)
    return Part("slot", f"{one.label} and {other.label}: {found[1]}", found[0], config.slot)


def _colour(one: Worn, other: Worn, config: CompatibilityConfig, found: Harmony | None) -> Part:
    if one.colours is None or other.colours is None:
        return Part("colour", "colour not known", 0.5, 0.0)
    found = found or harmony(one.colours, other.colours, config.factors)
    text = f"{one.colours.shade.name} with {other.colours.shade.name}: {found.kind}"
    if found.rule is None:
        return Part("colour", text, 0.5, 0.0)
    weight = config.colour * config.factor(found.rule) * min(one.reliable[0], other.reliable[0])
    return Part("colour", named(text, found.rule), found.score, weight)


def _others(one: Worn, other: Worn, config: CompatibilityConfig) -> Iterator[Part]:
    types = config.factor(Rule.TYPES)
    _, *weights = map(mul, config.full, map(min, one.counted(types), other.counted(types)))
    implied = (one.implied[0] or other.implied[0], False, one.implied[1] or other.implied[1], False)
    ones, others = ([getattr(worn, name) for name in JUDGES_BY_NAME] for worn in (one, other))
    return map(_judged, JUDGES_BY_NAME, ones, others, weights, implied)


@lru_cache(maxsize=10_000)
def _judged(name: str, one: str | None, other: str | None, weight: float, by_type: bool) -> Part:
    score, text = JUDGES_BY_NAME[name](one, other)
    if not weight:
        return Part(name, text if None in (one, other) else f"{name} does not count", 0.5, 0.0)
    if by_type:
        return Part(name, named(f"{text}, by their types", Rule.TYPES), score, weight)
    return Part(name, named(text, Rule(name)), score, weight)
