"""Score how alike two garments are, as an explained sum of named parts.

Each part is evidence for or against "these do the same job". Its score runs from 0 (against) over 0.5 (none) to 1
(for); its weight, in log-odds, shrinks with the reliability of the tags behind it, and is 0 if evidence is missing. The
score is the probability of the summed log-odds, with a sceptical prior: two unknown garments are not alike.

Where keypoints were matched, ``same_item`` also decides whether two garments are the same item. The same item does the
same job, so where that is likely, its score counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, PairScore, Part, Tag, TagKind
from wardrobe_app.domain.garments.tag_reliability import children_or_adults, possible, worn_on
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity import explanations, pair_blocking, same_item
from wardrobe_app.domain.similarity.candidates import within_reach
from wardrobe_app.domain.similarity.features import BATCH_PAIRS, MISSING, Features, at_best, features, only_removed
from wardrobe_app.domain.similarity.neighbour_search import NeighbourSearch
from wardrobe_app.domain.similarity.pair_measures import PARTS, Measures, SimilarityConfig, joined
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DEFAULT",
    "NO_MATCHES",
    "PARTS",
    "Measures",
    "SimilarityConfig",
    "compared",
    "every_pair",
    "scan",
    "similarity",
]

SCAN_PAIRS: Final = 500_000  # measured together
NO_MATCHES: Final[Matches] = {}

DEFAULT: Final = SimilarityConfig()

# Two plain garments are no coincidence; two with the same print are, and two stripes are rarely the same.
_SAME_PATTERN: Final = {"solid": 0.65, "other": 0.55, "graphic": 0.7}


def _pattern_closeness(one: str, other: str) -> float:
    if one == other:
        return _SAME_PATTERN.get(one, 0.8)
    return 0.35 if "other" in (one, other) or {one, other} == {"solid", "graphic"} else 0.0


def _attribute_closeness(one: str, other: str) -> float:
    return 0.65 if one == other else 0.2


_CLOSENESS: Final[dict[TagKind, Callable[[str, str], float]]] = {
    TagKind.TYPE: closeness,
    TagKind.PATTERN: _pattern_closeness,
}


def similarity(
    a: Garment, b: Garment, config: SimilarityConfig = DEFAULT, match: KeypointMatch | None = None
) -> PairScore:
    """Score how alike ``a`` and ``b`` are; 0 if worn in different places or by different age groups for certain.

    ``match`` is their keypoint match, if known.
    """
    if reason := _barrier(a, b):
        return PairScore(a.id, b.id, 0.0, (reason,))
    return compared(a, b, config, match).pair(0)


def compared(
    a: Garment, b: Garment, config: SimilarityConfig = DEFAULT, match: KeypointMatch | None = None
) -> Measures:
    """Measure one pair, wherever and by whomever the garments are worn."""
    matches = {} if match is None else {(min(a.id, b.id), max(a.id, b.id)): match}
    return _measure(features((a, b)), np.array([0]), np.array([1]), config, matches)


def every_pair(
    garments: Sequence[Garment], config: SimilarityConfig = DEFAULT, matches: Matches = NO_MATCHES
) -> Measures:
    """Measure every two of a few ``garments``, however little alike."""
    first, second = np.triu_indices(len(garments), 1)
    return _measure(features(garments), first, second, config, matches)


def some_pairs(
    garments: Sequence[Garment],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> Measures:
    """Measure the pairs of places in ``garments``, however little alike."""
    return _measure(features(garments), first, second, config, matches)


def likenesses(
    item: Garment,
    others: Sequence[Garment],
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
    *,
    at_least: float = 0.0,
    most: int | None = None,
) -> list[PairScore]:
    """Score how alike ``item`` (``a``) is to each of ``others`` (``b``) as ``similarity`` does, most alike first.

    Only scores of ``at_least`` are returned, and of these at most ``most``.
    """
    rows = features((item, *others))
    one, other = np.zeros(len(others), dtype=np.int64), np.arange(1, len(others) + 1)
    measures = _measure(rows, one, other, config, matches)
    free = rows.comparable(one, other)
    scores = np.where(free, measures.total, 0).round(4)
    order = np.lexsort((np.array([garment.id for garment in others], dtype=np.int64), -scores))
    told = [place for place in order.tolist() if scores[place] >= at_least][:most]
    return [measures.pair(place) if free[place] else similarity(*measures.garments(place), config) for place in told]


def most_alike(
    item: Garment, others: Sequence[Garment], most: int, at_least: float, search: NeighbourSearch | None = None
) -> list[PairScore]:
    """Return the ``most`` garments most like ``item``; in a large wardrobe, of the nearest that may be of its type."""
    if len(others) > pair_blocking.ALL_PAIRS_UP_TO and (tag := item.tags.get(TagKind.TYPE)):
        names = possible(tag)
        others = [
            other
            for other in within_reach(item, others, search=search, slot=worn_on(item))
            if _perhaps_akin(names, other.tags.get(TagKind.TYPE))
        ]
    return likenesses(item, others, at_least=at_least, most=most)


def _perhaps_akin(names: Sequence[str], other: Tag | None) -> bool:
    return other is None or at_best(closeness, names, possible(other)) > 0


def _barrier(a: Garment, b: Garment) -> Part | None:
    slots = worn_on(a), worn_on(b)
    if slots[0] and slots[1] and slots[0] is not slots[1]:
        return Part("slot", f"worn in different places: {slots[0].value} and {slots[1].value}", 0.0, 1.0)
    ages = children_or_adults(a), children_or_adults(b)
    if None not in ages and ages[0] != ages[1]:
        return Part("age", "one for children, one for adults", 0.0, 1.0)
    return None


def scan(
    garments: Sequence[Garment],
    at_least: float,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> Measures:
    """Return the pairs that score ``at_least`` (0 to 1): among all pairs, or in a large wardrobe the likeliest ones.

    The costly parts, embeddings and then colours, are measured only for pairs that still have a chance, and for pairs
    with a keypoint match; 1,000 garments take about a second.
    """
    rows = features(garments)
    if len(garments) > pair_blocking.ALL_PAIRS_UP_TO:
        first, second = pair_blocking.pairs(rows, config)
    else:
        first, second = _candidates(rows, _log_odds(at_least) - config.prior, config)
    return measured(rows, first, second, at_least, config, matches)


def measured(
    rows: Features,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    at_least: float,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> Measures:
    """Return those of the pairs of rows (the smaller first), and of the pairs with a match, that score ``at_least``."""
    first, second = _with_matched(rows, first, second, matches)
    found = (
        _measure(rows, one, other, config, matches, needed=_log_odds(at_least)) for one, other in _some(first, second)
    )
    return joined([some.where(some.total >= at_least) for some in found])


def remaining_measures(known: Measures, garments: Sequence[Garment]) -> Measures | None:
    """Return what is left of the measures ``known``, if garments were only removed or changed in other ways.

    None if a garment is new, or would be measured differently now.
    """
    before = known.features.garments
    if not only_removed(before, garments):
        return None
    now = {garment.id: garment for garment in garments}
    left = np.array([garment.id in now for garment in before], dtype=bool)
    kept = known.where(left[known.first] & left[known.second])
    current = tuple(now.get(garment.id, garment) for garment in before)
    return replace(kept, features=replace(known.features, garments=current))


def doubled(
    some: Sequence[Garment], garments: Sequence[Garment], at_least: float, config: SimilarityConfig = DEFAULT
) -> set[int]:
    """Return the places in ``some`` that score ``at_least`` with one of the ``garments``; exact for any number."""
    rows, needed = features((*some, *garments)), _log_odds(at_least)
    first, second = _candidates(rows, needed - config.prior, config, ends=len(some))
    found: set[int] = set()
    for one, other in _some(first, second):
        measures = _measure(rows, one, other, config, NO_MATCHES, needed=needed)
        found.update(measures.first[measures.total >= at_least].tolist())
    return found


def _some(first: NDArray[np.int64], second: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the pairs in batches."""
    for start in range(0, max(1, len(first)), SCAN_PAIRS):
        yield first[start : start + SCAN_PAIRS], second[start : start + SCAN_PAIRS]


