"""Write the ZIP file of a backup, with one row or picture in memory at a time."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from wardrobe_app.services.backup.format import MANIFEST, Manifest, member_of_table

ROOM_LEFT: Final = 100 * 1024 * 1024
"""How much room a backup leaves on the disk for the wardrobe itself."""


class BackupWriter:
    """Writes a backup to ``file`` in ``folder``; it is valid only after ``finish``."""

    def __init__(self, file: IO[bytes], folder: Path, created_at: datetime) -> None:
        self._folder = folder
        self._moment = created_at.timetuple()[:6]
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self.members: dict[str, tuple[int, str]] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> BackupWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def rows(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Write the rows of a table as one member: JSON, one row a line.

        Raises:
            OSError: it cannot be written, or the disk is nearly full.
        """
        name, number, size, digest = member_of_table(table), 0, 0, hashlib.sha256()
        with self._zip.open(self._info(name, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
                if number % 1000 == 0:
                    self._need(len(line))
                digest.update(line)
                member.write(line)
                number, size = number + 1, size + len(line)
        self.members[name] = (size, digest.hexdigest())
        self.counts[table] = number

    def file(self, name: str, data: bytes) -> None:
        """Write a file as one member, stored without compression, which pictures have already.

        Raises:
            OSError: it cannot be written, or the disk is nearly full.
        """
        self._store(name, data)
        self.members[name] = (len(data), hashlib.sha256(data).hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, last, because it lists everything else."""
        self._store(MANIFEST, manifest.model_dump_json(indent=None).encode())

    def _store(self, name: str, data: bytes) -> None:
        self._need(len(data))
        self._zip.writestr(self._info(name, zipfile.ZIP_STORED), data)

    def _need(self, size: int) -> None:
        if shutil.disk_usage(self._folder).free < size + ROOM_LEFT:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _info(self, name: str, method: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = method
        info.external_attr = 0o600 << 16
        return info
