"""Write files completely or not at all."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from wardrobe_app.domain.errors import ExportFailed

PART: Final = ".part"
OLD_SECONDS: Final = 3600
"""The age at which an unfinished file counts as abandoned."""


def is_part(name: str) -> bool:
    """Return whether this is the name of an unfinished file."""
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(PART)


def clear_parts(path: Path) -> None:
    """Delete unfinished versions of the file at ``path``."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*{PART}"):
        part.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Write to a temporary file beside the target, then move it into place.

    Raises:
        OSError: it cannot be written; nothing is left behind, and an earlier file stays.
    """
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside the target, which is moved into place at the end of the block.

    Raises:
        OSError: it cannot be written; nothing is left behind, and an earlier file stays.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can (not Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what is there.

    Raises:
        ExportFailed: it could not be written; nothing was left behind.
    """
    # Beside its target, so that the last step is one rename; a short name, since the target's may be as long as can be.
    partial = path.parent / f".{uuid4().hex}.part"
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ExportFailed(f"The file could not be written to {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