def _with_matched(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], matches: Matches
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add the comparable pairs that have a match."""
    place = {garment.id: row for row, garment in enumerate(rows.garments)}
    ends = [sorted((place[a], place[b])) for a, b in matches if a in place and b in place]
    one, other = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    free = rows.comparable(one, other)
    size = len(rows.garments)
    codes = pair_blocking.distinct(np.concatenate([first * size + second, one[free] * size + other[free]]))
    return codes // max(size, 1), codes % max(size, 1)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(bounded / (1 - bounded)))


def _candidates(
    rows: Features, needed: float, config: SimilarityConfig, batch_rows: int = 256, ends: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return comparable pairs of rows whose types leave a chance to reach ``needed``.

    With ``ends``, only pairs of a row before it and a row from it on.
    """
    types = rows.tags[TagKind.TYPE]
    table = config.type * (2 * types.table(closeness) - 1)
    others = config.colour + config.pattern + config.picture + config.attributes
    order = np.arange(len(rows.garments))
    last = len(order) if ends is None else ends
    found = [np.zeros((2, 0), dtype=np.int64)]
    for start in range(0, last, batch_rows):
        part = order[start : min(start + batch_rows, last), None]
        mask = (part < order if ends is None else order >= ends) & rows.comparable(part, order)
        reliable = np.minimum(types.reliability[part], types.reliability)
        mask &= table[types.codes[part], types.codes] * reliable + others >= needed
        here, there = np.nonzero(mask)
        found.append(np.stack([here + start, there]))
    first, second = np.concatenate(found, axis=1)
    return first, second


