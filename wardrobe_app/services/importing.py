"""From files to garments: read, tell duplicates, tag in batches, store one by one."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import count
from pathlib import Path, PurePath

from db.unit_of_work import ImportKeyTaken, Units
from wardrobe_app.domain.errors import ImageRefused, StorageFailed, TaggingUnavailable, WardrobeError
from wardrobe_app.domain.garment import Garment, TagKind, TagSource
from wardrobe_app.domain.intake import KnownPhoto, NewPhoto, Seen
from wardrobe_app.services import following
from wardrobe_app.services.duplicates import DuplicateFinder, Found
from wardrobe_app.services.images import DecodedPhoto, Limits, check_size, read_photo
from wardrobe_app.services.photo_store import EncodedPhoto, PhotoStore
from wardrobe_app.services.sources import Source, clean_name, source_from_bytes, source_from_path, sources_in
from wardrobe_app.services.tagging import Tagging

PATIENCE_SECONDS = 1.5
"""A batch is tagged and stored, full or not, when reading it took this long: a large HEIC file takes a second."""

WORKERS = min(4, os.cpu_count() or 1)
"""Files that are decoded, or encoded, at once; not more, for the memory that large ones take."""

__all__ = ["ImportResult", "Importer", "Outcome", "Source", "source_from_bytes", "source_from_path"]

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    ALREADY = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one file, in words in ``message``.

    ``garment`` is the new one, or the one that is already there; ``same`` then tells what it shares with this one:
    the very "file", or the "picture", saved again. ``untagged`` is why a new garment has no tags, "" if it has.
    """

    name: str
    outcome: Outcome
    garment: Garment | None
    message: str
    same: str | None = None
    untagged: str = ""


@dataclass(slots=True)
class _Entry:
    """A file on its way: refused (``error``), or decoded, known already or not, then perhaps ``seen`` by the model."""

    name: str
    photo: DecodedPhoto | None = None
    error: str = ""
    known: bool = False
    seen: Seen | None = None
    encoded: EncodedPhoto | None = None
    untagged: str = ""


