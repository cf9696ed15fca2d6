"""Import photos: read files, recognise duplicates, tag in batches, store one by one."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from db.unit_of_work import ImportKeyTaken, UnitOfWork, Units
from wardrobe_app.domain.errors import ImageRefused, InvalidEdit, StorageFailed, TaggingUnavailable, WardrobeError
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource
from wardrobe_app.domain.garments.photos import KnownPhoto, NewPhoto, PhotoFiles, PhotoPrediction
from wardrobe_app.services.importing.decoding import DecodedPhoto, Limits, check_size, file_hash, read_photo
from wardrobe_app.services.importing.duplicates import Duplicate, DuplicateFinder, KnownPhotos, free_key
from wardrobe_app.services.importing.journal import Journal
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.importing.sources import Source, clean_name, file_name, source_from_bytes, source_from_path
from wardrobe_app.services.observation import observed
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predictions import Tagging

PATIENCE_SECONDS = 1.5
"""A batch is tagged and stored, full or not, when reading took this long: a large HEIC file takes a second."""

FIRST_BATCH = 2
"""The first results come soon; every batch is twice as large as the one before, up to the full size."""

WORKERS = min(4, os.cpu_count() or 1)
"""Files that are decoded or written in parallel, limited by the memory that large ones take."""

__all__ = ["ImportResult", "Importer", "Outcome", "Source", "source_from_bytes", "source_from_path"]

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """The outcome for a file."""

    ADDED = "added"
    ALREADY = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome for one file, explained by ``message``.

    ``garment`` is the new or the existing one; ``same`` is what an existing one shares with the file: the "file" or the
    "picture", saved again. ``untagged`` is why a new garment has no tags, "" if it has. ``photo_id`` is the stored
    photo, if any.
    """

    name: str
    outcome: Outcome
    garment: Garment | None
    message: str
    same: str | None = None
    untagged: str = ""
    photo_id: int | None = None


@dataclass(slots=True)
class _Item:
    """A file in progress: refused (``error``), a ``duplicate``, or decoded (``photo``) and perhaps predicted.

    One to be stored has ``names`` for its files. With ``force`` it is stored even if it is a duplicate. It is ``loose``
    while its files may exist without rows.
    """

    name: str
    photo: DecodedPhoto | None = None
    error: str = ""
    force: bool = False
    duplicate: Duplicate | None = None
    names: PhotoFiles | None = None
    prediction: PhotoPrediction | None = None
    loose: bool = False
    untagged: str = ""


