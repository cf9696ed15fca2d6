"""Pictures listed by a text file, one per line; errors name the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError


def broken(path: Path, line: int, what: str) -> DatasetError:
    """Make the error of a damaged line; ``line`` counts from 1."""
    return DatasetError(f"{path}, line {line}: {what}.")


def leads_outside(name: str) -> bool:
    """Whether a picture's name would lead out of its folder, on any system."""
    first, *rest = name.replace("\\", "/").split("/")  # pathlib is ten times slower
    return not first or ":" in first or ".." in (first, *rest) or "\0" in name


@dataclass(frozen=True)
class ListedPictures:
    """Read the pictures of the samples in ``list_file``; ``line_of`` finds a sample's line for error messages."""

    source: PictureSource
    list_file: Path
    line_of: Callable[[Path, Sample], int]

    def picture(self, sample: Sample) -> Image.Image:
        """Read a sample's RGB picture, cropped to the part of its box inside the picture.

        Raises:
            DatasetError: the file is missing or not a picture, or the box lies outside.
        """
        try:
            whole = self.source.picture(replace(sample, box=None))
            return whole.crop(_within(sample.box, whole.size)) if sample.box else whole
        except (DatasetError, RuntimeError, EOFError) as error:  # RuntimeError, EOFError: an encrypted or truncated zip
            line = self.line_of(self.list_file, sample)
            raise DatasetError(f"{self.list_file}, line {line}: {error}") from error


def _within(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, upper, right, lower = max(box[0], 0), max(box[1], 0), min(box[2], size[0]), min(box[3], size[1])
    if left >= right or upper >= lower:
        raise DatasetError(f"its box {box} lies outside the picture of {size[0]} x {size[1]} pixels.")
    return left, upper, right, lower
