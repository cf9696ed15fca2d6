"""Data sets by the names that recipes give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from classifier.datasets import clothing, deepfashion, fashion_mnist, fashion_products
from classifier.datasets.samples import LabelledPictures, PictureSource
from classifier.taxonomy import COLOURS, GENDERS, OCCASIONS, PATTERNS, garment_types


def wardrobe(folder: Path) -> LabelledPictures:
    """People's photos and product pictures together, with partial labels in our vocabulary.

    ``val`` are photos of people, and only of people: products that are not trained on are in ``test``.

    Raises:
        DatasetError: one of the two is missing or broken.
    """
    source = PictureSource(folder)
    products = [replace(s, split="test") if s.split == "val" else s for s in fashion_products.samples(source)]
    heads = {
        "type": tuple(kind.name for kind in garment_types()),
        "colour": COLOURS,
        "pattern": PATTERNS,
        "gender": GENDERS,
        "occasion": OCCASIONS,
    }
    return LabelledPictures(clothing.samples(source) + products, source, heads)


LOADERS: dict[str, Callable[[Path], LabelledPictures]] = {
    "wardrobe": wardrobe,
    "clothing-small": clothing.small,
    "fashion-mnist": fashion_mnist.load,
    "fashion-products": fashion_products.three_heads,
    "deepfashion": deepfashion.load,
    "deepfashion-attributes": partial(deepfashion.load, attributes=True),
}
FEW_LABELS = "fashion-mnist-500"
NAMES = (*LOADERS, FEW_LABELS)


def load(name: str, folder: Path, seed: int = 0) -> LabelledPictures:
    """The data set called ``name`` from a folder that holds it, packed or unpacked.

    ``seed`` draws the 500 pictures of "fashion-mnist-500"; that one has no ``val``, since whoever has 500 labels
    trains on all of them.

    Raises:
        KeyError: there is no such data set.
        DatasetError: the folder lacks it, or it is broken; says what to do.
    """
    if name == FEW_LABELS:
        few = fashion_mnist.load(folder, labels=500, seed=seed)
        return replace(few, samples=[sample for sample in few.samples if sample.split != "val"])
    return LOADERS[name](folder)
