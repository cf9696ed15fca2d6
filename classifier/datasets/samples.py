"""What every data set hands to training: pictures with partial labels."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from classifier.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled picture.

    ``targets`` maps a head to the set of its labels that are right: a coarse label ("Pants") is the set of what it
    covers, and a head that is not in the mapping is not trained on this picture. ``group`` is what a split must keep
    together (the sender of a photo, the product), ``on_white`` tells that the ground may be replaced.
    """

    key: str
    member: str
    archive: str
    targets: Mapping[str, frozenset[str]]
    group: str
    split: str
    on_white: bool = False


class PictureSource:
    """Pictures by archive and member, from ``NAME.zip`` in a folder or from an unpacked folder ``NAME`` beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._archives: dict[str, zipfile.ZipFile] = {}

    def read(self, archive: str, member: str) -> bytes:
        """The bytes of one member.

        Raises:
            DatasetError: neither the archive nor the unpacked folder holds it.
        """
        unpacked = self._folder / archive
        try:
            if unpacked.is_dir():
                return (unpacked / member).read_bytes()
            if archive not in self._archives:
                self._archives[archive] = zipfile.ZipFile(self._folder / f"{archive}.zip")
            return self._archives[archive].read(member)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{self._folder / archive}: {member} cannot be read ({error}).") from error

    def picture(self, sample: Sample) -> Image.Image:
        """The picture of a sample, RGB."""
        with Image.open(io.BytesIO(self.read(sample.archive, sample.member))) as image:
            return image.convert("RGB")

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
