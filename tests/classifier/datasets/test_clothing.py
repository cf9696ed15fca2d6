from __future__ import annotations

from pathlib import Path

import pytest

from classifier.datasets import clothing
from classifier.datasets.clothing import FAMILIES, FOLDS, HELD_OUT_SENDERS, SMALL_LABELS, fine_types, samples, small
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


def _people(folder: Path) -> PictureSource:
    told = {**dict.fromkeys(HELD_OUT_SENDERS, 4), **{one: 9 for family in FAMILIES for one in family}, "7": 5, "8": 3}
    senders = [sender for sender, photos in sorted(told.items()) for _ in range(photos)]
    _write_table(folder, [f"{number},{sender},Dress,False,," for number, sender in enumerate(senders)])
    return PictureSource(folder)


def _groups(source: PictureSource, split: str, fold: int | None = None) -> set[str]:
    return {sample.group for sample in samples(source, fold) if sample.split == split}


def test_without_a_fold_everybody_who_is_not_held_out_is_trained_on(tmp_path: Path) -> None:
    source = _people(tmp_path)
    assert _groups(source, "test") == HELD_OUT_SENDERS
    assert _groups(source, "val") == set()


def test_each_person_is_left_out_by_one_fold_with_the_whole_family(tmp_path: Path) -> None:
    source = _people(tmp_path)
    left_out = [_groups(source, "val", fold) for fold in range(FOLDS)]
    assert sorted(sender for group in left_out for sender in group) == sorted(_groups(source, "train"))
    assert all(family in [family & group for group in left_out] for family in FAMILIES)
    for fold, group in enumerate(left_out):
        assert group and not group & _groups(source, "train", fold)
        assert _groups(source, "test", fold) == HELD_OUT_SENDERS
    assert {"7", "8"} in left_out, "the smallest fold takes the next one"


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
