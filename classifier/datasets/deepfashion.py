"""DeepFashion's Category and Attribute Prediction Benchmark (Liu et al. 2016), from its authors' own files.

The coarse annotation: 289,222 pictures, one category each, 1,000 attributes. The fine one (26 attributes) is not read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.datasets import deepfashion_files as files
from classifier.datasets.deepfashion_files import ATTRIBUTE_TYPES, CATEGORY_TYPES, Landmarks
from classifier.datasets.listed import ListedPictures, broken
from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.errors import DatasetError

CATEGORY_HEAD = "category"
ATTRIBUTE_HEADS = tuple(ATTRIBUTE_TYPES.values())


@dataclass(frozen=True)
class Benchmark:
    """Where a download has its parts: the folders of the lists, and the folder that holds ``img`` or ``img.zip``.

    ``zip_has_folder`` tells that the names within the zip begin with ``img/``, as those in the lists do.
    """

    annotation: Path
    evaluation: Path
    pictures: Path
    zip_has_folder: bool = False

    @property
    def list_category_img(self) -> Path:
        """The list that says which pictures there are."""
        return self.annotation / "list_category_img.txt"

    @property
    def list_bbox(self) -> Path:
        """The list of boxes."""
        return self.annotation / "list_bbox.txt"

    @property
    def list_attr_img(self) -> Path:
        """The list of attribute values."""
        return self.annotation / "list_attr_img.txt"

    @property
    def list_landmarks(self) -> Path:
        """The list of landmarks."""
        return self.annotation / "list_landmarks.txt"

    @property
    def list_eval_partition(self) -> Path:
        """The list that parts the pictures."""
        return self.evaluation / "list_eval_partition.txt"

    def category_names(self) -> list[tuple[str, int]]:
        """The 50 categories, in order, each with its type: 1 upper, 2 lower, 3 full."""
        return files.names_with_types(self.annotation / "list_category_cloth.txt", CATEGORY_TYPES)

    def attribute_names(self) -> list[tuple[str, int]]:
        """The 1,000 attributes, in order, each with its type, 1 to 5."""
        return files.names_with_types(self.annotation / "list_attr_cloth.txt", ATTRIBUTE_TYPES)

    def member(self, picture: str) -> str:
        """The name of a listed picture (``img/...``) within the folder ``img`` or within ``img.zip``."""
        return picture if self.zip_has_folder else picture.removeprefix("img/")


def find(folder: Path) -> Benchmark:
    """The benchmark in ``folder`` or one level below it.

    Raises:
        DatasetError: it is not there.
    """
    inside = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for base in (folder, *inside):
        for name in ("Anno_coarse", "Anno", ""):
            if (base / name / "list_category_cloth.txt").is_file():
                pictures = _pictures(base)
                return Benchmark(base / name, _evaluation(base), pictures, _zip_has_folder(pictures))
    raise DatasetError(
        f"{folder}: there is no list_category_cloth.txt in it, in its Anno or Anno_coarse, or one level below. "
        "Give the folder that the Category and Attribute Prediction Benchmark was unpacked into."
    )


def landmarks(folder: Path) -> dict[str, Landmarks]:
    """The landmarks of each picture, by its name in the lists (``img/...``).

    Raises:
        DatasetError: the benchmark is not there, or list_landmarks is broken.
    """
    return files.landmarks(find(folder).list_landmarks)


def load(folder: Path, *, crop: bool = True, attributes: bool = False) -> LabelledPictures:
    """The benchmark with its own partition; ``crop`` cuts pictures to their boxes.

    The head "category" has, in the file's order, the categories that occur (46 of the 50): an output that no picture
    teaches could only take probability away. With ``attributes`` there are five heads more, "texture" to "style", of
    many labels at once: 1 is a target, 0 is unknown, -1 is neither.

    Raises:
        DatasetError: the benchmark is not there, or one of its files is broken; says which and in which line.
    """
    benchmark = find(folder)
    source = PictureSource(benchmark.pictures)
    if not source.has("img"):
        raise DatasetError(
            f"{benchmark.pictures}: neither the folder img nor img.zip is there. Unpack the pictures here."
        )
    names = [name for name, _ in benchmark.category_names()]
    listed = files.categories(benchmark.list_category_img, len(names))
    parts = files.partition(benchmark.list_eval_partition)
    _same_pictures(benchmark.list_category_img, listed, benchmark.list_eval_partition, parts)
    boxes = files.boxes(benchmark.list_bbox) if crop else {}
    if crop:
        _same_pictures(benchmark.list_category_img, listed, benchmark.list_bbox, boxes)
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
    pictures = ListedPictures(source, benchmark.list_category_img, _line_of)
    more = table.heads if table else {}
    return LabelledPictures(samples, pictures, {**heads, **more}, frozenset(more))


@dataclass(frozen=True)
class _AttributeTable:
    """All attribute values, and which columns are whose: sets of labels for every picture would fill the memory."""

    where: Mapping[str, int]
    values: NDArray[np.int8]
    heads: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, NDArray[np.intp]]

    def labels(self, picture: str, head: str, value: int) -> frozenset[str]:
        """The labels of a head that have ``value`` for a picture."""
        names, row = self.heads[head], self.values[self.where[picture], self.columns[head]]
        return frozenset(names[index] for index in np.flatnonzero(row == value))


class _RowLabels(Mapping[str, frozenset[str]]):
    """What one picture has in each head: ``known``, and by the table the labels whose value is ``value``."""

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
    where, values = files.attributes(benchmark.list_attr_img, len(names))
    _same_pictures(benchmark.list_category_img, listed, benchmark.list_attr_img, where)
    columns = {
        head: np.array([at for at, (_, kind) in enumerate(names) if kind == code], np.intp)
        for code, head in ATTRIBUTE_TYPES.items()
    }
    heads = {head: _distinct([names[at][0] for at in columns[head]]) for head in columns if len(columns[head])}
    return _AttributeTable(where, values, heads, columns)


def _distinct(names: list[str]) -> tuple[str, ...]:
    # Should a name come twice in a type, the second is "name (2)": labels of a head are told apart by name.
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
    # A system that ignores case takes img for Img, so that the inner one is looked for first.
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
        raise DatasetError(f"{packed} is not a whole zip file ({error}).") from error
