"""Small pictures of garments for graph and collages: without their background where there is a mask."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageStat

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.services.storage.mask_doubts import is_doubtful
from wardrobe_app.services.storage.photo_store import PhotoStore, opaque
from wardrobe_app.services.storage.thumbnails import small_picture

_KEPT: Final = 4_000  # pictures, of some 3 kB each
_QUALITY: Final = 80
_FAST: Final = 1  # of WebP's 6 methods
_SCRAPS: Final = 0.25  # what covers less of its own box is no garment, but scraps of one
_WHOLE: Final = 0.97  # what covers more of it is a picture with its ground


@dataclass(frozen=True, slots=True)
class GarmentPicture:
    """A picture as a WebP data URI, its ``ratio`` of width to height, and whether it ``is_cut_out`` of its ground."""

    uri: str
    ratio: float
    is_cut_out: bool


class GarmentPictures:
    """Makes small pictures and keeps them as long as the program runs."""

    def __init__(self, store: PhotoStore, cut_outs: Callable[[], bool]) -> None:
        """Garments are cut out where ``cut_outs()`` says so."""
        self._store = store
        self._cut_outs = cut_outs
        self._made = lru_cache(_KEPT)(self._make)

    def of(self, covers: Mapping[str, Photo], side: int) -> dict[str, str | None]:
        """Return WebP data URIs by the keys of ``covers``, at most ``side`` pixels a side; None for a missing file."""
        cut_outs = self._cut_outs()
        found = {key: self._found(photo, side, cut_outs and photo.has_cut_out) for key, photo in covers.items()}
        return {key: picture.uri if picture else None for key, picture in found.items()}

    def best(self, photo: Photo, side: int) -> GarmentPicture | None:
        """Return the cut-out if it is a good one, else the photo, as ``of`` does; None without a file."""
        found = self._found(photo, side, self._cut_outs() and photo.has_cut_out)
        return self._found(photo, side, False) if found and not found.is_cut_out else found

    def version(self, photo: Photo) -> str:
        """Return a text that changes with the picture."""
        return f"{photo.id}.{photo.mask_model}" if self._cut_outs() and photo.has_cut_out else str(photo.id)

    def image(self, photo: Photo, side: int) -> Image.Image | None:
        """Return the picture itself, RGB or RGBA; None for a missing file."""
        return self._picture(photo, side, self._cut_outs() and photo.has_cut_out)

    def _picture(self, photo: Photo, side: int, cut_out: bool) -> Image.Image | None:
        found = self._store.transparent(photo, side) if cut_out else None
        return found or small_picture(self._store.thumbnail_path(photo), side)

    def _found(self, photo: Photo, side: int, cut_out: bool) -> GarmentPicture | None:
        try:
            return self._made(photo, side, cut_out)
        except FileNotFoundError:  # which is not kept: the file may come back
            return None

    def _make(self, photo: Photo, side: int, cut_out: bool) -> GarmentPicture:
        picture = self._picture(photo, side, cut_out)
        if picture is None:
            raise FileNotFoundError(photo.thumbnail)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=_QUALITY, method=_FAST)
        uri = f"data:image/webp;base64,{base64.b64encode(written.getvalue()).decode()}"
        return GarmentPicture(uri, picture.width / picture.height, _is_good(picture) and self._trusts_mask(photo))

    def _trusts_mask(self, photo: Photo) -> bool:
        mask = self._store.mask(photo)
        return mask is not None and not is_doubtful(Image.fromarray(opaque(mask)))


def _is_good(picture: Image.Image) -> bool:
    """Return whether a picture is a garment on a transparent ground."""
    if picture.mode != "RGBA":
        return False
    covered: float = ImageStat.Stat(picture.getchannel("A")).mean[0] / 255
    return _SCRAPS <= covered <= _WHOLE