class Importer:
    """Adds photos to the wardrobe; each is stored safely before its result is returned."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        tagging: Tagging,
        limits: Limits,
        stopped_imports: StoppedImports,
        batch_size: int = 16,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._limits = limits
        self._stopped_imports = stopped_imports
        self._batch_size = batch_size

    @observed
    def add(
        self,
        sources: Sequence[Source],
        *,
        asked: Sequence[Path] = (),
        allow_duplicates: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        onto: int | None = None,
    ) -> Iterator[ImportResult]:
        """Add the files, yielding one result for each, in order.

        Args:
            sources: the files.
            asked: the files and folders that the user named. What a stopped import of the same ones stored is not
                added again.
            allow_duplicates: add files that are in the wardrobe already.
            cancelled: once it returns True, or the caller stops iterating, nothing more is stored.
            onto: the garment that all photos are added to; by default each becomes a garment.

        Raises:
            NotFound: there is no garment ``onto``.
            InvalidEdit: it is in the trash.
        """
        if onto is not None:
            with self._uow() as uow:
                _require_outside_trash(uow.garments.get(onto))
        if not sources:
            return
        paths = [str(path.absolute()) for path in asked]
        with self._stopped_imports.running(paths, allow_duplicates, len(sources)) as (journal, stored_before):
            force = [allow_duplicates and source.path not in stored_before for source in sources]
            done, known, size = 0, KnownPhotos(), min(FIRST_BATCH, self._batch_size)
            while done < len(sources) and not cancelled():
                with self._uow() as uow:
                    duplicates = known.finder(uow)
                batch = self._read_batch(sources[done : done + size], force[done:], duplicates, cancelled)
                size = min(2 * size, self._batch_size)
                if not cancelled():
                    self._prepare(batch, sources, journal, done)
                    for result in self._store_batch(batch, duplicates, cancelled, onto):
                        done += 1
                        if done == len(sources):
                            journal.end()
                        yield result
            if cancelled():
                journal.end()

    def _read_batch(
        self,
        sources: Sequence[Source],
        force: Sequence[bool],
        duplicates: DuplicateFinder,
        cancelled: Callable[[], bool],
    ) -> list[_Item]:
        """Read at least one file, then as many as possible without keeping people waiting for a result."""
        until = time.monotonic() + PATIENCE_SECONDS
        wanted = len(sources)
        batch = [self._read(sources[0], force[0], duplicates)]
        with _threads() as pool:
            while len(batch) < wanted and not cancelled() and time.monotonic() <= until:
                ahead = range(len(batch), min(len(batch) + WORKERS, wanted))
                batch += pool.map(lambda place: self._read(sources[place], force[place], duplicates), ahead)
        return batch

    def _read(self, source: Source, force: bool, duplicates: DuplicateFinder) -> _Item:
        name = clean_name(source.name)
        if source.trouble:
            return _Item(name, error=f"{name}: {source.trouble}.")
        try:
            if source.size is not None:
                check_size(source.size, name, self._limits)
            data = source.read()
            sha256 = file_hash(data)
            if not force and (found := duplicates.find_file(sha256)):
                return _Item(name, duplicate=found)
            photo = read_photo(data, name, self._limits, sha256)
        except ImageRefused as error:
            return _Item(name, error=str(error))
        except OSError as error:
            return _Item(name, error=f"{name}: the file could not be read: {error.strerror or error}.")
        found = None if force else duplicates.find(photo.sha256, photo.phash)
        return _Item(name, photo, force=force, duplicate=found)

    def _prepare(self, batch: Sequence[_Item], sources: Sequence[Source], journal: Journal, done: int) -> None:
        """Tag the new photos, and write the names of their future files to the journal."""
        new = [item for item in batch if item.photo and not item.duplicate]
        self._tag(new)
        for item in new:
            item.names = self._store.new_names()
        names = [
            (sources[place].path or f"{place} {item.name}", item.names)
            for place, item in enumerate(batch, done)
            if item.names
        ]
        try:
            journal.note(done, names)
        except StorageFailed as error:
            for item in new:
                item.photo, item.error = None, f"{item.name}: not stored. {error}"

    def _tag(self, items: Sequence[_Item]) -> None:
        """Predict tags; photos are stored without tags if that fails."""
        try:
            images = [item.photo.image for item in items if item.photo]
            for item, prediction in zip(items, self._tagging.see(images), strict=True):
                item.prediction = prediction
        except TaggingUnavailable as error:
            reason = str(error)
        except Exception as error:  # a failing model must not cost anybody their photos
            _log.exception("the model failed on a batch of %d pictures", len(items))
            reason = f"the model failed ({type(error).__name__})"
        else:
            return
        for item in items:
            item.untagged = reason

    def _store_batch(
        self, batch: Sequence[_Item], duplicates: DuplicateFinder, cancelled: Callable[[], bool], onto: int | None
    ) -> Iterator[ImportResult]:
        try:
            with _threads() as pool:
                for item in pool.map(self._write_files, batch):  # continues while earlier rows are committed
                    if cancelled():
                        return
                    yield self._finish(item, duplicates, onto)
        finally:
            with suppress(StorageFailed):  # without the database, whoever opens it next clears up
                if names := [item.names for item in batch if item.loose and item.names]:
                    self._stopped_imports.clear(names)

    def _write_files(self, item: _Item) -> _Item:
        """Write files before rows: the journal knows what a kill leaves behind."""
        if item.photo and item.names:
            item.loose = True
            try:
                encoded = self._store.encode(item.photo.image, item.prediction.mask if item.prediction else None)
                self._store.save(encoded, item.names)
            except StorageFailed as error:
                item.error = f"{item.name}: not stored. {error}"
        return item

    def _finish(self, item: _Item, duplicates: DuplicateFinder, onto: int | None) -> ImportResult:
        if item.error:
            return ImportResult(item.name, Outcome.REFUSED, None, item.error)
        try:
            return self._store_or_find(item, duplicates, onto)
        except WardrobeError as error:
            return ImportResult(item.name, Outcome.REFUSED, None, f"{item.name}: not stored. {error}")

    def _store_or_find(self, item: _Item, duplicates: DuplicateFinder, onto: int | None) -> ImportResult:
        photo, found = item.photo, item.duplicate
        if found is None and photo and not item.force:
            # Again: a file of the same batch may have been stored since.
            found = duplicates.find(photo.sha256, photo.phash)
        if found is None and photo and item.names:
            try:
                garment, photo_id = self._store_rows(item, photo, item.names, onto)
            except ImportKeyTaken:
                found = self._stored_meanwhile(photo.sha256)
            else:
                duplicates.learn(KnownPhoto(garment.id, "", photo.sha256, photo.phash))
                return _added(item, garment, photo_id, onto)
        if found is None:
            raise StorageFailed("It has neither a picture nor a garment.")
        with self._uow() as uow:
            return _already(item.name, _present(uow, found.item_id), found.same)

    def _store_rows(self, item: _Item, photo: DecodedPhoto, names: PhotoFiles, onto: int | None) -> tuple[Garment, int]:
        """Store the rows of existing files; returns the garment and the photo's id."""
        with self._uow(writing=True) as uow:
            known = list(uow.garments.known_photos(photo.sha256).values()) if item.force else []
            new = NewPhoto(
                free_key(photo.sha256, known),
                file_name(item.name),
                names.file,
                names.thumbnail,
                *photo.image.size,
                photo.sha256,
                photo.phash,
            )
            if onto is None:
                garment = uow.garments.add(new, item.prediction, datetime.now(UTC))
            else:
                garment = _add_onto(uow, onto, new, item.prediction)
            if label_propagation.refresh(uow, {garment.id}):
                garment = uow.garments.get(garment.id)
            photo_id = uow.photos.of(garment.id)[-1]
            uow.commit()
        item.loose = False
        return garment, photo_id

    def _stored_meanwhile(self, sha256: str) -> Duplicate:
        with self._uow() as uow:
            known = list(uow.garments.known_photos(sha256).values())
        if not known:
            raise StorageFailed("Something else changed in the wardrobe at the same time; please add it again.")
        return Duplicate(known[-1].item_id, "file")


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Start threads for decoding and writing; on exit, pending work is dropped."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _require_outside_trash(garment: Garment) -> None:
    if garment.trashed_at is not None:
        raise InvalidEdit(f"{garment.title} is in the trash. Take it out before adding photos to it.")


