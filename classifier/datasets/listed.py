"""Pictures that a text file lists, one a line: what is wrong with one is said with the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError


def broken(path: Path, line: int, what: str) -> DatasetError:
    """The error that a line of a file is wrong; ``line`` counts from 1."""
    return DatasetError(f"{path}, line {line}: {what}.")


def leads_outside(name: str) -> bool:
    """Whether a picture's name would lead out of the folder it is looked up in, on any system."""
    first, *rest = name.replace("\\", "/").split("/")  # plainly, since pathlib is ten times as slow
    return not first or ":" in first or ".." in (first, *rest) or "\0" in name


@dataclass(frozen=True)
class ListedPictures:
    """Where the samples that ``list_file`` names have their pictures.

    ``line_of`` finds the line of a sample when its picture is missing: cheaper than to look for 289,222 files first.
    """

    source: PictureSource
    list_file: Path
    line_of: Callable[[Path, Sample], int]

    def picture(self, sample: Sample) -> Image.Image:
        """The picture of a sample, RGB, cut to the part of its box that lies within it.

        Raises:
            DatasetError: it is not there, not a picture, or its box lies beside it.
        """
        try:
            whole = self.source.picture(replace(sample, box=None))
            return whole.crop(_within(sample.box, whole.size)) if sample.box else whole
        except (DatasetError, RuntimeError, EOFError) as error:  # the latter two: an encrypted or cut-short zip
            line = self.line_of(self.list_file, sample)
            raise DatasetError(f"{self.list_file}, line {line}: {error}") from error


def _within(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, upper, right, lower = max(box[0], 0), max(box[1], 0), min(box[2], size[0]), min(box[3], size[1])
    if left >= right or upper >= lower:
        raise DatasetError(f"its box {box} lies beside the picture of {size[0]} x {size[1]} pixels.")
    return left, upper, right, lower
