"""Small pictures of garments for the graph: without their background where there is a mask."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from PIL import Image

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.storage.thumbnails import small_picture

_KEPT: Final = 4_000  # pictures, of some 3 kB each
_QUALITY: Final = 80
_FAST: Final = 1  # of WebP's 6 methods


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
        return {key: self._found(photo, side, cut_outs and photo.has_cut_out) for key, photo in covers.items()}

    def version(self, photo: Photo) -> str:
        """Return a text that changes with the picture."""
        return f"{photo.id}.{photo.mask_model}" if self._cut_outs() and photo.has_cut_out else str(photo.id)

    def image(self, photo: Photo, side: int) -> Image.Image | None:
        """Return the picture itself, RGB or RGBA; None for a missing file."""
        return self._picture(photo, side, self._cut_outs() and photo.has_cut_out)

    def _picture(self, photo: Photo, side: int, cut_out: bool) -> Image.Image | None:
        found = self._store.transparent(photo, side) if cut_out else None
        return found or small_picture(self._store.thumbnail_path(photo), side)

    def _found(self, photo: Photo, side: int, cut_out: bool) -> str | None:
        try:
            return self._made(photo, side, cut_out)
        except FileNotFoundError:  # which is not kept: the file may come back
            return None

    def _make(self, photo: Photo, side: int, cut_out: bool) -> str:
        picture = self._picture(photo, side, cut_out)
        if picture is None:
            raise FileNotFoundError(photo.thumbnail)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=_QUALITY, method=_FAST)
        return f"data:image/webp;base64,{base64.b64encode(written.getvalue()).decode()}"
