"""Where photos come from: a file, bytes in memory, or every file of a folder."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.text import shown

LONGEST_NAME = 255
_CLUTTER = {"thumbs.db", "desktop.ini", "ehthumbs.db"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to add: ``name`` for people, ``read`` for its bytes, ``size`` in bytes where it is known before.

    ``path`` is where it is on this computer, "" for an upload.
    """

    name: str
    read: Callable[[], bytes]
    size: int | None = None
    path: str = ""


def sources_in(folder: Path) -> list[Source]:
    """Every file in ``folder`` and below, by name; hidden ones and what file managers leave behind are skipped.

    Raises:
        WardrobeError: there is no such folder, or no file in it.
    """
    if not folder.is_dir():
        raise WardrobeError(f"There is no folder {clean_name(str(folder))}.")
    sources = [
        Source(
            clean_name(path.relative_to(folder).as_posix()),
            partial(_read_file, path),
            _size(path),
            str(path.absolute()),
        )
        for path in files_below(folder)
    ]
    if not sources:
        raise WardrobeError(f"The folder {clean_name(str(folder))} holds no files.")
    return sources


def source_from_path(path: Path) -> Source:
    """The file at ``path``; whether it can be read shows when it is."""
    return Source(clean_name(str(path)), partial(_read_file, path), _size(path), str(path.absolute()))


def source_from_bytes(name: str, data: bytes) -> Source:
    """A file that is in memory already."""
    return Source(clean_name(name), lambda: data, len(data))


def clean_name(name: str) -> str:
    """A file's name as it can be stored, sent and printed on one line, whatever the file system allowed."""
    return shown(unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))).replace("\t", "\ufffd")


def file_name(name: str) -> str:
    """What is kept of a file's name: no folder of it, whichever system wrote it, and at most 255 characters."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1][-LONGEST_NAME:] or "photo"


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in ``folder`` and below, in order, without the hidden ones; a folder that cannot be read as itself."""
    blocked: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=lambda error: blocked.append(Path(str(error.filename)))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            special = path.exists() and not path.is_file()
            if not name.startswith(".") and name.lower() not in _CLUTTER and not special:
                yield path
        yield from blocked
        blocked.clear()
    yield from blocked


def _read_file(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")  # reading a pipe would never end
    return path.read_bytes()


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
