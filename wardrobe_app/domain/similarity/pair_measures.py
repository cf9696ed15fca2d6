"""What was measured of pairs of garments, and its parts in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, PairScore, Part
from wardrobe_app.domain.similarity import explanations
from wardrobe_app.domain.similarity import same_item as sameness
from wardrobe_app.domain.similarity.features import Features
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE_PARTS: Final = ("type", "colour", "pattern", "picture", "attributes")
PARTS: Final = (*ALIKE_PARTS, "local_features")


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


@dataclass(frozen=True, slots=True)
class Measures:
    """Pairs (``first``, ``second``: rows of ``features``) with each part's score and weight, and the whole score.

    ``alike`` is the probability (0 to 1) that two do the same job, ``same`` that they are the same, NaN where no local
    features were compared. ``matches`` holds what was found of those, by the garments' ids.
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
        """(pairs,): how redundant two garments are, 0 to 1: by sameness where that is likely, else by likeness."""
        return np.where(self.decided_by_same_item, self.same, self.alike)

    @property
    def decided_by_same_item(self) -> NDArray[np.bool_]:
        """(pairs,): which are likely the same, so that this sum counts."""
        return np.asarray(self.same >= sameness.DEFAULT.same)  # NaN is not

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Measures:
        """Only the pairs that ``keep``, (pairs,) or places of pairs, says."""
        return Measures(
            self.features,
            self.first[keep],
            self.second[keep],
            {name: values[keep] for name, values in self.scores.items()},
            {name: values[keep] for name, values in self.weights.items()},
            self.colour_distance[keep],
            self.cosine[keep],
            self.alike[keep],
            self.same[keep],
            self.matches,
            self.config,
        )

    def pairs(self) -> Iterator[PairScore]:
        """Every pair with its parts in words."""
        return (self.pair(row) for row in range(len(self)))

    def garments(self, row: int) -> tuple[Garment, Garment]:
        """The two garments of a pair."""
        one, other = (self.features.garments[int(side[row])] for side in (self.first, self.second))
        return one, other

    def relation(self, row: int) -> Relation:
        """What the two garments of a pair are to each other."""
        alike = bool(self.alike[row] >= self.config.redundant)
        return sameness.relation(*self.garments(row), alike, float(self.same[row]))

    def pair(self, row: int) -> PairScore:
        """One pair with the parts, in words, of the sum that counts for it."""
        a, b = self.garments(row)
        texts = self._texts(row)
        same = bool(self.same[row] >= sameness.DEFAULT.same)  # as ``told_by_sameness``, for one row of many
        told = self._sameness_of(row) if same else self._alike_of(row)
        total = float(self.same[row] if same else self.alike[row])
        parts = tuple(Part(name, texts[name], round(told[name][0], 4), round(told[name][1], 4)) for name in PARTS)
        return PairScore(a.id, b.id, round(total, 4), parts)

    def sameness(self, row: int) -> PairScore:
        """One pair by whether it is the same garment, with all parts; those that say nothing to it weigh nothing."""
        a, b = self.garments(row)
        texts, told = self._texts(row), self._sameness_of(row)
        parts = tuple(Part(name, texts[name], round(told[name][0], 4), round(told[name][1], 4)) for name in PARTS)
        return PairScore(a.id, b.id, round(float(np.nan_to_num(self.same[row])), 4), parts)

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

    def _alike_of(self, row: int) -> dict[str, tuple[float, float]]:
        told = {name: (float(self.scores[name][row]), float(self.weights[name][row])) for name in ALIKE_PARTS}
        return {**told, "local_features": (0.5, 0.0)}

    def _sameness_of(self, row: int) -> dict[str, tuple[float, float]]:
        match = _match_of(self.matches, *self.garments(row))
        share = np.array([np.nan if match is None else match.share])
        found = sameness.scores(share, self.cosine[[row]], self.colour_distance[[row]])
        weights = sameness.DEFAULT.weights
        known = {name: (float(found[name][0]), weights[name]) for name in found if np.isfinite(found[name][0])}
        return {name: known.get(name, (0.5, 0.0)) for name in PARTS}


def _match_of(matches: Matches, a: Garment, b: Garment) -> KeypointMatch | None:
    return matches.get((min(a.id, b.id), max(a.id, b.id)))


def joined(some: Sequence[Measures]) -> Measures:
    """Measures of different pairs of the same garments, of which there is at least one, as one."""
    one = some[0]
    if len(some) == 1:
        return one
    return Measures(
        one.features,
        np.concatenate([part.first for part in some]),
        np.concatenate([part.second for part in some]),
        {name: np.concatenate([part.scores[name] for part in some]) for name in one.scores},
        {name: np.concatenate([part.weights[name] for part in some]) for name in one.weights},
        np.concatenate([part.colour_distance for part in some]),
        np.concatenate([part.cosine for part in some]),
        np.concatenate([part.alike for part in some]),
        np.concatenate([part.same for part in some]),
        one.matches,
        one.config,
    )
