"""Product pictures on white (MIT), labelled with type, colour, gender and occasion; names give the pattern."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.errors import DatasetError

LARGE, SMALL = "fashion-products-224", "fashion-products-small"

TYPES: dict[str, str] = {
    "Tshirts": "Tee", "Lounge Tshirts": "Tee", "Shirts": "Button-Down", "Tops": "Top", "Sweaters": "Sweater",
    "Sweatshirts": "Sweatshirt", "Jackets": "Jacket", "Rain Jacket": "Jacket", "Nehru Jackets": "Vest",
    "Waistcoat": "Vest", "Blazers": "Blazer", "Innerwear Vests": "Tank", "Camisoles": "Tank", "Tunics": "Tunic",
    "Kurtas": "Kurta", "Kurtis": "Kurta", "Kurta Sets": "Kurta", "Shrug": "Cardigan", "Jeans": "Jeans",
    "Trousers": "Trousers", "Track Pants": "Sweatpants", "Lounge Pants": "Sweatpants", "Leggings": "Leggings",
    "Jeggings": "Jeans", "Capris": "Capris", "Shorts": "Shorts", "Lounge Shorts": "Shorts", "Skirts": "Skirt",
    "Salwar": "Salwar", "Churidar": "Salwar", "Patiala": "Salwar", "Dresses": "Dress", "Nightdress": "Nightdress",
    "Baby Dolls": "Nightdress", "Jumpsuit": "Jumpsuit", "Rompers": "Romper", "Bath Robe": "Robe", "Robe": "Robe",
    "Night suits": "Pyjamas", "Tracksuits": "Tracksuit", "Sarees": "Saree", "Swimwear": "Swimwear",
    "Sports Shoes": "Sneakers", "Casual Shoes": "Shoes", "Formal Shoes": "Formal Shoes", "Sandals": "Sandals",
    "Sports Sandals": "Sandals", "Heels": "Heels", "Flats": "Flats", "Flip Flops": "Flip Flops", "Socks": "Socks",
    "Booties": "Socks", "Stockings": "Tights", "Tights": "Tights", "Caps": "Hat", "Hat": "Hat", "Handbags": "Bag",
    "Laptop Bag": "Bag", "Duffel Bag": "Bag", "Messenger Bag": "Bag", "Trolley Bag": "Bag", "Backpacks": "Backpack",
    "Rucksacks": "Backpack", "Wallets": "Wallet", "Clutches": "Wallet", "Mobile Pouch": "Wallet", "Belts": "Belt",
    "Scarves": "Scarf", "Stoles": "Scarf", "Mufflers": "Scarf", "Dupatta": "Scarf", "Ties": "Tie", "Gloves": "Gloves",
    "Sunglasses": "Sunglasses", "Watches": "Watch", "Earrings": "Jewellery", "Pendant": "Jewellery",
    "Necklace and Chains": "Jewellery", "Ring": "Jewellery", "Bangle": "Jewellery", "Bracelet": "Jewellery",
    "Jewellery Set": "Jewellery", "Bra": "Bra", "Briefs": "Underwear", "Trunk": "Underwear", "Boxers": "Underwear",
}  # fmt: skip

# Words in a product's name that narrow its type: (article types, pattern, right types).
_NARROWER: tuple[tuple[frozenset[str], re.Pattern[str], tuple[str, ...]], ...] = (
    (frozenset({"Tshirts"}), re.compile(r"\bpolo\s+(neck|t)"), ("Polo",)),
    (frozenset({"Tshirts"}), re.compile(r"\bpolo\b"), ("Tee", "Polo")),
    (frozenset({"Tshirts"}), re.compile(r"\bhenley\b"), ("Henley",)),
    (frozenset({"Sweatshirts"}), re.compile(r"\bhood"), ("Hoodie",)),
    (frozenset({"Sweatshirts"}), re.compile(r""), ("Sweatshirt", "Hoodie")),
    (frozenset({"Sweaters"}), re.compile(r"\bcardigan\b"), ("Cardigan",)),
    (frozenset({"Jackets"}), re.compile(r"\bblazer\b"), ("Blazer",)),
    (frozenset({"Jackets"}), re.compile(r"\b(gilet|sleeveless)\b"), ("Vest",)),
    (frozenset({"Casual Shoes", "Flats", "Heels", "Formal Shoes"}), re.compile(r"\bboots?\b"), ("Boots",)),
)  # fmt: skip

COLOURS: dict[str, tuple[str, ...]] = {
    "Black": ("black",), "White": ("white",), "Off White": ("white", "beige"), "Cream": ("beige", "white"),
    "Grey": ("grey",), "Grey Melange": ("grey",), "Silver": ("grey",), "Steel": ("grey",),
    "Charcoal": ("grey", "black"), "Beige": ("beige",), "Nude": ("beige",), "Skin": ("beige",),
    "Tan": ("brown", "beige"), "Khaki": ("beige", "green"), "Taupe": ("grey", "brown", "beige"),
    "Mushroom Brown": ("brown", "beige"), "Brown": ("brown",), "Coffee Brown": ("brown",), "Bronze": ("brown",),
    "Copper": ("brown", "orange"), "Metallic": ("grey",), "Rust": ("orange", "brown"), "Red": ("red",),
    "Maroon": ("red",), "Burgundy": ("red",), "Orange": ("orange",), "Peach": ("orange", "pink"),
    "Yellow": ("yellow",), "Mustard": ("yellow",), "Gold": ("yellow", "beige"), "Green": ("green",),
    "Olive": ("green",), "Sea Green": ("green",), "Lime Green": ("green",), "Fluorescent Green": ("green", "yellow"),
    "Teal": ("green", "blue"), "Turquoise Blue": ("blue", "green"), "Blue": ("blue",), "Navy Blue": ("navy",),
    "Purple": ("purple",), "Lavender": ("purple",), "Mauve": ("purple", "pink"), "Magenta": ("pink", "purple"),
    "Pink": ("pink",), "Rose": ("pink",), "Multi": ("multicolour",),
}  # fmt: skip

GENDERS = {"Men": "men", "Women": "women", "Unisex": "unisex", "Girls": "girls", "Boys": "boys"}
OCCASIONS = {"Casual": "casual", "Smart Casual": "casual", "Formal": "formal", "Party": "formal", "Sports": "sports",
             "Ethnic": "ethnic"}  # fmt: skip

_PATTERNS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\b(checks?|checked|checkered|plaid)\b"), ("checked",)),
    (re.compile(r"\bstrip(e|es|ed|er)\b"), ("striped",)),
    (re.compile(r"\b(floral|flower|flowers)\b"), ("floral",)),
    (re.compile(r"\b(polka|dots?|dotted)\b"), ("dotted",)),
    (re.compile(r"\b(leopard|zebra|tiger print|animal print)\b"), ("animal",)),
    (re.compile(r"\b(camo|camouflage)\b"), ("camouflage",)),
    (re.compile(r"\bgraphic\b"), ("graphic",)),
    (re.compile(r"\bprint(s|ed)?\b"), ("graphic", "floral", "other", "dotted", "animal")),
    (re.compile(r"\bsolid\b"), ("solid",)),
)
# Small pictures complement the large ones, up to these numbers per type and per rare pattern.
MIN_PER_TYPE, MIN_PER_PATTERN = 110, 60


def rows(source: PictureSource) -> list[dict[str, str]]:
    """Read ``styles.csv``."""
    return list(csv.DictReader(io.StringIO(source.read(SMALL, "styles.csv").decode("utf-8"))))


def pattern_of(name: str) -> tuple[str, ...]:
    """List the patterns that fit a product's name; empty if it names none."""
    lowered = name.lower()
    return next((values for pattern, values in _PATTERNS if pattern.search(lowered)), ())


