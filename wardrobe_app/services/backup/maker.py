"""Write backups to the backups folder or elsewhere, and delete old automatic ones."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.models import Checkpoint, Origin
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import BackupFile, BackupReport, Progress, Reason, surplus
from wardrobe_app.services.backup.format import PREFERENCES, Manifest, ModelFile, file_name, parse_file_name
from wardrobe_app.services.backup.writer import BackupWriter
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.storage.atomic_files import is_part, replacing
from wardrobe_app.services.storage.locks import alone
from wardrobe_app.services.storage.photo_store import PhotoStore

_log = logging.getLogger(__name__)
Steps = Iterator[Progress | BackupReport]


class RowSource(Protocol):
    """The rows of a database at one moment: ``db.transfer.dump.Dump``."""

    @property
    def revision(self) -> str:
        """The schema's revision."""
        ...

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables, those that others refer to first."""
        ...

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        ...


Reading = Callable[[], AbstractContextManager[tuple[RowSource, str]]]
"""Opens the rows to back up, with the revision of the wardrobe's content."""


class BackupMaker:
    """Makes the backups of one wardrobe."""

    def __init__(
        self,
        reading: Reading,
        store: PhotoStore,
        preferences: Preferences,
        checkpoints: Callable[[], Iterable[Checkpoint]],
        folder: Path,
        program_version: str,
    ) -> None:
        self._reading = reading
        self._store = store
        self._preferences = preferences
        self._checkpoints = checkpoints
        self.folder = folder
        self._program_version = program_version

    def make(self, reason: Reason = Reason.BY_HAND, output: Path | None = None) -> Steps:
        """Back up to ``output``, by default in the folder; the last step is the report.

        Closing the steps stops it and leaves nothing behind. Missing photo files are left out and reported.

        Raises:
            StorageFailed: it cannot be written, the disk is nearly full, or another backup is being made.
        """
        with _told(output or self.folder), alone(self.folder / ".lock", "Another backup is being made right now."):
            self._clear_unfinished()
            for step in self._write(self._reading, reason, output):
                if isinstance(step, BackupReport) and not step.left_out:  # an older one may be the only complete one
                    self._prune()
                yield step

    def before_migration(self, rows: RowSource) -> Path:
        """Back up a database before it is migrated, with the photos if there is room for them.

        A migration changes only rows, so where the disk is too full the pictures are left out.

        Raises:
            StorageFailed: there is no room even for the rows; the migration must not start.
        """
        reading = partial(_as_they_are, rows)
        with alone(self.folder / ".lock", "A backup is being made right now; start again when it is done."):
            self._clear_unfinished()
            try:
                done = last(self._write(reading, Reason.MIGRATION, None))
            except OSError:
                _log.warning("no room for a whole backup before the migration: the pictures are left out")
                with _told(self.folder, " The wardrobe was not migrated."):
                    done = last(self._write(reading, Reason.MIGRATION, None, with_pictures=False))
            self._prune()
        return done.path

    def all(self) -> tuple[BackupFile, ...]:
        """Return the backups in the folder, the newest first."""
        found: list[BackupFile] = []
        with suppress(OSError):
            for path in self.folder.iterdir():
                if parsed := parse_file_name(path.name):
                    with suppress(OSError):
                        found.append(BackupFile(path, parsed[1], parsed[0], path.stat().st_size))
        return tuple(sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True))

    def _write(self, reading: Reading, reason: Reason, output: Path | None, *, with_pictures: bool = True) -> Steps:
        made_at = datetime.now(UTC)
        path = output or self._free_path(made_at, reason)
        left_out: list[str] = []
        with replacing(path) as file, BackupWriter(file, path.parent, made_at) as writer:
            with reading() as (rows, state):
                yield Progress(0, 1, "Writing the database")
                seen = _Seen()
                for table in rows.tables:
                    writer.rows(table, seen.noting(table, rows.rows(table)))
                revision = rows.revision
            writer.file(PREFERENCES, self._preferences.content())
            for done, names in enumerate(seen.photos if with_pictures else ()):
                yield Progress(done, len(seen.photos), "Copying photos")
                left_out += self._copy(writer, names)
            writer.finish(
                Manifest(
                    schema_revision=revision,
                    program_version=self._program_version,
                    created_at=made_at,
                    reason=reason,
                    pictures=with_pictures,
                    counts=seen.counts(writer.counts),
                    rows=writer.counts,
                    models=[_model_file(one) for one in self._checkpoints() if one.origin is not Origin.SHIPPED],
                    left_out=left_out,
                    members=writer.members,
                )
            )
        counts = seen.counts(writer.counts)
        yield BackupReport(path, path.stat().st_size, counts, tuple(left_out), with_pictures, state)

    def _copy(self, writer: BackupWriter, names: PhotoFiles) -> list[str]:
        """Copy the files of a photo; return those that cannot be read. Not every photo has a mask."""
        left_out = []
        for part in self._store.parts(names):
            member = f"{part.kind}/{part.name}"
            try:
                data = part.place.read(part.name)
            except OSError:
                if part.kind != "masks":
                    left_out.append(member)
                continue
            writer.file(member, data)
        return left_out

    def _free_path(self, made_at: datetime, reason: Reason) -> Path:
        names = (self.folder / file_name(made_at, reason, number) for number in count(1))
        return next(path for path in names if not path.exists())

    def _prune(self) -> None:
        for one in surplus(self.all(), self._preferences.backups):
            with suppress(OSError):  # one that another program reads is deleted the next time
                one.path.unlink()

    def _clear_unfinished(self) -> None:
        """Delete what a power cut left behind; the lock keeps others from writing here."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if is_part(path.name):
                    path.unlink(missing_ok=True)


class _Seen:
    """Collects from the rows, while they are written, the files of photos and the counts."""

    def __init__(self) -> None:
        self.photos: list[PhotoFiles] = []
        self._garments = dict.fromkeys(("garments", "archived", "trashed"), 0)

    def noting(self, table: str, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if table == "photo":
                self.photos.append(PhotoFiles(row["file"], row["thumbnail"]))
            elif table == "item" and row["merged_into_id"] is None:
                place = "trashed" if row["trashed_at"] else "archived" if row["archived_at"] else "garments"
                self._garments[place] += 1
            yield row

    def counts(self, rows: dict[str, int]) -> dict[str, int]:
        named = {
            "photos": "photo", "looks": "look", "wears": "wear", "plans": "plan", "packing_lists": "packing_list",
            "decisions": "pair_verdict", "types": "own_type",
        }  # fmt: skip
        return {**self._garments, **{name: rows.get(table, 0) for name, table in named.items()}}


@contextmanager
def _as_they_are(rows: RowSource) -> Iterator[tuple[RowSource, str]]:
    yield rows, ""


@contextmanager
def _told(place: Path, more: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"The backup could not be written to {place}: {error.strerror or error}. Nothing was left behind.{more}"
        ) from error


def last(steps: Steps) -> BackupReport:
    """Run all steps and return the report that ends them."""
    return [step for step in steps if isinstance(step, BackupReport)][-1]


def _model_file(found: Checkpoint) -> ModelFile:
    path = Path(found.file)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError:
        size, digest = 0, hashlib.sha256().hexdigest()
    return ModelFile(file=path.name[:255], title=found.title[:300], bytes=size, sha256=digest)
