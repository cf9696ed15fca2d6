"""Hold the measures of pairs of garments, and explain them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, Likeness, PairScore, Part, TagKind
from wardrobe_app.domain.similarity import explanations, same_item
from wardrobe_app.domain.similarity.features import Features
from wardrobe_app.domain.similarity.likeness import NEARLY, TINTLESS, likeness
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE_PARTS: Final = ("type", "colour", "pattern", "picture", "attributes")
PARTS: Final = (*ALIKE_PARTS, "local_features")
_ARRAYS: Final = ("first", "second", "colour_distance", "cosine", "alike", "same")


@dataclass(frozen=True, slots=True)
class SimilarityConfig:
    """Weights and scales. Weights and the prior are log-odds.

    Two garments of the same certain type whose colours differ by less than about 10 (CIEDE2000; photos of one garment
    under two lamps differ by 3 to 8) score above ``redundant``. Near-synonyms also need closer colours or similar
    embeddings. Different types never get there, nor do equal types without a known colour.

    The scale of ``picture``: with the embedding of the shipped checkpoint (wardrobe 2.1) on people's photos, 96 % of
    pairs of one garment have cosines between 0.49 and 0.93, of garments of one label between -0.13 and 0.80, of any two
    between -0.25 and 0.56. Its weight is low because hard pairs (alike, but not the same) have cosines between 0.46 and
    0.85.
    """

    prior: float = -3.0
    type: float = 3.0
    colour: float = 2.5
    pattern: float = 2.0
    picture: float = 1.5
    attributes: float = 0.6
    half_distance: float = 12.0  # CIEDE2000 at which colour is no evidence either way
    same_colour_name: float = 0.7  # score where only colour names can be compared
    picture_unlike: float = 0.25  # cosine below which embeddings are full evidence against ...
    picture_same: float = 0.95  # ... and above which for; halfway they are no evidence
    redundant: float = 0.75  # score from which two garments do the same job


@dataclass(frozen=True, slots=True)
class Measures:
    """Pairs (``first``, ``second``: rows of ``features``) with the score and weight of each part, and the total.

    ``alike`` is the probability (0 to 1) that two garments do the same job, ``same`` that they are the same item, NaN
    where no keypoints were compared. ``matches`` holds the keypoint matches by garment ids.
    """

    features: Features
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    scores: dict[str, NDArray[np.float64]]
    weights: dict[str, NDArray[np.float64]]
    colour_distance: NDArray[np.float64]
    cosine: NDArray[np.float64]
    alike: NDArray[np.float64]
    same: NDArray[np.float64]
    matches: Matches
    config: SimilarityConfig

    def __len__(self) -> int:
        return len(self.first)

    @property
    def total(self) -> NDArray[np.float64]:
        """Return how redundant two garments are, (pairs,) 0 to 1: ``same`` where that is likely, else ``alike``."""
        return np.where(self.decided_by_same_item, self.same, self.alike)

    @property
    def decided_by_same_item(self) -> NDArray[np.bool_]:
        """Return which pairs are likely the same item, (pairs,)."""
        return np.asarray(self.same >= same_item.DEFAULT.same)  # NaN is not

    @property
    def nearly_identical(self) -> NDArray[np.bool_]:
        """Return which pairs are nearly identical or the same item, (pairs,)."""
        likely = np.flatnonzero((self.total >= NEARLY) | self.decided_by_same_item)
        found = np.zeros(len(self), dtype=bool)
        found[likely] = [self.likeness(row) is not Likeness.SIMILAR for row in likely.tolist()]
        return found

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Measures:
        """Return only the pairs that ``keep`` selects, by a mask (pairs,) or by their places."""
        return _combine(lambda arrays: arrays[0][keep], [self])

    def pairs(self) -> Iterator[PairScore]:
        """Yield every pair with its explained parts."""
        return (self.pair(row) for row in range(len(self)))

    def garments(self, row: int) -> tuple[Garment, Garment]:
        """Return the two garments of a pair."""
        one, other = (self.features.garments[int(side[row])] for side in (self.first, self.second))
        return one, other

    def match(self, row: int) -> KeypointMatch | None:
        """Return the keypoint match of a pair, None if it was not compared."""
        return _match_of(self.matches, *self.garments(row))

    def relation(self, row: int) -> Relation:
        """Return the relation between the two garments of a pair."""
        alike = bool(self.alike[row] >= self.config.redundant)
        return same_item.relation(*self.garments(row), alike, float(self.same[row]))

    def likeness(self, row: int) -> Likeness | None:
        """Return how alike the two garments of a pair are; None if hardly."""
        parts = {
            name: (float(self.scores[name][row]), float(self.weights[name][row]) / getattr(self.config, name))
            for name in ALIKE_PARTS
        }
        match = _match_of(self.matches, *self.garments(row))
        details = (0.5, 0.0) if match is None else (float(same_item.keypoint_score(np.array(match.share))), 1.0)
        score = float(self.same[row] if self.same[row] >= same_item.DEFAULT.same else self.alike[row])
        names = self.features.tags[TagKind.COLOUR].codes
        same_colour = bool(names[self.first[row]] == names[self.second[row]])
        has_tint = self.features.garments[int(self.first[row])].colour not in TINTLESS
        told = {**parts, "local_features": details}
        return likeness(self.relation(row), score, told, same_colour=same_colour, has_tint=has_tint)

    def pair(self, row: int) -> PairScore:
        """Return one pair, explained by the score that counts for it."""
        same = bool(self.same[row] >= same_item.DEFAULT.same)  # ``decided_by_same_item`` for a single row
        scores = self._same_item_scores(row) if same else self._alike_scores(row)
        return self._explained(row, float(self.same[row] if same else self.alike[row]), scores)

    def sameness(self, row: int) -> PairScore:
        """Return one pair, explained by how likely it is the same item; other parts have weight 0."""
        return self._explained(row, float(np.nan_to_num(self.same[row])), self._same_item_scores(row))

    def _explained(self, row: int, total: float, scores: Mapping[str, tuple[float, float]]) -> PairScore:
        a, b = self.garments(row)
        texts = self._texts(row)
        parts = tuple(Part(name, texts[name], *(round(value, 4) for value in scores[name])) for name in PARTS)
        return PairScore(a.id, b.id, round(total, 4), parts, self.likeness(row))

    def _texts(self, row: int) -> dict[str, str]:
        a, b = self.garments(row)
        return {
            "type": explanations.type_text(a, b),
            "colour": explanations.colour_text(a, b, float(self.colour_distance[row])),
            "pattern": explanations.pattern_text(a, b),
            "picture": explanations.picture_text(float(self.cosine[row])),
            "attributes": explanations.attributes_text(a, b),
            "local_features": explanations.keypoint_text(_match_of(self.matches, a, b)),
        }

    def _alike_scores(self, row: int) -> dict[str, tuple[float, float]]:
        found = {name: (float(self.scores[name][row]), float(self.weights[name][row])) for name in ALIKE_PARTS}
        return {**found, "local_features": (0.5, 0.0)}

    def _same_item_scores(self, row: int) -> dict[str, tuple[float, float]]:
        match = _match_of(self.matches, *self.garments(row))
        share = np.array([np.nan if match is None else match.share])
        found = same_item.scores(share, self.cosine[[row]], self.colour_distance[[row]])
        weights = same_item.DEFAULT.weights
        known = {name: (float(found[name][0]), weights[name]) for name in found if np.isfinite(found[name][0])}
        return {name: known.get(name, (0.5, 0.0)) for name in PARTS}


def _match_of(matches: Matches, a: Garment, b: Garment) -> KeypointMatch | None:
    return matches.get((min(a.id, b.id), max(a.id, b.id)))


def joined(some: Sequence[Measures]) -> Measures:
    """Join measures of different pairs of the same garments; there is at least one."""
    return _combine(np.concatenate, some)


def _combine(change: Callable[[Sequence[Any]], Any], some: Sequence[Measures]) -> Measures:
    """Build measures whose arrays are ``change`` of those of ``some``."""
    changes: dict[str, Any] = {name: change([getattr(one, name) for one in some]) for name in _ARRAYS}
    for kind in ("scores", "weights"):
        changes[kind] = {name: change([getattr(one, kind)[name] for one in some]) for name in getattr(some[0], kind)}
    return replace(some[0], **changes)
