"""The folder of stored photos and thumbnails."""

from __future__ import annotations

import io
import os
import uuid
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.storage.blobs import Blobs

GROUND = (226, 224, 219)  # of cut-outs, on light pages and dark: pale enough for navy, grey enough for white
_PHOTO_QUALITY = 90
_THUMBNAIL_QUALITY = 82
_NOWHERE = Path(os.devnull, "missing")  # no file can be there, whatever the name that was asked for
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


class StoredPart(NamedTuple):
    """A file that a photo can have: its ``kind`` (photos, thumbnails or masks), where, and under what name."""

    kind: str
    place: Blobs
    name: str


class PhotoStore:
    """Writes whole files or none, under names that say nothing of the photo."""

    def __init__(self, photos: Blobs, thumbnails: Blobs, masks: Blobs, thumbnail_side: int) -> None:
        """``thumbnail_side`` is the longest side of a thumbnail and of a cut-out in pixels."""
        self._photos = photos
        self._thumbnails = thumbnails
        self._masks = masks
        self._side = thumbnail_side

    @property
    def places(self) -> dict[str, Blobs]:
        """Where photos, thumbnails and masks are."""
        return {"photos": self._photos, "thumbnails": self._thumbnails, "masks": self._masks}

    @property
    def side(self) -> int:
        """The longest side of a thumbnail in pixels."""
        return self._side

    @property
    def folder(self) -> Path | None:
        """The folder of this computer that photos are in, if they are in one."""
        return self._photos.folder

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

    def parts(self, names: PhotoFiles) -> tuple[StoredPart, ...]:
        """Every file that a photo can have, there or not: photo, thumbnail, mask and cut-out."""
        return (
            StoredPart("photos", self._photos, names.file),
            StoredPart("thumbnails", self._thumbnails, names.thumbnail),
            StoredPart("masks", self._masks, mask_name(names.file)),
            StoredPart("masks", self._masks, cut_out_name(names.file)),
        )

    def save(self, encoded: EncodedPhoto, names: PhotoFiles) -> None:
        """Write all files of a new photo.

        Raises:
            StorageFailed: they cannot be written; some may have been.
        """
        try:
            self._photos.write(names.file, encoded.photo)
            self._thumbnails.write(names.thumbnail, encoded.thumbnail)
            if encoded.mask:
                self._write_mask(names.file, encoded.mask)
        except OSError as error:
            raise StorageFailed(f"The photo could not be written to {self._photos.where}: {_why(error)}.") from error

    def keep_thumbnail(self, photo: Photo, image: Image.Image) -> None:
        """Put a thumbnail in place of an earlier one.

        Raises:
            StorageFailed: it cannot be written.
        """
        try:
            self._thumbnails.write(photo.thumbnail, _jpeg(self._small(image), _THUMBNAIL_QUALITY))
        except OSError as error:
            raise StorageFailed(f"The thumbnail could not be written: {_why(error)}.") from error

    def keep_mask(self, photo: Photo, image: Image.Image, mask: Mask) -> None:
        """Put a mask, and its cut-out, in place of an earlier one.

        Raises:
            StorageFailed: it cannot be written.
        """
        try:
            self._write_mask(photo.file, self.encode_mask(image, mask))
        except OSError as error:
            raise StorageFailed(f"The mask could not be written to {self._masks.where}: {_why(error)}.") from error

    def forget_mask(self, photo: Photo) -> None:
        """Delete the mask, and the picture of the garment alone, if there are any.

        Raises:
            StorageFailed: they are there and cannot be deleted.
        """
        try:
            self._remove_mask(photo.file)
        except OSError as error:
            raise StorageFailed(f"The mask could not be deleted: {_why(error)}.") from error

    def mask(self, photo: Photo) -> Mask | None:
        """The stored mask, (h, w) uint8; None where there is none."""
        try:
            data = self._masks.read(mask_name(photo.file))
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                return np.asarray(image.convert("L"))
        except OSError:
            return None

    def cut_out_path(self, photo: Photo) -> Path | None:
        """Where the picture of the garment alone is, if there is one."""
        try:
            path = self._masks.path(cut_out_name(photo.file))
        except OSError:
            return None
        return path if path.is_file() else None

    def _write_mask(self, name: str, encoded: EncodedMask) -> None:
        self._masks.write(mask_name(name), encoded.mask)
        self._masks.write(cut_out_name(name), encoded.cut_out)

    def _remove_mask(self, name: str) -> None:
        self._masks.remove(mask_name(name))
        self._masks.remove(cut_out_name(name))

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
            raise StorageFailed(
                f"The stored photo of {photo.filename} cannot be read any more: its file is gone or damaged."
            ) from error

    def path(self, photo: Photo) -> Path:
        """Where the photo can be read; a path without a file where it cannot."""
        return _readable(self._photos, photo.file)

    def thumbnail_path(self, photo: Photo) -> Path:
        """Where its thumbnail can be read; a path without a file where it cannot."""
        return _readable(self._thumbnails, photo.thumbnail)

    def remove(self, names: PhotoFiles) -> None:
        """Delete all its files; no matter if they are gone already.

        Raises:
            OSError: a file is there and cannot be deleted, for instance while another program shows it.
        """
        self._photos.remove(names.file)
        self._thumbnails.remove(names.thumbnail)
        self._remove_mask(names.file)

    def discard(self, names: PhotoFiles) -> None:
        """The same for a photo whose writer was stopped, with what is there of unfinished files; raises as ``remove``.

        Only for a photo that no row has and nobody is writing.
        """
        self._photos.discard(names.file)
        self._thumbnails.discard(names.thumbnail)
        self._masks.discard(mask_name(names.file))
        self._masks.discard(cut_out_name(names.file))


def _readable(blobs: Blobs, name: str) -> Path:
    try:
        return blobs.path(name)
    except OSError:
        return _NOWHERE  # pages show that a picture is missing; they do not stop


def _why(error: OSError) -> str:
    return error.strerror or str(error)


def mask_name(file: str) -> str:
    """The name of the mask of the photo with this file."""
    return str(PurePosixPath(file).with_suffix(".png"))


def cut_out_name(file: str) -> str:
    """The name of the picture of the garment alone."""
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
    clean = image
    if image.info:  # Pillow would carry a comment or XMP over from there
        clean = image.copy()
        clean.info = {}
    return _bytes(clean, "JPEG", quality=quality)


def _bytes(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
