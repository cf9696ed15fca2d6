"""Find photos to import: a file, bytes in memory, or every file of a folder or a store."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.secrets import without_secrets
from wardrobe_app.domain.text import shown
from wardrobe_app.services.importing.folders import FolderWalk, is_clutter, is_folder
from wardrobe_app.services.storage.store_listing import StoreListing

MAX_NAME_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: ``name`` for people, ``read`` for its bytes, ``size`` in bytes if known.

    ``path`` is where it is on this computer or in a store, "" for an upload. ``trouble`` is why it cannot be read, if
    known.
    """

    name: str
    read: Callable[[], bytes]
    size: int | None = None
    path: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The files in a folder and below, and how many ``hidden`` entries were skipped."""

    sources: list[Source]
    hidden: int

    @property
    def sentence(self) -> str:
        """Describe what was skipped; "" for nothing."""
        if not self.hidden:
            return ""
        what = "file or folder was" if self.hidden == 1 else "files or folders were"
        return f"{self.hidden} hidden {what} skipped. To add hidden files, choose them by name."


def contents_of(folder: Path) -> FolderContents:
    """Return every file in ``folder`` and below, following links, each folder once.

    Unreadable entries are included with their trouble; hidden ones are skipped and counted.

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
    """Return the files of ``contents_of``."""
    return contents_of(folder).sources


def named_contents(place: str) -> FolderContents:
    """Return the file, or every file of the folder, at a path or an address that fsspec understands.

    Names begin with the place. A missing file is included with its trouble.

    Raises:
        WardrobeError: there is no file in the folder, or the store cannot be reached.
    """
    if is_address(place):
        return _contents_of_store(place)
    path = Path(place)
    if not is_folder(path):
        return FolderContents([source_from_path(path)], 0)
    found = contents_of(path)
    return FolderContents([replace(one, name=str(path / one.name)) for one in found.sources], found.hidden)


def place_of(asked: Path | str) -> str:
    """Return a place that a person named as it is written down: an absolute path, or an address without secrets."""
    return without_secrets(str(asked)) if is_address(str(asked)) else str(Path(asked).absolute())


def is_address(place: str) -> bool:
    """Return whether a place is an address, such as ``s3://bucket/folder``, rather than a path."""
    return "://" in place


def sources_of(places: Sequence[Path | str]) -> list[Source]:
    """Return files, and all files in folders and at addresses; missing ones are included with their trouble.

    Raises:
        WardrobeError: none of the paths exists, or a folder has no file in it.
    """
    paths = [place for place in places if not is_address(str(place))]
    if paths and not any(os.path.exists(path) for path in paths):  # noqa: PTH110 - Path.exists may raise
        raise WardrobeError(f"There is no folder {clean_name(str(paths[0]))}.")
    return [source for place in places for source in _sources_at(place)]


def _sources_at(place: Path | str) -> list[Source]:
    if isinstance(place, str) and is_address(place):
        return _contents_of_store(place).sources
    path = Path(place)
    return sources_in(path) if is_folder(path) else [source_from_path(path)]


def _contents_of_store(address: str) -> FolderContents:
    if address.startswith(("file://", "local://")):
        return named_contents(address.partition("://")[2])
    told, listing = clean_name(without_secrets(address)).rstrip("/"), StoreListing(address)
    hidden, sources = 0, []
    for file in listing.files():
        parts = file.name.split("/")
        if any(is_clutter(part) for part in parts):
            continue
        if any(part.startswith(".") for part in parts):
            hidden += 1
            continue
        name = clean_name(f"{told}/{file.name}" if file.name else told)
        sources.append(Source(name, listing.reader(file), file.size, name, clean_name(file.problem)))
    found = FolderContents(sources, hidden)
    if not sources:
        raise WardrobeError(f"There are no files at {told}. {found.sentence}".rstrip())
    return found


def _source(folder: Path, path: Path, trouble: str) -> Source:
    name = path.relative_to(folder).as_posix() if path != folder else path.name
    read = partial(_read_file, path.absolute())
    return Source(clean_name(name), read, None if trouble else _size(path), str(path.absolute()), clean_name(trouble))


def source_from_path(path: Path) -> Source:
    """Return the file at ``path``, readable or not."""
    return Source(clean_name(str(path)), partial(_read_file, path.absolute()), _size(path), str(path.absolute()))


def source_from_bytes(name: str, data: bytes) -> Source:
    """Return a file that is in memory."""
    return Source(clean_name(name), lambda: data, len(data))


def clean_name(name: str) -> str:
    """Make a file's name safe to store, send and print on one line."""
    return shown(unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))).replace("\t", "\ufffd")


def file_name(name: str) -> str:
    """Return a file's name without folders of any system, at most 255 characters."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1][-MAX_NAME_CHARACTERS:] or "photo"


def _read_file(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")  # reading a pipe may never end
    return path.read_bytes()


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
