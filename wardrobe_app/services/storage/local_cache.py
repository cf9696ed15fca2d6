"""Copies on this computer of files that are kept elsewhere: bounded, and gone after a while."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from wardrobe_app.services.storage.atomic_files import replace_file

MOST_BYTES: Final = 512 * 1024 * 1024
MOST_SECONDS: Final = 24 * 60 * 60  # what was deleted on another computer does not stay on this one for long
_SWEEPS: Final = 16  # new copies may take this part of the room before old ones are looked for


class LocalCache:
    """A folder of copies that anybody may empty at any time. The oldest go first."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS) -> None:
        """They take about ``most_bytes`` at most, and are used for ``most_seconds``."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds
        self._new_bytes = most_bytes  # so that the first new copy sweeps what an earlier start left behind

    def find(self, name: str) -> Path | None:
        """The copy of a file, if there is one that may still be used."""
        path = self._folder / name
        with suppress(OSError):
            if time.time() - path.stat().st_mtime <= self._most_seconds:
                return path
        return None

    def keep(self, name: str, data: bytes) -> Path:
        """Make a copy.

        Raises:
            OSError: it cannot be written.
        """
        self._new_bytes += len(data)
        if self._new_bytes * _SWEEPS > self._most_bytes:
            self._sweep(self._most_bytes - len(data))
            self._new_bytes = 0
        replace_file(self._folder / name, data)
        return self._folder / name

    def forget(self, name: str) -> None:
        """Remove the copy of a file, if there is one."""
        (self._folder / name).unlink(missing_ok=True)

    def _sweep(self, room: int) -> None:
        oldest_allowed = time.time() - self._most_seconds
        for moment, size, path in sorted(self._all(), reverse=True):
            room -= size
            if room < 0 or moment < oldest_allowed:
                with suppress(OSError):  # another process was faster, or shows it right now
                    path.unlink()

    def _all(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.rglob("*"):
            with suppress(OSError):
                if path.is_file():
                    status = path.stat()
                    found.append((status.st_mtime, status.st_size, path))
        return found
