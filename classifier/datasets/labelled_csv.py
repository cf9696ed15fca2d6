"""A CSV of picture paths and labels, such as the ``train_labels.csv`` that simpler copies of DeepFashion come with."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from classifier.datasets.listed import ListedPictures, broken, leads_outside
from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.errors import DatasetError

USUAL_FILE = "train_labels.csv"
HEAD = "category"
# Names of columns as people write them, the first that is there counts; capitals do not.
PATH_COLUMNS = ("path", "image_path", "image", "image_name", "img", "img_path", "filename", "file_name", "file")
LABEL_COLUMNS = ("label", "category", "category_name", "class", "class_name", "type", "labels")
SPLIT_COLUMNS = ("split", "partition", "evaluation_status")
SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


def load(csv_path_or_folder: Path) -> LabelledPictures:
    """The pictures that a CSV names, one label each, in the head "category"; paths are relative to the CSV's folder.

    Without a split column the split is fixed: 80 % train, 10 % val, 10 % test, by a hash of the path, so that it is the
    same everywhere and a picture keeps its place when others are added.

    Raises:
        DatasetError: no such file, no such columns, or a row that is broken; says which and in which line.
    """
    path = _csv_in(csv_path_or_folder)
    samples, first_seen = [], dict[str, int]()
    for line, name, label, split in _rows(path):
        if leads_outside(name):
            raise broken(path, line, f"{name} leads out of the folder")
        if name in first_seen:
            raise broken(path, line, f"{name} is listed in line {first_seen[name]} already")
        first_seen[name] = line
        samples.append(
            Sample(
                key=f"{path.name}/{name}",
                member=name,
                archive=".",
                targets={HEAD: frozenset({label})},
                group=name,
                split=split,
            )
        )
    if not samples:
        raise broken(path, 1, "no rows follow")
    heads = {HEAD: tuple(sorted({label for sample in samples for label in sample.targets[HEAD]}))}
    return LabelledPictures(samples, ListedPictures(PictureSource(path.parent), path, _line_of), heads)


def split_of(name: str) -> str:
    """The split of a picture whose CSV does not say: 8 in 10 are "train", one "val", one "test"."""
    tenth = int.from_bytes(hashlib.sha256(f"split 42: {name}".encode("utf-8", "surrogateescape")).digest()[:4]) % 10
    return {8: "val", 9: "test"}.get(tenth, "train")


def _csv_in(place: Path) -> Path:
    if not place.is_dir():
        return place
    if (place / USUAL_FILE).is_file():
        return place / USUAL_FILE
    found = sorted(place.glob("*.csv"))
    if len(found) != 1:
        raise DatasetError(
            f"{place}: there is no {USUAL_FILE}, and {len(found)} other CSV files. Name the file itself."
        )
    return found[0]


def _rows(path: Path) -> Iterator[tuple[int, str, str, str]]:
    # Line, picture, label, split.
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(reader, [])]
            picture, label = (
                _column(path, header, PATH_COLUMNS, "pictures"),
                _column(path, header, LABEL_COLUMNS, "labels"),
            )
            split = next((header.index(name) for name in SPLIT_COLUMNS if name in header), None)
            for row in reader:
                if any(row):
                    yield _fields(
                        path, reader.line_num, [word.strip() for word in row], header, (picture, label, split)
                    )
    except csv.Error as error:
        raise broken(path, reader.line_num, f"the row is no CSV ({error})") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}).") from error


def _column(path: Path, header: list[str], names: tuple[str, ...], what: str) -> int:
    found = next((header.index(name) for name in names if name in header), None)
    if found is None:
        raise broken(path, 1, f"no column of {what} in the header; it should be named one of {', '.join(names)}")
    return found


def _fields(
    path: Path, line: int, row: list[str], header: list[str], columns: tuple[int, int, int | None]
) -> tuple[int, str, str, str]:
    if len(row) != len(header):
        raise broken(path, line, f"there are {len(row)} columns, not {len(header)}")
    name, label = row[columns[0]].replace("\\", "/"), row[columns[1]]
    if not name or not label:
        raise broken(path, line, "the picture or the label is empty")
    if columns[2] is None:
        return line, name, label, split_of(name)
    split = SPLITS.get(row[columns[2]].lower())
    if split is None:
        raise broken(path, line, f"the split {row[columns[2]]!r} should be one of {', '.join(SPLITS)}")
    return line, name, label, split


def _line_of(path: Path, sample: Sample) -> int:
    return next((line for line, name, _, _ in _rows(path) if name == sample.member), 0)
