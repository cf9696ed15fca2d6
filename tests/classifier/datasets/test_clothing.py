from __future__ import annotations

from pathlib import Path

import pytest

from classifier.datasets.clothing import SMALL_LABELS, TRAINED_AS, fine_types, is_right, samples, small
from classifier.datasets.samples import LabelledPictures, PictureSource
from classifier.errors import DatasetError
from classifier.taxonomy import clothing_labels, garment_types
from tests.classifier.support.miniature import draw_data
from tests.support.drawing import draw_garment, photo_bytes


def test_every_label_is_trained_as_types_that_the_vocabulary_calls_right() -> None:
    assert set(TRAINED_AS) == set(clothing_labels())
    for label, types in TRAINED_AS.items():
        assert all(is_right(name, label) for name in types), label


def test_types_seen_by_eye_are_in_the_vocabulary() -> None:
    assert set(fine_types().values()) <= {kind.name for kind in garment_types()}


def test_photos_that_nobody_could_name_carry_no_type(tmp_path: Path) -> None:
    found = samples(PictureSource(draw_data(tmp_path)))
    assert sum("type" not in sample.targets for sample in found) == 11


def _write_table(folder: Path, rows: list[str]) -> None:
    (folder / "clothing" / "images").mkdir(parents=True)
    header = "image,sender_id,label,kids,small_split,small_label"
    (folder / "clothing" / "images.csv").write_text("\n".join([header, *rows]), encoding="utf-8")


def _write_public(root: Path) -> None:
    for part in ("train", "validation", "test"):
        for label in SMALL_LABELS:
            (root / part / label).mkdir(parents=True)
            picture = draw_garment("tshirt", size=(30, 40), seed=len(label))
            (root / part / label / f"{part}-{label}.jpg").write_bytes(photo_bytes(picture))


def _splits(data: LabelledPictures) -> dict[str, int]:
    return {split: len(data.indices(split)) for split in ("train", "val", "test")}


ROWS = [
    "a,1,T-Shirt,False,train,t-shirt",
    "b,322,Hat,False,train,hat",
    "c,41,Dress,False,validation,dress",
    "d,204,Dress,False,test,dress",
    "e,1,Blazer,False,,",
]


def test_the_small_data_set_keeps_its_own_split(tmp_path: Path) -> None:
    _write_table(tmp_path, ROWS)
    data = small(tmp_path)
    assert _splits(data) == {"train": 2, "val": 1, "test": 1}
    assert data.heads == {"class": SMALL_LABELS}
    assert [sample.targets["class"] for sample in data.samples] == [{"t-shirt"}, {"hat"}, {"dress"}, {"dress"}]


def test_those_who_photographed_the_clothes_of_the_test_can_be_left_out(tmp_path: Path) -> None:
    _write_table(tmp_path, ROWS)
    assert _splits(small(tmp_path, strangers=True)) == {"train": 1, "val": 0, "test": 1}


def test_a_label_that_is_none_of_the_ten_is_an_error(tmp_path: Path) -> None:
    _write_table(tmp_path, ["a,1,T-Shirt,False,train,tee"])
    with pytest.raises(DatasetError, match="'tee'"):
        small(tmp_path)


@pytest.mark.parametrize("place", ["clothing-dataset-small", "."])
def test_the_small_data_set_is_read_as_its_authors_give_it_out(tmp_path: Path, place: str) -> None:
    _write_public(tmp_path / place)
    data = small(tmp_path)
    assert _splits(data) == {"train": 10, "val": 10, "test": 10}
    assert data.pictures.picture(data.samples[0]).size == (30, 40)
    assert {sample.member for sample in data.samples if sample.targets["class"] == {"hat"}} == {
        "hat/train-hat.jpg", "hat/validation-hat.jpg", "hat/test-hat.jpg",
    }  # fmt: skip
    with pytest.raises(DatasetError, match="senders"):
        small(tmp_path, strangers=True)


def test_a_strange_folder_or_an_empty_part_is_an_error(tmp_path: Path) -> None:
    _write_public(tmp_path / "strange")
    (tmp_path / "strange" / "train" / "socks").mkdir()
    (tmp_path / "strange" / "train" / "socks" / "a.jpg").write_bytes(b"")
    with pytest.raises(DatasetError, match="'socks'"):
        small(tmp_path / "strange")
    for part in ("train", "validation", "test"):
        (tmp_path / "empty" / part).mkdir(parents=True)
    with pytest.raises(DatasetError, match="no pictures"):
        small(tmp_path / "empty")


def test_where_there_is_no_clothing_at_all_the_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=str(tmp_path)):
        small(tmp_path)
