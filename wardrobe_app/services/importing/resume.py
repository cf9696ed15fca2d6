"""Imports that were cut off: what they left lying about is cleared away, and the rest of them can be taken up."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import Units
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.importing.journal import Entry, Journal, Journals
from wardrobe_app.services.storage.photo_store import PhotoStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoppedImport:
    """An import that did not get to its end: of ``total`` files ``done`` were looked at and ``stored`` are kept.

    ``paths`` are the files and folders that were asked for; there are none for an upload, which cannot be taken up.
    """

    key: str
    paths: tuple[str, ...]
    allow_duplicates: bool
    done: int
    stored: int
    total: int
    began: datetime


class Unfinished:
    """Runs imports under a journal, and tells of those that were stopped."""

    def __init__(self, journals: Journals, uow_factory: Units, store: PhotoStore) -> None:
        self._journals = journals
        self._uow = uow_factory
        self._store = store

    @contextmanager
    def running(self, paths: Sequence[str], allow_duplicates: bool, total: int) -> Iterator[tuple[Journal, set[str]]]:
        """A journal for an import, and the sources that an earlier go at the very same import stored already.

        The journal stays, so that the import can be taken up, unless it is ended.
        """
        with self._journals.running(paths, allow_duplicates, total) as journal:
            yield journal, self._cleared(journal.before) if journal.before else set()

    def left(self) -> list[StoppedImport]:
        """Every import that was stopped, the oldest first; nothing that it did not get to store is left behind.

        Raises:
            StorageFailed: the database did not answer.
        """
        found = [_stopped(entry, len(self._cleared(entry))) for entry in self._journals.stopped()]
        for one in found:
            if one.stored == one.total:  # cut off after its last file
                self.forget(one.key)
        return [one for one in found if one.stored < one.total]

    def forget(self, key: str) -> None:
        """Do not tell of a stopped import any more; what it stored stays."""
        self._journals.forget(key)

    def names(self) -> set[str]:
        """The names of photos that an import may be writing just now."""
        return self._journals.names()

    def clear(self, names: Iterable[PhotoFiles]) -> set[str]:
        """Delete the files of photos that were not stored after all; the names of those that were.

        Only for names whose writer has stopped. It is the database that knows: a commit may have come through although
        the program was stopped in it.

        Raises:
            StorageFailed: the database did not answer; then nothing was deleted.
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

    def _cleared(self, entry: Entry) -> set[str]:
        stored = self.clear(files for _, files in entry.names)
        return {source for source, files in entry.names if files.file in stored}


def _stopped(entry: Entry, stored: int) -> StoppedImport:
    done = min(entry.total, max(entry.done, stored))
    return StoppedImport(entry.key, entry.paths, entry.allow_duplicates, done, stored, entry.total, entry.began)
