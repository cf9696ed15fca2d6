"""The folder of stored photos and thumbnails."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garment import Photo
from wardrobe_app.domain.intake import PhotoFiles
from wardrobe_app.services.blobs import Blobs

GROUND = (226, 224, 219)  # of cut-outs, on light pages and dark: pale enough for navy, grey enough for white
_PHOTO_QUALITY = 90
_THUMBNAIL_QUALITY = 82
_WEBP_METHOD = 2  # of 6: 4 % larger than by the usual 4, in less than half the time
_GAP = 1.5  # halved first, unless it gets smaller than so many times what is wanted: a third of the time
_CLEAR, _FULL = 80, 176  # of a mask: up to here ground, from here on cloth

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class EncodedMask:
    """A mask as a grey PNG, and the garment alone, of a thumbnail's size on a plain pale ground, as WebP."""

    mask: bytes
    cut_out: bytes


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """A photo and its thumbnail as JPEG bytes, free of any metadata, and what was told apart on it, if anything."""

    photo: bytes
    thumbnail: bytes
    mask: EncodedMask | None = None


class PhotoStore:
    """Writes whole files or none, under names that say nothing of the photo."""

    def __init__(self, photos: Blobs, thumbnails: Blobs, masks: Blobs, thumbnail_side: int) -> None:
        """``thumbnail_side`` is the longest side of a thumbnail and of a cut-out in pixels."""
        self._photos = photos
        self._thumbnails = thumbnails
        self._masks = masks
        self._side = thumbnail_side

    def encode(self, image: Image.Image, mask: Mask | None = None) -> EncodedPhoto:
        """The bytes to store for an upright RGB picture and its mask, (h, w) uint8 in its proportions."""
        small = self._small(image)
        encoded = None if mask is None else _encoded_mask(small, mask)
        return EncodedPhoto(_jpeg(image, _PHOTO_QUALITY), _jpeg(small, _THUMBNAIL_QUALITY), encoded)

    def encode_mask(self, image: Image.Image, mask: Mask) -> EncodedMask:
        """The bytes to store for the mask of an upright RGB picture."""
        return _encoded_mask(self._small(image), mask)

    def _small(self, image: Image.Image) -> Image.Image:
        small = image.copy()
        small.thumbnail((self._side, self._side), Image.Resampling.LANCZOS, reducing_gap=_GAP)
        return small

    def new_names(self) -> PhotoFiles:
        """Names that no other photo has."""
        stem = uuid.uuid4().hex
        name = f"{stem[:2]}/{stem}.jpg"
        return PhotoFiles(name, name)

    @contextmanager
    def saved(self, encoded: EncodedPhoto, names: PhotoFiles) -> Iterator[None]:
        """All files are there inside the block; they are removed again if the block fails.

        Raises:
            StorageFailed: they cannot be written; none is left behind.
        """
        try:
            try:
                self._photos.write(names.file, encoded.photo)
                self._thumbnails.write(names.thumbnail, encoded.thumbnail)
                if encoded.mask:
                    self._write_mask(names.file, encoded.mask)
            except OSError as error:
                raise StorageFailed(f"The photo could not be written to the data folder: {error.strerror}.") from error
            yield
        except BaseException:
            with suppress(OSError):
                self.remove(names)
            raise

    def keep_mask(self, photo: Photo, image: Image.Image, mask: Mask | None) -> None:
        """Put a mask in place of an earlier one; with None the earlier one goes.

        Raises:
            StorageFailed: it cannot be written.
        """
        try:
            if mask is None:
                self._remove_mask(photo.file)
            else:
                self._write_mask(photo.file, self.encode_mask(image, mask))
        except OSError as error:
            raise StorageFailed(f"The mask could not be written to the data folder: {error.strerror}.") from error

    def mask(self, photo: Photo) -> Mask | None:
        """The stored mask, (h, w) uint8; None where there is none."""
        try:
            data = self._masks.read(_mask_name(photo.file))
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                return np.asarray(image.convert("L"))
        except OSError:
            return None

    def cut_out_path(self, photo: Photo) -> Path | None:
        """Where the picture of the garment alone is, if there is one."""
        try:
            path = self._masks.path(_cut_out_name(photo.file))
        except OSError:
            return None
        return path if path.is_file() else None

    def _write_mask(self, name: str, encoded: EncodedMask) -> None:
        self._masks.write(_mask_name(name), encoded.mask)
        self._masks.write(_cut_out_name(name), encoded.cut_out)

    def _remove_mask(self, name: str) -> None:
        self._masks.remove(_mask_name(name))
        self._masks.remove(_cut_out_name(name))

    def open(self, photo: Photo) -> Image.Image:
        """The stored picture.

        Raises:
            StorageFailed: its file is missing or damaged.
        """
        try:
            data = self._photos.read(photo.file)
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                return image.convert("RGB")
        except OSError as error:
            raise StorageFailed(f"The stored photo of {photo.filename} cannot be read any more.") from error

    def path(self, photo: Photo) -> Path:
        """Where the photo can be read; if it is gone, where it was."""
        return _readable(self._photos, photo.file)

    def thumbnail_path(self, photo: Photo) -> Path:
        """Where its thumbnail can be read; if it is gone, where it was."""
        return _readable(self._thumbnails, photo.thumbnail)

    def remove(self, names: PhotoFiles) -> None:
        """Delete all its files; no matter if they are gone already.

        Raises:
            OSError: a file is there and cannot be deleted, for instance while another program shows it.
        """
        self._photos.remove(names.file)
        self._thumbnails.remove(names.thumbnail)
        self._remove_mask(names.file)


def _readable(blobs: Blobs, name: str) -> Path:
    try:
        return blobs.path(name)
    except OSError:
        return Path(name)  # pages show that a picture is missing; they do not stop


def _mask_name(file: str) -> str:
    return str(PurePosixPath(file).with_suffix(".png"))


def _cut_out_name(file: str) -> str:
    return str(PurePosixPath(file).with_suffix(".webp"))


def _encoded_mask(small: Image.Image, mask: Mask) -> EncodedMask:
    """The mask, and by it the cut-out of a picture of a thumbnail's size."""
    opaque = Image.fromarray(_opaque(mask)).resize(small.size, Image.Resampling.BILINEAR)
    cut_out = Image.composite(small, Image.new("RGB", small.size, GROUND), opaque)
    return EncodedMask(_bytes(Image.fromarray(mask), "PNG"), _bytes(cut_out, "WEBP", quality=85, method=_WEBP_METHOD))


def _opaque(mask: Mask) -> Mask:
    """How opaque the garment is: what is likely cloth in full, what is likely ground not at all, the edge between."""
    sharper: Mask = np.clip((mask.astype(np.float32) - _CLEAR) * (255 / (_FULL - _CLEAR)), 0, 255).astype(np.uint8)
    return sharper


def _jpeg(image: Image.Image, quality: int) -> bytes:
    # A copy without `info`: Pillow would carry a comment or XMP over from there.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    return _bytes(clean, "JPEG", quality=quality)


def _bytes(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
