from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from classifier.datasets.fashion_products import COLOURS, TYPES, pattern_of, three_heads, types_of
from classifier.datasets.samples import LabelledPictures
from classifier.errors import DatasetError
from classifier.taxonomy import COLOURS as NAMES
from classifier.taxonomy import garment_types
from tests.classifier.support.miniature import draw_data
from tests.support.drawing import draw_garment, photo_bytes


def test_articles_and_base_colours_map_into_the_vocabulary() -> None:
    assert set(TYPES.values()) <= {kind.name for kind in garment_types()}
    assert {name for names in COLOURS.values() for name in names} <= set(NAMES)


@pytest.mark.parametrize(
    ("article", "name", "types"),
    [
        ("Tshirts", "House Men Blue Polo T-shirt", ("Polo",)),
        ("Tshirts", "U.S. Polo Assn. Men Navy", ("Tee", "Polo")),
        ("Tshirts", "House Men Blue", ("Tee",)),
        ("Sweatshirts", "House Hooded Grey", ("Hoodie",)),
        ("Trousers", "House Men Khaki Chinos", ("Trousers",)),
        ("Jeggings", "House Women Blue", ("Jeans",)),
        ("Perfume and Body Mist", "House Scent", ()),
    ],
)
def test_a_name_narrows_the_type(article: str, name: str, types: tuple[str, ...]) -> None:
    assert types_of(article, name) == types


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("House Check Shirt", ("checked",)),
        ("House Striped Tie", ("striped",)),
        ("House Solid Navy Trousers", ("solid",)),
        ("House Checkmate Watch", ()),
    ],
)
def test_a_name_tells_the_pattern(name: str, patterns: tuple[str, ...]) -> None:
    assert pattern_of(name) == patterns


def _write_public(root: Path, rows: int = 40, without: int = 0) -> None:
    (root / "images").mkdir(parents=True)
    lines = ["id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"]
    picture = photo_bytes(draw_garment("tshirt", size=(30, 40)))
    for number in range(rows):
        lines.append(f"{number},Men,Apparel,,Tshirts,{'Red' if number % 2 else ''},,,,House, with a stray comma")
        if number >= without:
            (root / "images" / f"{number}.jpg").write_bytes(picture)
    (root / "styles.csv").write_text("\n".join(lines), encoding="utf-8")


def _ids(data: LabelledPictures, split: str) -> set[int]:
    return {int(data.samples[i].member[7:-4]) for i in data.indices(split)}


def test_the_published_split_is_reported_and_some_of_the_rest_is_chosen_on(tmp_path: Path) -> None:
    data = three_heads(draw_data(tmp_path))
    assert _ids(data, "test") == {0, 6, 12, 18}
    assert len(_ids(data, "val")) == 1 and len(_ids(data, "train")) == 19
    assert data.heads["gender"] == ("Women",)
    assert data.heads["article"] == ("Dresses", "Trousers", "Tshirts")
    assert data.heads["colour"] == ("Blue", "Green", "Red", "White")
    assert data.samples[1].targets == {"gender": {"Women"}, "article": {"Trousers"}, "colour": {"Blue"}}
    assert data.pictures.picture(data.samples[1]).size == (60, 80)


@pytest.mark.parametrize("place", ["fashion-product-images-small", "."])
def test_the_public_layout_is_split_by_the_published_draw(tmp_path: Path, place: str) -> None:
    _write_public(tmp_path / "data" / place)
    data = three_heads(tmp_path / "data")
    assert _ids(data, "test") == set(np.random.RandomState(42).permutation(40)[32:].tolist())
    assert len(_ids(data, "val")) == 1 and len(_ids(data, "train")) == 31
    assert data.heads["colour"] == ("Red",) and "colour" not in data.samples[0].targets
    assert data.pictures.picture(data.samples[0]).size == (30, 40)


def test_rows_of_the_public_table_without_a_picture_are_left_out(tmp_path: Path) -> None:
    _write_public(tmp_path / "fashion-product-images-small", without=5)
    assert not {int(s.member[7:-4]) for s in three_heads(tmp_path).samples} & set(range(5))


def test_a_public_table_whose_pictures_are_elsewhere_is_an_error(tmp_path: Path) -> None:
    _write_public(tmp_path / "fashion-product-images-small", rows=4, without=4)
    with pytest.raises(DatasetError, match="none of the pictures"):
        three_heads(tmp_path)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="fashion-products-small"):
        three_heads(tmp_path)
    with zipfile.ZipFile(tmp_path / "fashion-products-small.zip", "w") as archive:
        archive.writestr("styles.csv", "id,gender,articleType\n1,Men,Tshirts\n")
    with pytest.raises(DatasetError, match="no column baseColour"):
        three_heads(tmp_path)
