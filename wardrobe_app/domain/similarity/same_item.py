"""Decide whether two photos show the same item, or two identical ones: a different question from doing the same job.

The score has three parts: keypoints that a geometric check found on both, embeddings of the masked garments, and
palettes. Type, pattern and attributes are no evidence: hard pairs, which the weights are fitted on, agree in them
anyway. Weights and prior are log-odds, fitted by ``python -m benchmarks.sameness`` on pairs judged by eye; the figures
are in the model card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.similarity.perceptual_hash import is_same_picture
from wardrobe_app.domain.similarity.relations import Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS: Final = ("local_features", "picture", "colour")


@dataclass(frozen=True, slots=True)
class KeypointMatch:
    """How far the keypoints of two garments match: ``tentative`` look alike, ``agreeing`` also agree in geometry.

    ``share`` (0 to 1) is what counts; ``mirrored`` is whether one garment had to be mirrored (front and back).
    """

    tentative: int
    agreeing: int
    share: float
    mirrored: bool


Matches = Mapping[tuple[int, int], KeypointMatch]
"""Matches of garments by their ids, the smaller one first."""


@dataclass(frozen=True, slots=True)
class SameItemConfig:
    """Fitted weights (log-odds), scales from measures to 0 to 1, and the score from which two are the same."""

    prior: float = 1.15
    local: float = 4.04
    picture: float = 1.85
    colour: float = 0.0
    picture_unlike: float = -0.2  # cosine that scores 0; 1 scores 1
    half_distance: float = 12.0  # CIEDE2000 at which palettes score 0.5
    same: float = 0.8  # score from which two are shown as the same: no different pair of the public data reaches it

    @property
    def weights(self) -> dict[str, float]:
        """Return the weight of each part."""
        return dict(zip(PARTS, (self.local, self.picture, self.colour), strict=True))


DEFAULT: Final = SameItemConfig()
_SMOOTHING: Final = 0.02  # keeps the log-odds of a share of 0 or 1 finite
_MAX_LOG_ODDS: Final = float(np.log((1 + _SMOOTHING) / _SMOOTHING))


def keypoint_score(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score (0 to 1) of agreeing shares: linear in their log-odds."""
    return np.asarray(0.5 + np.log((share + _SMOOTHING) / (1 + _SMOOTHING - share)) / (2 * _MAX_LOG_ODDS))


def scores(
    share: NDArray[np.float64],
    cosine: NDArray[np.float64],
    apart: NDArray[np.float64],
    config: SameItemConfig = DEFAULT,
) -> dict[str, NDArray[np.float64]]:
    """Score each part of pairs, 0 to 1, NaN where a measure is missing.

    Args:
        share: (pairs,) agreeing shares of keypoints, 0 to 1.
        cosine: (pairs,) of the garments' embeddings, -1 to 1.
        apart: (pairs,) CIEDE2000 between palettes.
        config: the scales.
    """
    alike = np.clip((cosine - config.picture_unlike) / (1 - config.picture_unlike), 0, 1)
    return dict(
        zip(PARTS, (keypoint_score(share), alike, np.exp2(-((apart / config.half_distance) ** 2))), strict=True)
    )


def total(parts: Mapping[str, NDArray[np.float64]], config: SameItemConfig = DEFAULT) -> NDArray[np.float64]:
    """Return the probability (pairs,) of being the same item; NaN without keypoints, which leave it open."""
    weights = config.weights
    told = sum(weights[name] * np.nan_to_num(2 * parts[name] - 1) for name in PARTS)
    return np.where(np.isnan(parts[PARTS[0]]), np.nan, 1 / (1 + np.exp(-(config.prior + told))))


def is_plain(garment: Garment) -> bool:
    """Return whether the cloth is certainly plain, so that no detail of it can be recognised."""
    tag = garment.tags.get(TagKind.PATTERN)
    return tag is not None and tag.value == "solid" and tag.is_known


def relation(a: Garment, b: Garment, alike: bool, same: float, config: SameItemConfig = DEFAULT) -> Relation:
    """Return the relation between two garments.

    Photos cannot tell one garment from two identical ones, but the owner's details can: two sizes, purchase days or
    prices mean two garments. If both are plain, they are look-alikes at most.

    Args:
        a: one garment.
        b: the other one.
        alike: whether they do the same job in the wardrobe.
        same: how likely they are the same item, 0 to 1; NaN if unknown.
        config: the threshold for the same item.
    """
    if any(is_same_picture(one.phash, other.phash) for one in a.photos for other in b.photos):
        return Relation.SAME_PICTURE
    looks_same = same >= config.same
    if looks_same and not (is_plain(a) and is_plain(b)):
        return Relation.TWINS if _bought_twice(a, b) else Relation.SAME_GARMENT
    return Relation.LOOK_ALIKE if alike or looks_same else Relation.DIFFERENT


def _bought_twice(a: Garment, b: Garment) -> bool:
    told = ((a.size.strip(), b.size.strip()), (a.purchased_on, b.purchased_on), (a.price, b.price))
    return any(one and other and one != other for one, other in told)
