"""DeepFashion's Category and Attribute Prediction Benchmark (Liu et al. 2016), from its authors' own files.

The coarse annotation: 289,222 pictures with one category each and 1,000 attributes. The fine one is not used.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.datasets import deepfashion_files as files
from classifier.datasets.deepfashion_files import ATTRIBUTE_TYPES, CATEGORY_TYPES
from classifier.datasets.listed import ListedPictures, broken
from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.errors import DatasetError

CATEGORY_HEAD = "category"


@dataclass(frozen=True)
class Benchmark:
    """The folders of a download."""

    annotation: Path
    evaluation: Path
    pictures: Path  # has ``img`` or ``img.zip``
    zip_has_folder: bool = False  # names in the zip begin with ``img/``, as in the lists

    def list_file(self, name: str) -> Path:
        """Path of a list, such as "bbox" for list_bbox.txt."""
        return (self.evaluation if name == "eval_partition" else self.annotation) / f"list_{name}.txt"

    def category_names(self) -> list[tuple[str, int]]:
        """Read the 50 categories, in order, each with its type: 1 upper, 2 lower, 3 full."""
        return files.names_with_types(self.list_file("category_cloth"), CATEGORY_TYPES)

    def attribute_names(self) -> list[tuple[str, int]]:
        """Read the 1,000 attributes, in order, each with its type, 1 to 5."""
        return files.names_with_types(self.list_file("attr_cloth"), ATTRIBUTE_TYPES)

    def member(self, picture: str) -> str:
        """Name a listed picture (``img/...``) within the folder ``img`` or within ``img.zip``."""
        return picture if self.zip_has_folder else picture.removeprefix("img/")


def find(folder: Path) -> Benchmark:
    """Find the benchmark in ``folder`` or one level below.

    Raises:
        DatasetError: it is missing.
    """
    inside = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for base in (folder, *inside):
        for name in ("Anno_coarse", "Anno", ""):
            if (base / name / "list_category_cloth.txt").is_file():
                pictures = _pictures(base)
                return Benchmark(base / name, _evaluation(base), pictures, _zip_has_folder(pictures))
    raise DatasetError(
        f"{folder}: has no list_category_cloth.txt, also not in Anno or Anno_coarse or one level below. "
        "Give the folder of the unpacked Category and Attribute Prediction Benchmark."
    )


def load(folder: Path, *, crop: bool = True, attributes: bool = False) -> LabelledPictures:
    """Load the benchmark with its own partition; ``crop`` crops pictures to their boxes.

    The head "category" has the categories that occur (46 of 50), in the file's order: an output without training
    pictures would only take probability away. ``attributes`` adds five multi-label heads, "texture" to "style", where 1
    is a target, 0 is unknown, -1 is neither.

    Raises:
        DatasetError: the benchmark is missing, or a file is damaged; names the file and the line.
    """
    benchmark = find(folder)
    source = PictureSource(benchmark.pictures)
    if not source.has("img"):
        raise DatasetError(f"{benchmark.pictures}: has neither the folder img nor img.zip. Unpack the pictures here.")
    names = [name for name, _ in benchmark.category_names()]
    listed = files.categories(benchmark.list_file("category_img"), len(names))
    parts = files.partition(benchmark.list_file("eval_partition"))
    _same_pictures(benchmark.list_file("category_img"), listed, benchmark.list_file("eval_partition"), parts)
    boxes = files.boxes(benchmark.list_file("bbox")) if crop else {}
    if crop:
        _same_pictures(benchmark.list_file("category_img"), listed, benchmark.list_file("bbox"), boxes)
    table = _attribute_table(benchmark, listed) if attributes else None
    heads = {CATEGORY_HEAD: tuple(names[number - 1] for number in sorted(set(listed.values())))}
    category = {number: {CATEGORY_HEAD: frozenset({names[number - 1]})} for number in set(listed.values())}
    samples = [
        Sample(
            key=f"deepfashion/{picture}",
            member=benchmark.member(picture),
            archive="img",
            targets=_RowLabels(category[number], table, picture, 1) if table else category[number],
            group=picture.rpartition("/")[0],
            split=parts[picture],
            box=boxes.get(picture),
            unknown=_RowLabels({}, table, picture, 0) if table else {},
        )
        for picture, number in listed.items()
    ]
    pictures = ListedPictures(source, benchmark.list_file("category_img"), _line_of)
    more = table.heads if table else {}
    return LabelledPictures(samples, pictures, {**heads, **more}, frozenset(more))


@dataclass(frozen=True)
class _AttributeTable:
    """All attribute values, and the columns of each head; sets of labels for every picture would exhaust the memory."""

    where: Mapping[str, int]
    values: NDArray[np.int8]
    heads: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, NDArray[np.intp]]

    def labels(self, picture: str, head: str, value: int) -> frozenset[str]:
        """List the labels of a head that have ``value`` for a picture."""
        names, row = self.heads[head], self.values[self.where[picture], self.columns[head]]
        return frozenset(names[index] for index in np.flatnonzero(row == value))


class _RowLabels(Mapping[str, frozenset[str]]):
    """A picture's labels by head: ``known`` ones, and those with ``value`` in the table, computed on access."""

    __slots__ = ("_known", "_picture", "_table", "_value")

    def __init__(self, known: Mapping[str, frozenset[str]], table: _AttributeTable, picture: str, value: int) -> None:
        self._known, self._table, self._picture, self._value = known, table, picture, value

    def __getitem__(self, head: str) -> frozenset[str]:
        return self._known[head] if head in self._known else self._table.labels(self._picture, head, self._value)

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        yield from self._table.heads

    def __len__(self) -> int:
        return len(self._known) + len(self._table.heads)


