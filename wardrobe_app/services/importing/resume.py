"""Clean up after stopped imports, and find those that can be resumed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import Units
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.importing.journal import Journal, JournalEntry, Journals
from wardrobe_app.services.storage.photo_store import PhotoStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoppedImport:
    """A stopped import: of ``total`` files ``done`` were processed and ``stored`` are in the wardrobe.

    ``paths`` are the requested files and folders; none for an upload, which cannot be resumed.
    """

    key: str
    paths: tuple[str, ...]
    allow_duplicates: bool
    done: int
    stored: int
    total: int
    began: datetime


class StoppedImports:
    """Runs imports under a journal, and lists those that were stopped."""

    def __init__(self, journals: Journals, uow_factory: Units, store: PhotoStore) -> None:
        self._journals = journals
        self._uow = uow_factory
        self._store = store

    @contextmanager
    def running(self, paths: Sequence[str], allow_duplicates: bool, total: int) -> Iterator[tuple[Journal, set[str]]]:
        """Open a journal for an import; yields it with the sources that an earlier run of the same import stored.

        The journal stays, so that the import can be resumed, unless it is ended.
        """
        with self._journals.running(paths, allow_duplicates, total) as journal:
            yield journal, self._cleared(journal.before) if journal.before else set()

    def left(self) -> list[StoppedImport]:
        """Return every stopped import, oldest first, after deleting files it did not get to store.

        Raises:
            StorageFailed: the database did not answer.
        """
        found = [_stopped(entry, len(self._cleared(entry))) for entry in self._journals.stopped()]
        for one in found:
            if one.stored >= one.total:  # stopped after its last file
                self.forget(one.key)
        return [one for one in found if one.stored < one.total]

    def forget(self, key: str) -> None:
        """Discard a stopped import; what it stored stays."""
        self._journals.forget(key)

    def names(self) -> set[str]:
        """Return the names of photos that an import may be writing right now."""
        return self._journals.names()

    def clear(self, names: Iterable[PhotoFiles]) -> set[str]:
        """Delete the files of photos that were not stored; returns the names of those that were.

        Raises:
            StorageFailed: the database did not answer; nothing was deleted.
        """
        wanted = list(names)
        with self._uow() as uow:
            stored = uow.inventory.stored({files.file for files in wanted})
        for files in wanted:
            if files.file not in stored:
                try:
                    self._store.discard(files)
                except OSError:
                    _log.warning("what is left of %s cannot be deleted now", files.file)
        return stored

    def _cleared(self, entry: JournalEntry) -> set[str]:
        stored = self.clear(files for _, files in entry.names)
        return {source for source, files in entry.names if files.file in stored}


def _stopped(entry: JournalEntry, stored: int) -> StoppedImport:
    done = min(entry.total, max(entry.done, stored))
    return StoppedImport(entry.key, entry.paths, entry.allow_duplicates, done, stored, entry.total, entry.began)
