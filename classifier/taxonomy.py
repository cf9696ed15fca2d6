"""The garment vocabulary: DeepFashion's categories and what else a wardrobe holds.

Pure data: no torch, so that naming a garment never costs loading a network.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class GarmentType:
    """One type of garment.

    ``name`` is the key kept in files and databases, ``label`` what a person reads, ``slot`` the place on the
    body (upper, lower, full, feet, legwear, head, bag, accessory, underwear). ``deepfashion`` tells whether it is
    one of the benchmark's 50 categories, ``clothing_labels`` the coarser labels that it is right for.
    """

    name: str
    label: str
    slot: str
    deepfashion: bool
    clothing_labels: tuple[str, ...]


@cache
def garment_types() -> tuple[GarmentType, ...]:
    """The whole vocabulary, in the order of ``garment_types.csv``."""
    text = files("classifier").joinpath("garment_types.csv").read_text(encoding="utf-8")
    return tuple(
        GarmentType(
            name=row["type"],
            label=row["label"],
            slot=row["slot"],
            deepfashion=row["deepfashion"] == "1",
            clothing_labels=tuple(part for part in row["clothing_labels"].split("|") if part),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _by_name() -> dict[str, GarmentType]:
    return {kind.name: kind for kind in garment_types()}


def garment_type(name: str) -> GarmentType:
    """The type called ``name``.

    Raises:
        KeyError: the vocabulary has no such type.
    """
    return _by_name()[name]


@cache
def clothing_labels() -> tuple[str, ...]:
    """The coarse labels (``T-Shirt``, ``Pants`` ...) that at least one type answers to, sorted."""
    return tuple(sorted({label for kind in garment_types() for label in kind.clothing_labels}))


@cache
def types_for_clothing_label(label: str) -> tuple[str, ...]:
    """Names of the types that are right for a coarse ``label``; empty when no type is."""
    return tuple(kind.name for kind in garment_types() if label in kind.clothing_labels)


COLOURS: tuple[str, ...] = (
    "black", "white", "grey", "beige", "brown", "red", "orange", "yellow", "green", "blue", "navy", "purple", "pink",
    "multicolour",
)  # fmt: skip
PATTERNS: tuple[str, ...] = (
    "solid", "striped", "checked", "floral", "graphic", "dotted", "animal", "camouflage", "other",
)  # fmt: skip
SLEEVES: tuple[str, ...] = ("sleeveless", "short sleeve", "three-quarter sleeve", "long sleeve")
GENDERS: tuple[str, ...] = ("women", "men", "unisex", "girls", "boys")
SEASONS: tuple[str, ...] = ("spring", "summer", "autumn", "winter")
OCCASIONS: tuple[str, ...] = ("casual", "work", "formal", "sports", "ethnic")
LABELLED_OCCASIONS: tuple[str, ...] = ("casual", "formal", "sports", "ethnic")  # no data set labels clothes for work
