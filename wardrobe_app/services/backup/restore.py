"""Restore a backup completely or not at all, after a preview.

Files are written first, under unused names, then all rows in one transaction. Until that is committed, the wardrobe is
unchanged; files without rows are removed at once, or at the next start.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import BackupRefused, StorageFailed
from wardrobe_app.domain.garments.models import Checkpoint
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import BackupReport, Mode, Progress, Reason, RestoreReport
from wardrobe_app.services.backup import row_merge
from wardrobe_app.services.backup.comparison import Compared, compared, contents_of
from wardrobe_app.services.backup.format import PREFERENCES
from wardrobe_app.services.backup.incoming_files import IncomingFiles, Place
from wardrobe_app.services.backup.reader import Archive
from wardrobe_app.services.backup.row_checks import check_rows
from wardrobe_app.services.backup.scheduler import Backups
from wardrobe_app.services.backup.writer import ROOM_LEFT
from wardrobe_app.services.catalogue.preferences import Preferences, currency_in
from wardrobe_app.services.storage.locks import alone
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation

ATTEMPTS: Final = 3
_NAMED: Final = 30  # titles in a preview
_BUSY: Final = "Another backup is being restored right now."

Steps = Iterator[Progress | RestoreReport]
Staging = Callable[[Path, str, Mapping[str, Iterable[Any]]], AbstractContextManager[UnitOfWork]]
"""Opens a wardrobe made of rows of any schema revision: ``db.staging.staged``."""


@dataclass(frozen=True)
class _Plan:
    compared: Compared
    places: tuple[Place, ...]
    state: str
    report: RestoreReport


class Restore:
    """Restores backups into one wardrobe."""

    def __init__(
        self,
        uow_factory: Units,
        stage: Staging,
        store: PhotoStore,
        preferences: Preferences,
        backups: Backups,
        checkpoints: Callable[[], Iterable[Checkpoint]],
        sweep: Callable[[], object],
        folder: Path,
        *,
        max_pixels: int,
        trash_days: int,
    ) -> None:
        """``sweep`` removes the files of photos whose rows were deleted; ``folder`` is for temporary files."""
        self._uow = uow_factory
        self._stage = stage
        self._store = store
        self._preferences = preferences
        self._backups = backups
        self._checkpoints = checkpoints
        self._sweep = sweep
        self._folder = folder
        self._trash_days = trash_days
        self._files = IncomingFiles(uow_factory, store, folder / "journal", max_pixels)

    def preview(self, source: Path | IO[bytes], name: str, mode: Mode) -> Steps:
        """Preview restoring a backup, called ``name`` in messages; nothing is changed. The last step is the report.

        Raises:
            BackupRefused: it is not a complete backup that can be restored here.
            StorageFailed: there is no room to read it, or another backup is being restored.
        """
        with self.alone(), Archive(source, name) as archive:
            yield from archive.verify()
            with self._staged(archive) as there, self._uow() as here:
                yield self._plan(archive, there, here, mode).report

    def restore(self, source: Path | IO[bytes], name: str, mode: Mode) -> Steps:
        """Restore a backup, called ``name`` in messages; the last step is the report.

        ``Mode.MERGE`` adds what is missing and keeps what is here. ``Mode.REPLACE`` replaces everything, after backing
        it up. Closing the steps stops the restore; nothing is changed then.

        Raises:
            BackupRefused: it is not a complete backup that can be restored here; nothing was changed.
            StorageFailed: there is no room, or the wardrobe cannot be written; nothing was changed.
        """
        with self.alone():
            try:
                with Archive(source, name) as archive:
                    yield from archive.verify()
                    with self._staged(archive) as there:
                        report = yield from self._tried(archive, there, mode)
                    self._take_preferences(archive, mode)
            finally:
                with suppress(StorageFailed, OSError):
                    self._files.settle()
            self._sweep()
        yield report

    def tidy(self) -> None:
        """Remove what a killed restore left behind, unless one is running."""
        if self._folder.is_dir() and any(path.name != "lock" for path in self._folder.iterdir()):
            with suppress(StorageFailed, OSError), self.alone():
                pass

    def _tried(self, archive: Archive, there: UnitOfWork, mode: Mode) -> Generator[Progress, None, RestoreReport]:
        for _ in range(ATTEMPTS):
            kept = (yield from self._back_up_here()) if mode is Mode.REPLACE else None
            with self._uow() as here:
                plan = self._plan(archive, there, here, mode)
            if kept and kept.state != plan.state:
                continue
            yield from self._files.write(archive, plan.places)
            if self._put(archive, there, plan, mode):
                return replace(plan.report, kept_before=kept.path if kept else None)
        raise StorageFailed(
            "The wardrobe was changed again and again while the backup was being restored. Nothing was restored: wait "
            "until nobody else works in it, and try again."
        )

    def _put(self, archive: Archive, there: UnitOfWork, plan: _Plan, mode: Mode) -> bool:
        """Write all rows in one transaction; False, with nothing written, if the wardrobe changed since the plan."""
        with self._uow(writing=True) as uow:
            if uow.revision() != plan.state:
                return False
            self._files.write_again(archive, plan.places)
            names = {place.there.file: place.here for place in plan.places}
            row_merge.put(mode, there.dump, plan.compared, names, uow.loader, self._trash_days)
            if mode is Mode.REPLACE:
                used = {place.here.file for place in plan.places}
                old = (PhotoFiles(row["file"], row["thumbnail"]) for row in plan.compared.here.photos.values())
                uow.deletion.mark_for_deletion(files for files in old if files.file not in used)
            else:
                uow.learn_types()
                label_propagation.refresh(uow)
            uow.commit()
        return True

    def _plan(self, archive: Archive, there: UnitOfWork, here: UnitOfWork, mode: Mode) -> _Plan:
        plan = compared(contents_of(there.dump), contents_of(here.dump))
        if mode is Mode.MERGE and any(plan.there.items[key]["price"] is not None for key in plan.new_items):
            self._require_same_currency(archive)
        pending_deletion = {files.file for files in here.deletion.pending_deletion()}
        staying = {row["file"] for row in plan.here.photos.values()} if mode is Mode.MERGE else set()
        wanted = plan.new_photos if mode is Mode.MERGE else list(plan.there.photos)
        rows = (plan.there.photos[photo_id] for photo_id in wanted)
        photos = (PhotoFiles(row["file"], row["thumbnail"]) for row in rows)
        places = tuple(self._files.places(archive, photos, pending_deletion | staying))
        return _Plan(plan, places, here.revision(), self._report(archive, there, here, plan, places, mode))

    def _report(
        self,
        archive: Archive,
        there: UnitOfWork,
        here: UnitOfWork,
        plan: Compared,
        places: tuple[Place, ...],
        mode: Mode,
    ) -> RestoreReport:
        manifest = archive.manifest
        coming = [one for one in plan.new_items if plan.there.items[one]["merged_into_id"] is None]
        missing = [place for place in places if not place.is_here and place.members]
        known = {one.title for one in self._checkpoints()}
        return RestoreReport(
            mode=mode,
            made_at=manifest.created_at,
            program=manifest.program_version,
            schema=manifest.schema_revision,
            **plan.restore_counts(mode),
            differ=len(plan.differ),
            added=_titles(there, coming),
            removed=_titles(here, plan.gone) if mode is Mode.REPLACE else (),
            differing=_titles(there, plan.differ),
            photos=len(missing),
            bytes=sum(archive.size(member) for place in missing for member, _ in place.members),
            without_file=sum(not place.has_photo for place in places),
            models=tuple(one.title for one in manifest.models if one.title not in known),
        )

    def _back_up_here(self) -> Generator[Progress, None, BackupReport | None]:
        with self._uow() as here:
            if all(next(here.dump.rows(table), None) is None for table in ("item", "packing_list")):
                return None
        made: BackupReport | None = None
        for step in self._backups.make(Reason.RESTORE):
            if isinstance(step, BackupReport):
                made = step
            else:
                yield replace(step, doing="Backing up what is here")
        return made

    def _take_preferences(self, archive: Archive, mode: Mode) -> None:
        if PREFERENCES in archive and (mode is Mode.REPLACE or not self._preferences.are_chosen):
            self._preferences.take_over(archive.read(PREFERENCES))

    def _require_same_currency(self, archive: Archive) -> None:
        theirs = currency_in(archive.read(PREFERENCES)) if PREFERENCES in archive else None
        ours = self._preferences.currency
        if theirs and ours and theirs != ours:
            raise BackupRefused(
                f"Prices of this backup are in {theirs}, and those here in {ours}; amounts are never converted. Let "
                f"the backup replace everything here or, if prices here are in {theirs} too, choose it in the settings."
            )

    @contextmanager
    def _staged(self, archive: Archive) -> Iterator[UnitOfWork]:
        """The backup's rows as a separate wardrobe, with every row checked."""
        size = archive.bytes_of_rows * 2
        if shutil.disk_usage(self._folder).free < size + ROOM_LEFT:
            raise StorageFailed(
                f"The disk has too little room to look at this backup: {size // 1024**2 + 1} MB are needed."
            )
        tables = {table: archive.rows(table) for table in archive.manifest.rows}
        with ExitStack() as stack:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(dir=self._folder, prefix="staged-", ignore_cleanup_errors=True)
            )
            try:
                there = stack.enter_context(self._stage(Path(folder), archive.manifest.schema_revision, tables))
            except (ValueError, TypeError, LookupError) as error:
                raise BackupRefused(f"The rows of {archive.name} are not those of a wardrobe: {error}.") from error
            check_rows(there)
            yield there

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other restores out of the block, and first remove what an earlier one left behind.

        Raises:
            StorageFailed: another restore is running.
        """
        try:
            with alone(self._folder / "lock", _BUSY):
                for path in self._folder.glob("staged-*"):
                    shutil.rmtree(path, ignore_errors=True)
                self._files.settle()
                yield
        except OSError as error:
            raise StorageFailed(f"The data folder cannot be used: {error.strerror or error}.") from error


def _titles(uow: UnitOfWork, ids: list[int]) -> tuple[str, ...]:
    return tuple(garment.title for garment in uow.garments.many(ids[:_NAMED]))