def types_of(article: str, name: str) -> tuple[str, ...]:
    """List the vocabulary's types for an article type, narrowed by the product's name; empty if it is not worn."""
    if article not in TYPES:
        return ()
    lowered = name.lower()
    for articles, pattern, types in _NARROWER:
        if article in articles and pattern.search(lowered):
            return types
    return (TYPES[article],)


def _targets(row: dict[str, str]) -> dict[str, frozenset[str]]:
    name = row["productDisplayName"] or ""
    found = {
        "type": types_of(row["articleType"], name),
        "colour": COLOURS.get(row["baseColour"], ()),
        "pattern": pattern_of(name),
        "gender": (GENDERS[row["gender"]],) if row["gender"] in GENDERS else (),
        "occasion": (OCCASIONS[row["usage"]],) if row["usage"] in OCCASIONS else (),
    }
    return {head: frozenset(values) for head, values in found.items() if values}


def _sample(row: dict[str, str], archive: str) -> Sample:
    return Sample(
        key=f"{archive}/{row['id']}",
        member=f"images/{row['id']}.jpg",
        archive=archive,
        targets=_targets(row),
        group=f"product {row['id']}",
        split=row["split"],
        on_white=True,
    )


def samples(source: PictureSource) -> list[Sample]:
    """List worn products with a large picture, and small ones whose type or pattern is rare among those."""
    large_ids = source.names(LARGE)
    worn = [row for row in rows(source) if row["articleType"] in TYPES]
    large = [_sample(row, LARGE) for row in worn if row["id"] in large_ids]
    a_type, a_pattern = Counter(_only(s, "type") for s in large), Counter(_only(s, "pattern") for s in large)
    small = []
    for row in worn:
        if row["id"] in large_ids or row["split"] != "train":
            continue
        sample = _sample(row, SMALL)
        kind, pattern = _only(sample, "type"), _only(sample, "pattern")
        rare_pattern = pattern in {"floral", "dotted", "animal", "graphic", "camouflage"}
        if a_type[kind] < MIN_PER_TYPE or (rare_pattern and a_pattern[pattern] < MIN_PER_PATTERN):
            small.append(sample)
            a_type[kind] += 1
            a_pattern[pattern] += 1
    return large + small


