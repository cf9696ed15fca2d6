"""Write down what an import is about to store, so that a kill leaves nothing unknown behind.

Each running import has a file with one JSON object per line, and a lock that ends with its process. A truncated line is
ignored: what it announced had not begun.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.storage.atomic_files import OLD_SECONDS, sync_folder

_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """The content of a journal: the request, the most files done, and the names assigned to files.

    ``paths`` are files and folders on this computer, none for an upload. ``names`` are pairs of a source and the names
    of its future photo.
    """

    key: str
    paths: tuple[str, ...]
    allow_duplicates: bool
    total: int
    began: datetime
    done: int = 0
    names: tuple[tuple[str, PhotoFiles], ...] = ()


class Journal:
    """The file of one running import; ``before`` is its content when this import resumed it."""

    def __init__(self, file: Path, asked: Mapping[str, Any], before: JournalEntry | None) -> None:
        self.before = before
        self._file = file
        self._asked = asked
        self._begun = False

    def begin(self) -> None:
        """Write down the request.

        Raises:
            StorageFailed: it cannot be written.
        """
        if not self._begun:
            self._append({"asked": self._asked})
            self._begun = True

    def note(self, done: int, names: Sequence[tuple[str, PhotoFiles]]) -> None:
        """Write down how many files are done, and the names about to be written, each after its source.

        Raises:
            StorageFailed: it cannot be written; nothing must be stored under these names.
        """
        self.begin()
        given = [[source, files.file, files.thumbnail] for source, files in names]
        self._append({"done": done, "names": given})

    def end(self) -> None:
        """End the import: there is nothing to resume."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            new = not self._file.exists()
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as file:
                # The blank line separates it from a truncated line.
                file.write(b"\n" + json.dumps(line).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                sync_folder(self._file.parent)
        except OSError as error:
            raise StorageFailed(f"The data folder cannot be written: {error.strerror or error}.") from error


class Journals:
    """The journals in a folder; those whose process ended, or whose import failed, can be resumed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def running(self, paths: Sequence[str], allow_duplicates: bool, total: int) -> Iterator[Journal]:
        """Open a journal for an import, resuming one that the same ``paths`` left. It stays unless it is ended."""
        asked = {
            "paths": list(paths),
            "add_anyway": allow_duplicates,
            "total": total,
            "began": datetime.now(UTC).isoformat(),
        }
        with self._taken(paths, allow_duplicates) as (key, before):
            journal = Journal(self._path(key), asked, before)
            with suppress(StorageFailed):  # tried again, and reported, when there is something to store
                journal.begin()
            yield journal

    def stopped(self) -> Generator[JournalEntry, None, None]:
        """Yield what each stopped import left, oldest first, locked while it is looked at."""
        for key in self._keys():
            with self._locked(key) as mine:
                if mine and (entry := self._read(key)):
                    yield entry
                elif mine:
                    self._drop(key)  # truncated in its first line: nothing had begun
        self._sweep()

    def forget(self, key: str) -> None:
        """Discard the journal of a stopped import; one that runs again is left alone."""
        with self._locked(key) as mine:
            if mine:
                self._drop(key)

    def names(self) -> set[str]:
        """Return the names of photos that any import may have written and not yet stored."""
        entries = [self._read(key) for key in self._keys()]
        return {files.file for entry in entries if entry for _, files in entry.names}

    @contextmanager
    def _taken(self, paths: Sequence[str], allow_duplicates: bool) -> Iterator[tuple[str, JournalEntry | None]]:
        with closing(self.stopped()) as stopped:
            for entry in stopped if paths else ():
                if (list(entry.paths), entry.allow_duplicates) == (list(paths), allow_duplicates):
                    yield entry.key, entry
                    return
        key = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
        with self._locked(key):
            yield key, None

    @contextmanager
    def _locked(self, key: str) -> Iterator[bool]:
        # Not tied to a thread: another one may close the generator.
        lock = FileLock(self._lock_path(key), thread_local=False)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
            if not self._path(key).exists():
                with suppress(OSError):
                    self._lock_path(key).unlink(missing_ok=True)

    def _drop(self, key: str) -> None:
        with suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _keys(self) -> list[str]:
        try:
            return sorted(path.stem for path in self._folder.glob(f"*{_SUFFIX}"))
        except OSError:
            return []

    def _sweep(self) -> None:
        """Delete locks without a journal, except recent ones, whose import may be starting."""
        with suppress(OSError):
            for lock in self._folder.glob("*.lock"):
                if time.time() - lock.stat().st_mtime > OLD_SECONDS and not self._path(lock.stem).exists():
                    lock.unlink(missing_ok=True)

    def _read(self, key: str) -> JournalEntry | None:
        try:
            text = self._path(key).read_text(encoding="utf-8", errors="replace")
            return _entry(key, [_parsed(line) for line in text.splitlines()])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _lock_path(self, key: str) -> Path:
        return self._folder / f"{key}.lock"


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _entry(key: str, lines: Sequence[Mapping[str, Any]]) -> JournalEntry | None:
    asked = next((line["asked"] for line in reversed(lines) if "asked" in line), None)
    if asked is None:
        return None
    return JournalEntry(
        key,
        tuple(asked["paths"]),
        asked["add_anyway"],
        asked["total"],
        datetime.fromisoformat(asked["began"]),
        max((line.get("done", 0) for line in lines), default=0),
        tuple((source, PhotoFiles(*files)) for line in lines for source, *files in line.get("names", ())),
    )
