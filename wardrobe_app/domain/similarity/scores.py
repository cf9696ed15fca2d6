"""How alike two garments are, as an explained sum of named parts.

Each part is evidence for or against "these do the same job": its score runs from 0 (against) over 0.5 (says nothing)
to 1 (for), its weight is in units of log-odds and shrinks with the reliability of the tags it rests on. Evidence that
is missing has weight 0. The score is the probability that the sum of log-odds stands for, starting from a sceptical
prior: two garments of which nothing is known are not alike.

Where local features of two garments were matched, ``sameness`` tells as well whether they are one garment, or two of
the same. Who is the same does the same job: where that is likely, it is that sum that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.colour import palette_distance
from wardrobe_app.domain.garments.garment import Garment, PairScore, Part, Tag, TagKind
from wardrobe_app.domain.garments.tag_reliability import children_or_adults, possible, worn_on
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.similarity import explanations, pair_blocking, same_item
from wardrobe_app.domain.similarity.features import MISSING, Features, at_best, features
from wardrobe_app.domain.similarity.pair_measures import PARTS, Measures, SimilarityConfig, joined
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DEFAULT", "NO_MATCHES", "PARTS", "Measures", "SimilarityConfig", "compared", "scan", "similarity"]

CHUNK: Final = 20_000  # pairs whose pictures or colours are compared at once, which bounds the memory it takes
MEASURED: Final = 500_000  # pairs measured at once
NO_MATCHES: Final[Matches] = {}

DEFAULT: Final = SimilarityConfig()

# Two plain garments are no great coincidence; two with the same print are, and two stripes are rarely the same.
_SAME_PATTERN: Final = {"solid": 0.65, "other": 0.55, "graphic": 0.7}


def _pattern_closeness(one: str, other: str) -> float:
    if one == other:
        return _SAME_PATTERN.get(one, 0.8)
    return 0.35 if "other" in (one, other) else 0.0


def _attribute_closeness(one: str, other: str) -> float:
    return 0.65 if one == other else 0.2


_CLOSENESS: Final[dict[TagKind, Callable[[str, str], float]]] = {
    TagKind.TYPE: closeness,
    TagKind.PATTERN: _pattern_closeness,
}


def similarity(
    a: Garment, b: Garment, config: SimilarityConfig = DEFAULT, match: KeypointMatch | None = None
) -> PairScore:
    """How alike ``a`` and ``b`` are; 0 if they surely are worn in different places, or one is for children only.

    ``match`` is how far their local features agree, where that is known.
    """
    if reason := _barrier(a, b):
        return PairScore(a.id, b.id, 0.0, (reason,))
    return compared(a, b, config, match).pair(0)


def compared(
    a: Garment, b: Garment, config: SimilarityConfig = DEFAULT, match: KeypointMatch | None = None
) -> Measures:
    """Everything measured of one pair, whatever it is: where each is worn, and by whom, is not looked at."""
    matches = {} if match is None else {(min(a.id, b.id), max(a.id, b.id)): match}
    return _measure(features((a, b)), np.array([0]), np.array([1]), config, matches)


def likenesses(
    item: Garment,
    others: Sequence[Garment],
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
    *,
    at_least: float = 0.0,
    most: int | None = None,
) -> list[PairScore]:
    """How alike ``item`` (``a``) is to each of the ``others`` (``b``), as ``similarity`` has it, most alike first.

    Only those that score ``at_least``, and of these at most ``most``, are told.
    """
    rows = features((item, *others))
    one, other = np.zeros(len(others), dtype=np.int64), np.arange(1, len(others) + 1)
    measures = _measure(rows, one, other, config, matches)
    free = _meet(rows.slots, one, other) & _meet(rows.ages, one, other)
    scores = np.where(free, measures.total, 0).round(4)
    order = np.lexsort((np.array([garment.id for garment in others], dtype=np.int64), -scores))
    told = [place for place in order.tolist() if scores[place] >= at_least][:most]
    return [measures.pair(place) if free[place] else similarity(*measures.garments(place), config) for place in told]


def most_alike(item: Garment, others: Sequence[Garment], most: int, at_least: float) -> list[PairScore]:
    """The ``most`` garments most like ``item``; in a large wardrobe of those that may be nearly its type."""
    if len(others) > pair_blocking.EXACT and (tag := item.tags.get(TagKind.TYPE)):
        names = possible(tag)
        others = [other for other in others if _perhaps_akin(names, other.tags.get(TagKind.TYPE))]
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
    """The pairs that score ``at_least`` (0 to 1): of up to ``likeliest.EXACT`` garments all, and of more those among
    the ``likeliest.MOST`` of each garment that are most likely to.

    The costly parts (pictures, then colour) are measured only for pairs whose other parts leave a chance, and for those
    that have a match of local features, so that 1,000 garments take about a second.
    """
    rows = features(garments)
    if len(garments) > pair_blocking.EXACT:
        first, second = pair_blocking.pairs(rows, config)
    else:
        first, second = _candidates(rows, _log_odds(at_least) - config.prior, config)
    first, second = _with_matched(rows, first, second, matches)
    found = [
        _at_least(at_least, _measure(rows, one, other, config, matches, needed=_log_odds(at_least)))
        for one, other in _some(first, second)
    ]
    return joined(found)


def still_holds(known: Measures, garments: Sequence[Garment]) -> Measures | None:
    """What is ``known`` of a wardrobe from which garments only went, or in which what is measured stayed as it was.

    None where a garment is new, or is measured by something else now.
    """
    row = {garment.id: place for place, garment in enumerate(known.features.garments)}
    there = np.zeros(len(row), dtype=bool)
    now = list(known.features.garments)
    for garment in garments:
        place = row.get(garment.id)
        if place is None or not _measured_alike(now[place], garment):
            return None
        there[place] = True
        now[place] = garment
    kept = known.where(there[known.first] & there[known.second])
    return replace(kept, features=replace(known.features, garments=tuple(now)))


def _measured_alike(one: Garment, other: Garment) -> bool:
    """Whether two states of a garment are the same as far as anything here looks."""
    if one is other:
        return True
    seen = (one.embedding, other.embedding)
    same_picture = seen[0] is seen[1] or (
        seen[0] is not None and seen[1] is not None and np.array_equal(seen[0], seen[1])
    )
    names = ("tags", "palette", "slot", "brand", "embedding_model")
    return same_picture and all(getattr(one, name) == getattr(other, name) for name in names)


def doubled(
    some: Sequence[Garment], garments: Sequence[Garment], at_least: float, config: SimilarityConfig = DEFAULT
) -> set[int]:
    """Places of those of ``some`` that score ``at_least`` with one of the ``garments``: exact for any number."""
    rows, needed = features((*some, *garments)), _log_odds(at_least)
    first, second = _candidates(rows, needed - config.prior, config, ends=len(some))
    found: set[int] = set()
    for one, other in _some(first, second):
        measures = _measure(rows, one, other, config, NO_MATCHES, needed=needed)
        found.update(measures.first[measures.total >= at_least].tolist())
    return found


def _some(first: NDArray[np.int64], second: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The pairs, as many at a time as may be measured together."""
    for start in range(0, max(1, len(first)), MEASURED):
        yield first[start : start + MEASURED], second[start : start + MEASURED]


