"""How alike two garments are, as an explained sum of named parts.

Each part is evidence for or against "these do the same job": its score runs from 0 (against) over 0.5 (says nothing)
to 1 (for), its weight is in units of log-odds and shrinks with the reliability of the tags it rests on. Evidence that
is missing has weight 0. The score is the probability that the sum of log-odds stands for, starting from a sceptical
prior: two garments of which nothing is known are not alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import similarity_words
from wardrobe_app.domain.colour import palette_distance
from wardrobe_app.domain.evidence import children_or_adults, worn_on
from wardrobe_app.domain.features import MISSING, Features, features
from wardrobe_app.domain.garment import Garment, PairScore, Part, TagKind
from wardrobe_app.domain.kinship import closeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK: Final = 20_000  # pairs measured at once, which bounds the memory it takes
PARTS: Final = ("type", "colour", "pattern", "picture", "attributes")


@dataclass(frozen=True, slots=True)
class SimilarityConfig:
    """Weights and scales, in one place. Weights and the prior are log-odds.

    Two garments of the same sure type whose colours differ by less than about 10 (CIEDE2000; photos of one garment
    under two lamps differ by 3 to 8) come out above ``redundant``; near-synonyms need closer colours or alike
    pictures as well; types that differ never get there, nor do same types of which no colour is known.

    The scale for pictures: with the embedding of the shipped checkpoint (wardrobe 2.1) on people's photos, 96 % of
    pairs of one garment lie between cosines of 0.49 and 0.93, of garments of one label between -0.13 and 0.80, of any
    two between -0.25 and 0.56. Its weight is low because hard pairs (alike, but not the same) lie between 0.46 and
    0.85: the picture alone cannot part them.
    """

    prior: float = -3.0
    type: float = 3.0
    colour: float = 2.5
    pattern: float = 2.0
    picture: float = 1.5
    attributes: float = 0.6
    half_distance: float = 12.0  # CIEDE2000 at which colour says nothing either way
    same_colour_name: float = 0.7  # where only names of colours can be compared
    picture_unlike: float = 0.25  # cosine from which down pictures speak fully against, ...
    picture_same: float = 0.95  # ... and from which up fully for; halfway they say nothing
    redundant: float = 0.75  # from here on garments do the same job

    def weight(self, part: str) -> float:
        """The weight of the part called ``part``."""
        return {
            "type": self.type,
            "colour": self.colour,
            "pattern": self.pattern,
            "picture": self.picture,
            "attributes": self.attributes,
        }[part]


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


@dataclass(frozen=True, slots=True)
class Measures:
    """Pairs (``first``, ``second``: rows of ``features``) with each part's score and weight, and the whole score."""

    features: Features
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    scores: dict[str, NDArray[np.float64]]
    weights: dict[str, NDArray[np.float64]]
    colour_distance: NDArray[np.float64]
    cosine: NDArray[np.float64]
    total: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    def where(self, keep: NDArray[np.bool_]) -> Measures:
        """Only the pairs that ``keep``, (pairs,), says."""
        return Measures(
            self.features,
            self.first[keep],
            self.second[keep],
            {name: values[keep] for name, values in self.scores.items()},
            {name: values[keep] for name, values in self.weights.items()},
            self.colour_distance[keep],
            self.cosine[keep],
            self.total[keep],
        )

    def pairs(self) -> Iterator[PairScore]:
        """Every pair with its parts in words."""
        return (self.pair(row) for row in range(len(self)))

    def pair(self, row: int) -> PairScore:
        """One pair with its parts in words."""
        a, b = (self.features.garments[int(side[row])] for side in (self.first, self.second))
        texts = {
            "type": similarity_words.type_text(a, b),
            "colour": similarity_words.colour_text(a, b, float(self.colour_distance[row])),
            "pattern": similarity_words.pattern_text(a, b),
            "picture": similarity_words.picture_text(float(self.cosine[row])),
            "attributes": similarity_words.attributes_text(a, b),
        }
        parts = tuple(
            Part(name, texts[name], round(float(self.scores[name][row]), 4), round(float(self.weights[name][row]), 4))
            for name in PARTS
        )
        return PairScore(a.id, b.id, round(float(self.total[row]), 4), parts)


def similarity(a: Garment, b: Garment, config: SimilarityConfig = DEFAULT) -> PairScore:
    """How alike ``a`` and ``b`` are; 0 if they surely are worn in different places, or one is for children only."""
    if reason := _barrier(a, b):
        return PairScore(a.id, b.id, 0.0, (reason,))
    rows = features((a, b))
    return _measure(rows, np.array([0]), np.array([1]), config).pair(0)


def _barrier(a: Garment, b: Garment) -> Part | None:
    slots = worn_on(a), worn_on(b)
    if slots[0] and slots[1] and slots[0] is not slots[1]:
        return Part("slot", f"worn in different places: {slots[0].value} and {slots[1].value}", 0.0, 1.0)
    ages = children_or_adults(a), children_or_adults(b)
    if None not in ages and ages[0] != ages[1]:
        return Part("age", "one for children, one for adults", 0.0, 1.0)
    return None


def scan(garments: Sequence[Garment], at_least: float, config: SimilarityConfig = DEFAULT) -> Measures:
    """All pairs that score ``at_least`` (0 to 1), exactly: a pair is left out early only if it cannot get there.

    The costly parts (pictures, then colour) are measured only for pairs whose other parts leave a chance, so that
    1,000 garments take about a second.
    """
    rows = features(garments)
    first, second = _candidates(rows, _log_odds(at_least) - config.prior, config)
    measures = _measure(rows, first, second, config, needed=_log_odds(at_least))
    return measures.where(measures.total >= at_least)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(bounded / (1 - bounded)))


def _candidates(
    rows: Features, needed: float, config: SimilarityConfig, chunk: int = 256
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows worn in the same place by people of the same age whose types leave a chance of ``needed``."""
    types = rows.tags[TagKind.TYPE]
    table = config.type * (2 * types.table(closeness) - 1)
    others = config.colour + config.pattern + config.picture + config.attributes
    order = np.arange(len(rows.garments))
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for start in range(0, len(order), chunk):
        part = order[start : start + chunk, None]
        mask = (part < order) & _agree(rows.slots, part) & _agree(rows.ages, part)
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
    keep = sum_of_odds + config.colour >= needed
    first, second, cosine, sum_of_odds = first[keep], second[keep], cosine[keep], sum_of_odds[keep]
    scores = {name: values[keep] for name, values in scores.items()}
    weights = {name: values[keep] for name, values in weights.items()}
    apart, scores["colour"], reliable = _colour_part(rows, first, second, config)
    weights["colour"] = config.colour * reliable
    sum_of_odds = sum_of_odds + weights["colour"] * (2 * scores["colour"] - 1)
    return Measures(rows, first, second, scores, weights, apart, cosine, 1 / (1 + np.exp(-sum_of_odds)))


_TagPart = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def _tag_part(rows: Features, kind: TagKind, first: NDArray[np.int64], second: NDArray[np.int64]) -> _TagPart:
    category = rows.tags[kind]
    table = category.table(_CLOSENESS.get(kind, _attribute_closeness))
    reliable = np.minimum(category.reliability[first], category.reliability[second])
    return table[category.codes[first], category.codes[second]], reliable


def _attributes_part(rows: Features, first: NDArray[np.int64], second: NDArray[np.int64]) -> _TagPart:
    """The mean of what sleeves, gender, season, occasion and brand say, each as far as it is known."""
    parts = [_tag_part(rows, kind, first, second) for kind in similarity_words.COMPARED]
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
