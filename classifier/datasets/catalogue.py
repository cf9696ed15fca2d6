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
    "fashion-mnist-500": partial(fashion_mnist.load, labels=500),
    "fashion-products": fashion_products.three_heads,
    "deepfashion": deepfashion.load,
    "deepfashion-attributes": partial(deepfashion.load, attributes=True),
}


def load(name: str, folder: Path) -> LabelledPictures:
    """The data set called ``name`` from a folder that holds it, packed or unpacked.

    Raises:
        KeyError: there is no such data set.
        DatasetError: the folder lacks it, or it is broken; says what to do.
    """
    return LOADERS[name](folder)
