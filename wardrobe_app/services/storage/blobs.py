"""Store files by name, in a folder or anywhere fsspec reaches."""

from __future__ import annotations

import errno
import os
import posixpath
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import fsspec
from fsspec.implementations.dirfs import DirFileSystem

from wardrobe_app.domain.secrets import without_secrets
from wardrobe_app.services.storage.atomic_files import clear_parts, replace_file
from wardrobe_app.services.storage.local_cache import LocalCache
from wardrobe_app.services.storage.store_address import open_store, reason

_HAVE_BUCKETS: Final = {"s3", "s3a", "gs", "gcs"}
_RETRY_AFTER_S: Final = 15.0  # a page needs many pictures, and each would wait for a store that does not answer


class Blobs:
    """Whole files under names such as ``ab/abcd.jpg``.

    Methods raise ``OSError`` if the store cannot be used or a name leads out of it, ``FileNotFoundError`` if there is
    no such file; ``strerror`` gives the reason without secrets of the store's address.
    """

    def __init__(self, place: str | Path, copies: LocalCache | None = None) -> None:
        """Open a folder or an fsspec URL (``s3://bucket/folder``); ``copies`` caches files of a URL to show them.

        Raises:
            StorageFailed: this kind of URL cannot be reached; the message says what is missing.
        """
        filesystem, root = open_store(str(place), "Photos cannot be stored at")
        self._filesystem = DirFileSystem(root, filesystem)
        self._folder = Path(root) if "file" in _protocols(filesystem) else None
        self._copies = copies
        self._place = str(place)
        self._rests_until = 0.0

    @property
    def folder(self) -> Path | None:
        """Return the local folder, if it is one."""
        return self._folder

    @property
    def where(self) -> str:
        """Describe the place without secrets."""
        return "the data folder" if self._folder else without_secrets(self._place)

    def is_usable(self) -> bool:
        """Return whether a local folder can be written to; whether a store answers, and the bucket is there."""
        if self._folder:
            return os.access(self._folder, os.R_OK | os.W_OK | os.X_OK)
        whole = self._filesystem.fs
        if _HAVE_BUCKETS & set(_protocols(whole)):
            return bool(whole.exists(str(self._filesystem.path).strip("/").partition("/")[0]))
        self.exists("readiness")  # no such file; whether it answers is the question
        return True

    def write(self, name: str, data: bytes) -> None:
        """Write a file completely or not at all, replacing an earlier one."""
        with self._asking(name):
            if self._folder:
                replace_file(self._folder / name, data)
            else:
                self._put(name, data)
        self._forget_copy(name)

    def read(self, name: str) -> bytes:
        """Return a file's content."""
        with self._asking(name):
            found: bytes = self._filesystem.cat_file(name)
        return found

    def remove(self, name: str) -> None:
        """Delete a file, if it exists."""
        with suppress(FileNotFoundError), self._asking(name):
            if self._folder:
                (self._folder / name).unlink(missing_ok=True)
            else:
                self._filesystem.rm_file(name)
        self._forget_copy(name)

    def discard(self, name: str) -> None:
        """Delete a file, and unfinished versions of it."""
        self.remove(name)
        if self._folder:
            clear_parts(self._folder / name)

    def age(self, name: str) -> float:
        """Return the seconds since a file was written; 0 if the store does not tell."""
        with self._asking(name), suppress(NotImplementedError, TypeError):
            written: datetime = self._filesystem.modified(name)
            moment = written if written.tzinfo else written.replace(tzinfo=UTC)
            return (datetime.now(UTC) - moment).total_seconds()
        return 0.0

    def exists(self, name: str) -> bool:
        """Return whether a file exists. A store that does not answer is an error, not a missing file."""
        try:
            with self._asking(name):
                self._filesystem.invalidate_cache()
                return bool(self._filesystem.info(name)["type"] == "file")
        except FileNotFoundError:
            return False

    def names(self) -> Iterator[str]:
        """Yield every file name in no order, including unfinished ones (see ``atomic_files.is_part``)."""
        self._filesystem.invalidate_cache()
        folders = [""]
        while folders:
            folder = folders.pop()
            for entry in self._listed(folder):
                name = str(entry["name"]).strip("/")
                if entry["type"] == "directory":
                    folders.append(name)
                elif name != folder:
                    yield name

    def path(self, name: str) -> Path:
        """Return a local path to the file; a remote one is fetched once."""
        if self._folder:
            with self._asking(name):
                return self._folder / name
        if self._copies is None:
            raise OSError(errno.ENOENT, f"there is no place for a copy of {name}")
        return self._copies.find(_checked(name)) or self._copies.keep(name, self._fetched(name))

    def _put(self, name: str, data: bytes) -> None:
        try:
            self._filesystem.pipe_file(name, data)  # object stores write atomically
        except FileNotFoundError:
            # Other stores need folders, but none above the place: a mistyped bucket must not be created.
            for folder in ("", posixpath.dirname(name)):
                with suppress(FileExistsError):
                    self._filesystem.mkdir(folder, create_parents=False)
            self._filesystem.pipe_file(name, data)

    def _fetched(self, name: str) -> bytes:
        if time.monotonic() < self._rests_until:
            raise OSError(errno.EIO, f"{self.where} did not answer a moment ago")
        try:
            return self.read(name)
        except FileNotFoundError:
            raise
        except OSError:
            self._rests_until = time.monotonic() + _RETRY_AFTER_S
            raise

    def _listed(self, folder: str) -> list[dict[str, Any]]:
        # Not walk(), which skips what it cannot list: files would seem to be missing while the network is down.
        try:
            with self._asking(folder or "."):
                found: list[dict[str, Any]] = self._filesystem.ls(folder, detail=True)
                return found
        except FileNotFoundError:
            return []

    def _forget_copy(self, name: str) -> None:
        if self._copies is not None and not self._folder:
            self._copies.forget(name)

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Convert whatever a store raises to ``OSError``."""
        _checked(name)
        try:
            yield
        except Exception as error:
            if self._folder and isinstance(error, OSError):
                raise
            number = errno.ENOENT if isinstance(error, FileNotFoundError) else errno.EIO
            raise OSError(number, reason(error, self._place)) from error


def _checked(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name.isprintable() or not name:
        raise OSError(errno.EINVAL, f"{name!r} is no name for a file")
    return name


def _protocols(filesystem: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    protocol = filesystem.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)
