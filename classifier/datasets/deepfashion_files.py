"""Read the list files of DeepFashion's Category and Attribute Prediction Benchmark.

Line 1 is the number of rows, line 2 names the columns; rows are separated by runs of spaces.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from classifier.datasets.listed import broken, leads_outside
from classifier.errors import DatasetError

CATEGORY_TYPES = {1: "upper", 2: "lower", 3: "full"}
ATTRIBUTE_TYPES = {1: "texture", 2: "fabric", 3: "shape", 4: "part", 5: "style"}
POINTS = {1: 6, 2: 4, 3: 8}  # landmarks by clothes type
SPLITS = ("train", "val", "test")

Box = tuple[int, int, int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The landmarks of a garment."""

    clothes_type: int  # 1 upper, 2 lower, 3 full
    variation: int  # pose or zoom
    points: tuple[tuple[int, int, int], ...]  # visibility (0 visible, 1 occluded, 2 cut off), x and y in pixels


def rows(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each row with its line number.

    Raises:
        DatasetError: the file, its count, its header or its rows are missing, or (at the end) the count is wrong.
    """
    try:
        file = path.open(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}).") from error
    with file:
        count = file.readline().strip()
        if not (count.isascii() and count.isdigit()):
            raise broken(path, 1, f"expected the number of rows, got {count[:40]!r}")
        header = file.readline().split()
        if not header or not header[0].endswith("_name"):
            raise broken(path, 2, "the line with the column names is missing")
        found = 0
        for number, text in enumerate(file, 3):
            if not text.isspace():
                found += 1
                yield number, text
    if not found:
        raise broken(path, 1, "there are no rows")
    if found != int(count):
        raise broken(path, 1, f"expected {int(count):,} rows, got {found:,}")


def names_with_types(path: Path, types: dict[int, str]) -> list[tuple[str, int]]:
    """Read list_category_cloth or list_attr_cloth: names, which may contain spaces, and type codes, in order.

    Raises:
        DatasetError: the file is damaged, or a type is not in ``types``.
    """
    found = []
    for line, text in rows(path):
        name, code = words if len(words := text.rsplit(None, 1)) == 2 else ("", "")
        if code not in map(str, types):
            raise broken(path, line, f"{text.strip()[:60]!r} should be a name and a type from 1 to {len(types)}")
        found.append((name.strip(), int(code)))
    return found


def categories(path: Path, known: int) -> dict[str, int]:
    """Read list_category_img: the category of each picture, 1 to ``known``.

    Raises:
        DatasetError: the file is damaged, a category is unknown, or a picture lies outside the folder ``img``.
    """

    def category(line: int, words: list[str]) -> int:
        if not 1 <= (number := _number(path, line, words[0])) <= known:
            raise broken(path, line, f"there is no category {number}; there are {known}")
        return number

    found = _by_picture(path, 1, category)
    for name in found:
        if not name.startswith("img/") or leads_outside(name.removeprefix("img/")):
            raise broken(path, line_of(path, name), f"{name} does not lie in the folder img")
    return found


def partition(path: Path) -> dict[str, str]:
    """Read list_eval_partition: train, val or test for each picture.

    Raises:
        DatasetError: the file is damaged or names another part.
    """

    def part(line: int, words: list[str]) -> str:
        if words[0] not in SPLITS:
            raise broken(path, line, f"{words[0]!r} should be one of {', '.join(SPLITS)}")
        return sys.intern(words[0])

    return _by_picture(path, 1, part)


def boxes(path: Path) -> dict[str, Box]:
    """Read list_bbox: left, upper, right, lower of each picture, in pixels; right and lower made exclusive.

    Raises:
        DatasetError: the file is damaged, or a box is empty.
    """

    def box(line: int, words: list[str]) -> Box:
        left, upper, right, lower = (_number(path, line, word) for word in words)
        if not (0 <= left <= right and 0 <= upper <= lower):
            raise broken(path, line, f"the box {left} {upper} {right} {lower} is empty")
        return left, upper, right + 1, lower + 1

    return _by_picture(path, 4, box)


def landmarks(path: Path) -> dict[str, Landmarks]:
    """Read list_landmarks, whose rows have three lengths, by clothes type.

    Raises:
        DatasetError: the file is damaged, or a row has the wrong number of points for its clothes type.
    """

    def row(line: int, words: list[str]) -> Landmarks:
        kind, variation, *rest = (_number(path, line, word) for word in words)
        if kind not in POINTS or len(rest) != 3 * POINTS[kind]:
            expected = f"{3 * POINTS[kind]} numbers" if kind in POINTS else "1, 2 or 3"
            raise broken(path, line, f"clothes type {kind} with {len(rest)} numbers should be {expected}")
        points = tuple(zip(rest[::3], rest[1::3], rest[2::3], strict=True))
        if any(seen not in (0, 1, 2) for seen, _, _ in points):
            raise broken(path, line, "a visibility should be 0, 1 or 2")
        return Landmarks(kind, variation, points)

    return _by_picture(path, None, row)


def attributes(path: Path, known: int) -> tuple[dict[str, int], NDArray[np.int8]]:
    """Read list_attr_img: each picture's row, and the values (pictures, ``known``), each 1, -1 or 0.

    Raises:
        DatasetError: the file is damaged, or a row has too few or other values.
    """
    where: dict[str, int] = {}
    table = bytearray()  # grows with the rows: the count in line 1 may be wrong
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy warns about text
        for line, text in rows(path):
            name, *values = text.split(None, 1)
            if name in where:
                raise broken(path, line, f"{name} is listed twice")
            where[name] = len(where)
            table += _values(path, line, "".join(values), known).tobytes()
    return where, np.frombuffer(table, np.int8).reshape(-1, known)


def line_of(path: Path, name: str) -> int:
    """Find the first line whose first word is ``name``; 0 without any."""
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        return next((number for number, text in enumerate(file, 1) if text.split(None, 1)[:1] == [name]), 0)


def _by_picture(path: Path, columns: int | None, read: Callable[[int, list[str]], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for line, text in rows(path):
        name, *words = text.split()
        if len(words) < 2 if columns is None else len(words) != columns:
            raise broken(path, line, f"there are {len(words) + 1} columns, not {1 + (columns or 2)}")
        if name in found:
            raise broken(path, line, f"{name} is listed twice")
        found[name] = read(line, words)
    return found


def _number(path: Path, line: int, word: str) -> int:
    try:
        return int(word)
    except ValueError as error:
        raise broken(path, line, f"{word[:40]!r} should be a whole number") from error


def _values(path: Path, line: int, text: str, known: int) -> NDArray[np.int8]:
    # numpy reads 1,000 values in 30 microseconds; only a damaged row is checked word by word.
    try:
        values = np.fromstring(text, np.int64, sep=" ")
        if len(values) == known and np.abs(values).max(initial=0) <= 1:
            return values.astype(np.int8)
    except (ValueError, DeprecationWarning):
        pass
    words = text.split()
    if len(words) != known:
        raise broken(path, line, f"there are {len(words):,} values, not {known:,}")
    wrong = next((word for word in words if word not in ("1", "-1", "0")), "")
    raise broken(path, line, f"the value {wrong[:40]!r} should be 1, -1 or 0")
