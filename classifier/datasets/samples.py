"""What every data set hands to training and measuring: pictures with labels, which may be partial."""

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
    """One labelled picture.

    ``targets`` maps a head to the set of its labels that are right: a coarse label ("Pants") is the set of what it
    covers, and a head that is not in the mapping is not trained on this picture. ``group`` is what a split must keep
    together (the sender of a photo, the product), ``on_white`` tells that the ground may be replaced. ``box`` is the
    part of the picture that counts, in pixels: left, upper, right, lower, the latter two exclusive. In a head of many
    labels at once, ``targets`` are those that are there, and ``unknown`` those of which nobody said whether they are.
    """

    key: str
    member: str
    archive: str
    targets: Mapping[str, frozenset[str]]
    group: str
    split: str
    on_white: bool = False
    box: tuple[int, int, int, int] | None = None
    unknown: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Pictures(Protocol):
    """Where samples have their pictures. Can be handed to other processes."""

    def picture(self, sample: Sample) -> Image.Image:
        """The upright RGB picture of a sample, cut to its box.

        Raises:
            DatasetError: it cannot be read.
        """
        ...


@dataclass(frozen=True)
class LabelledPictures:
    """A data set: its samples (``split`` is "train", "val" or "test"), their pictures, and each head's labels in order.

    Of the heads in ``many`` several labels can be right at once, each for itself; of the others one is.
    """

    samples: Sequence[Sample]
    pictures: Pictures
    heads: Mapping[str, tuple[str, ...]]
    many: frozenset[str] = frozenset()

    def indices(self, split: str) -> list[int]:
        """Where in ``samples`` the samples of a split are."""
        return [index for index, sample in enumerate(self.samples) if sample.split == split]


def label_mask(rows: Sequence[frozenset[str]], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Mark in (N, K) which of the K ``labels`` each of the N sets contains; ignores other labels."""
    place = {label: column for column, label in enumerate(labels)}
    mask = np.zeros((len(rows), len(labels)), bool)
    for number, row in enumerate(rows):
        mask[number, [place[label] for label in row if label in place]] = True
    return mask


class PictureSource:
    """Pictures by archive and member, from ``NAME.zip`` in a folder or from an unpacked folder ``NAME`` beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # By process, too: processes that share an open file would move each other's place in it.
        self._archives: dict[tuple[int, str], zipfile.ZipFile] = {}

    def __getstate__(self) -> dict[str, object]:
        return {"_folder": self._folder, "_archives": {}}

    def read(self, archive: str, member: str) -> bytes:
        """The bytes of one member.

        Raises:
            DatasetError: neither the archive nor the unpacked folder holds it.
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
        """The picture of a sample, RGB, cut to its box.

        Raises:
            DatasetError: it is not there, or not a picture.
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
        """The stems of the pictures that an archive holds."""
        unpacked = self._folder / archive / "images"
        if unpacked.is_dir():
            return frozenset(path.stem for path in unpacked.iterdir())
        try:
            with zipfile.ZipFile(self._folder / f"{archive}.zip") as packed:
                return frozenset(Path(name).stem for name in packed.namelist() if name.endswith(".jpg"))
        except (OSError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{self._folder / archive}: the pictures cannot be listed ({error}).") from error

    def has(self, archive: str) -> bool:
        """Whether the folder holds the archive, packed or unpacked."""
        return (self._folder / archive).is_dir() or (self._folder / f"{archive}.zip").is_file()
