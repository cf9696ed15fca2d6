"""Read a backup file from any source. Nothing is unpacked: members are read by name, with limits and checks."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from pydantic import ValidationError

from wardrobe_app.domain.errors import BackupRefused
from wardrobe_app.domain.records.backup import Progress
from wardrobe_app.services.backup.format import (
    FORMAT_VERSION,
    MANIFEST,
    PREFERENCES,
    Manifest,
    Version,
    is_picture,
    table_of_member,
)

MOST_MANIFEST: Final = 256 * 1024**2
MOST_FILE: Final = 256 * 1024**2
MOST_LINE: Final = 64 * 1024**2
MAX_COMPRESSION_RATIO: Final = 300
"""Largest compression ratio accepted. Rows compress to a fifth or a tenth; a higher ratio is an attack."""

_SLACK: Final = 1024**2
_CHUNK: Final = 1024**2
_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError,
    ValueError, OverflowError,
)  # fmt: skip


class Archive:
    """An open backup. All methods raise ``BackupRefused``, naming the member, where it is damaged."""

    def __init__(self, source: Path | IO[bytes], name: str) -> None:
        """``name`` is what messages call the file."""
        self._source = source
        self.name = name

    def __enter__(self) -> Archive:
        try:
            self._zip = zipfile.ZipFile(self._source)
        except FileNotFoundError as error:
            raise BackupRefused(f"There is no file {self.name}.") from error
        except _BROKEN as error:
            raise BackupRefused(f"{self.name} is not a backup, or is incomplete: its end is missing.") from error
        try:
            self._infos = self._checked_infos()
            self.manifest = self._read_manifest()
            self._check_members()
        except BaseException:
            self._zip.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def __contains__(self, member: str) -> bool:
        return member in self._infos

    @property
    def bytes_of_rows(self) -> int:
        """The size of all rows when unpacked."""
        return sum(self.size(name) for name in self._infos if table_of_member(name))

    def size(self, member: str) -> int:
        """Return the size of a member in bytes."""
        return self.manifest.members[member][0]

    def sha256(self, member: str) -> str:
        """Return the SHA-256 of a member."""
        return self.manifest.members[member][1]

    def verify(self) -> Iterator[Progress]:
        """Read everything once and compare it with the manifest."""
        for done, member in enumerate(self.manifest.members):
            yield Progress(done, len(self.manifest.members), "Reading the backup")
            for _ in self._chunks(member):
                pass

    def read(self, member: str) -> bytes:
        """Read a member, checked against the manifest."""
        if self.size(member) > MOST_FILE:
            raise BackupRefused(f"{self.name}: {member} is larger than any picture in a wardrobe.")
        return b"".join(self._chunks(member))

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Read the rows of a table, one in memory at a time."""
        member, number = f"rows/{table}.jsonl", 0
        try:
            with self._zip.open(self._infos[member]) as raw, io.BufferedReader(raw) as lines:  # type: ignore[type-var]
                while line := lines.readline(MOST_LINE):
                    number += 1
                    yield _row(line)
        except _BROKEN as error:
            raise BackupRefused(f"{self.name} is damaged: {member} cannot be read (line {number}).") from error
        if number != self.manifest.rows[table]:
            raise BackupRefused(f"{self.name} is damaged: rows of {member} are missing.")

    def _chunks(self, member: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with self._zip.open(self._infos[member]) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    yield chunk
        except _BROKEN as error:
            raise BackupRefused(f"{self.name} is damaged: {member} cannot be read.") from error
        if digest.hexdigest() != self.sha256(member):
            raise BackupRefused(f"{self.name} is damaged: {member} is not what it was when the backup was made.")

    def _checked_infos(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            name = info.filename
            shown = name.encode("unicode_escape").decode()[:120]
            # The name in the ZIP, before Python cut it at a NUL or turned its slashes.
            if info.orig_filename != name or not _is_known(name):
                raise BackupRefused(f"{self.name} holds “{shown}”, which belongs to no backup. Nothing was read.")
            if name in found:
                raise BackupRefused(f"{self.name} holds “{shown}” twice. Nothing was read.")
            self._check_info(info)
            found[name] = info
        return found

    def _check_info(self, info: zipfile.ZipInfo) -> None:
        kind = stat.S_IFMT(info.external_attr >> 16)
        packed = info.compress_type == zipfile.ZIP_DEFLATED and table_of_member(info.filename)
        if info.flag_bits & 0x1:
            raise BackupRefused(f"{self.name} is encrypted: {info.filename} cannot be read.")
        if kind not in (0, stat.S_IFREG):
            raise BackupRefused(f"{self.name}: {info.filename} is a link or a folder, and no file.")
        if not packed and (info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size):
            raise BackupRefused(f"{self.name}: {info.filename} is compressed in a way that no backup is.")
        if info.file_size > info.compress_size * MAX_COMPRESSION_RATIO + _SLACK:
            raise BackupRefused(f"{self.name}: {info.filename} would unpack to far more than it should.")

    def _read_manifest(self) -> Manifest:
        if MANIFEST not in self._infos:
            raise BackupRefused(f"{self.name} is not a backup of a wardrobe: it has no {MANIFEST}.")
        if self._infos[MANIFEST].file_size > MOST_MANIFEST:
            raise BackupRefused(f"{self.name}: its {MANIFEST} is too large.")
        try:
            text = self._zip.read(MANIFEST)
            version = Version.model_validate_json(text).format_version
            if version > FORMAT_VERSION:
                raise BackupRefused(
                    f"{self.name} was made by a newer version of Wardrobe Graph. Update the program; nothing "
                    "was changed."
                )
            return Manifest.model_validate_json(text)
        except (ValidationError, RecursionError, *_BROKEN) as error:
            raise BackupRefused(
                f"{self.name} is damaged, or not a backup of a wardrobe: its {MANIFEST} is wrong."
            ) from error

    def _check_members(self) -> None:
        named, found = set(self.manifest.members), set(self._infos) - {MANIFEST}
        if missing := sorted(named - found):
            raise BackupRefused(f"{self.name} is damaged: {missing[0][:120]} is missing.")
        if unknown := sorted(found - named):
            raise BackupRefused(f"{self.name} holds {unknown[0]}, which its {MANIFEST} does not name.")
        if wrong := [name for name in named if self._infos[name].file_size != self.size(name)]:
            raise BackupRefused(f"{self.name} is damaged: {min(wrong)} has the wrong size.")
        if {table for name in named if (table := table_of_member(name))} != set(self.manifest.rows):
            raise BackupRefused(f"{self.name} is damaged: its {MANIFEST} counts rows of other tables than it has.")


def _is_known(name: str) -> bool:
    return name in (MANIFEST, PREFERENCES) or table_of_member(name) is not None or is_picture(name)


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(row, dict):
        raise ValueError
    return row