def _at_least(least: float, measures: Measures) -> Measures:
    return measures.where(measures.total >= least)


def _with_matched(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], matches: Matches
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs, and those with a match that may be worn in the same place by people of the same age."""
    place = {garment.id: row for row, garment in enumerate(rows.garments)}
    ends = [sorted((place[a], place[b])) for a, b in matches if a in place and b in place]
    one, other = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    free = _meet(rows.slots, one, other) & _meet(rows.ages, one, other)
    size = len(rows.garments)
    codes = pair_blocking.distinct(np.concatenate([first * size + second, one[free] * size + other[free]]))
    return codes // max(size, 1), codes % max(size, 1)


def _meet(codes: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((codes[one] == codes[other]) | (codes[one] == MISSING) | (codes[other] == MISSING))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(bounded / (1 - bounded)))


def _candidates(
    rows: Features, needed: float, config: SimilarityConfig, chunk: int = 256, ends: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows worn in the same place by people of the same age whose types leave a chance of ``needed``.

    With ``ends``, only pairs of a row before it and a row from it on.
    """
    types = rows.tags[TagKind.TYPE]
    table = config.type * (2 * types.table(closeness) - 1)
    others = config.colour + config.pattern + config.picture + config.attributes
    order = np.arange(len(rows.garments))
    last = len(order) if ends is None else ends
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for start in range(0, last, chunk):
        part = order[start : min(start + chunk, last), None]
        mask = (part < order if ends is None else order >= ends) & _agree(rows.slots, part) & _agree(rows.ages, part)
        reliable = np.minimum(types.reliability[part], types.reliability)
        mask &= table[types.codes[part], types.codes] * reliable + others >= needed
        here, there = np.nonzero(mask)
        found.append((here + start, there))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _agree(codes: NDArray[np.int64], part: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((codes[part] == codes) | (codes[part] == MISSING) | (codes == MISSING))


def _measure(
    rows: Features,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: SimilarityConfig,
    matches: Matches,
    needed: float = -np.inf,
) -> Measures:
    """Score the pairs; those that cannot reach ``needed`` (log-odds) are dropped before their colours are compared."""
    scores: dict[str, NDArray[np.float64]] = {}
    weights: dict[str, NDArray[np.float64]] = {}
    scores["type"], weights["type"] = _tag_part(rows, TagKind.TYPE, first, second)
    scores["pattern"], weights["pattern"] = _tag_part(rows, TagKind.PATTERN, first, second)
    scores["attributes"], weights["attributes"] = _attributes_part(rows, first, second)
    cosine, scores["picture"], weights["picture"] = _picture_part(rows, first, second, config)
    weights = {name: values * config.weight(name) for name, values in weights.items()}
    sum_of_odds = np.full(len(first), config.prior)
    for name in scores:
        sum_of_odds += weights[name] * (2 * scores[name] - 1)
    share = _shares(rows, first, second, matches)
    keep = np.flatnonzero((sum_of_odds + config.colour >= needed) | np.isfinite(share))
    first, second = np.take(first, keep), np.take(second, keep)
    cosine, share, sum_of_odds = np.take(cosine, keep), np.take(share, keep), np.take(sum_of_odds, keep)
    scores = {name: values[keep] for name, values in scores.items()}
    weights = {name: values[keep] for name, values in weights.items()}
    apart, scores["colour"], reliable = _colour_part(rows, first, second, config)
    weights["colour"] = config.colour * reliable
    sum_of_odds = sum_of_odds + weights["colour"] * (2 * scores["colour"] - 1)
    alike, same = 1 / (1 + np.exp(-sum_of_odds)), same_item.total(same_item.scores(share, cosine, apart))
    return Measures(rows, first, second, scores, weights, apart, cosine, alike, same, matches, config)


def _shares(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], matches: Matches
) -> NDArray[np.float64]:
    """(pairs,): the agreeing share of local features, NaN where they were not compared."""
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
    """One number for two ids, in their order; ids are below 2 to the 31st."""
    return np.asarray((low << 31) + high)


