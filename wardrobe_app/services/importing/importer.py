"""From files to garments: read, tell duplicates, tag in batches, store one by one."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import count
from pathlib import Path

from db.unit_of_work import ImportKeyTaken, UnitOfWork, Units
from wardrobe_app.domain.errors import ImageRefused, InvalidEdit, StorageFailed, TaggingUnavailable, WardrobeError
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource
from wardrobe_app.domain.garments.photos import KnownPhoto, NewPhoto, PhotoFiles, PhotoPrediction
from wardrobe_app.services.importing.decoding import DecodedPhoto, Limits, check_size, file_hash, read_photo
from wardrobe_app.services.importing.duplicates import DuplicateFinder, FoundMatch, KnownPhotos
from wardrobe_app.services.importing.journal import Journal
from wardrobe_app.services.importing.resume import Unfinished
from wardrobe_app.services.importing.sources import (
    FolderContents,
    Source,
    clean_name,
    contents_of,
    file_name,
    source_from_bytes,
    source_from_path,
    sources_in,
    sources_of,
)
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predictions import Tagging

PATIENCE_SECONDS = 1.5
"""A batch is tagged and stored, full or not, when reading it took this long: a large HEIC file takes a second."""

WORKERS = min(4, os.cpu_count() or 1)
"""Files that are decoded, or encoded and written, at once; not more, for the memory that large ones take."""

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
    ``photo_id`` is the photo that was stored; None where none was.
    """

    name: str
    outcome: Outcome
    garment: Garment | None
    message: str
    same: str | None = None
    untagged: str = ""
    photo_id: int | None = None


@dataclass(slots=True)
class _Entry:
    """A file on its way: refused (``error``), ``known`` already, or decoded, then perhaps ``seen`` by the model.

    One that is to be stored has ``names`` for its files, and goes ``onto`` a garment or makes a new one; with
    ``insist`` it is stored though it is there already. It is ``loose`` while its files are there, or being written, and
    its rows are not.
    """

    name: str
    photo: DecodedPhoto | None = None
    error: str = ""
    force: bool = False
    known: FoundMatch | None = None
    names: PhotoFiles | None = None
    seen: PhotoPrediction | None = None
    loose: bool = False
    untagged: str = ""
    onto: int | None = None


