"""The folder of stored photos and thumbnails."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garment import Photo
from wardrobe_app.domain.intake import PhotoFiles

_PHOTO_QUALITY = 90
_THUMBNAIL_QUALITY = 82


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """A photo and its thumbnail as JPEG bytes, free of any metadata."""

    photo: bytes
    thumbnail: bytes


class PhotoStore:
    """Writes whole files or none, under names that say nothing of the photo."""

    def __init__(self, photos_dir: Path, thumbnails_dir: Path, thumbnail_side: int) -> None:
        """``thumbnail_side`` is the longest side of a thumbnail in pixels."""
        self._photos_dir = photos_dir
        self._thumbnails_dir = thumbnails_dir
        self._side = thumbnail_side

    def encode(self, image: Image.Image) -> EncodedPhoto:
        """The bytes to store for an upright RGB picture."""
        small = image.copy()
        small.thumbnail((self._side, self._side), Image.Resampling.LANCZOS)
        return EncodedPhoto(_jpeg(image, _PHOTO_QUALITY), _jpeg(small, _THUMBNAIL_QUALITY))

    def new_names(self) -> PhotoFiles:
        """Names that no other photo has."""
        stem = uuid.uuid4().hex
        name = f"{stem[:2]}/{stem}.jpg"
        return PhotoFiles(name, name)

    @contextmanager
    def saved(self, encoded: EncodedPhoto, names: PhotoFiles) -> Iterator[None]:
        """Both files are there inside the block; they are removed again if the block fails.

        Raises:
            StorageFailed: they cannot be written; neither is left behind.
        """
        try:
            try:
                _write(self._photos_dir / names.file, encoded.photo)
                _write(self._thumbnails_dir / names.thumbnail, encoded.thumbnail)
            except OSError as error:
                raise StorageFailed(f"The photo could not be written to the data folder: {error.strerror}.") from error
            yield
        except BaseException:
            with suppress(OSError):
                self.remove(names)
            raise

    def open(self, photo: Photo) -> Image.Image:
        """The stored picture.

        Raises:
            StorageFailed: its file is missing or damaged.
        """
        try:
            with Image.open(self.path(photo), formats=["JPEG"]) as image:
                return image.convert("RGB")
        except OSError as error:
            raise StorageFailed(f"The stored photo of {photo.filename} cannot be read any more.") from error

    def path(self, photo: Photo) -> Path:
        """Where the photo is."""
        return self._photos_dir / photo.file

    def thumbnail_path(self, photo: Photo) -> Path:
        """Where its thumbnail is."""
        return self._thumbnails_dir / photo.thumbnail

    def remove(self, names: PhotoFiles) -> None:
        """Delete both files; no matter if they are gone already.

        Raises:
            OSError: a file is there and cannot be deleted, for instance while another program shows it.
        """
        (self._photos_dir / names.file).unlink(missing_ok=True)
        (self._thumbnails_dir / names.thumbnail).unlink(missing_ok=True)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # A copy without `info`: Pillow would carry a comment or XMP over from there.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write to a temporary file beside it, then put it in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
