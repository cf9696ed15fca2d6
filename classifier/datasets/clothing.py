"""People's photos of their own clothes (CC0): flat lays and hangers on any background, one coarse label each.

Split by sender, since a wardrobe that training has seen is easy. The senders of clothing-dataset-small's test split
and the families that photographed the same clothes are held out whole, so that its 372 test photos show people and
garments unseen in training.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from classifier.datasets.samples import PictureSource, Sample
from classifier.taxonomy import types_for_clothing_label

ARCHIVE = "clothing"
# Senders of the public test split, and those who photographed the same clothes as one of them.
HELD_OUT_SENDERS = frozenset({"204", "310", "46", "309", "227", "322", "41", "54"})
NOT_A_TYPE = frozenset({"Not sure", "Other", "Skip"})

# What a label is trained as, narrower than what it is scored by: only types that some picture names outright, or that
# stand for the label. Without this, a type that no picture teaches could soak up a label's probability.
TRAINED_AS: dict[str, tuple[str, ...]] = {
    "Blazer": ("Blazer",),
    "Blouse": ("Blouse", "Tunic"),
    "Body": ("Onesie",),
    "Dress": ("Dress",),
    "Hat": ("Hat",),
    "Hoodie": ("Hoodie",),
    "Longsleeve": ("Longsleeve", "Sweater", "Sweatshirt", "Cardigan", "Turtleneck"),
    "Outwear": ("Jacket", "Coat", "Parka", "Vest", "Bomber"),
    "Pants": ("Trousers", "Jeans", "Chinos", "Joggers", "Leggings", "Sweatpants", "Capris"),
    "Polo": ("Polo",),
    "Shirt": ("Button-Down",),
    "Shoes": ("Sneakers", "Shoes", "Formal Shoes", "Boots", "Sandals", "Heels", "Flats", "Flip Flops"),
    "Shorts": ("Shorts",),
    "Skirt": ("Skirt",),
    "T-Shirt": ("Tee",),
    "Top": ("Top", "Blouse"),
    "Undershirt": ("Tank",),
}


def rows(source: PictureSource) -> list[dict[str, str]]:
    """``images.csv`` as it is: image, sender_id, label, kids, small_split, small_label."""
    text = source.read(ARCHIVE, "images.csv").decode("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def fine_types() -> dict[str, str]:
    """Types seen by eye on some training photos whose label is coarse ("Outwear", "Longsleeve"), by image."""
    text = files("classifier.datasets").joinpath("fine_types.csv").read_text(encoding="utf-8")
    return {row["image"]: row["type"] for row in csv.DictReader(text.splitlines())}


def _targets(row: dict[str, str]) -> dict[str, frozenset[str]]:
    label = row["label"]
    targets = {"gender": frozenset({"girls", "boys"} if row["kids"] == "True" else {"women", "men", "unisex"})}
    if label not in NOT_A_TYPE:
        fine = fine_types().get(row["image"])
        targets["type"] = frozenset((fine,) if fine else TRAINED_AS[label])
    return targets


def samples(source: PictureSource) -> list[Sample]:
    """Every photo; split ``test`` for the held-out senders, else ``train``. Unnamed garments carry no type."""
    return [
        Sample(
            key=f"{ARCHIVE}/{row['image']}",
            member=f"images/{row['image']}.jpg",
            archive=ARCHIVE,
            targets=_targets(row),
            group=row["sender_id"],
            split="test" if row["sender_id"] in HELD_OUT_SENDERS else "train",
        )
        for row in rows(source)
    ]


def is_right(type_name: str, label: str) -> bool:
    """Whether a type of the vocabulary is a right answer to a photo's coarse label."""
    return type_name in types_for_clothing_label(label)