_TagPart = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def _tag_part(rows: Features, kind: TagKind, first: NDArray[np.int64], second: NDArray[np.int64]) -> _TagPart:
    category = rows.tags[kind]
    table = category.table(_CLOSENESS.get(kind, _attribute_closeness))
    reliable = np.minimum(category.reliability[first], category.reliability[second])
    return table[category.codes[first], category.codes[second]], reliable


def _attributes_part(rows: Features, first: NDArray[np.int64], second: NDArray[np.int64]) -> _TagPart:
    """The mean of what sleeves, gender, season, occasion and brand say, each as far as it is known."""
    parts = [_tag_part(rows, kind, first, second) for kind in explanations.COMPARED]
    brand, other = rows.brands[first], rows.brands[second]
    known = ((brand != MISSING) & (other != MISSING)).astype(np.float64)
    parts.append((np.where(brand == other, 0.9, 0.2), known))
    total = np.sum([weight for _, weight in parts], axis=0)
    summed = np.sum([score * weight for score, weight in parts], axis=0)
    return np.divide(summed, total, out=np.full(len(first), 0.5), where=total > 0), np.minimum(total, 1.0)


def _picture_part(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], config: SimilarityConfig
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    cosine = np.empty(len(first))
    for start in range(0, len(first), CHUNK):
        piece = slice(start, start + CHUNK)
        cosine[piece] = np.einsum("nd,nd->n", rows.embeddings[first[piece]], rows.embeddings[second[piece]])
    known = (rows.models[first] != MISSING) & (rows.models[first] == rows.models[second])
    cosine = np.where(known, cosine, np.nan)
    score = np.clip((cosine - config.picture_unlike) / (config.picture_same - config.picture_unlike), 0, 1)
    return cosine, np.where(known, score, 0.5), known.astype(np.float64)


def _colour_part(
    rows: Features, first: NDArray[np.int64], second: NDArray[np.int64], config: SimilarityConfig
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    names = rows.tags[TagKind.COLOUR]
    seen = (rows.shares.sum(axis=1) > 0)[first] & (rows.shares.sum(axis=1) > 0)[second]
    apart = np.full(len(first), np.nan)
    compared = np.nonzero(seen)[0]
    for start in range(0, len(compared), CHUNK):
        piece = compared[start : start + CHUNK]
        one, other = first[piece], second[piece]
        apart[piece] = palette_distance(rows.labs[one], rows.shares[one], rows.labs[other], rows.shares[other])
    named = (names.codes[first] != MISSING) & (names.codes[second] != MISSING)
    by_name = np.where(names.codes[first] == names.codes[second], config.same_colour_name, 0.0)
    score = np.where(seen, np.exp2(-((apart / config.half_distance) ** 2)), np.where(named, by_name, 0.5))
    reliable = np.where(seen, 1.0, np.minimum(names.reliability[first], names.reliability[second]))
    return apart, score, reliable
