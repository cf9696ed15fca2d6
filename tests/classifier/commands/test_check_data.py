from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from classifier.cli import app
from classifier.datasets import completeness
from classifier.datasets.completeness import EXPECTED, Expected, check
from tests.classifier.support.deepfashion_miniature import ATTRIBUTES, DRAWN, draw_deepfashion
from tests.classifier.support.miniature import draw_data

BENCHMARK = replace(
    EXPECTED,
    deepfashion_pictures=48,
    deepfashion_categories_that_occur=len(DRAWN),
    deepfashion_attributes=len(ATTRIBUTES),
    deepfashion_train=24,
    deepfashion_val=8,
    deepfashion_test=16,
)


def table(archive: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(archive) as packed:
        return list(csv.DictReader(packed.read(name).decode().splitlines()))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_deepfashion(draw_data(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def numbers(whole: Path) -> Expected:
    products = table(whole / "fashion-products-small.zip", "styles.csv")
    train = sum(row["split"] == "train" for row in products)
    with zipfile.ZipFile(whole / "fashion-products-224.zip") as packed:
        large = len(packed.namelist())
    return replace(
        BENCHMARK,
        clothing_photos=len(table(whole / "clothing.zip", "images.csv")),
        products=len(products),
        products_train=train,
        products_val=len(products) - train,
        products_large=large,
    )


@pytest.fixture
def folder(whole: Path, numbers: Expected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(completeness, "EXPECTED", numbers)
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def check_data(dataset: str, folder: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["check-data", "--dataset", dataset, "--data", str(folder), *more])


def wrong(dataset: str, folder: Path, expected: Expected = BENCHMARK) -> list[str]:
    return [finding.sentence for finding in check(dataset, folder, expected) if not finding.right]


def test_the_published_numbers_agree_with_each_other() -> None:
    parts = EXPECTED.deepfashion_train + EXPECTED.deepfashion_val + EXPECTED.deepfashion_test
    assert parts == EXPECTED.deepfashion_pictures == 289_222
    assert EXPECTED.products_train + EXPECTED.products_val == EXPECTED.products == 40_000


@pytest.mark.parametrize("dataset", list(completeness.DATASETS))
def test_a_whole_data_set_has_exit_status_nought(folder: Path, dataset: str) -> None:
    result = check_data(dataset, folder)
    assert (result.exit_code, result.stderr) == (0, "")
    *lines, last = result.stdout.splitlines()
    assert last == f"{dataset} is complete."
    assert lines and all(line.startswith("ok ") for line in lines)


@pytest.mark.parametrize("dataset", list(completeness.DATASETS))
def test_a_part_of_a_data_set_is_not_the_whole(whole: Path, dataset: str) -> None:
    result = check_data(dataset, whole, "--json")
    report: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, report["dataset"], report["complete"]) == (1, dataset, False)
    assert any("but there should be" in finding["sentence"] for finding in report["findings"] if not finding["right"])


def test_every_number_of_the_benchmark_is_compared(whole: Path) -> None:
    assert wrong("deepfashion", whole, EXPECTED) == [
        "Pictures listed: 48, but there should be 289,222.",
        "Categories that occur: 8, but there should be 46.",
        "Attributes: 11, but there should be 1,000.",
        "Pictures to train on: 24, but there should be 209,222.",
        "Pictures to validate on: 8, but there should be 40,000.",
        "Pictures to test on: 16, but there should be 40,000.",
    ]


def test_missing_and_empty_pictures_are_counted_and_named(folder: Path) -> None:
    pictures = sorted((folder / "img").rglob("*.jpg"))
    pictures[0].unlink()
    pictures[1].write_bytes(b"")
    (sentence,) = wrong("deepfashion", folder)
    assert sentence.startswith("Picture file: missing for 2 of 48 pictures (img/")
    assert all(picture.relative_to(folder).as_posix() in sentence for picture in pictures[:2])
    assert check_data("deepfashion", folder).exit_code == 1


def test_pictures_in_a_zip_file_are_looked_for_in_it(folder: Path) -> None:
    pictures = sorted((folder / "img").rglob("*.jpg"))
    with zipfile.ZipFile(folder / "img.zip", "w") as packed:
        for path in pictures[1:]:
            packed.write(path, path.relative_to(folder).as_posix())
    shutil.rmtree(folder / "img")
    (sentence,) = wrong("deepfashion", folder)
    assert sentence.startswith("Picture file: missing for 1 of 48 pictures (img/")
    (folder / "img.zip").unlink()
    assert wrong("deepfashion", folder) == [f"{folder}: has neither the folder img nor img.zip."]


def test_a_broken_list_does_not_keep_the_others_from_being_looked_at(folder: Path) -> None:
    anno = folder / "Anno_coarse"
    (anno / "list_bbox.txt").unlink()
    for name in ("list_attr_img.txt", "list_landmarks.txt"):
        lines = (anno / name).read_text(encoding="utf-8").splitlines()
        (anno / name).write_text("\n".join(["47", *lines[1:-1]]), encoding="utf-8")
    (folder / "Eval" / "list_eval_partition.txt").write_text("48\n", encoding="utf-8")
    partition, boxes, landmarks, values = wrong("deepfashion", folder)
    assert "list_eval_partition.txt, line 2: " in partition
    assert "list_bbox.txt cannot be read" in boxes
    assert landmarks.startswith("Landmarks: missing for 1 of 48 pictures (img/")
    assert values.startswith("Attribute values: missing for 1 of 48 pictures (img/")


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path) -> None:
    for dataset in completeness.DATASETS:
        (sentence,) = wrong(dataset, tmp_path)
        assert str(tmp_path) in sentence


@pytest.mark.parametrize(("archive", "dataset"), [("clothing",) * 2, ("fashion-products-small", "fashion-products")])
def test_a_picture_less_in_a_folder_is_named(folder: Path, numbers: Expected, archive: str, dataset: str) -> None:
    with zipfile.ZipFile(folder / f"{archive}.zip") as packed:
        packed.extractall(folder / archive)
    (gone, *_) = sorted((folder / archive / "images").iterdir())
    gone.unlink()
    (sentence,) = wrong(dataset, folder, numbers)
    assert sentence.startswith("Picture file: missing for 1 of ")
    assert sentence.endswith(f" pictures ({gone.stem}).")


def test_a_table_without_its_columns_is_a_sentence(folder: Path) -> None:
    with zipfile.ZipFile(folder / "clothing.zip", "w") as packed:
        packed.writestr("images.csv", "photo,label\na,Pants\n")
    assert wrong("clothing", folder) == [f"{folder}: the table of clothing has no column 'image'."]


def test_checking_loads_no_torch(whole: Path) -> None:
    code = (
        "import sys; from classifier.datasets.completeness import check; from pathlib import Path\n"
        f"list(check('deepfashion', Path({str(whole)!r}))); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
