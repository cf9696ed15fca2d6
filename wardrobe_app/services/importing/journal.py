"""What an import is about to store, written down before it does: so that a kill leaves nothing that nobody knows of.

Each running import has a file of its own, one JSON object a line, and a lock that ends with its process. A line that
was cut off in the middle does not count: what it would have told was not begun.
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
class Entry:
    """What a journal tells: what was asked for, how many files were done at most, and the names that files were given.

    ``paths`` are the files and folders of this computer, none for an upload. ``names`` are pairs: a source, and the
    names of the photo that it becomes if it is stored.
    """

    key: str
    paths: tuple[str, ...]
    allow_duplicates: bool
    total: int
    began: datetime
    done: int = 0
    names: tuple[tuple[str, PhotoFiles], ...] = ()


class Journal:
    """The file of one running import; ``before`` is what it told when this import took it up."""

    def __init__(self, file: Path, asked: Mapping[str, Any], before: Entry | None) -> None:
        self.before = before
        self._file = file
        self._asked = asked
        self._begun = False

    def begin(self) -> None:
        """Write down what is asked for.

        Raises:
            StorageFailed: it cannot be written down.
        """
        if not self._begun:
            self._append({"asked": self._asked})
            self._begun = True

    def note(self, done: int, names: Sequence[tuple[str, PhotoFiles]]) -> None:
        """So many files are done, and files of these names, each after its source, will be written from now on.

        Raises:
            StorageFailed: it cannot be written down; nothing must be written under these names.
        """
        self.begin()
        given = [[source, files.file, files.thumbnail] for source, files in names]
        self._append({"done": done, "names": given})

    def end(self) -> None:
        """The import is over: there is nothing to take up."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            new = not self._file.exists()
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as file:
                # After a line that was cut off, an empty one: whatever follows it begins a line of its own.
                file.write(b"\n" + json.dumps(line).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                sync_folder(self._file.parent)
        except OSError as error:
            raise StorageFailed(f"The data folder cannot be written: {error.strerror or error}.") from error


class Journals:
    """The journals in a folder; those whose process is gone, or whose import failed, can be taken up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def running(self, paths: Sequence[str], allow_duplicates: bool, total: int) -> Iterator[Journal]:
        """A journal for an import; one that was left by the same ``paths`` is taken up. It stays unless it is ended."""
        asked = {
            "paths": list(paths),
            "add_anyway": allow_duplicates,
            "total": total,
            "began": datetime.now(UTC).isoformat(),
        }
        with self._taken(paths, allow_duplicates) as (key, before):
            journal = Journal(self._path(key), asked, before)
            with suppress(StorageFailed):  # tried again, and told, when there is something to store
                journal.begin()
            yield journal

    def stopped(self) -> Generator[Entry, None, None]:
        """What each import that is not running any more left, the oldest first; locked while it is looked at."""
        for key in self._keys():
            with self._locked(key) as mine:
                if mine and (entry := self._read(key)):
                    yield entry
                elif mine:
                    self._drop(key)  # cut off in its first line: nothing was begun
        self._sweep()

    def forget(self, key: str) -> None:
        """Nothing is to be taken up any more of an import that was stopped; one that runs again is left alone."""
        with self._locked(key) as mine:
            if mine:
                self._drop(key)

    def names(self) -> set[str]:
        """The names of photos that any import, running or not, may have written and not yet stored."""
        entries = [self._read(key) for key in self._keys()]
        return {files.file for entry in entries if entry for _, files in entry.names}

    @contextmanager
    def _taken(self, paths: Sequence[str], allow_duplicates: bool) -> Iterator[tuple[str, Entry | None]]:
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
        # Of all threads: a generator may be closed by another one than that which began it.
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
        """Delete locks without a journal; not young ones, whose import may be about to begin its journal."""
        with suppress(OSError):
            for lock in self._folder.glob("*.lock"):
                if time.time() - lock.stat().st_mtime > OLD_SECONDS and not self._path(lock.stem).exists():
                    lock.unlink(missing_ok=True)

    def _read(self, key: str) -> Entry | None:
        try:
            text = self._path(key).read_text(encoding="utf-8", errors="replace")
            return _entry(key, [_told(line) for line in text.splitlines()])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _lock_path(self, key: str) -> Path:
        return self._folder / f"{key}.lock"


def _told(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _entry(key: str, lines: Sequence[Mapping[str, Any]]) -> Entry | None:
    asked = next((line["asked"] for line in reversed(lines) if "asked" in line), None)
    if asked is None:
        return None
    return Entry(
        key,
        tuple(asked["paths"]),
        asked["add_anyway"],
        asked["total"],
        datetime.fromisoformat(asked["began"]),
        max((line.get("done", 0) for line in lines), default=0),
        tuple((source, PhotoFiles(*files)) for line in lines for source, *files in line.get("names", ())),
    )
