"""List every file in a folder and below, with a reason for each unreadable entry."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_CLUTTER: Final = {"thumbs.db", "desktop.ini", "ehthumbs.db", ".ds_store", ".localized"}
_DANGLING: Final = "it is a link to something that is not there"
_FolderId = tuple[int, int]  # of a folder, whatever it is called: its device and its number there


class FolderEntry(NamedTuple):
    """A file; or another entry with the ``problem`` that makes it none."""

    path: Path
    problem: str = ""


class FolderWalk:
    """A walk through a folder and everything below it; each folder is read once, however many links lead to it.

    Folders come in alphabetical order, linked ones last. Hidden entries are skipped and counted in ``hidden``, except
    the clutter of file managers.
    """

    def __init__(self, folder: Path) -> None:
        self.hidden = 0
        self._top = folder
        self._read: dict[_FolderId, Path] = {}
        self._links: deque[Path] = deque()

    def files(self) -> Iterator[FolderEntry]:
        """Yield every file and every unreadable entry."""
        yield from self._below(self._top)
        while self._links:
            yield from self._below_link(self._links.popleft())

    def _below(self, top: Path) -> Iterator[FolderEntry]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                if known := self._known(folder):
                    yield FolderEntry(folder, f"this folder is read already, as {known}")
                    continue
                with os.scandir(folder) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
            except OSError as error:
                yield FolderEntry(folder, f"the folder could not be read: {error.strerror or error}")
                continue
            inner: list[Path] = []
            for entry in entries:
                if self._is_left_out(entry.name):
                    continue
                if not is_folder(entry.path):
                    yield FolderEntry(Path(entry.path), _DANGLING if _is_dangling(entry) else "")
                else:
                    (self._links if entry.is_symlink() else inner).append(Path(entry.path))
            waiting += reversed(inner)

    def _below_link(self, link: Path) -> Iterator[FolderEntry]:
        target = Path(os.path.realpath(link))
        if Path(os.path.realpath(link.parent)).is_relative_to(target):
            yield FolderEntry(link, f"it is a link back to {target}, a folder that it lies in")
        else:
            yield from self._below(link)

    def _known(self, folder: Path) -> Path | None:
        """Return where a folder was met before; None the first time."""
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        known = self._read.setdefault(identity, folder)
        return None if known is folder else known

    def _is_left_out(self, name: str) -> bool:
        if is_clutter(name):
            return True
        self.hidden += name.startswith(".")
        return name.startswith(".")


def is_clutter(name: str) -> bool:
    """Return whether a file manager left a file of this name."""
    return name.lower() in _CLUTTER or name.startswith("._")


def is_folder(path: str | Path) -> bool:
    """Return whether a folder exists; False if a folder above cannot be read."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises then


def _is_dangling(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and not os.path.exists(entry.path)  # noqa: PTH110 - as above