class Importer:
    """Adds photos to the wardrobe; every stored one is safe by the time its result is handed out."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        tagging: Tagging,
        limits: Limits,
        unfinished: Unfinished,
        batch_size: int = 16,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._limits = limits
        self._unfinished = unfinished
        self._batch_size = batch_size

    def add(
        self,
        sources: Sequence[Source],
        *,
        asked: Sequence[Path] = (),
        allow_duplicates: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        onto: int | None = None,
    ) -> Iterator[ImportResult]:
        """Add the files, giving one result for each, in order, as it happens.

        Every garment is committed before its result is given. Once ``cancelled`` says so, or the caller stops asking,
        nothing more is stored. With ``add_anyway`` a file that is already there is added again; what an earlier go at
        the same import, of the files and folders that were ``asked`` for, stored before it was stopped is not.
        ``onto`` is the garment that all of them are photos of; without it each becomes a garment.

        Raises:
            NotFound: there is no garment ``onto`` which they could go.
            InvalidEdit: it is in the trash.
        """
        if onto is not None:
            with self._uow() as uow:
                _require_outside_trash(uow.garments.get(onto))
        if not sources:
            return
        paths = [str(path.absolute()) for path in asked]
        with self._unfinished.running(paths, allow_duplicates, len(sources)) as (journal, before):
            force = [allow_duplicates and source.path not in before for source in sources]
            done, known = 0, KnownPhotos()
            while done < len(sources) and not cancelled():
                with self._uow() as uow:
                    duplicates = known.finder(uow)
                for result in self._add_batch(sources[done:], force[done:], duplicates, journal, done, cancelled, onto):
                    done += 1
                    if done == len(sources):
                        journal.end()
                    yield result
            if cancelled():
                journal.end()

    def contents_of(self, folder: Path) -> FolderContents:
        """The files to add of a folder; as ``sources.contents_of``."""
        return contents_of(folder)

    def sources_in(self, folder: Path) -> list[Source]:
        """The files to add of a folder; as ``sources.sources_in``."""
        return sources_in(folder)

    def sources_of(self, paths: Sequence[Path]) -> list[Source]:
        """The files to add of files and folders; as ``sources.sources_of``."""
        return sources_of(paths)

    def _add_batch(
        self,
        sources: Sequence[Source],
        force: Sequence[bool],
        duplicates: DuplicateFinder,
        journal: Journal,
        done: int,
        cancelled: Callable[[], bool],
        onto: int | None,
    ) -> Iterator[ImportResult]:
        batch = self._read_batch(sources, force, duplicates, cancelled)
        for entry in batch:
            entry.onto = onto
        if cancelled():
            return
        wanted = [entry for entry in batch if entry.photo and not entry.known]
        self._tag(wanted)
        self._name(wanted, zip(sources, batch, strict=False), journal, done)
        try:
            with _threads() as pool:
                for entry in pool.map(self._save, batch):  # goes on while the rows of earlier ones are committed
                    if cancelled():
                        return
                    yield self._finish(entry, duplicates)
        finally:
            self._clear([entry for entry in batch if entry.loose])

    def _read_batch(
        self,
        sources: Sequence[Source],
        force: Sequence[bool],
        duplicates: DuplicateFinder,
        cancelled: Callable[[], bool],
    ) -> list[_Entry]:
        """At least one file, then as many as can be read without keeping people waiting for a result."""
        until = time.monotonic() + PATIENCE_SECONDS
        read = partial(self._read, duplicates=duplicates)
        wanted = min(len(sources), self._batch_size)
        batch = [read(sources[0], force=force[0])]
        with _threads() as pool:
            while len(batch) < wanted and not cancelled() and time.monotonic() <= until:
                ahead = slice(len(batch), min(len(batch) + WORKERS, wanted))
                batch += pool.map(lambda source, insisted: read(source, force=insisted), sources[ahead], force[ahead])
        return batch

    def _read(self, source: Source, duplicates: DuplicateFinder, force: bool) -> _Entry:
        name = clean_name(source.name)
        if source.trouble:
            return _Entry(name, error=f"{name}: {source.trouble}.")
        try:
            if source.size is not None:
                check_size(source.size, name, self._limits)
            data = source.read()
            sha256 = file_hash(data)
            if not force and (found := duplicates.find_file(sha256)):
                return _Entry(name, known=found)  # its picture was looked at when it came
            photo = read_photo(data, name, self._limits, sha256)
        except ImageRefused as error:
            return _Entry(name, error=str(error))
        except OSError as error:
            return _Entry(name, error=f"{name}: the file could not be read: {error.strerror or error}.")
        known = None if force else duplicates.find(photo.sha256, photo.phash)
        return _Entry(name, photo, force=force, known=known)

    def _name(
        self, wanted: Sequence[_Entry], read: Iterable[tuple[Source, _Entry]], journal: Journal, done: int
    ) -> None:
        """Note down under which names the files of photos will be, before any is written."""
        for entry in wanted:
            entry.names = self._store.new_names()
        names = [
            (source.path or f"{at} {entry.name}", entry.names)
            for at, (source, entry) in enumerate(read, done)
            if entry.names
        ]
        try:
            journal.note(done, names)
        except StorageFailed as error:
            for entry in wanted:
                entry.photo, entry.error = None, f"{entry.name}: not stored. {error}"

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

    def _save(self, entry: _Entry) -> _Entry:
        """Files first, rows after: what a kill leaves of it the journal knows."""
        if entry.photo and entry.names:
            entry.loose = True
            try:
                encoded = self._store.encode(entry.photo.image, entry.seen.mask if entry.seen else None)
                self._store.save(encoded, entry.names)
            except StorageFailed as error:
                entry.error = f"{entry.name}: not stored. {error}"
        return entry

    def _clear(self, entries: Sequence[_Entry]) -> None:
        """Delete the files of photos that were not stored after all."""
        with suppress(StorageFailed):  # then the database does not answer, and whoever opens it next clears up
            if names := [entry.names for entry in entries if entry.names]:
                self._unfinished.clear(names)

    def _finish(self, entry: _Entry, duplicates: DuplicateFinder) -> ImportResult:
        if entry.error:
            return ImportResult(entry.name, Outcome.REFUSED, None, entry.error)
        try:
            return self._store_or_find(entry, duplicates)
        except WardrobeError as error:
            return ImportResult(entry.name, Outcome.REFUSED, None, f"{entry.name}: not stored. {error}")

    def _store_or_find(self, entry: _Entry, duplicates: DuplicateFinder) -> ImportResult:
        photo, names, found = entry.photo, entry.names, entry.known
        if found is None and photo and not entry.force:
            # Asked again: a file of the same batch may have been stored since.
            found = duplicates.find(photo.sha256, photo.phash)
        if found is None and photo and names:
            try:
                garment, photo_id = self._put(entry, photo, names)
            except ImportKeyTaken:
                found = self._stored_meanwhile(photo.sha256)
            else:
                duplicates.learn(KnownPhoto(garment.id, "", photo.sha256, photo.phash))
                return _added(entry, garment, photo_id)
        if found is None:
            raise StorageFailed("It has neither a picture nor a garment.")
        with self._uow() as uow:
            return _already(entry.name, uow.garments.get(found.item_id), found.same)

    def _put(self, entry: _Entry, photo: DecodedPhoto, names: PhotoFiles) -> tuple[Garment, int]:
        """Rows for files that are there: the garment that has the photo, and the photo's id."""
        with self._uow(writing=True) as uow:
            known = list(uow.garments.known_photos(photo.sha256).values()) if entry.force else []
            new = NewPhoto(
                _free_key(photo.sha256, known),
                file_name(entry.name),
                names.file,
                names.thumbnail,
                *photo.image.size,
                photo.sha256,
                photo.phash,
            )
            if entry.onto is None:
                garment = uow.garments.add(new, entry.seen, datetime.now(UTC))
            else:
                garment = _add_onto(uow, entry.onto, new, entry.seen)
            if label_propagation.refresh(uow, {garment.id}):
                garment = uow.garments.get(garment.id)
            photo_id = uow.photos.of(garment.id)[-1]
            uow.commit()
        entry.loose = False
        return garment, photo_id

    def _stored_meanwhile(self, sha256: str) -> FoundMatch:
        with self._uow() as uow:
            known = list(uow.garments.known_photos(sha256).values())
        if not known:
            raise StorageFailed("Something else was changed in the wardrobe at the same time; please add it again.")
        return FoundMatch(known[-1].item_id, "file")


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for decoding and writing, which leave Python's lock to others; at the end nothing more is begun."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _require_outside_trash(garment: Garment) -> None:
    if garment.trashed_at is not None:
        raise InvalidEdit(f"{garment.title} is in the trash. Take it out before adding photos to it.")


