"""Store photos, thumbnails and masks."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.storage.blobs import Blobs

BACKGROUND = (226, 224, 219)  # of cut-outs, on light and dark pages: pale enough for navy, grey enough for white
_PHOTO_QUALITY = 90
_THUMBNAIL_QUALITY = 82
_NOWHERE = Path(os.devnull, "missing")  # never a file
_WEBP_METHOD = 2  # of 6: 4 % larger than the default 4, in less than half the time
_REDUCING_GAP = 1.5  # halves large pictures first: a third of the time
_CLEAR, _OPAQUE = 80, 176  # of a mask: up to here background, from here on cloth

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class EncodedMask:
    """A mask as a grey PNG, and the cut-out garment at thumbnail size on a pale background, as WebP."""

    mask: bytes
    cut_out: bytes


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """A photo and its thumbnail as JPEG without metadata, and its mask, if any."""

    photo: bytes
    thumbnail: bytes
    mask: EncodedMask | None = None


class StoredPart(NamedTuple):
    """A file of a photo: its ``kind`` (photos, thumbnails or masks), place and name."""

    kind: str
    place: Blobs
    name: str


class PhotoStore:
    """Writes files completely or not at all, under names that reveal nothing about the photo."""

    def __init__(self, photos: Blobs, thumbnails: Blobs, masks: Blobs, thumbnail_side: int) -> None:
        """Take the longest side of thumbnails and cut-outs in pixels as ``thumbnail_side``."""
        self._photos = photos
        self._thumbnails = thumbnails
        self._masks = masks
        self._side = thumbnail_side

    @property
    def places(self) -> dict[str, Blobs]:
        """Return the places of photos, thumbnails and masks."""
        return {"photos": self._photos, "thumbnails": self._thumbnails, "masks": self._masks}

    @property
    def side(self) -> int:
        """Return the longest side of a thumbnail in pixels."""
        return self._side

    @property
    def folder(self) -> Path | None:
        """Return the local folder of the photos, if they are in one."""
        return self._photos.folder

    def encode(self, image: Image.Image, mask: Mask | None = None) -> EncodedPhoto:
        """Encode an upright RGB picture and its mask, (h, w) uint8 of the same proportions."""
        small = self._small(image)
        encoded = None if mask is None else _encoded_mask(small, mask)
        return EncodedPhoto(_jpeg(image, _PHOTO_QUALITY), _jpeg(small, _THUMBNAIL_QUALITY), encoded)

    def encode_mask(self, image: Image.Image, mask: Mask) -> EncodedMask:
        """Encode the mask of an upright RGB picture."""
        return _encoded_mask(self._small(image), mask)

    def _small(self, image: Image.Image) -> Image.Image:
        small = image.copy()
        small.thumbnail((self._side, self._side), Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)
        return small

    def new_names(self) -> PhotoFiles:
        """Return unique names."""
        stem = uuid.uuid4().hex
        name = f"{stem[:2]}/{stem}.jpg"
        return PhotoFiles(name, name)

    def parts(self, names: PhotoFiles) -> tuple[StoredPart, ...]:
        """Return every file a photo can have, existing or not: photo, thumbnail, mask and cut-out."""
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
        with _failing(f"The photo could not be written to {self._photos.where}"):
            self._photos.write(names.file, encoded.photo)
            self._thumbnails.write(names.thumbnail, encoded.thumbnail)
            if encoded.mask:
                self._write_mask(names.file, encoded.mask)

    def keep_thumbnail(self, photo: Photo, image: Image.Image) -> None:
        """Replace a thumbnail.

        Raises:
            StorageFailed: it cannot be written.
        """
        with _failing("The thumbnail could not be written"):
            self._thumbnails.write(photo.thumbnail, _jpeg(self._small(image), _THUMBNAIL_QUALITY))

    def keep_mask(self, photo: Photo, image: Image.Image, mask: Mask) -> None:
        """Replace a mask and its cut-out.

        Raises:
            StorageFailed: they cannot be written.
        """
        self.save_mask(photo, self.encode_mask(image, mask))

    def save_mask(self, photo: Photo, encoded: EncodedMask) -> None:
        """Replace a mask and its cut-out by encoded ones.

        Raises:
            StorageFailed: they cannot be written.
        """
        with _failing(f"The mask could not be written to {self._masks.where}"):
            self._write_mask(photo.file, encoded)

    def forget_mask(self, photo: Photo) -> None:
        """Delete the mask and the cut-out, if they exist.

        Raises:
            StorageFailed: they exist and cannot be deleted.
        """
        with _failing("The mask could not be deleted"):
            self._masks.remove(mask_name(photo.file))
            self._masks.remove(cut_out_name(photo.file))

    def mask(self, photo: Photo) -> Mask | None:
        """Return the stored mask, (h, w) uint8; None without one."""
        try:
            data = self._masks.read(mask_name(photo.file))
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                return np.asarray(image.convert("L"))
        except OSError:
            return None

    def cut_out_path(self, photo: Photo) -> Path | None:
        """Return the path of the cut-out, if there is one."""
        try:
            path = self._masks.path(cut_out_name(photo.file))
        except OSError:
            return None
        return path if path.is_file() else None

    def transparent(self, photo: Photo, side: int) -> Image.Image | None:
        """Return the garment without its background, RGBA, cropped, at most ``side`` pixels wide and high.

        None without a mask that shows something, or where a file is missing or damaged.
        """
        mask = self.mask(photo)
        if mask is None:
            return None
        try:
            with Image.open(self.thumbnail_path(photo)) as image:
                picture = image.convert("RGBA")
        except OSError:
            return None
        picture.putalpha(Image.fromarray(opaque(mask)).resize(picture.size, Image.Resampling.BILINEAR))
        box = picture.getchannel("A").getbbox()
        return ImageOps.contain(picture.crop(box), (side, side), Image.Resampling.LANCZOS) if box else None

    def _write_mask(self, name: str, encoded: EncodedMask) -> None:
        self._masks.write(mask_name(name), encoded.mask)
        self._masks.write(cut_out_name(name), encoded.cut_out)

    def open(self, photo: Photo) -> Image.Image:
        """Return the stored picture.

        Raises:
            StorageFailed: its file is missing or damaged.
        """
        try:
            data = self._photos.read(photo.file)
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                return image.convert("RGB")
        except OSError as error:
            raise StorageFailed(
                f"The stored photo of {photo.filename} cannot be read: its file is missing or damaged."
            ) from error

    def path(self, photo: Photo) -> Path:
        """Return the path of the photo, which has no file if it cannot be read."""
        return _readable(self._photos, photo.file)

    def thumbnail_path(self, photo: Photo) -> Path:
        """Return the path of its thumbnail, which has no file if it cannot be read."""
        return _readable(self._thumbnails, photo.thumbnail)

    def remove(self, names: PhotoFiles) -> None:
        """Delete all files of a photo that exist.

        Raises:
            OSError: a file exists and cannot be deleted, perhaps because another program shows it.
        """
        for part in self.parts(names):
            part.place.remove(part.name)

    def discard(self, names: PhotoFiles) -> None:
        """Delete all files, and unfinished ones, of a photo whose writer was stopped; raises as ``remove``.

        Only for photos that have no row and are not being written.
        """
        for part in self.parts(names):
            part.place.discard(part.name)


def _readable(blobs: Blobs, name: str) -> Path:
    try:
        return blobs.path(name)
    except OSError:
        return _NOWHERE  # pages show that a picture is missing, and go on


@contextmanager
def _failing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(f"{what}: {error.strerror or error}.") from error


def mask_name(file: str) -> str:
    """Return the name of the mask of the photo with this file."""
    return str(PurePosixPath(file).with_suffix(".png"))


def cut_out_name(file: str) -> str:
    """Return the name of the cut-out."""
    return str(PurePosixPath(file).with_suffix(".webp"))


def _encoded_mask(small: Image.Image, mask: Mask) -> EncodedMask:
    """Encode a mask and the cut-out of a thumbnail-sized picture."""
    alpha = Image.fromarray(opaque(mask)).resize(small.size, Image.Resampling.BILINEAR)
    cut_out = Image.composite(small, Image.new("RGB", small.size, BACKGROUND), alpha)
    return EncodedMask(_bytes(Image.fromarray(mask), "PNG"), _bytes(cut_out, "WEBP", quality=85, method=_WEBP_METHOD))


def opaque(mask: Mask) -> Mask:
    """Return the opacity of the garment: full for likely cloth, none for likely background, graded at the edge."""
    sharper: Mask = np.clip((mask.astype(np.float32) - _CLEAR) * (255 / (_OPAQUE - _CLEAR)), 0, 255).astype(np.uint8)
    return sharper


def _jpeg(image: Image.Image, quality: int) -> bytes:
    clean = image
    if image.info:  # Pillow would write comments and XMP from here
        clean = image.copy()
        clean.info = {}
    return _bytes(clean, "JPEG", quality=quality)


def _bytes(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
