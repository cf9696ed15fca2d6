"""Files by name, in a folder or in any store that fsspec reaches."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import fsspec
from fsspec.implementations.dirfs import DirFileSystem

from wardrobe_app.services.files import PART, replace_file


class Blobs:
    """Whole files under names such as ``ab/abcd.jpg``.

    Every method raises ``OSError`` where the store cannot be used, ``FileNotFoundError`` where there is no such file.
    """

    def __init__(self, place: str | Path, copies: Path | None = None) -> None:
        """``place`` is a folder or an fsspec URL (``s3://bucket/folder``); ``copies`` is where files from afar are kept
        to be shown, which only a URL needs.
        """
        filesystem, root = fsspec.url_to_fs(str(place))
        self._filesystem = DirFileSystem(root, filesystem)
        self._folder = Path(root) if "file" in _protocols(filesystem) else None
        self._copies = copies

    @property
    def folder(self) -> Path | None:
        """The folder of this computer that it is, if it is one."""
        return self._folder

    def write(self, name: str, data: bytes) -> None:
        """Put a file in place, whole or not at all; an earlier one is replaced."""
        if self._folder:
            replace_file(self._folder / name, data)
        else:
            self._filesystem.makedirs(posixpath.dirname(name), exist_ok=True)
            self._filesystem.pipe_file(name, data)  # stores of objects put them whole
        self._forget_copy(name)

    def read(self, name: str) -> bytes:
        """What is in a file."""
        found: bytes = self._filesystem.cat_file(name)
        return found

    def remove(self, name: str) -> None:
        """Delete a file; no matter if it is gone already."""
        self._forget_copy(name)
        if self._folder:
            (self._folder / name).unlink(missing_ok=True)
            return
        with suppress(FileNotFoundError):
            self._filesystem.rm_file(name)

    def discard(self, name: str) -> None:
        """Delete a file, and what a program that was killed left of writing it."""
        self.remove(name)
        if self._folder:
            file = self._folder / name
            for part in file.parent.glob(f".{file.name}.*{PART}"):
                part.unlink(missing_ok=True)

    def age(self, name: str) -> float:
        """Seconds since a file was written; 0 where the store does not tell."""
        with suppress(NotImplementedError, TypeError):
            written: datetime = self._filesystem.modified(name)
            moment = written if written.tzinfo else written.replace(tzinfo=UTC)
            return (datetime.now(UTC) - moment).total_seconds()
        return 0.0

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self._filesystem.isfile(name))

    def names(self) -> Iterator[str]:
        """Every file, in no order; unfinished ones, which a power cut leaves behind, among them (``files.is_part``)."""
        for folder, _, files in self._filesystem.walk(""):
            yield from (posixpath.join(folder, name).lstrip("/") for name in files)

    def path(self, name: str) -> Path:
        """Where the file can be read by this computer; one from afar is fetched once."""
        if self._folder:
            return self._folder / name
        if self._copies is None:
            raise OSError(f"there is no place for a copy of {name}")
        copy = self._copies / name
        if not copy.exists():
            replace_file(copy, self.read(name))
        return copy

    def _forget_copy(self, name: str) -> None:
        if self._copies is not None and not self._folder:
            (self._copies / name).unlink(missing_ok=True)


def _protocols(filesystem: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    protocol = filesystem.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)
