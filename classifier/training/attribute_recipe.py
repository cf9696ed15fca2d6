"""How the heads that read a garment's looks come about: one frozen config."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from classifier.taxonomy import COLOURS, PATTERNS, SLEEVES

NECKLINES = ("crew", "v-neck", "scoop", "collar", "turtleneck", "hooded", "strapless", "other")
FABRICS = ("denim", "knit", "leather", "fur", "lace", "puffer", "other")
LABELS = {"colour": COLOURS, "pattern": PATTERNS, "sleeve": SLEEVES, "neckline": NECKLINES, "fabric": FABRICS}


@dataclass(frozen=True)
class AttributeRecipe:
    """One logistic regression a head, fitted on photos labelled by eye.

    ``strengths`` are the inverse strengths of the penalty to choose from, by cross-validation over people in ``folds``.
    An answer that is also acceptable is taught with ``also`` of a photo's weight. Every head of ``heads`` is measured,
    those of ``shipped`` are kept.
    """

    name: str = "garment-attributes"
    version: str = "1.0"
    heads: tuple[str, ...] = ("colour", "pattern", "sleeve", "neckline", "fabric")
    shipped: tuple[str, ...] = ("colour", "pattern", "sleeve")
    strengths: tuple[float, ...] = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1)
    also: float = 0.15
    folds: int = 5


GARMENT_ATTRIBUTES = AttributeRecipe()
