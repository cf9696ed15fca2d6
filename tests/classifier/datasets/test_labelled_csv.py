from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from classifier.datasets import labelled_csv
from classifier.datasets.labelled_csv import split_of
from classifier.errors import DatasetError


def a_csv(folder: Path, text: str, name: str = "train_labels.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("header", ["image_path,label", "Image,Category", "filename,class", "\ufeffpath,type"])
def test_usual_names_of_columns_are_understood(tmp_path: Path, header: str) -> None:
    a_csv(tmp_path, f"{header}\nimg/a.jpg,Tee\nimg/b.jpg,Dress\n")
    data = labelled_csv.load(tmp_path)
    assert data.heads == {"category": ("Dress", "Tee")}
    assert [(sample.member, *sample.targets["category"]) for sample in data.samples] == [
        ("img/a.jpg", "Tee"),
        ("img/b.jpg", "Dress"),
    ]


def test_other_columns_and_their_order_do_not_matter(tmp_path: Path) -> None:
    path = a_csv(tmp_path, 'id,label,path,split\n0,Tee,"img/a, b.jpg",valid\n1,Tee,img\\c.jpg,Test\n', "any.csv")
    for place in (path, tmp_path):
        data = labelled_csv.load(place)
        assert [(sample.member, sample.split) for sample in data.samples] == [
            ("img/a, b.jpg", "val"),
            ("img/c.jpg", "test"),
        ]


def test_without_a_split_column_the_split_is_fixed_by_the_path(tmp_path: Path) -> None:
    names = [f"img/{number}.jpg" for number in range(2000)]
    a_csv(tmp_path, "path,label\n" + "".join(f"{name},Tee\n" for name in names))
    splits = [sample.split for sample in labelled_csv.load(tmp_path).samples]
    assert splits == [split_of(name) for name in names]
    assert {number: splits[number] for number in range(12) if splits[number] != "train"} == {4: "val"}
    shares = Counter(splits)
    assert (shares["train"], shares["val"], shares["test"]) == pytest.approx((1600, 200, 200), rel=0.15)


def test_pictures_are_read_beside_the_csv_also_in_another_process(tmp_path: Path) -> None:
    Image.new("L", (30, 40), 200).save(tmp_path / "a.png")
    a_csv(tmp_path, "path,label\na.png,Tee\n")
    data = pickle.loads(pickle.dumps(labelled_csv.load(tmp_path)))  # noqa: S301
    picture = data.pictures.picture(data.samples[0])
    assert (picture.size, picture.mode) == ((30, 40), "RGB")


def test_a_picture_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "path,label\naa.jpg,Tee\na.jpg,Tee\n")
    data = labelled_csv.load(tmp_path)
    with pytest.raises(DatasetError, match=r"a\.jpg cannot be read") as raised:
        data.pictures.picture(data.samples[1])
    assert str(raised.value).startswith(f"{path}, line 3: ")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no column of pictures"),
        ("a.jpg,Tee\nb.jpg,Tee\n", 1, "no column of pictures"),
        ("path,season\na.jpg,Tee\n", 1, "no column of labels"),
        ("path,label\n", 1, "no rows follow"),
        ("path,label\na.jpg,Tee\nb.jpg\n", 3, "there are 1 columns, not 2"),
        ("path,label\na.jpg,Tee,more\n", 2, "there are 3 columns, not 2"),
        ("path,label\na.jpg,\n", 2, "is empty"),
        ("path,label\n ,Tee\n", 2, "is empty"),
        ("path,label\n../a.jpg,Tee\n", 2, "leads out of the folder"),
        ("path,label\nx/..\\..\\a.jpg,Tee\n", 2, "leads out of the folder"),
        ("path,label\n/etc/a.jpg,Tee\n", 2, "leads out of the folder"),
        ("path,label\nC:/a.jpg,Tee\n", 2, "leads out of the folder"),
        ("path,label\na.jpg,Tee\nb.jpg,Tee\na.jpg,Top\n", 4, "a.jpg is listed in line 2 already"),
        ("path,label,split\na.jpg,Tee,dev\n", 2, "the split 'dev' should be one of"),
        ('path,label\na.jpg,Tee\n"b.jpg,Tee\n', 3, "the row is no CSV"),
    ],
)
def test_a_broken_row_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = a_csv(tmp_path, text)
    with pytest.raises(DatasetError) as raised:
        labelled_csv.load(tmp_path)
    assert str(raised.value).startswith(f"{path}, line {line}: ")
    assert words in str(raised.value)


def test_a_folder_with_no_csv_or_with_several_asks_for_the_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="0 other CSV files"):
        labelled_csv.load(tmp_path)
    for name in ("a.csv", "b.csv"):
        a_csv(tmp_path, "path,label\na.jpg,Tee\n", name)
    with pytest.raises(DatasetError, match="2 other CSV files"):
        labelled_csv.load(tmp_path)
    with pytest.raises(DatasetError, match=r"gone\.csv cannot be read"):
        labelled_csv.load(tmp_path / "gone.csv")
