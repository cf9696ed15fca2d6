"""A miniature of the training data in its very form: drawn garments, the same archives, tables and columns."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np

from tests.support.drawing import draw_garment, draw_product, photo_bytes

COLOURS = {"Red": (190, 30, 40), "Blue": (40, 90, 190), "White": (238, 238, 236), "Green": (40, 140, 70)}
ARTICLES = {"Tshirts": "tshirt", "Trousers": "trousers", "Dresses": "dress"}
LABELS = {"T-Shirt": "tshirt", "Pants": "trousers", "Dress": "dress"}
TYPES = {"T-Shirt": ("Tee",), "Pants": ("Trousers", "Jeans"), "Dress": ("Dress",), "Not sure": ()}
SENDERS = ("1", "2", "1", "2", "3", "204", "310")  # 3 sent few: to choose on; 204 and 310 are held out


def _table(rows: list[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def fine_types() -> dict[str, tuple[str, ...]]:
    """The types of the photos, in place of ``clothing.fine_types``."""
    return {f"photo-{number}": list(TYPES.values())[number % 4] for number in range(44)}


def _clothing(folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    with zipfile.ZipFile(folder / "clothing.zip", "w") as archive:
        for number in range(44):
            label = [*LABELS, "Not sure"][number % 4]
            sender = SENDERS[number % len(SENDERS)]
            colour = list(COLOURS.values())[number % len(COLOURS)]
            kind = LABELS.get(label, "bag")
            picture = draw_garment(kind, colour=colour, background="bedspread", size=(90, 120), seed=number)
            archive.writestr(f"images/photo-{number}.jpg", photo_bytes(picture))
            part = {"204": "test", "310": "test", "3": "validation"}.get(sender, "train") if label in LABELS else ""
            rows.append(
                {"image": f"photo-{number}", "sender_id": sender, "label": label, "kids": number % 7 == 0,
                 "small_split": part, "small_label": label.lower() if part else ""}
            )  # fmt: skip
        archive.writestr("images.csv", _table(rows))
    return rows


def _products(folder: Path) -> None:
    rows: list[dict[str, object]] = []
    with (
        zipfile.ZipFile(folder / "fashion-products-224.zip", "w") as large,
        zipfile.ZipFile(folder / "fashion-products-small.zip", "w") as small,
    ):
        for number in range(24):
            article, base = list(ARTICLES)[number % 3], list(COLOURS)[number % 4]
            rows.append(
                {"id": number, "articleType": article, "gender": "Women", "masterCategory": "Apparel",
                 "subCategory": "", "baseColour": base, "season": "Summer", "year": 2012, "usage": "Casual",
                 "productDisplayName": f"House Women {'Striped' if number % 2 else 'Solid'} {base} {article}",
                 "split": "val" if number % 6 == 0 else "train"}
            )  # fmt: skip
            picture = draw_product(ARTICLES[article], colour=COLOURS[base], size=(90, 90), seed=number)
            small.writestr(f"images/{number}.jpg", photo_bytes(picture.resize((60, 80))))
            if number % 4:
                large.writestr(f"images/{number}.jpg", photo_bytes(picture))
        small.writestr("styles.csv", _table(rows))


def draw_data(folder: Path) -> Path:
    """Writes the miniature into ``folder`` and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    _products(folder)
    rows = _clothing(folder)
    names = [name.lower() for name in COLOURS]
    looks = [
        {"image": row["image"], "label": row["label"], "colour": names[number % 4], "alt": "", "pattern": "solid",
         "pattern_alt": "", "unsure": 0}
        for number, row in enumerate(rows)
    ]  # fmt: skip
    (folder / "colour_labels.csv").write_text(_table(looks), encoding="utf-8")
    pairs = [
        {"image_a": rows[number]["image"], "image_b": rows[number + 12]["image"], "label": number % 2, "note": ""}
        for number in range(10)
    ]
    (folder / "redundancy_pairs.csv").write_text(_table(pairs), encoding="utf-8")
    return folder


def flat_picture(colour: tuple[int, int, int], side: int = 60) -> np.ndarray:
    """(side, side, 3) pixels: a square of ``colour`` on white."""
    pixels = np.full((side, side, 3), 255, np.uint8)
    pixels[side // 4 : -side // 4, side // 4 : -side // 4] = colour
    return pixels
