from __future__ import annotations

from pathlib import Path

import pytest

from classifier.datasets import clothing
from classifier.datasets.clothing import HELD_OUT_SENDERS, SHARE_CLOTHES, SMALL_LABELS, fine_types, samples, small
from classifier.datasets.samples import LabelledPictures, PictureSource
from classifier.errors import DatasetError
from classifier.taxonomy import garment_types, merged_types
from tests.support.drawing import draw_garment, photo_bytes


def test_types_told_by_eye_are_offered_types_and_none_is_said_twice() -> None:
    told = fine_types().values()
    assert {name for names in told for name in names} <= {kind.name for kind in garment_types()}
    assert all(len(set(names)) == len(names) for names in told)


def test_a_merged_type_counts_as_the_one_it_was_merged_into_and_no_type_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["a,Chinos,Trousers|Jeans", "b,Shirtdress,Tunic|Sundress", "c,OTHER,Tee", "d,Tee,"]
    (tmp_path / "fine_types.csv").write_text("\n".join(["image,type,alternatives", *lines]), encoding="utf-8")
    assert merged_types()["Chinos"] == "Trousers"
    monkeypatch.setattr(clothing, "files", lambda _: tmp_path)
    told = fine_types.__wrapped__()
    assert told == {"a": ("Trousers", "Jeans"), "b": ("Dress", "Tunic"), "c": (), "d": ("Tee",)}


def test_a_photo_has_its_types_and_attributes_with_the_best_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_table(tmp_path, ["a,1,Pants,False,,", "b,1,Not sure,True,,"])
    monkeypatch.setattr(clothing, "fine_types", lambda: {"a": ("Trousers", "Jeans"), "b": ()})
    looks = {"colour": "navy", "colour_alt": "black|ink", "pattern": "none", "pattern_alt": "solid"}
    monkeypatch.setattr(clothing, "attributes", lambda: {"a": looks})
    found, child = samples(PictureSource(tmp_path))
    assert found.targets == {
        "gender": {"women", "men", "unisex"}, "type": {"Trousers", "Jeans"}, "colour": {"navy", "black"},
    }  # fmt: skip
    assert found.best == {"type": "Trousers", "colour": "navy"}
    assert (child.targets, child.best) == ({"gender": {"girls", "boys"}}, {})


def test_people_are_held_out_or_chosen_on_as_a_whole(tmp_path: Path) -> None:
    photos = {
        **dict.fromkeys(HELD_OUT_SENDERS, 4),
        **dict.fromkeys(SHARE_CLOTHES, 5),
        "7": 5,
        "8": 3,
        "9": 8,
        "10": 9,
        "12": 4,
    }
    senders = [sender for sender, number in photos.items() for _ in range(number)]
    _write_table(tmp_path, [f"{number},{sender},Dress,False,," for number, sender in enumerate(senders)])
    groups: dict[str, set[str]] = {}
    for sample in samples(PictureSource(tmp_path)):
        groups.setdefault(sample.split, set()).add(sample.group)
    # Of those with three to eight photos, each third: 7 of 7, 8, 9, and 12 of 12.
    assert groups == {"test": set(HELD_OUT_SENDERS), "val": {"7", "12"}, "train": {*SHARE_CLOTHES, "8", "9", "10"}}


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
