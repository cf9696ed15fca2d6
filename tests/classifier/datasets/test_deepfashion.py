from __future__ import annotations

import pickle
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from classifier.datasets import deepfashion, deepfashion_files
from classifier.datasets.samples import LabelledPictures
from classifier.errors import DatasetError
from classifier.taxonomy import garment_types, merged_types
from tests.classifier.support.deepfashion_miniature import (
    ATTRIBUTES,
    BY_CATEGORY,
    CATEGORIES,
    DRAWN,
    PATTERNS,
    POINTS,
    draw_deepfashion,
)

CATEGORY, ATTRIBUTE, BOX = "list_category_img.txt", "list_attr_img.txt", "list_bbox.txt"
Lines = list[str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_deepfashion(tmp_path_factory.mktemp("deepfashion"), (24, 8, 16))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def change(folder: Path, name: str, edit: Callable[[Lines], Lines]) -> Path:
    # The list, with its lines as `edit` leaves them.
    (path,) = folder.rglob(name)
    path.write_text("\n".join(edit(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    return path


def line_replaced(line: int, pattern: str, new: str) -> Callable[[Lines], Lines]:
    return lambda lines: [re.sub(pattern, new, text) if at == line else text for at, text in enumerate(lines, 1)]


def test_the_miniature_has_the_50_categories_that_the_vocabulary_maps() -> None:
    assert len(CATEGORIES) == 50
    assert set(CATEGORIES) == {kind.name for kind in garment_types() if kind.deepfashion} | set(merged_types())


def test_the_partition_categories_and_groups_are_those_of_the_lists(whole: Path) -> None:
    data = deepfashion.load(whole)
    assert Counter(sample.split for sample in data.samples) == {"train": 24, "val": 8, "test": 16}
    assert data.heads == {"category": tuple(name for name in CATEGORIES if name in DRAWN)}
    assert data.many == frozenset()
    for sample in data.samples:
        (category,) = sample.targets["category"]
        assert sample.group.endswith(f"_{category}")
        assert sample.key == f"deepfashion/img/{sample.member}"


def test_a_box_holds_its_last_row_and_column(whole: Path) -> None:
    # The miniature pastes a garment of 60 x 80 pixels on a ground of 76 x 100.
    cropped, uncropped = deepfashion.load(whole), deepfashion.load(whole, crop=False)
    picture = cropped.pictures.picture(cropped.samples[5])
    full = uncropped.pictures.picture(uncropped.samples[5])
    assert (picture.size, full.size) == ((60, 80), (76, 100))
    assert picture.mode == "RGB"
    assert np.asarray(full.crop(cropped.samples[5].box)).tolist() == np.asarray(picture).tolist()
    ground, garment = np.asarray(full)[0, 0], np.asarray(picture)[0, 0]
    assert int(garment.sum()) - int(ground.sum()) > 200


def test_a_box_that_sticks_out_is_cut_and_one_beside_the_picture_is_an_error(folder: Path) -> None:
    path = change(folder, BOX, lambda lines: [*lines[:2], *(t.split()[0] + " 010 020 299 299" for t in lines[2:])])
    data = deepfashion.load(folder)
    assert data.pictures.picture(data.samples[0]).size == (66, 80)
    change(folder, BOX, line_replaced(3, "010 020", "100 020"))
    data = deepfashion.load(folder)
    with pytest.raises(DatasetError, match=r"list_category_img.txt, line 3: its box "):
        data.pictures.picture(data.samples[0])
    assert path.name == BOX


def test_attributes_are_heads_of_many_labels_by_type(whole: Path) -> None:
    data = deepfashion.load(whole, attributes=True)
    assert data.many == {"texture", "fabric", "shape", "part", "style"}
    assert list(data.heads) == ["category", "texture", "fabric", "shape", "part", "style"]
    assert data.heads["texture"] == ("floral", "polka dot", "striped")
    assert {label for head in data.many for label in data.heads[head]} == set(ATTRIBUTES)


def test_one_is_there_zero_is_unknown_and_minus_one_is_neither(whole: Path) -> None:
    data = deepfashion.load(whole, attributes=True)
    (path,) = whole.rglob(ATTRIBUTE)
    lines = [text.split() for text in path.read_text(encoding="utf-8").splitlines()[2:]]
    for sample, (name, *values) in zip(data.samples, lines, strict=True):
        by_value = {
            code: {label for label, value in zip(ATTRIBUTES, values, strict=True) if value == code}
            for code in ("1", "0")
        }
        assert sample.key == f"deepfashion/{name}"
        assert {label for head in data.many for label in sample.targets[head]} == by_value["1"]
        assert {label for head in data.many for label in sample.unknown[head]} == by_value["0"]
        (category,) = sample.targets["category"]
        assert BY_CATEGORY[category] <= by_value["1"]
    assert any(sample.unknown[head] for sample in data.samples for head in data.many)


def test_labels_survive_the_way_to_another_process(whole: Path) -> None:
    data = deepfashion.load(whole, attributes=True)
    copy: LabelledPictures = pickle.loads(pickle.dumps(data))  # noqa: S301
    assert copy.samples == data.samples
    assert copy.pictures.picture(copy.samples[1]).size == (60, 80)
    assert dict(copy.samples[1].targets).keys() == data.heads.keys()
    assert set(copy.samples[1].unknown) == data.many


def test_labels_of_one_type_with_the_same_name_stay_two(folder: Path) -> None:
    change(folder, "list_attr_cloth.txt", line_replaced(4, "polka dot", "floral   "))
    assert deepfashion.load(folder, attributes=True).heads["texture"] == ("floral", "floral (2)", "striped")


def test_landmarks_have_as_many_points_as_the_clothes_type_asks_for(whole: Path) -> None:
    found = deepfashion_files.landmarks(deepfashion.find(whole).list_file("landmarks"))
    data = deepfashion.load(whole)
    assert list(found) == [sample.key.removeprefix("deepfashion/") for sample in data.samples]
    assert {mark.clothes_type for mark in found.values()} == {1, 2, 3}
    for sample, mark in zip(data.samples, found.values(), strict=True):
        assert len(mark.points) == POINTS[mark.clothes_type]
        assert sample.box is not None
        left, upper, right, lower = sample.box
        assert all(left <= x < right and upper <= y < lower and seen in (0, 1) for seen, x, y in mark.points)


@pytest.mark.parametrize("annotation", ["Anno", "Anno_coarse"])
@pytest.mark.parametrize("pictures", ["img", "Img/img"])
@pytest.mark.parametrize("below", ["", "Category and Attribute Prediction Benchmark"])
def test_the_folders_may_be_named_as_in_any_download(
    folder: Path, tmp_path: Path, annotation: str, pictures: str, below: str
) -> None:
    place = tmp_path / "data" / below
    place.mkdir(parents=True)
    (folder / "Anno_coarse").rename(place / annotation)
    (folder / "Eval").rename(place / "Eval")
    (place / pictures).parent.mkdir(exist_ok=True)
    (folder / "img").rename(place / pictures)
    data = deepfashion.load(tmp_path / "data")
    assert data.pictures.picture(data.samples[-1]).size == (60, 80)


@pytest.mark.parametrize("prefix", ["img/", ""])
@pytest.mark.parametrize("place", ["img.zip", "Img/img.zip"])
def test_pictures_are_read_from_their_zip_file(folder: Path, prefix: str, place: str) -> None:
    (folder / place).parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / place, "w") as packed:
        for path in sorted((folder / "img").rglob("*.jpg")):
            packed.write(path, f"{prefix}{path.relative_to(folder / 'img').as_posix()}")
    shutil.rmtree(folder / "img")
    data = deepfashion.load(folder)
    assert data.pictures.picture(data.samples[7]).size == (60, 80)


def test_a_folder_without_the_benchmark_says_what_to_give(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DatasetError, match="Category and Attribute"):
            deepfashion.load(place)


def test_without_any_pictures_nothing_is_loaded(folder: Path) -> None:
    shutil.rmtree(folder / "img")
    with pytest.raises(DatasetError, match=r"neither the folder img nor img\.zip"):
        deepfashion.load(folder)
    (folder / "img.zip").write_text("hello")
    with pytest.raises(DatasetError, match=r"img\.zip"):
        deepfashion.load(folder)


BROKEN: dict[str, tuple[str, Callable[[Lines], Lines], int]] = {
    "no header": (CATEGORY, lambda lines: [lines[0], *lines[2:]], 2),
    "no count": (CATEGORY, lambda lines: lines[1:], 1),
    "a count too high": (CATEGORY, lambda lines: ["49", *lines[1:]], 1),
    "a count too low": (ATTRIBUTE, lambda lines: ["7", *lines[1:]], 1),
    "no rows": (BOX, lambda lines: ["0", lines[1]], 1),
    "too few columns": (BOX, line_replaced(9, r"(\S+ +\d+).*", r"\1"), 9),
    "a word for a number": (BOX, line_replaced(9, r" \d+$", " wide"), 9),
    "a box inside out": (BOX, line_replaced(9, r" \d+$", " 000"), 9),
    "an unknown category": (CATEGORY, line_replaced(5, r" \d+$", " 51"), 5),
    "category nought": (CATEGORY, line_replaced(5, r" \d+$", " 0"), 5),
    "an unknown type": ("list_category_cloth.txt", line_replaced(6, r"\d$", "4"), 6),
    "a name without a type": ("list_attr_cloth.txt", line_replaced(6, r" +\d$", ""), 6),
    "an unknown part": ("list_eval_partition.txt", line_replaced(8, "train$", "trial"), 8),
    "a value of two": (ATTRIBUTE, line_replaced(10, r"-?\d$", "2"), 10),
    "a value of 257": (ATTRIBUTE, line_replaced(10, r"-?\d$", "257"), 10),
    "a value that is a word": (ATTRIBUTE, line_replaced(10, r"-?\d$", "yes"), 10),
    "a value like a number": (ATTRIBUTE, line_replaced(10, r"-?\d$", "1.0"), 10),
    "too few values": (ATTRIBUTE, line_replaced(10, r"-?\d$", ""), 10),
    "too many values": (ATTRIBUTE, line_replaced(10, "$", " 1"), 10),
    "a path upwards": (CATEGORY, line_replaced(4, "^img/", "img/../../"), 4),
    "an absolute path": (CATEGORY, line_replaced(4, "^img/", "/etc/"), 4),
    "a drive": (CATEGORY, line_replaced(4, "^img/", r"img/C:\\\\"), 4),
    "an absolute path inside": (CATEGORY, line_replaced(4, "^img/", "img//etc/"), 4),
    "another folder": (CATEGORY, line_replaced(4, "^img/", "pictures/"), 4),
    "a picture twice": (CATEGORY, lambda lines: [*lines[:3], lines[2], *lines[4:]], 4),
    "values twice": (ATTRIBUTE, lambda lines: [*lines[:3], lines[2], *lines[4:]], 4),
    "a picture more": (BOX, line_replaced(7, "^img/", "img/Foreign_"), 7),
    "a value row less": (ATTRIBUTE, lambda lines: ["47", *lines[1:-1]], 50),
    "a part less": ("list_eval_partition.txt", lambda lines: ["47", *lines[1:-1]], 50),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_list_is_named_with_its_line(folder: Path, what: str) -> None:
    name, edit, line = BROKEN[what]
    path = change(folder, name, edit)
    if what in ("a value row less", "a part less"):
        path = path.parents[1] / "Anno_coarse" / CATEGORY  # it is this list that has a picture too many
    with pytest.raises(DatasetError) as raised:
        deepfashion.load(folder, attributes=True)
    assert str(raised.value).startswith(f"{path}, line {line}: ")


@pytest.mark.parametrize(
    ("pattern", "new"),
    [(r" \d+$", ""), (r"jpg +\d", "jpg 7"), (r" 0 (\d+ \d+)$", r" 3 \1"), (r"jpg.*", "jpg 1")],
)
def test_broken_landmarks_are_named_with_their_line(folder: Path, pattern: str, new: str) -> None:
    path = change(folder, "list_landmarks.txt", line_replaced(3, pattern, new))
    with pytest.raises(DatasetError) as raised:
        deepfashion_files.landmarks(deepfashion.find(folder).list_file("landmarks"))
    assert str(raised.value).startswith(f"{path}, line 3: ")


def test_a_missing_list_is_named(folder: Path) -> None:
    (folder / "Anno_coarse" / BOX).unlink()
    with pytest.raises(DatasetError, match=r"list_bbox\.txt cannot be read"):
        deepfashion.load(folder)
    assert len(deepfashion.load(folder, crop=False).samples) == 48


def test_a_picture_that_is_not_there_is_named_with_its_line_when_it_is_read(folder: Path) -> None:
    data = deepfashion.load(folder)
    (folder / "img" / data.samples[4].member).unlink()
    (folder / "img" / data.samples[6].member).write_text("no picture")
    for at in (4, 6):
        with pytest.raises(DatasetError, match=rf"{CATEGORY}, line {at + 3}: .*{data.samples[at].member}"):
            data.pictures.picture(data.samples[at])


def test_a_thousand_values_a_row_are_read_as_numbers_not_words(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(-1, 2, (300, 1000))
    rows = [f"img/{row}.jpg   " + " ".join(f"{value:2d}" for value in line) for row, line in enumerate(values)]
    path = tmp_path / ATTRIBUTE
    path.write_text("\n".join(["300", "image_name  attribute_labels", *rows]), encoding="utf-8")
    where, table = deepfashion_files.attributes(path, 1000)
    assert table.dtype == np.int8
    assert (table == values).all()
    assert list(where.values()) == list(range(300))


def test_every_pattern_of_the_miniature_is_an_attribute() -> None:
    assert {name for name in PATTERNS.values() if name} <= set(ATTRIBUTES)
