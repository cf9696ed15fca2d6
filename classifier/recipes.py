"""What is trained, on what, how: one frozen config a recipe."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.taxonomy import COLOURS, GENDERS, OCCASIONS, PATTERNS, garment_types
from classifier.transforms import Preprocessing


@dataclass(frozen=True)
class Recipe:
    """How a checkpoint comes about.

    The first ``frozen_stages`` groups of blocks keep their ImageNet weights; their activations are computed once for
    ``photo_views`` views of each photo and ``product_views`` of each product picture. The rest trains for ``epochs``
    passes, two views of a picture a pass, in batches of ``batch_size`` pictures, half of them photos of one or two
    people: what they share, the ground, then tells nothing apart. ``contrast`` weighs the loss that brings the
    embeddings (``embedding_dim`` numbers) of two views of a garment together; ``loss_weights`` weigh the heads.
    """

    name: str
    version: str
    backbone: str
    preprocessing: Preprocessing
    heads: dict[str, tuple[str, ...]]
    loss_weights: dict[str, float]
    frozen_stages: int
    photo_views: int
    product_views: int
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    dropout: float
    embedding_dim: int
    contrast: float
    contrast_temperature: float
    mixup: float
    seed: int


WARDROBE = Recipe(
    name="wardrobe",
    version="1.0",
    backbone="tf_efficientnet_lite2",
    preprocessing=Preprocessing(size=260),
    heads={
        "type": tuple(kind.name for kind in garment_types()),
        "colour": COLOURS,
        "pattern": PATTERNS,
        "gender": GENDERS,
        "occasion": OCCASIONS,
    },
    loss_weights={"type": 1.0, "colour": 0.5, "pattern": 0.3, "gender": 0.2, "occasion": 0.2},
    frozen_stages=5,
    photo_views=4,
    product_views=2,
    epochs=2,
    batch_size=48,
    learning_rate=1.5e-3,
    weight_decay=0.02,
    dropout=0.3,
    embedding_dim=128,
    contrast=0.15,
    contrast_temperature=0.1,
    mixup=0.2,
    seed=2026,
)

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (WARDROBE,)}