def _measure(
    rows: Features,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: SimilarityConfig,
    matches: Matches,
    needed: float = -np.inf,
) -> Measures:
    """Score the pairs; those that cannot reach ``needed`` (log-odds) are dropped before their colours are compared."""
    parts = {kind.value: _tag_part(rows, kind, first, second) for kind in (TagKind.TYPE, TagKind.PATTERN)}
    parts["attributes"] = _attributes_part(rows, first, second)
    cosine, parts["picture"] = _picture_part(rows, first, second, config)
    log_odds = np.full(len(first), config.prior)
    for name, (score, reliable) in parts.items():
        log_odds += _evidence(config, name, score, reliable)
    share = _shares(rows, first, second, matches)
    keep = np.flatnonzero((log_odds + config.colour >= needed) | np.isfinite(share))
    first, second = first[keep], second[keep]
    cosine, share, log_odds = cosine[keep], share[keep], log_odds[keep]
    parts = {name: (score[keep], reliable[keep]) for name, (score, reliable) in parts.items()}
    distance, parts["colour"] = _colour_part(rows, first, second, config)
    alike = 1 / (1 + np.exp(-(log_odds + _evidence(config, "colour", *parts["colour"]))))
    same = same_item.total(same_item.scores(share, cosine, distance))
    scores = {name: score for name, (score, _) in parts.items()}
    weights = {name: getattr(config, name) * reliable for name, (_, reliable) in parts.items()}
    return Measures(rows, first, second, scores, weights, distance, cosine, alike, same, matches, config)


def _evidence(
    config: SimilarityConfig, part: str, score: NDArray[np.float64], reliable: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what a part adds to the log-odds, (pairs,)."""
    weight: float = getattr(config, part)
    return weight * reliable * (2 * score - 1)


def _shares(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], matches: Matches
) -> NDArray[np.float64]:
    """Return the agreeing share of keypoints, (pairs,), NaN where they were not compared."""
    if not matches:
        return np.full(len(first), np.nan)
    ids = np.array([garment.id for garment in rows.garments], dtype=np.int64)
    ends = np.array(list(matches), dtype=np.int64)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    known = _codes(ends[order, 0], ends[order, 1])
    found = np.array([match.share for match in matches.values()])[order]
    asked = _codes(np.minimum(ids[first], ids[second]), np.maximum(ids[first], ids[second]))
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[place] == asked, found[place], np.nan)


def _codes(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    """Combine two ids below 2 to the 31st into one sortable number."""
    return np.asarray((low << 31) + high)


_ScoredPart = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def _tag_part(rows: Features, kind: TagKind, first: NDArray[np.int64], second: NDArray[np.int64]) -> _ScoredPart:
    category = rows.tags[kind]
    table = category.table(_CLOSENESS.get(kind, _attribute_closeness))
    reliable = np.minimum(category.reliability[first], category.reliability[second])
    return table[category.codes[first], category.codes[second]], reliable


def _attributes_part(rows: Features, first: NDArray[np.int64], second: NDArray[np.int64]) -> _ScoredPart:
    """Average sleeves, gender, season, occasion and brand by how reliably each is known."""
    parts = [_tag_part(rows, kind, first, second) for kind in explanations.COMPARED]
    brand, other = rows.brands[first], rows.brands[second]
    known = ((brand != MISSING) & (other != MISSING)).astype(np.float64)
    parts.append((np.where(brand == other, 0.9, 0.2), known))
    total = np.sum([weight for _, weight in parts], axis=0)
    summed = np.sum([score * weight for score, weight in parts], axis=0)
    return np.divide(summed, total, out=np.full(len(first), 0.5), where=total > 0), np.minimum(total, 1.0)


def _picture_part(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], config: SimilarityConfig
) -> tuple[NDArray[np.float64], _ScoredPart]:
    cosine = np.empty(len(first))
    for start in range(0, len(first), BATCH_PAIRS):
        piece = slice(start, start + BATCH_PAIRS)
        cosine[piece] = np.einsum("nd,nd->n", rows.embeddings[first[piece]], rows.embeddings[second[piece]])
    known = (rows.models[first] != MISSING) & (rows.models[first] == rows.models[second])
    cosine = np.where(known, cosine, np.nan)
    score = np.clip((cosine - config.picture_unlike) / (config.picture_same - config.picture_unlike), 0, 1)
    return cosine, (np.where(known, score, 0.5), known.astype(np.float64))


def _colour_part(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], config: SimilarityConfig
) -> tuple[NDArray[np.float64], _ScoredPart]:
    names = rows.tags[TagKind.COLOUR]
    apart = rows.colour_distances(first, second)
    seen = np.isfinite(apart)
    named = (names.codes[first] != MISSING) & (names.codes[second] != MISSING)
    by_name = np.where(names.codes[first] == names.codes[second], config.same_colour_name, 0.0)
    score = np.where(seen, np.exp2(-((apart / config.half_distance) ** 2)), np.where(named, by_name, 0.5))
    reliable = np.where(seen, 1.0, np.minimum(names.reliability[first], names.reliability[second]))
    return apart, (score, reliable)
