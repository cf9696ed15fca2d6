"""The common form of data sets: pictures with labels, which may be partial."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from classifier.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled picture."""

    key: str
    member: str  # name within the archive
    archive: str
    # The right labels by head: "Pants" is the set of types it includes. Heads without labels are not trained on it.
    targets: Mapping[str, frozenset[str]]
    group: str  # kept together by splits: the sender of a photo, or the product
    split: str
    on_white: bool = False  # the ground may be replaced
    box: tuple[int, int, int, int] | None = None  # to crop to, in pixels: left, upper, right, lower (exclusive)
    best: Mapping[str, str] = field(default_factory=dict)  # of several right labels of a head, the one to answer
    unknown: Mapping[str, frozenset[str]] = field(default_factory=dict)  # labels of multi-label heads without a truth


class Pictures(Protocol):
    """A source of the samples' pictures; can be pickled for worker processes."""

    def picture(self, sample: Sample) -> Image.Image:
        """Read a sample's upright RGB picture, cropped to its box.

        Raises:
            DatasetError: the picture cannot be read.
        """
        ...


@dataclass(frozen=True)
class LabelledPictures:
    """A data set."""

    samples: Sequence[Sample]  # in the splits "train", "val" and "test"
    pictures: Pictures
    heads: Mapping[str, tuple[str, ...]]  # each head's labels, in order
    many: frozenset[str] = frozenset()  # multi-label heads

    def indices(self, split: str) -> list[int]:
        """List the indices of a split's samples."""
        return [index for index, sample in enumerate(self.samples) if sample.split == split]


def label_mask(rows: Sequence[frozenset[str]], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Mark in (N, K) which of the K ``labels`` each of the N sets contains; ignores other labels."""
    place = {label: column for column, label in enumerate(labels)}
    mask = np.zeros((len(rows), len(labels)), bool)
    for number, row in enumerate(rows):
        mask[number, [place[label] for label in row if label in place]] = True
    return mask


class PictureSource:
    """Read pictures by archive and member, from ``NAME.zip`` in a folder or from the unpacked folder ``NAME``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # By process too: an open file shared by processes has one position.
        self._archives: dict[tuple[int, str], zipfile.ZipFile] = {}

    def __getstate__(self) -> dict[str, object]:
        return {"_folder": self._folder, "_archives": {}}

    def read(self, archive: str, member: str) -> bytes:
        """Read the bytes of a member.

        Raises:
            DatasetError: neither the archive nor the unpacked folder has it.
        """
        unpacked = self._folder / archive
        try:
            if unpacked.is_dir():
                return (unpacked / member).read_bytes()
            key = (os.getpid(), archive)
            if key not in self._archives:
                self._archives[key] = zipfile.ZipFile(self._folder / f"{archive}.zip")
            return self._archives[key].read(member)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{self._folder / archive}: {member} cannot be read ({error}).") from error

    def picture(self, sample: Sample) -> Image.Image:
        """Read a sample's upright RGB picture, cropped to its box.

        Raises:
            DatasetError: the file is missing or not a picture.
        """
        data = self.read(sample.archive, sample.member)
        try:
            with Image.open(io.BytesIO(data)) as image:
                picture = ImageOps.exif_transpose(image).convert("RGB")
        except OSError as error:
            raise DatasetError(
                f"{self._folder / sample.archive}: {sample.member} is not a readable picture."
            ) from error
        return picture.crop(sample.box) if sample.box else picture

    def names(self, archive: str) -> frozenset[str]:
        """List the stems of the pictures in an archive."""
        unpacked = self._folder / archive / "images"
        if unpacked.is_dir():
            return frozenset(path.stem for path in unpacked.iterdir())
        try:
            with zipfile.ZipFile(self._folder / f"{archive}.zip") as packed:
                return frozenset(Path(name).stem for name in packed.namelist() if name.endswith(".jpg"))
        except (OSError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{self._folder / archive}: the pictures cannot be listed ({error}).") from error

    def has(self, archive: str) -> bool:
        """Whether the folder has the archive, zipped or unpacked."""
        return (self._folder / archive).is_dir() or (self._folder / f"{archive}.zip").is_file()