def _only(sample: Sample, head: str) -> str:
    values = sample.targets.get(head, frozenset())
    return next(iter(values)) if len(values) == 1 else ""


PUBLIC = "fashion-product-images-small"
THREE_HEADS = {"gender": "gender", "article": "articleType", "colour": "baseColour"}
SEED, VALIDATION_SHARE = 42, 1 / 32


def three_heads(folder: Path) -> LabelledPictures:
    """Load all small pictures with the heads ``gender``, ``article`` and ``colour``, in the data's own label names.

    ``test`` is the published system's split, a fifth drawn with seed 42 (8,000 of 40,000, ``val`` in the file). That
    system chose on the pictures it reported; here ``val`` is a thirty-second of the rest (1,000), and ``train`` the
    other 31,000. A label that only ``test`` has counts as wrong there.

    Args:
        folder: has ``fashion-products-small`` or the public ``fashion-product-images-small``, zipped or unpacked, or is
            the latter. Without a column ``split``, the same draw over the rows with a picture gives another ``test``.

    Raises:
        DatasetError: neither is there, or the table lacks a column.
    """
    source, archive = _three_heads_source(folder)
    table = _checked(source, archive)
    test = _reported(table, archive)
    rest = [number for number in range(len(table)) if number not in test]
    drawn = np.random.RandomState(SEED).permutation(rest)
    val = frozenset(drawn[: max(1, round(len(rest) * VALIDATION_SHARE))].tolist())
    samples = [
        Sample(
            key=f"{archive}/{row['id']}",
            member=f"images/{row['id']}.jpg",
            archive=archive,
            targets={head: frozenset({row[column]}) for head, column in THREE_HEADS.items() if row[column]},
            group=f"product {row['id']}",
            split="test" if number in test else "val" if number in val else "train",
            on_white=True,
        )
        for number, row in enumerate(table)
    ]
    heads = {head: tuple(sorted({row[column] for row in table if row[column]})) for head, column in THREE_HEADS.items()}
    return LabelledPictures(samples, source, heads)


def _three_heads_source(folder: Path) -> tuple[PictureSource, str]:
    source = PictureSource(folder)
    for archive in (SMALL, PUBLIC):
        if source.has(archive):
            return source, archive
    if (folder / "styles.csv").is_file():
        return PictureSource(folder.resolve().parent), folder.resolve().name
    raise DatasetError(
        f"{folder} has neither {SMALL} nor {PUBLIC} (zip or folder), nor a styles.csv beside a folder images."
    )


def _checked(source: PictureSource, archive: str) -> list[dict[str, str]]:
    """Read the table's rows, only those with a picture if the table has no split."""
    table = list(csv.DictReader(io.StringIO(source.read(archive, "styles.csv").decode("utf-8"))))
    missing = [name for name in ("id", *THREE_HEADS.values()) if not table or name not in table[0]]
    if missing:
        raise DatasetError(f"{archive}: styles.csv has no rows, or no column {missing[0]}. Download it again.")
    if "split" in table[0]:
        return table
    there = source.names(archive)
    return [row for row in table if row["id"] in there]


def _reported(table: Sequence[dict[str, str]], archive: str) -> frozenset[int]:
    """List the rows that the published system reports on."""
    if not table:
        raise DatasetError(f"{archive}: styles.csv names none of the pictures in images. Unpack both from one archive.")
    if "split" in table[0]:
        return frozenset(number for number, row in enumerate(table) if row["split"] == "val")
    # For the 40,000 rows of the file, this draw gives its column "split".
    return frozenset(np.random.RandomState(SEED).permutation(len(table))[-(len(table) // 5) :].tolist())
