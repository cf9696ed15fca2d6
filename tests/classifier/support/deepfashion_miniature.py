"""A miniature of DeepFashion's benchmark, in exactly the form in which its authors give it out: drawn garments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.support.drawing import draw_garment, photo_bytes

UPPER = (
    "Anorak", "Blazer", "Blouse", "Bomber", "Button-Down", "Cardigan", "Flannel", "Halter", "Henley", "Hoodie",
    "Jacket", "Jersey", "Parka", "Peacoat", "Poncho", "Sweater", "Tank", "Tee", "Top", "Turtleneck",
)  # fmt: skip
LOWER = (
    "Capris", "Chinos", "Culottes", "Cutoffs", "Gauchos", "Jeans", "Jeggings", "Jodhpurs", "Joggers", "Leggings",
    "Sarong", "Shorts", "Skirt", "Sweatpants", "Sweatshorts", "Trunks",
)  # fmt: skip
FULL = (
    "Caftan", "Cape", "Coat", "Coverup", "Dress", "Jumpsuit", "Kaftan", "Kimono", "Nightdress", "Onesie", "Robe",
    "Romper", "Shirtdress", "Sundress",
)  # fmt: skip
CATEGORIES = (*UPPER, *LOWER, *FULL)
# The categories that occur, each with the garment that is drawn for it.
DRAWN = {
    "Blouse": "blouse", "Sweater": "jumper", "Tee": "tshirt", "Jeans": "trousers", "Shorts": "shorts", "Skirt": "skirt",
    "Coat": "jacket", "Dress": "dress",
}  # fmt: skip
# 1 texture, 2 fabric, 3 shape, 4 part, 5 style.
ATTRIBUTES = {
    "floral": 1, "polka dot": 1, "striped": 1, "denim": 2, "knit": 2, "a-line": 3, "mini": 3, "button": 4,
    "long sleeve": 4, "chic": 5, "summer": 5,
}  # fmt: skip
BY_CATEGORY = {
    "Blouse": {"button", "long sleeve", "chic"}, "Sweater": {"knit", "long sleeve"}, "Tee": {"summer"},
    "Jeans": {"denim"}, "Shorts": {"mini", "summer"}, "Skirt": {"a-line"}, "Coat": {"button", "long sleeve", "chic"},
    "Dress": {"a-line", "summer"},
}  # fmt: skip
PATTERNS = {"solid": None, "striped": "striped", "dotted": "polka dot", "floral": "floral"}
POINTS = {1: 6, 2: 4, 3: 8}
NAME_WIDTH = 60


@dataclass(frozen=True)
class Drawn:
    name: str
    category: str
    part: str
    box: tuple[int, int, int, int]  # inclusive, as in the lists
    pattern: str

    @property
    def clothes_type(self) -> int:
        return 1 if self.category in UPPER else 2 if self.category in LOWER else 3


def draw_deepfashion(folder: Path, pictures_per_split: Sequence[int] = (24, 8, 16), seed: int = 0) -> Path:
    # As many pictures to train, validate and test as told; the long side is 100 pixels. Returns the folder.
    rng = np.random.default_rng(seed)
    parts = [
        part for part, number in zip(("train", "val", "test"), pictures_per_split, strict=True) for _ in range(number)
    ]
    drawn = [_draw(folder, number, part, rng) for number, part in enumerate(parts)]
    coarse = folder / "Anno_coarse"
    _write(coarse / "list_category_cloth.txt", "category_name  category_type", _padded(_category_types(), 15))
    _write(coarse / "list_attr_cloth.txt", "attribute_name  attribute_type", _padded(ATTRIBUTES.items(), 30))
    numbers = {name: number for number, name in enumerate(CATEGORIES, 1)}
    per_picture = {
        coarse / "list_category_img.txt": ("category_label", [numbers[one.category] for one in drawn]),
        coarse / "list_attr_img.txt": ("attribute_labels", [_attribute_values(one, rng) for one in drawn]),
        coarse / "list_bbox.txt": ("x_1  y_1  x_2  y_2", [" ".join(f"{at:03d}" for at in one.box) for one in drawn]),
        coarse / "list_landmarks.txt": ("clothes_type  variation_type  " + _landmark_columns(), map(_landmarks, drawn)),
        folder / "Eval" / "list_eval_partition.txt": ("evaluation_status", [one.part for one in drawn]),
    }
    for path, (columns, values) in per_picture.items():
        rows = zip((one.name for one in drawn), values, strict=True)
        _write(path, f"image_name  {columns}", _padded(rows, NAME_WIDTH))
    return folder


def _draw(folder: Path, number: int, part: str, rng: np.random.Generator) -> Drawn:
    # Eight pictures in a row show every category, and every pattern twice; the next eight pair them otherwise.
    category = list(DRAWN)[number % len(DRAWN)]
    pattern = list(PATTERNS)[(number + number // len(DRAWN)) % len(PATTERNS)]
    colour = tuple(int(value) for value in rng.integers(30, 230, 3))
    garment = draw_garment(DRAWN[category], colour, pattern, "plain", size=(60, 80), seed=number)
    left, upper = int(rng.integers(2, 14)), int(rng.integers(2, 18))
    picture = Image.new("RGB", (76, 100), (70, 74, 78))
    picture.paste(garment, (left, upper))
    name = f"img/Drawn_{pattern.title()}_{category}/img_{number + 1:08d}.jpg"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(photo_bytes(picture, quality=90))
    return Drawn(name, category, part, (left, upper, left + 59, upper + 79), pattern)


def _category_types() -> list[tuple[str, int]]:
    return [(name, kind) for kind, names in enumerate((UPPER, LOWER, FULL), 1) for name in names]


def _attribute_values(one: Drawn, rng: np.random.Generator) -> str:
    present = {*BY_CATEGORY[one.category], PATTERNS[one.pattern]}
    values = [1 if name in present else 0 if rng.random() < 0.1 else -1 for name in ATTRIBUTES]
    return " ".join(f"{value:2d}" for value in values)


def _landmark_columns() -> str:
    return "  ".join(f"landmark_visibility_{n} landmark_location_x_{n} landmark_location_y_{n}" for n in range(1, 9))


def _landmarks(one: Drawn) -> str:
    left, upper, right, lower = one.box
    number = POINTS[one.clothes_type]
    points = [
        (
            0 if at else 1,
            (left * 2 + right) // 3 if at % 2 else (left + right * 2) // 3,
            upper + (lower - upper) * at // number,
        )
        for at in range(number)
    ]
    return f"{one.clothes_type} 1 " + " ".join(f"{seen} {x:03d} {y:03d}" for seen, x, y in points)


def _padded(rows: Iterable[tuple[str, object]], width: int) -> list[str]:
    return [f"{name:<{width}} {value}" for name, value in rows]


def _write(path: Path, header: str, rows: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((str(len(rows)), header, *rows)) + "\n", encoding="utf-8")
