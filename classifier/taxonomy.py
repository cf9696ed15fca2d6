"""The garment vocabulary: DeepFashion's categories and other garments of a wardrobe. Plain data without torch."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class GarmentType:
    """One type of garment."""

    name: str  # the key in files and databases
    label: str  # for people
    slot: str  # upper, lower, full, feet, legwear, head, bag, accessory or underwear
    deepfashion: bool  # one of the benchmark's 50 categories
    clothing_labels: tuple[str, ...]  # everyday labels that include it


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("classifier").joinpath("garment_types.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def garment_types() -> tuple[GarmentType, ...]:
    """Read the vocabulary, in the order of ``garment_types.csv``, without the types merged into others."""
    return tuple(
        GarmentType(
            name=row["type"],
            label=row["label"],
            slot=row["slot"],
            deepfashion=row["deepfashion"] == "1",
            clothing_labels=tuple(part for part in row["clothing_labels"].split("|") if part),
        )
        for row in _rows()
        if not row["merged_into"]
    )


@cache
def merged_types() -> dict[str, str]:
    """Map each type that was merged into another, because photos do not tell them apart, to that type.

    DeepFashion's categories are among them, so that all 50 still have a type.
    """
    return {row["type"]: row["merged_into"] for row in _rows() if row["merged_into"]}


@cache
def _by_name() -> dict[str, GarmentType]:
    by_name = {kind.name: kind for kind in garment_types()}
    return by_name | {name: by_name[other] for name, other in merged_types().items()}


def garment_type(name: str) -> GarmentType:
    """Look up a type by its name or that of a type merged into it.

    Raises:
        KeyError: the type is unknown.
    """
    return _by_name()[name]


@cache
def clothing_labels() -> tuple[str, ...]:
    """List the everyday labels (``T-Shirt``, ``Pants`` ...) that include at least one type, sorted."""
    return tuple(sorted({label for kind in garment_types() for label in kind.clothing_labels}))


@cache
def types_for_clothing_label(label: str) -> tuple[str, ...]:
    """Name the types that an everyday ``label`` includes; empty if none."""
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
LABELLED_OCCASIONS: tuple[str, ...] = ("casual", "formal", "sports", "ethnic")  # no data set labels work clothes
