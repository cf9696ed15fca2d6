"""Check that database, photos and derived files agree, and repair what can be repaired without loss."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from classifier.serving.keypoints import METHOD
from db.unit_of_work import Units
from wardrobe_app.domain.errors import StorageFailed, TaggingUnavailable
from wardrobe_app.domain.records.integrity import (
    BY_TAGGING,
    FROM_THE_PHOTO,
    GONE,
    Checkup,
    Finding,
    IssueKind,
    KeptPhoto,
    Occurrence,
    Step,
)
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.integrity.file_check import FileCheck, Listing
from wardrobe_app.services.integrity.repair import Repairs, by_photo
from wardrobe_app.services.storage.atomic_files import OLD_SECONDS, is_part
from wardrobe_app.services.tagging.predictions import Tagging

_log = logging.getLogger(__name__)

STEP_PHOTOS = 32
_ROWS = (IssueKind.DANGLING, IssueKind.OUTDATED, IssueKind.STATE)


@dataclass(slots=True)
class _Look:
    """The findings of one pass."""

    found: list[Occurrence] = field(default_factory=list)
    photos: dict[int, KeptPhoto] = field(default_factory=dict)
    listing: Listing = field(default_factory=dict)
    told: dict[IssueKind, str] = field(default_factory=dict)

    def of(self, *troubles: IssueKind) -> list[Occurrence]:
        return [one for one in self.found if one.trouble in troubles]


class IntegrityChecker:
    """Checks a wardrobe while it is in use: files of a running import are not reported."""

    def __init__(
        self,
        uow_factory: Units,
        files: FileCheck,
        repairs: Repairs,
        unfinished: StoppedImports,
        tagging: Tagging,
        purge_files: Callable[[], object],
        restoring: Callable[[], AbstractContextManager[None]],
        *,
        schema: str,
        folder: Path,
    ) -> None:
        """Take a lock against restores as ``restoring``, since their files have no rows yet.

        ``schema`` is the version the program needs; unfinished files are also searched directly in ``folder``.
        """
        self._uow = uow_factory
        self._files = files
        self._repairs = repairs
        self._unfinished = unfinished
        self._tagging = tagging
        self._purge_files = purge_files
        self._restoring = restoring
        self._schema = schema
        self._folder = folder

    def examine(self, *, repair: bool = False) -> Iterator[Step]:
        """Check everything and, with ``repair``, repair it and check it again; the last step has the result.

        Raises:
            StorageFailed: the photo store cannot be reached, or a backup is being restored during a repair.
        """
        with self._restoring() if repair else nullcontext():
            yield from self._examine(repair)

    def _examine(self, repair: bool) -> Iterator[Step]:
        share = 0.4 if repair else 1.0
        look = _Look()
        yield Step(0.0, "Looking at the database")
        if not self._look_at_rows(look):
            yield Step(1.0, "Done", _checkup(look, None))
            return
        if repair and (rows := look.of(*_ROWS)):
            self._repairs.repair_rows(METHOD)
            look = _Look()  # again: dangling rows may have had files, which are orphans now
            self._look_at_rows(look)
            look.found = rows + [one for one in look.found if one.trouble not in _ROWS]
        yield from self._look_at_files(look, look.photos.values(), 0.05, share)
        if not repair:
            yield Step(1.0, "Done", _checkup(look, None))
            return
        yield from self._repair(look)
        after = _Look()
        if self._look_at_rows(after):
            changed_garments = by_photo(look.found)
            yield from self._look_at_files(
                after, [kept for key, kept in after.photos.items() if key in changed_garments], 0.9, 1
            )
        yield Step(1.0, "Done", _checkup(look, Counter(one.trouble for one in after.found)))

    def _look_at_rows(self, look: _Look) -> bool:
        """Check the rows; returns whether the database is fit for further checks."""
        # Files first, then running imports, then rows: a file in none of these is an orphan.
        look.listing = self._files.listing()
        writing = self._unfinished.names()
        try:
            stopped = self._unfinished.left()
            with self._uow() as uow:
                look.found += [Occurrence(IssueKind.DATABASE, line) for line in uow.inventory.damage()]
                if (revision := uow.inventory.schema_revision()) != self._schema:
                    look.found.append(Occurrence(IssueKind.SCHEMA, str(revision)))
                if look.found:
                    return False
                look.found += [Occurrence(IssueKind.DANGLING, line) for line in uow.inventory.dangling()]
                look.found += [Occurrence(IssueKind.OUTDATED, "")] * uow.inventory.outdated(METHOD)
                look.found += [] if uow.inventory.has_revision() else [Occurrence(IssueKind.STATE, "state")]
                look.found += [Occurrence(IssueKind.NO_EXTENSION, name) for name in uow.missing_extensions()]
                look.found += [
                    Occurrence(IssueKind.NO_PHOTO, "", item_id) for item_id in uow.inventory.without_photos()
                ]
                look.photos = {kept.photo.id: kept for kept in uow.inventory.photos()}
                pending_deletion = uow.deletion.pending_deletion()
        except StorageFailed as error:
            look.found.append(Occurrence(IssueKind.DATABASE, str(error)))
            return False
        except Exception as error:  # an unreadable row is a finding, too
            _log.exception("could not check the database")
            look.found.append(Occurrence(IssueKind.NOT_CHECKED, f"database: {error or type(error).__name__}"))
            return False
        look.found += [Occurrence(IssueKind.STOPPED_IMPORT, ", ".join(one.paths) or "an upload") for one in stopped]
        look.found += [Occurrence(IssueKind.DOOMED, files.file) for files in pending_deletion]
        known = (
            {kept.photo.file for kept in look.photos.values()} | writing | {files.file for files in pending_deletion}
        )
        look.found += [
            Occurrence(IssueKind.ORPHAN, f"{place}/{name}") for place, name in self._files.orphans(look.listing, known)
        ]
        look.found += [
            Occurrence(IssueKind.UNFINISHED, f"{place}/{name}") for place, name in self._files.unfinished(look.listing)
        ]
        look.found += [Occurrence(IssueKind.UNFINISHED, path.name) for path in self._parts()]
        self._look_at_tags(look)
        return True

    def _look_at_tags(self, look: _Look) -> None:
        try:
            model = self._tagging.model
        except TaggingUnavailable as error:
            model = None
            look.found.append(Occurrence(IssueKind.NO_MODEL, str(error)))
        for photo_id, kept in look.photos.items():
            name = kept.photo.filename
            if kept.model is None:
                look.found.append(Occurrence(IssueKind.NOT_TAGGED, name, kept.item_id, photo_id))
            elif model is not None and kept.model != model:
                look.found.append(Occurrence(IssueKind.OTHER_MODEL, name, kept.item_id, photo_id))

    def _look_at_files(self, look: _Look, wanted: Iterable[KeptPhoto], start: float, end: float) -> Iterator[Step]:
        photos = list(wanted)
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow releases the lock
            for at in range(0, len(photos), STEP_PHOTOS):
                yield Step(start + (end - start) * at / len(photos), f"Photo {at + 1} of {len(photos)}")
                for found in pool.map(
                    lambda kept: self._files.troubles(kept, look.listing), photos[at : at + STEP_PHOTOS]
                ):
                    look.found += found

    def _parts(self) -> Iterator[Path]:
        """Yield abandoned files in the data folder itself."""
        return (path for path in self._folder.glob(".*") if is_part(path.name) and _is_old(path))

    def _repair(self, look: _Look) -> Iterator[Step]:
        yield Step(0.4, "Clearing up")
        self._purge_files()
        self._put_aside(look)
        gone = {one.photo_id for one in look.of(*GONE)}
        yield from self._draw_anew(look, gone)
        yield from self._tag(look, {look.photos[key].item_id for key in gone if key})

    def _put_aside(self, look: _Look) -> None:
        for one in look.of(IssueKind.ORPHAN):
            place, _, name = one.name.partition("/")
            try:
                self._repairs.put_aside(place, name)
                look.told[IssueKind.ORPHAN] = f"Moved to {self._repairs.lost_and_found}."
            except OSError as error:
                look.told[IssueKind.ORPHAN] = f"{one.name} could not be moved: {error.strerror or error}."
        for place, name in self._files.unfinished(look.listing):
            self._files.delete_unfinished(place, name)
        for path in self._parts():
            path.unlink(missing_ok=True)

    def _draw_anew(self, look: _Look, gone: set[int | None]) -> Iterator[Step]:
        wanted = {key: found for key, found in by_photo(look.of(*FROM_THE_PHOTO)).items() if key not in gone}
        for done, (photo_id, troubles) in enumerate(wanted.items()):
            yield Step(0.45 + 0.15 * done / len(wanted), f"Picture {done + 1} of {len(wanted)}")
            with _told_if_it_fails(look, *troubles):
                self._repairs.redraw(look.photos[photo_id].photo, troubles)

    def _tag(self, look: _Look, gone: set[int]) -> Iterator[Step]:
        if look.of(IssueKind.NO_MODEL):
            return
        wanted = sorted({one.item_id for one in look.of(*BY_TAGGING) if one.item_id is not None} - gone)
        for at in range(0, len(wanted), STEP_PHOTOS):
            yield Step(0.6 + 0.2 * at / len(wanted), f"Tagging garment {at + 1} of {len(wanted)}")
            with _told_if_it_fails(look, *BY_TAGGING):
                if problem := self._repairs.tag(wanted[at : at + STEP_PHOTOS]):
                    look.told |= dict.fromkeys(BY_TAGGING, problem)


@contextmanager
def _told_if_it_fails(look: _Look, *troubles: IssueKind) -> Iterator[None]:
    """Report a failed repair with its findings, and go on with the others."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, StorageFailed):
            _log.exception("could not repair")
        look.told |= dict.fromkeys(troubles, str(error) or type(error).__name__)


def _checkup(look: _Look, still: Counter[IssueKind] | None) -> Checkup:
    files = sum(len(names) for names in look.listing.values())
    return Checkup(_findings(look, still), {"photos": len(look.photos), "files": files})


def _findings(look: _Look, still: Counter[IssueKind] | None) -> tuple[Finding, ...]:
    """Group findings by kind, the gravest first; ``still`` counts those left after a repair, None without one."""
    findings = []
    for trouble in IssueKind:
        if found := tuple(look.of(trouble)):
            repaired = 0 if still is None else max(0, len(found) - still[trouble])
            findings.append(Finding(trouble, found, repaired, look.told.get(trouble, "")))
    return tuple(findings)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > OLD_SECONDS
    except OSError:
        return False
