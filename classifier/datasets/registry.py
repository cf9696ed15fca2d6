"""Load data sets by the names that recipes use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from classifier.datasets import clothing, deepfashion, fashion_mnist, fashion_products
from classifier.datasets.samples import LabelledPictures, PictureSource
from classifier.errors import DatasetError
from classifier.taxonomy import COLOURS, GENDERS, LABELLED_OCCASIONS, PATTERNS, SLEEVES, garment_types

WARDROBE_HEADS = {
    "type": tuple(kind.name for kind in garment_types()),
    "colour": COLOURS,
    "pattern": PATTERNS,
    "sleeve": SLEEVES,
    "gender": GENDERS,
    "occasion": LABELLED_OCCASIONS,
}


def wardrobe(folder: Path) -> LabelledPictures:
    """Load people's photos and product pictures, with partial labels in our vocabulary.

    ``val`` has only people's photos: products that are not trained on are in ``test``.

    Raises:
        DatasetError: one of the two data sets is missing or damaged.
    """
    source = PictureSource(folder)
    people = clothing.samples(source)
    products = [replace(s, split="test") if s.split == "val" else s for s in fashion_products.samples(source)]
    return LabelledPictures(people + products, source, WARDROBE_HEADS)


LOADERS: dict[str, Callable[[Path], LabelledPictures]] = {
    "wardrobe": wardrobe,
    "clothing-small": clothing.small,
    "clothing-small-strangers": partial(clothing.small, strangers=True),
    "fashion-mnist": fashion_mnist.load,
    "fashion-products": fashion_products.three_heads,
    "deepfashion": deepfashion.load,
    "deepfashion-attributes": partial(deepfashion.load, attributes=True),
}
FEW_LABELS = "fashion-mnist-500"
NAMES = (*LOADERS, FEW_LABELS)


def load(name: str, folder: Path, seed: int = 0) -> LabelledPictures:
    """Load a data set from a folder that holds it, zipped or unpacked.

    ``seed`` draws the 500 pictures of "fashion-mnist-500", which has no ``val``: with 500 labels, all are trained on.

    Raises:
        DatasetError: the data set is unknown, missing or damaged.
    """
    if name not in NAMES:
        raise DatasetError(f"There is no data set {name!r}; there are {', '.join(NAMES)}.")
    if name == FEW_LABELS:
        few = fashion_mnist.load(folder, labels=500, seed=seed)
        return replace(few, samples=[sample for sample in few.samples if sample.split != "val"])
    return LOADERS[name](folder)
