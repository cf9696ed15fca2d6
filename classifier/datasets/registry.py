"""Load data sets by the names that recipes use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from classifier.datasets import clothing, deepfashion, fashion_mnist, fashion_products
from classifier.datasets.samples import LabelledPictures, PictureSource
from classifier.errors import DatasetError
from classifier.taxonomy import COLOURS, GENDERS, LABELLED_OCCASIONS, PATTERNS, garment_types

WARDROBE_HEADS = {
    "type": tuple(kind.name for kind in garment_types()),
    "colour": COLOURS,
    "pattern": PATTERNS,
    "gender": GENDERS,
    "occasion": LABELLED_OCCASIONS,
}
FOLDS = 3  # of the validation people


def wardrobe(folder: Path, fold: int | None = None) -> LabelledPictures:
    """Load people's photos and product pictures, with partial labels in our vocabulary.

    ``val`` has only people's photos: products that are not trained on are in ``test``. With ``fold``, only that third
    of the validation people stays in ``val``, and the others are trained on.

    Raises:
        DatasetError: one of the two data sets is missing or damaged.
    """
    source = PictureSource(folder)
    people = clothing.samples(source)
    products = [replace(s, split="test") if s.split == "val" else s for s in fashion_products.samples(source)]
    if fold is not None:
        choosing = sorted({s.group for s in people if s.split == "val"}, key=int)
        kept = set(choosing[fold % FOLDS :: FOLDS])
        people = [replace(s, split="train") if s.split == "val" and s.group not in kept else s for s in people]
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


def load(name: str, folder: Path, seed: int = 0, fold: int | None = None) -> LabelledPictures:
    """Load a data set from a folder that holds it, zipped or unpacked.

    ``seed`` draws the 500 pictures of "fashion-mnist-500", which has no ``val``: with 500 labels, all are trained on.
    ``fold`` is for "wardrobe".

    Raises:
        DatasetError: the data set is unknown, missing or damaged.
    """
    if name not in NAMES:
        raise DatasetError(f"There is no data set {name!r}; there are {', '.join(NAMES)}.")
    if name == FEW_LABELS:
        few = fashion_mnist.load(folder, labels=500, seed=seed)
        return replace(few, samples=[sample for sample in few.samples if sample.split != "val"])
    return wardrobe(folder, fold) if name == "wardrobe" else LOADERS[name](folder)