class Importer:
    """Adds photos to the wardrobe; every stored one is safe by the time its result is handed out."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        tagging: Tagging,
        limits: Limits,
        batch_size: int = 16,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._limits = limits
        self._batch_size = batch_size

    def add(
        self,
        sources: Sequence[Source],
        *,
        add_anyway: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[ImportResult]:
        """Add the files, giving one result for each, in order, as it happens.

        Every garment is committed before its result is given. Once ``cancelled`` says so, or the caller stops asking,
        nothing more is stored. With ``add_anyway`` a file that is already there is added again.
        """
        done = 0
        while done < len(sources) and not cancelled():
            with self._uow() as uow:
                duplicates = DuplicateFinder(uow.garments.known_photos())
            batch = self._read_batch(sources[done : done + self._batch_size], duplicates, add_anyway, cancelled)
            if cancelled():
                return
            self._tag([entry for entry in batch if entry.photo and not entry.known])
            with _threads() as pool:
                for entry in pool.map(self._encode, batch):  # goes on while earlier ones are written and committed
                    if cancelled():
                        return
                    yield self._finish(entry, duplicates, add_anyway)
            done += len(batch)

    def sources_in(self, folder: Path) -> list[Source]:
        """Every file in ``folder`` and below, by name; hidden ones and what file managers leave behind are skipped.

        Raises:
            WardrobeError: there is no such folder, or no file in it.
        """
        return sources_in(folder)

    def _read_batch(
        self,
        sources: Sequence[Source],
        duplicates: DuplicateFinder,
        add_anyway: bool,
        cancelled: Callable[[], bool],
    ) -> list[_Entry]:
        """At least one file, then as many as can be read without keeping people waiting for a result."""
        until = time.monotonic() + PATIENCE_SECONDS
        read = partial(self._read, duplicates=duplicates, add_anyway=add_anyway)
        batch = [read(sources[0])]
        with _threads() as pool:
            while len(batch) < len(sources) and not cancelled() and time.monotonic() <= until:
                batch += pool.map(read, sources[len(batch) : len(batch) + WORKERS])
        return batch

    def _read(self, source: Source, duplicates: DuplicateFinder, add_anyway: bool) -> _Entry:
        name = clean_name(source.name)
        try:
            if source.size is not None:
                check_size(source.size, name, self._limits)
            photo = read_photo(source.read(), name, self._limits)
        except ImageRefused as error:
            return _Entry(name, error=str(error))
        except OSError as error:
            return _Entry(name, error=f"{name}: the file could not be read: {error.strerror or error}.")
        return _Entry(name, photo, known=not add_anyway and duplicates.find(photo.sha256, photo.phash) is not None)

    def _tag(self, entries: Sequence[_Entry]) -> None:
        """Let the model see the pictures; where it cannot, they are kept without tags."""
        try:
            images = [entry.photo.image for entry in entries if entry.photo]
            for entry, seen in zip(entries, self._tagging.see(images), strict=True):
                entry.seen = seen
        except TaggingUnavailable as error:
            reason = str(error)
        except Exception as error:  # whatever a model does wrong must not cost anybody their photos
            _log.exception("the model failed on a batch of %d pictures", len(entries))
            reason = f"the model failed ({type(error).__name__})"
        else:
            return
        for entry in entries:
            entry.untagged = reason

    def _encode(self, entry: _Entry) -> _Entry:
        """With the bytes to store, if it is to be stored."""
        if entry.photo and not entry.known:
            entry.encoded = self._store.encode(entry.photo.image, entry.seen.mask if entry.seen else None)
        return entry

    def _finish(self, entry: _Entry, duplicates: DuplicateFinder, add_anyway: bool) -> ImportResult:
        if entry.photo is None:
            return ImportResult(entry.name, Outcome.REFUSED, None, entry.error)
        try:
            return self._store_or_find(entry, entry.photo, duplicates, add_anyway)
        except WardrobeError as error:
            return ImportResult(entry.name, Outcome.REFUSED, None, f"{entry.name}: not stored. {error}")

    def _store_or_find(
        self, entry: _Entry, photo: DecodedPhoto, duplicates: DuplicateFinder, add_anyway: bool
    ) -> ImportResult:
        # Asked again: a file of the same batch may have been stored since.
        found = None if add_anyway else duplicates.find(photo.sha256, photo.phash)
        if found is None:
            try:
                garment = self._put(entry, photo, add_anyway)
            except ImportKeyTaken:
                found = self._stored_meanwhile(photo.sha256)
            else:
                duplicates.learn(KnownPhoto(garment.id, "", photo.sha256, photo.phash))
                return _added(entry, garment)
        with self._uow() as uow:
            return _already(entry.name, uow.garments.get(found.item_id), found.same)

    def _put(self, entry: _Entry, photo: DecodedPhoto, add_anyway: bool) -> Garment:
        """Store files and rows, all or nothing."""
        encoded = entry.encoded or self._store.encode(photo.image, entry.seen.mask if entry.seen else None)
        names = self._store.new_names()
        with self._uow(writing=True) as uow:
            known = uow.garments.known_photos(photo.sha256) if add_anyway else []
            new = NewPhoto(
                _free_key(photo.sha256, known),
                PurePath(entry.name).name[-255:],
                names.file,
                names.thumbnail,
                *photo.image.size,
                photo.sha256,
                photo.phash,
            )
            # The row first: it is what fails when somebody else was faster.
            garment = uow.garments.add(new, entry.seen, datetime.now(UTC))
            if following.refresh(uow, {garment.id}):
                garment = uow.garments.get(garment.id)
            with self._store.saved(encoded, names):
                uow.commit()
        return garment

    def _stored_meanwhile(self, sha256: str) -> Found:
        with self._uow() as uow:
            known = uow.garments.known_photos(sha256)
        if not known:
            raise StorageFailed("Something else was changed in the wardrobe at the same time; please add it again.")
        return Found(known[-1].item_id, "file")


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for decoding and encoding, which leave Python's lock to others; at the end nothing more is begun."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _free_key(sha256: str, known: Sequence[KnownPhoto]) -> str:
    taken = {photo.import_key for photo in known}
    keys = (sha256 if number == 1 else f"{sha256}#{number}" for number in count(1))
    return next(key for key in keys if key not in taken)


def _added(entry: _Entry, garment: Garment) -> ImportResult:
    if entry.untagged:
        message = f"{entry.name}: added, but not tagged. {entry.untagged}"
    else:
        message = f"{entry.name}: added as {garment.title}{_confidence(garment)}"
    return ImportResult(entry.name, Outcome.ADDED, garment, message, untagged=entry.untagged)


def _confidence(garment: Garment) -> str:
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.confidence is None:
        return ""
    if tag.source is TagSource.FOLLOWED:
        return " (followed from your corrections)"
    return f" ({tag.confidence:.0%} sure)" if tag.is_known else " (not sure)"


def _already(name: str, garment: Garment, same: str) -> ImportResult:
    where = " in the trash" if garment.trashed_at else " in the archive" if garment.archived_at else ""
    what = "the same file is" if same == "file" else "the same picture, saved again, is"
    message = f"{name}: {what} already there{where} as {garment.title} (item {garment.id})"
    return ImportResult(name, Outcome.ALREADY, garment, message, same)
