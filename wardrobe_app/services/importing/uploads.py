"""Keep photos that were chosen but not added yet, so that leaving the page or a restart does not lose them.

A photo is two files: its bytes, and a small file with its name, written last. Bytes alone are an incomplete photo.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from wardrobe_app.services.importing.sources import Source, clean_name
from wardrobe_app.services.storage.atomic_files import replace_file, replacing

KEPT_DAYS: Final = 7
_ID: Final = re.compile("[A-Za-z0-9-]{1,64}")


class Upload(Protocol):
    """A file as a browser sent it: ``getbuffer`` gives its bytes without a copy."""

    file_id: str
    name: str

    def getbuffer(self) -> memoryview: ...


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A photo that was chosen and not added: its id, its name, its size in bytes and when it was chosen (UTC)."""

    id: str
    name: str
    size: int
    chosen_at: datetime


class PendingUploads:
    """Chosen photos in a folder, at most ``most``; old ones are deleted when it is opened."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self.purge()

    def keep(self, uploads: Iterable[Upload]) -> int:
        """Store the photos that are not stored yet.

        Returns:
            How many could not be stored: the disk is full, or there are too many.
        """
        there, failed = {one.id for one in self.all()}, 0
        for upload in uploads:
            if upload.file_id in there:
                continue
            if len(there) >= self._most or not self._write(upload):
                failed += 1
            else:
                there.add(upload.file_id)
        return failed

    def all(self) -> tuple[PendingUpload, ...]:
        """Return the pending photos in the order they were chosen."""
        found = filter(None, map(self._read, self._folder.glob("*.json")))
        return tuple(sorted(found, key=lambda one: (one.chosen_at, one.name, one.id)))

    def source(self, pending: PendingUpload) -> Source:
        """Return a photo as a file to import; its bytes are read when needed."""
        return Source(clean_name(pending.name), partial(self._data(pending.id).read_bytes), pending.size)

    def discard(self, ids: Collection[str]) -> None:
        """Delete photos that were added, or are no longer wanted."""
        for one in ids:
            if _ID.fullmatch(one):
                for path in (self._told(one), self._data(one)):
                    with suppress(OSError):
                        path.unlink(missing_ok=True)

    def purge(self, now: datetime | None = None) -> None:
        """Delete photos chosen more than a week ago, and incomplete ones of that age."""
        before = (now or datetime.now(UTC)) - timedelta(days=KEPT_DAYS)
        self.discard([one.id for one in self.all() if one.chosen_at < before])
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.stat().st_mtime < before.timestamp():
                    path.unlink(missing_ok=True)

    def _write(self, upload: Upload) -> bool:
        if not _ID.fullmatch(upload.file_id):
            return False
        data = upload.getbuffer()
        told = {"name": upload.name, "size": data.nbytes, "chosen_at": datetime.now(UTC).isoformat()}
        try:
            with replacing(self._data(upload.file_id)) as file:
                file.write(data)
            replace_file(self._told(upload.file_id), json.dumps(told).encode())
        except OSError:
            self.discard([upload.file_id])
            return False
        return True

    def _read(self, path: Path) -> PendingUpload | None:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            found = PendingUpload(path.stem, told["name"], told["size"], datetime.fromisoformat(told["chosen_at"]))
            return found if self._data(path.stem).stat().st_size == found.size else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _data(self, one: str) -> Path:
        return self._folder / f"{one}.photo"

    def _told(self, one: str) -> Path:
        return self._folder / f"{one}.json"