def _add_onto(uow: UnitOfWork, item_id: int, photo: NewPhoto, prediction: PhotoPrediction | None) -> Garment:
    """Add a photo to a garment; its ``prediction`` becomes the garment's tags only if it is the first photo."""
    _require_outside_trash(uow.garments.get(item_id))
    photo_id = uow.photos.add(item_id, photo, datetime.now(UTC))
    if prediction is not None:
        uow.garments.set_prediction(item_id, {photo_id: prediction})
    return uow.garments.get(item_id)


def _present(uow: UnitOfWork, item_id: int) -> Garment:
    """The garment, or the first one that it was split into, if it was."""
    garment = uow.garments.get(item_id)
    if garment.trashed_at is None:
        return garment
    pieces = uow.garments.many(uow.photos.cut_from([photo.sha256 for photo in garment.photos]))
    return next((piece for piece in pieces if piece.trashed_at is None), garment)


def _added(item: _Item, garment: Garment, photo_id: int, onto: int | None) -> ImportResult:
    if onto is not None:
        message = f"{item.name}: added to {garment.title} (item {garment.id})"
    elif item.untagged:
        message = f"{item.name}: added, but not tagged. {item.untagged}"
    else:
        message = f"{item.name}: added as {garment.title}{_confidence(garment)}"
    return ImportResult(item.name, Outcome.ADDED, garment, message, untagged=item.untagged, photo_id=photo_id)


def _confidence(garment: Garment) -> str:
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.confidence is None:
        return ""
    if tag.source is TagSource.PROPAGATED:
        return " (copied from your corrections)"
    return f" ({tag.confidence:.0%} sure)" if tag.is_known else " (not sure)"


def _already(name: str, garment: Garment, same: str) -> ImportResult:
    where = " in the trash" if garment.trashed_at else " in the archive" if garment.archived_at else ""
    what = "the same file is" if same == "file" else "the same picture, saved again, is"
    message = f"{name}: {what} already there{where} as {garment.title} (item {garment.id})"
    return ImportResult(name, Outcome.ALREADY, garment, message, same)
