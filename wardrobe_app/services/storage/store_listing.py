"""List and read the files of any store that fsspec reaches, with a reason for each folder that cannot be listed."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from wardrobe_app.services.storage.store_address import open_store, reason


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file by its ``name`` below the address, "" for the address itself; or a folder with the ``problem`` it has."""

    name: str
    size: int | None = None
    problem: str = ""


class StoreListing:
    """The files at an address and below, folder by folder in alphabetical order."""

    def __init__(self, address: str) -> None:
        """Open the store.

        Raises:
            StorageFailed: this kind of address cannot be reached; the message says why.
        """
        self._address = address
        self._filesystem, self._root = open_store(address, "Photos cannot be read from")

    def files(self) -> Iterator[StoredFile]:
        """Yield every file, and every folder that cannot be listed; nothing where there is neither."""
        if (size := self._size_of_file()) is not None:
            yield StoredFile("", size)
            return
        waiting = [self._root.rstrip("/")]
        while waiting:
            folder = waiting.pop()
            try:
                self._filesystem.invalidate_cache(folder)
                entries = self._filesystem.ls(folder, detail=True)
            except FileNotFoundError:
                continue
            except Exception as error:
                yield StoredFile(self._below(folder), problem=f"the folder could not be read: {self._reason(error)}")
                continue
            inner = []
            for entry in sorted(entries, key=lambda one: str(one["name"])):
                path = str(entry["name"]).rstrip("/")
                if path.strip("/") == folder.strip("/"):
                    continue  # an empty object that stands for the folder
                if entry["type"] == "directory":
                    inner.append(path)
                else:
                    yield StoredFile(self._below(path), entry.get("size"))
            waiting += reversed(inner)

    def reader(self, file: StoredFile) -> partial[bytes]:
        """Return what reads a file; it raises ``OSError`` without secrets, and may be sent to another process."""
        path = f"{self._root.rstrip('/')}/{file.name}" if file.name else self._root
        return partial(_read, self._filesystem, path, self._address)

    def _size_of_file(self) -> int | None:
        try:
            found = self._filesystem.info(self._root)
        except Exception:  # a folder of an object store need not exist, and listing tells more
            return None
        return int(found.get("size") or 0) if found.get("type") == "file" else None

    def _below(self, path: str) -> str:
        top = PurePosixPath("/", self._root)
        below = PurePosixPath("/", path).relative_to(top).as_posix()
        return "" if below == "." else below

    def _reason(self, error: Exception) -> str:
        return reason(error, self._address)


def _read(filesystem: Any, path: str, address: str) -> bytes:
    try:
        data: bytes = filesystem.cat_file(path)
        return data
    except Exception as error:  # each kind of store has its own
        number = errno.ENOENT if isinstance(error, FileNotFoundError) else errno.EIO
        raise OSError(number, reason(error, address)) from error
