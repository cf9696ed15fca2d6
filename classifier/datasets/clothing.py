"""People's photos of their own clothes (CC0): flat lays and hangers on any ground, with one everyday label each.

Split by sender, because a known wardrobe is easy. The senders of clothing-dataset-small's test split, and people who
photographed the same clothes, are held out, so that its 372 test photos show new people and garments.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path

from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.errors import DatasetError
from classifier.taxonomy import COLOURS, PATTERNS, SLEEVES, garment_type, types_for_clothing_label

ARCHIVE = "clothing"
PUBLIC_TEST_SENDERS = frozenset({"204", "310", "46", "309", "227"})
# The public test split's, and three who photographed the same clothes as one of them.
HELD_OUT_SENDERS = PUBLIC_TEST_SENDERS | {"322", "41", "54"}
# Validation people: a third of those who sent this many photos. Not those who photographed the same clothes as others.
VALIDATION_PHOTOS, VALIDATION_PART = range(3, 9), 3
SHARE_CLOTHES = frozenset({"61", "352", "37", "53"})
NOT_A_TYPE = frozenset({"Not sure", "Other", "Skip"})  # among the senders' labels
NO_TYPE = "OTHER"  # in fine_types.csv


def rows(source: PictureSource) -> list[dict[str, str]]:
    """Read ``images.csv``: image, sender_id, label, kids, small_split, small_label."""
    text = source.read(ARCHIVE, "images.csv").decode("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def fine_types() -> dict[str, tuple[str, ...]]:
    """Read the types of all photos, told by eye, by image: the best one, then acceptable alternatives.

    Names follow the vocabulary, without the types merged into others. A photo that fits no type has none.
    """
    text = files("classifier.datasets").joinpath("fine_types.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        names = [name for name in (row["type"], *row["alternatives"].split("|")) if name and name != NO_TYPE]
        fits = row["type"] != NO_TYPE
        found[row["image"]] = tuple(dict.fromkeys(garment_type(name).name for name in names)) if fits else ()
    return found


@cache
def attributes() -> dict[str, dict[str, str]]:
    """Read manual labels by image: colour, pattern, sleeve, neckline, fabric; empty where unknown.

    ``colour_alt`` and ``pattern_alt`` hold acceptable alternatives, separated by "|".
    """
    text = files("classifier.datasets").joinpath("attributes.csv").read_text(encoding="utf-8")
    return {row["image"]: row for row in csv.DictReader(text.splitlines())}


def _targets(row: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """List a photo's acceptable labels by head, the best first where one is."""
    targets: dict[str, tuple[str, ...]] = {
        "gender": ("girls", "boys") if row["kids"] == "True" else ("women", "men", "unisex")
    }
    if types := fine_types().get(row["image"], ()):
        targets["type"] = types
    told = attributes().get(row["image"], {})
    for head, known in (("colour", COLOURS), ("pattern", PATTERNS), ("sleeve", SLEEVES)):
        others = told.get(f"{head}_alt", "").split("|")
        if told.get(head) in known:
            targets[head] = (told[head], *(name for name in others if name in known))
    return targets


def samples(source: PictureSource) -> list[Sample]:
    """List every photo: split ``test`` for held-out senders, ``val`` for validation people, else ``train``."""
    table = rows(source)
    validation = _validation_people(table)
    found = []
    for row in table:
        sender, targets = row["sender_id"], _targets(row)
        found.append(
            Sample(
                key=f"{ARCHIVE}/{row['image']}",
                member=f"images/{row['image']}.jpg",
                archive=ARCHIVE,
                targets={head: frozenset(names) for head, names in targets.items()},
                best={head: names[0] for head, names in targets.items() if head != "gender"},
                group=sender,
                split="test" if sender in HELD_OUT_SENDERS else "val" if sender in validation else "train",
            )
        )
    return found


def _validation_people(table: list[dict[str, str]]) -> frozenset[str]:
    photos = Counter(row["sender_id"] for row in table)
    some = {s for s, count in photos.items() if count in VALIDATION_PHOTOS and s not in SHARE_CLOTHES}
    return frozenset(sorted(some - HELD_OUT_SENDERS, key=int)[::VALIDATION_PART])


def image_of(sample: Sample) -> str:
    """The name of a sample's photo in ``images.csv``."""
    return sample.key.partition("/")[2]


def is_right(type_name: str, label: str) -> bool:
    """Whether an everyday label includes a type of the vocabulary."""
    return type_name in types_for_clothing_label(label)


SMALL = "clothing-dataset-small"
SMALL_LABELS = (
    "dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt",
)  # fmt: skip
SMALL_SPLITS = {"train": "train", "validation": "val", "test": "test"}  # by the authors' names
# In the published training part, but with the same clothes as a sender of the test part.
FAMILY_OF_SMALL_TEST = frozenset({"322", "41", "54"})


def small(folder: Path, strangers: bool = False) -> LabelledPictures:
    """Load clothing-dataset-small, one head ``class`` of ten, with its authors' split.

    Args:
        folder: holds the repository's folders ``train``, ``validation`` and ``test``, directly or in
            ``clothing-dataset-small``; else ``clothing.zip``, which lacks some pictures (it has 2,737 of 3,068 train,
            306 of 341 validation, all 372 test) but names the senders.
        strangers: leave people who photographed the same clothes as a test person out of ``train`` and ``val``.

    Raises:
        DatasetError: no data, an unknown folder or label, or ``strangers`` without senders.
    """
    root = next((place for place in (folder / SMALL, folder) if _has_small_parts(place)), None)
    if root and strangers:
        raise DatasetError(f"{root} does not name the senders. Use clothing.zip instead.")
    source = PictureSource(root or folder)
    found = _small_from_folders(root) if root else _small_from_table(source)
    kept = [s for s in found if not (strangers and s.split != "test" and s.group in FAMILY_OF_SMALL_TEST)]
    return LabelledPictures(kept, source, {"class": SMALL_LABELS})


def _has_small_parts(place: Path) -> bool:
    return all((place / part).is_dir() for part in SMALL_SPLITS)


def _small_sample(archive: str, member: str, part: str, label: str, group: str) -> Sample:
    if label not in SMALL_LABELS or part not in SMALL_SPLITS:
        raise DatasetError(f"{archive}: {member} is in part {part!r}, class {label!r}; which {SMALL} does not have.")
    targets = {"class": frozenset({label})}
    return Sample(f"{archive}/{member}", member, archive, targets, group=group, split=SMALL_SPLITS[part])


def _small_from_folders(root: Path) -> list[Sample]:
    pictures = {part: sorted((root / part).glob("*/[!.]*")) for part in SMALL_SPLITS}
    empty = [part for part, paths in pictures.items() if not paths]
    if empty:
        raise DatasetError(f"{root / empty[0]} has no pictures in folders by class. Unpack {SMALL} again.")
    return [
        _small_sample(part, f"{path.parent.name}/{path.name}", part, path.parent.name, group=path.stem)
        for part, paths in pictures.items()
        for path in paths
    ]


def _small_from_table(source: PictureSource) -> list[Sample]:
    return [
        _small_sample(
            ARCHIVE, f"images/{row['image']}.jpg", row["small_split"], row["small_label"], group=row["sender_id"]
        )
        for row in rows(source)
        if row["small_split"]
    ]
