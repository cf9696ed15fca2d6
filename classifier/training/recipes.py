"""The recipes of the mask decoder and of the attribute heads."""

from __future__ import annotations

from dataclasses import field

from pydantic.dataclasses import dataclass

from classifier.recipes import Optimization
from classifier.taxonomy import COLOURS, PATTERNS, SLEEVES

NECKLINES = ("crew", "v-neck", "scoop", "collar", "turtleneck", "hooded", "strapless", "other")
FABRICS = ("denim", "knit", "leather", "fur", "lace", "puffer", "other")
LABELS = {"colour": COLOURS, "pattern": PATTERNS, "sleeve": SLEEVES, "neckline": NECKLINES, "fabric": FABRICS}


@dataclass(frozen=True)
class MaskRecipe:
    """How to train the mask decoder of a network."""

    name: str = "garment-mask"
    width: int = 48  # channels of the decoder
    optimization: Optimization = field(default_factory=lambda: Optimization(rate=3e-3))
    pictures: int = 4_000  # per pass, drawn anew each time
    photo_share: float = 0.4  # of them: people's photos with a mask judged by eye; the others are composites
    passes: int = 3
    batch_size: int = 16
    held_back: int = 400  # of other products, photos and grounds, to choose the best pass
    seed: int = 2026


GARMENT_MASK = MaskRecipe()


@dataclass(frozen=True)
class AttributeRecipe:
    """How to fit the heads: one logistic regression each, on manually labelled photos."""

    name: str = "garment-attributes"
    version: str = "1.0"
    heads: tuple[str, ...] = ("colour", "pattern", "sleeve", "neckline", "fabric")  # fitted and evaluated
    shipped: tuple[str, ...] = ("colour", "pattern", "sleeve")  # stored in the checkpoint
    strengths: tuple[float, ...] = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1)  # inverse penalties to choose from
    alternative_weight: float = 0.15  # of a photo's weight, for an answer that is also acceptable
    folds: int = 5  # of people, for cross-validation


GARMENT_ATTRIBUTES = AttributeRecipe()
