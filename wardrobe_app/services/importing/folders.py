"""Every file in a folder and below, with a reason for each entry that cannot be read."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_CLUTTER: Final = {"thumbs.db", "desktop.ini", "ehthumbs.db", ".ds_store", ".localized"}
_DANGLING: Final = "it is a link to something that is not there"
_Identity = tuple[int, int]  # of a folder, whatever it is called: its device and its number there


class FoundMatch(NamedTuple):
    """A file; or an entry that is none, with the reason why in ``trouble``."""

    path: Path
    trouble: str = ""


class FolderWalk:
    """A walk through a folder and all that is in it, which reads each folder once, however many links lead there.

    Folders come in order of their names, those that links lead to after all others. What is hidden is left out;
    ``hidden`` counts such files and folders, but not what file managers leave behind.
    """

    def __init__(self, folder: Path) -> None:
        self.hidden = 0
        self._top = folder
        self._read: dict[_Identity, Path] = {}
        self._links: deque[Path] = deque()

    def files(self) -> Iterator[FoundMatch]:
        """Every file, and everything that is asked for and cannot be read."""
        yield from self._below(self._top)
        while self._links:
            yield from self._followed(self._links.popleft())

    def _below(self, top: Path) -> Iterator[FoundMatch]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                if known := self._known(folder):
                    yield FoundMatch(folder, f"this folder is read already, as {known}")
                    continue
                with os.scandir(folder) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
            except OSError as error:
                yield FoundMatch(folder, f"the folder could not be read: {error.strerror or error}")
                continue
            inner: list[Path] = []
            for entry in entries:
                if self._is_left_out(entry.name):
                    continue
                if not is_folder(entry.path):
                    yield FoundMatch(Path(entry.path), _DANGLING if _is_dangling(entry) else "")
                else:
                    (self._links if entry.is_symlink() else inner).append(Path(entry.path))
            waiting += reversed(inner)

    def _followed(self, link: Path) -> Iterator[FoundMatch]:
        target = Path(os.path.realpath(link))
        if Path(os.path.realpath(link.parent)).is_relative_to(target):
            yield FoundMatch(link, f"it is a link back to {target}, a folder that it lies in")
        else:
            yield from self._below(link)

    def _known(self, folder: Path) -> Path | None:
        """Where a folder was met before; None the first time."""
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        known = self._read.setdefault(identity, folder)
        return None if known is folder else known

    def _is_left_out(self, name: str) -> bool:
        if name.lower() in _CLUTTER or name.startswith("._"):
            return True
        self.hidden += name.startswith(".")
        return name.startswith(".")


def is_folder(path: str | Path) -> bool:
    """Whether a folder is there; not where a folder above it keeps that from being seen."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises then


def _is_dangling(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and not os.path.exists(entry.path)  # noqa: PTH110 - as above
