"""Where photos come from: a file, bytes in memory, or every file of a folder."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.text import shown
from wardrobe_app.services.importing.folders import FolderWalk, is_folder

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Source:
    """A file to add: ``name`` for people, ``read`` for its bytes, ``size`` in bytes where it is known before.

    ``path`` is where it is on this computer, "" for an upload. ``trouble`` is why it cannot be read, if that is known.
    """

    name: str
    read: Callable[[], bytes]
    size: int | None = None
    path: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The files in a folder and below, and how many ``hidden`` files and folders were left out."""

    sources: list[Source]
    hidden: int

    @property
    def sentence(self) -> str:
        """What was left out, in words; "" for nothing."""
        if not self.hidden:
            return ""
        if self.hidden == 1:
            return "1 hidden file or folder was left out; it is added when you name it."
        return f"{self.hidden} hidden files or folders were left out; they are added when you name them."


def contents_of(folder: Path) -> FolderContents:
    """Every file in ``folder`` and below, those that links lead to among them, each folder once.

    An entry that cannot be read is there with its trouble. What is hidden is left out and counted.

    Raises:
        WardrobeError: there is no such folder, or no file in it.
    """
    if not is_folder(folder):
        raise WardrobeError(f"There is no folder {clean_name(str(folder))}.")
    walk = FolderWalk(folder)
    sources = [_source(folder, path, trouble) for path, trouble in walk.files()]
    found = FolderContents(sources, walk.hidden)
    if not found.sources:
        raise WardrobeError(f"The folder {clean_name(str(folder))} holds no files. {found.sentence}".rstrip())
    return found


def sources_in(folder: Path) -> list[Source]:
    """The files of ``contents_of``."""
    return contents_of(folder).sources


def sources_of(paths: Sequence[Path]) -> list[Source]:
    """Files, and every file in folders and below; one that is not there any more is there with its trouble.

    Raises:
        WardrobeError: none of them is there, or a folder has no file in it.
    """
    if not any(os.path.exists(path) for path in paths):  # noqa: PTH110 - Path.exists may raise
        raise WardrobeError(f"There is no folder {clean_name(str(paths[0]))}.")
    return [source for path in paths for source in (sources_in(path) if is_folder(path) else [source_from_path(path)])]


def _source(folder: Path, path: Path, trouble: str) -> Source:
    name = path.relative_to(folder).as_posix() if path != folder else path.name
    read = partial(_read_file, path)
    return Source(clean_name(name), read, None if trouble else _size(path), str(path.absolute()), clean_name(trouble))


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


def _read_file(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")  # reading a pipe would never end
    return path.read_bytes()


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
