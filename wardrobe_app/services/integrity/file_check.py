"""Check that the files of photos exist, complete and of the right size, and find files that belong to no photo."""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import PurePosixPath

from PIL import Image

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.records.integrity import IssueKind, KeptPhoto, Occurrence
from wardrobe_app.services.storage.atomic_files import OLD_SECONDS, is_part
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.services.storage.photo_store import PhotoStore, cut_out_name, mask_name

Listing = Mapping[str, frozenset[str]]
Size = tuple[int, int]

_log = logging.getLogger(__name__)


class FileCheck:
    """Checks the files in a photo store without changing them. Every file is decoded, which takes some 5 ms a photo."""

    def __init__(self, store: PhotoStore, shared: bool) -> None:
        """Take whether programs with other data folders may use the same store as ``shared``."""
        self._store = store
        self._shared = shared

    def listing(self) -> Listing:
        """Return the names of all files, by place."""
        return {place: frozenset(blobs.names()) for place, blobs in self._store.places.items()}

    def troubles(self, kept: KeptPhoto, listing: Listing) -> list[Occurrence]:
        """Return what is wrong with the files of one photo. A check that fails is a finding of its own."""
        try:
            return self._troubles(kept, listing)
        except Exception as error:
            _log.exception("could not check a photo's files")
            name = f"photos/{kept.photo.file}: {error or type(error).__name__}"
            return [Occurrence(IssueKind.NOT_CHECKED, name, kept.item_id, kept.photo.id)]

    def _troubles(self, kept: KeptPhoto, listing: Listing) -> list[Occurrence]:
        found = chain(self._photo(kept.photo, listing), self._thumbnail(kept.photo, listing))
        if kept.photo.has_cut_out:
            found = chain(found, self._mask(kept.photo, listing))
        return [Occurrence(trouble, name, kept.item_id, kept.photo.id) for trouble, name in found]

    def orphans(self, listing: Listing, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield place and name of files of none of the ``known`` photos, except unfinished ones.

        In a shared store, recent files are skipped: another program may be writing them.
        """
        stems = {_stem(name) for name in known}
        for place, names in listing.items():
            for name in sorted(names):
                mine = name in known if place == "photos" else _stem(name) in stems
                if not mine and not is_part(name) and not (self._shared and self._is_young(place, name)):
                    yield place, name

    def unfinished(self, listing: Listing) -> Iterator[tuple[str, str]]:
        """Yield place and name of abandoned files: unfinished ones more than an hour old."""
        for place, names in listing.items():
            yield from ((place, name) for name in sorted(names) if is_part(name) and not self._is_young(place, name))

    def delete_unfinished(self, place: str, name: str) -> None:
        """Delete an unfinished file, unless another program holds it."""
        with suppress(OSError):
            self._store.places[place].remove(name)

    def _is_young(self, place: str, name: str) -> bool:
        try:
            return self._store.places[place].age(name) < OLD_SECONDS
        except OSError:
            return True  # deleted meanwhile

    def _photo(self, photo: Photo, listing: Listing) -> Iterator[tuple[IssueKind, str]]:
        if photo.file not in listing["photos"]:
            yield IssueKind.PHOTO_MISSING, f"photos/{photo.file}"
        elif _size(self._store.places["photos"], photo.file) != (photo.width, photo.height):
            yield IssueKind.PHOTO_DAMAGED, f"photos/{photo.file}"

    def _thumbnail(self, photo: Photo, listing: Listing) -> Iterator[tuple[IssueKind, str]]:
        if photo.thumbnail not in listing["thumbnails"]:
            yield IssueKind.THUMBNAIL_MISSING, f"thumbnails/{photo.thumbnail}"
            return
        size = _size(self._store.places["thumbnails"], photo.thumbnail)
        if size is None:
            yield IssueKind.THUMBNAIL_DAMAGED, f"thumbnails/{photo.thumbnail}"
        elif max(size) != min(self._store.side, max(photo.width, photo.height)):
            yield IssueKind.THUMBNAIL_SIZE, f"thumbnails/{photo.thumbnail}"

    def _mask(self, photo: Photo, listing: Listing) -> Iterator[tuple[IssueKind, str]]:
        for name, missing, damaged in (
            (mask_name(photo.file), IssueKind.MASK_MISSING, IssueKind.MASK_DAMAGED),
            (cut_out_name(photo.file), IssueKind.CUT_OUT_MISSING, IssueKind.CUT_OUT_DAMAGED),
        ):
            if name not in listing["masks"]:
                yield missing, f"masks/{name}"
            elif _size(self._store.places["masks"], name) is None:
                yield damaged, f"masks/{name}"


def _size(blobs: Blobs, name: str) -> Size | None:
    """Return width and height of a picture that can be decoded completely; else None.

    It is decoded at an eighth of its size, which reads all of a JPEG in a fraction of the time. Flipped bits in a
    decodable picture go unnoticed: nothing says what it was.
    """
    try:
        with Image.open(io.BytesIO(blobs.read(name)), formats=["JPEG", "PNG", "WEBP"]) as image:
            size = image.size
            image.draft(None, (max(1, size[0] // 8), max(1, size[1] // 8)))
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return size


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))