def _attribute_table(benchmark: Benchmark, listed: Mapping[str, int]) -> _AttributeTable:
    names = benchmark.attribute_names()
    where, values = files.attributes(benchmark.list_file("attr_img"), len(names))
    _same_pictures(benchmark.list_file("category_img"), listed, benchmark.list_file("attr_img"), where)
    columns = {
        head: np.array([at for at, (_, kind) in enumerate(names) if kind == code], np.intp)
        for code, head in ATTRIBUTE_TYPES.items()
    }
    heads = {head: _distinct([names[at][0] for at in columns[head]]) for head in columns if len(columns[head])}
    return _AttributeTable(where, values, heads, columns)


def _distinct(names: list[str]) -> tuple[str, ...]:
    # A repeated name becomes "name (2)", because labels of a head are identified by name.
    earlier = (names[:at].count(name) for at, name in enumerate(names))
    return tuple(f"{name} ({times + 1})" if times else name for name, times in zip(names, earlier, strict=True))


def _same_pictures(first: Path, ours: Mapping[str, object], second: Path, theirs: Mapping[str, object]) -> None:
    for path, here, other, there in ((second, theirs, first, ours), (first, ours, second, theirs)):
        if here.keys() != there.keys() and (alone := next((name for name in here if name not in there), None)):
            raise broken(path, files.line_of(path, alone), f"{alone} is not in {other.name}")


def _line_of(path: Path, sample: Sample) -> int:
    return files.line_of(path, sample.key.removeprefix("deepfashion/"))


def _evaluation(base: Path) -> Path:
    places = (base / "Eval", base)
    return next((path for path in places if (path / "list_eval_partition.txt").is_file()), places[0])


def _pictures(base: Path) -> Path:
    # Img first: a case-insensitive system also finds it as img.
    places = (base / "Img", base / "img", base)
    found = [path for path in places if (path / "img").is_dir()] or [p for p in places if (p / "img.zip").is_file()]
    return found[0] if found else base


def _zip_has_folder(pictures: Path) -> bool:
    packed = pictures / "img.zip"
    if (pictures / "img").is_dir() or not packed.is_file():
        return False
    try:
        with zipfile.ZipFile(packed) as archive:
            return any(name.startswith("img/") for name in archive.namelist()[:10])
    except (OSError, zipfile.BadZipFile) as error:
        raise DatasetError(f"{packed} is a damaged zip file ({error}).") from error
