"""Cache remote files on this computer, limited in size and age."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from wardrobe_app.services.storage.atomic_files import replace_file

MAX_BYTES: Final = 512 * 1024 * 1024
MAX_AGE_S: Final = 24 * 60 * 60  # files deleted on another computer soon go from this one too
_SWEEP_FRACTION: Final = 16  # of the limit may be new copies before old ones are deleted


class LocalCache:
    """A folder of copies that may be emptied at any time. The oldest are deleted first."""

    def __init__(self, folder: Path, *, most_bytes: int = MAX_BYTES, most_seconds: float = MAX_AGE_S) -> None:
        """Limit the copies to about ``most_bytes``, each used for ``most_seconds``."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds
        self._new_bytes = most_bytes  # so that the first new copy sweeps what an earlier start left behind

    def find(self, name: str) -> Path | None:
        """Return the copy of a file, if there is a usable one."""
        path = self._folder / name
        with suppress(OSError):
            if time.time() - path.stat().st_mtime <= self._most_seconds:
                return path
        return None

    def keep(self, name: str, data: bytes) -> Path:
        """Store a copy.

        Raises:
            OSError: it cannot be written.
        """
        self._new_bytes += len(data)
        if self._new_bytes * _SWEEP_FRACTION > self._most_bytes:
            self._sweep(self._most_bytes - len(data))
            self._new_bytes = 0
        replace_file(self._folder / name, data)
        return self._folder / name

    def forget(self, name: str) -> None:
        """Delete the copy of a file, if there is one."""
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
