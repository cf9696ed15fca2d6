"""Read, decode, tag and encode photos: the slow work of an import, which needs no database and may run anywhere."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wardrobe_app.domain.errors import ImageRefused, TaggingUnavailable
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.services.importing.decoding import Limits, check_size, file_hash, read_photo
from wardrobe_app.services.importing.duplicates import Duplicate, DuplicateFinder
from wardrobe_app.services.importing.sources import Source, clean_name
from wardrobe_app.services.storage.photo_store import EncodedPhoto, PhotoStore
from wardrobe_app.services.tagging.predictions import Tagging

if TYPE_CHECKING:
    from PIL import Image

WORKERS = min(4, os.cpu_count() or 1)
"""Files that are decoded or written in parallel, limited by the memory that large ones take."""

PATIENCE_SECONDS = 1.5
"""A batch is tagged and stored, full or not, when reading took this long: a large HEIC file takes a second."""

FIRST_BATCH = 2
"""The first results come soon; every batch is twice as large as the one before, up to the full size."""

_log = logging.getLogger(__name__)


class Known(Protocol):
    """What tells whether a photo is stored, so that it need not be decoded or tagged."""

    def find_file(self, sha256: str) -> Duplicate | None:
        """Return a garment with the same file."""
        ...

    def find(self, sha256: str, phash: str) -> Duplicate | None:
        """Return a garment with the same file or picture."""
        ...


@dataclass(slots=True)
class PreparedPhoto:
    """A file that was read: refused for the reason ``error``, known already, or new and perhaps tagged.

    A new one has ``size`` in pixels and its picture, as an ``image`` or as ``encoded`` files. ``untagged`` is why it
    has no ``prediction``.
    """

    name: str
    error: str = ""
    sha256: str = ""
    phash: str = ""
    size: tuple[int, int] = (0, 0)
    image: Image.Image | None = None
    encoded: EncodedPhoto | None = None
    prediction: PhotoPrediction | None = None
    untagged: str = ""

    @property
    def is_new(self) -> bool:
        """Return whether there is something to store."""
        return not self.error and (self.image is not None or self.encoded is not None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be prepared: ``force`` says for each source whether it is stored even if it is known."""

    sources: Sequence[Source]
    force: Sequence[bool]
    known: Callable[[], DuplicateFinder]
    cancelled: Callable[[], bool]


class Engine(Protocol):
    """Prepares photos, in this process or elsewhere. So many rows are stored in one transaction."""

    rows_together: int

    def prepare(self, wanted: Wanted) -> Generator[Sequence[PreparedPhoto], None, None]:
        """Yield the files in order, batch by batch, until it is cancelled. Close it to stop."""
        ...


class PhotoPreparer:
    """Prepares the photos of a wardrobe."""

    def __init__(self, store: PhotoStore, tagging: Tagging, limits: Limits) -> None:
        self._store = store
        self._tagging = tagging
        self._limits = limits

    def read(self, source: Source, known: Known | None) -> PreparedPhoto:
        """Read and decode a file, unless it is ``known``."""
        name = clean_name(source.name)
        if source.trouble:
            return PreparedPhoto(name, error=f"{name}: {source.trouble}.")
        try:
            if source.size is not None:
                check_size(source.size, name, self._limits)
            data = source.read()
            sha256 = file_hash(data)
            if known and known.find_file(sha256):
                return PreparedPhoto(name, sha256=sha256)
            photo = read_photo(data, name, self._limits, sha256)
        except ImageRefused as error:
            return PreparedPhoto(name, error=str(error))
        except OSError as error:
            return PreparedPhoto(name, error=f"{name}: the file could not be read: {error.strerror or error}.")
        found = PreparedPhoto(name, sha256=sha256, phash=photo.phash, size=photo.image.size)
        if known is None or known.find(sha256, photo.phash) is None:
            found.image = photo.image
        return found

    def tag(self, photos: Sequence[PreparedPhoto]) -> None:
        """Predict tags of the new ones; they are stored without tags if that fails."""
        new = [photo for photo in photos if photo.image]
        try:
            images = [photo.image for photo in new if photo.image]
            for photo, prediction in zip(new, self._tagging.see(images), strict=True):
                photo.prediction = prediction
        except TaggingUnavailable as error:
            reason = str(error)
        except Exception as error:  # a failing model must not cost anybody their photos
            _log.exception("the model failed on a batch of %d pictures", len(new))
            reason = f"the model failed ({type(error).__name__})"
        else:
            return
        for photo in new:
            photo.untagged = reason

    def encoded(self, photo: PreparedPhoto) -> EncodedPhoto | None:
        """Return the files of a new photo."""
        if photo.image is None:
            return photo.encoded
        return self._store.encode(photo.image, photo.prediction.mask if photo.prediction else None)


class LocalEngine:
    """Reads files in threads and tags them together."""

    rows_together = 1  # each result is shown as soon as it is there

    def __init__(self, preparer: PhotoPreparer, batch_size: int) -> None:
        self._preparer = preparer
        self._batch_size = batch_size

    def prepare(self, wanted: Wanted) -> Generator[Sequence[PreparedPhoto], None, None]:
        """Yield the files in order, batch by batch."""
        done, size = 0, min(FIRST_BATCH, self._batch_size)
        while done < len(wanted.sources) and not wanted.cancelled():
            batch = self._read_batch(wanted, done, min(size, len(wanted.sources) - done))
            if wanted.cancelled():
                return
            self._preparer.tag(batch)
            yield batch
            done, size = done + len(batch), min(2 * size, self._batch_size)

    def _read_batch(self, wanted: Wanted, start: int, size: int) -> list[PreparedPhoto]:
        """Read at least one file, then as many as possible without keeping people waiting for a result."""
        known, until = wanted.known(), time.monotonic() + PATIENCE_SECONDS

        def read(place: int) -> PreparedPhoto:
            return self._preparer.read(wanted.sources[place], None if wanted.force[place] else known)

        batch, end = [read(start)], start + size
        with threads() as pool:
            while start + len(batch) < end and not wanted.cancelled() and time.monotonic() <= until:
                place = start + len(batch)
                batch += pool.map(read, range(place, min(place + WORKERS, end)))
        return batch


@contextmanager
def threads() -> Iterator[ThreadPoolExecutor]:
    """Start threads for decoding and writing; on exit, pending work is dropped."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