def _add_onto(uow: UnitOfWork, item_id: int, photo: NewPhoto, seen: PhotoPrediction | None) -> Garment:
    """Store a photo behind those of a garment; what was ``seen`` makes its tags only where it is the first one."""
    _require_outside_trash(uow.garments.get(item_id))
    photo_id = uow.photos.add(item_id, photo, datetime.now(UTC))
    if seen is not None:
        uow.garments.set_prediction(item_id, {photo_id: seen})
    return uow.garments.get(item_id)


def _free_key(sha256: str, known: Sequence[KnownPhoto]) -> str:
    taken = {photo.import_key for photo in known}
    keys = (sha256 if number == 1 else f"{sha256}#{number}" for number in count(1))
    return next(key for key in keys if key not in taken)


def _added(entry: _Entry, garment: Garment, photo_id: int) -> ImportResult:
    if entry.onto is not None:
        message = f"{entry.name}: added to {garment.title} (item {garment.id})"
    elif entry.untagged:
        message = f"{entry.name}: added, but not tagged. {entry.untagged}"
    else:
        message = f"{entry.name}: added as {garment.title}{_confidence(garment)}"
    return ImportResult(entry.name, Outcome.ADDED, garment, message, untagged=entry.untagged, photo_id=photo_id)


def _confidence(garment: Garment) -> str:
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.confidence is None:
        return ""
    if tag.source is TagSource.PROPAGATED:
        return " (followed from your corrections)"
    return f" ({tag.confidence:.0%} sure)" if tag.is_known else " (not sure)"


def _already(name: str, garment: Garment, same: str) -> ImportResult:
    where = " in the trash" if garment.trashed_at else " in the archive" if garment.archived_at else ""
    what = "the same file is" if same == "file" else "the same picture, saved again, is"
    message = f"{name}: {what} already there{where} as {garment.title} (item {garment.id})"
    return ImportResult(name, Outcome.ALREADY, garment, message, same)
