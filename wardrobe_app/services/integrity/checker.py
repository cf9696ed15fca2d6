"""Looks whether database, photos and everything made of them agree, and mends what can be mended without loss."""

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
from wardrobe_app.services.importing.resume import Unfinished
from wardrobe_app.services.integrity.file_check import FileCheck, Listing
from wardrobe_app.services.integrity.repair import Repairs, by_photo
from wardrobe_app.services.storage.atomic_files import OLD_SECONDS, is_part
from wardrobe_app.services.tagging.predictions import Tagging

_log = logging.getLogger(__name__)

CHUNK = 32  # photos between two steps
_ROWS = (IssueKind.DANGLING, IssueKind.OUTDATED, IssueKind.STATE)


@dataclass(slots=True)
class _Look:
    """What one look at everything found."""

    found: list[Occurrence] = field(default_factory=list)
    photos: dict[int, KeptPhoto] = field(default_factory=dict)
    listing: Listing = field(default_factory=dict)
    told: dict[IssueKind, str] = field(default_factory=dict)

    def of(self, *troubles: IssueKind) -> list[Occurrence]:
        return [one for one in self.found if one.trouble in troubles]


class IntegrityChecker:
    """Examines a wardrobe while it is in use: what another program is importing just now is not taken for trouble."""

    def __init__(
        self,
        uow_factory: Units,
        files: FileCheck,
        repairs: Repairs,
        unfinished: Unfinished,
        tagging: Tagging,
        clear_doomed: Callable[[], object],
        restoring: Callable[[], AbstractContextManager[None]],
        *,
        schema: str,
        folder: Path,
    ) -> None:
        """``restoring`` keeps restores away, whose files have no rows yet. ``schema`` is the version that the program
        needs; right in ``folder`` unfinished files are looked for too.
        """
        self._uow = uow_factory
        self._files = files
        self._mending = repairs
        self._unfinished = unfinished
        self._tagging = tagging
        self._clear_doomed = clear_doomed
        self._restoring = restoring
        self._schema = schema
        self._folder = folder

    def examine(self, *, repair: bool = False) -> Iterator[Step]:
        """Look at everything and, to ``repair`` it, mend and look again at what was mended; the last step tells.

        Raises:
            StorageFailed: the store of photos cannot be reached, or a backup is being restored while this is to repair.
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
            self._mending.repair_rows(METHOD)
            look = _Look()  # anew: what was a photo of nothing may be a file of nobody now
            self._look_at_rows(look)
            look.found = rows + [one for one in look.found if one.trouble not in _ROWS]
        yield from self._look_at_files(look, look.photos.values(), 0.05, share)
        if not repair:
            yield Step(1.0, "Done", _checkup(look, None))
            return
        yield from self._mend(look)
        after = _Look()
        if self._look_at_rows(after):
            changed_garments = by_photo(look.found)
            yield from self._look_at_files(
                after, [kept for key, kept in after.photos.items() if key in changed_garments], 0.9, 1
            )
        yield Step(1.0, "Done", _checkup(look, Counter(one.trouble for one in after.found)))

    # Looking

    def _look_at_rows(self, look: _Look) -> bool:
        """Whether the database can be relied on for the rest."""
        # Files first, then the imports that are running, then rows: a file that is in none of these is nobody's.
        look.listing = self._files.listing()
        writing = self._unfinished.names()
        try:
            stopped = self._unfinished.left()
            with self._uow() as uow:
                look.found += [Occurrence(IssueKind.DATABASE, line) for line in uow.inventory.damage()]
                if (revision := uow.inventory.revision()) != self._schema:
                    look.found.append(Occurrence(IssueKind.SCHEMA, str(revision)))
                if look.found:
                    return False
                look.found += [Occurrence(IssueKind.DANGLING, line) for line in uow.inventory.dangling()]
                look.found += [Occurrence(IssueKind.OUTDATED, "")] * uow.inventory.outdated(METHOD)
                look.found += [] if uow.inventory.has_state() else [Occurrence(IssueKind.STATE, "state")]
                look.found += [
                    Occurrence(IssueKind.NO_PHOTO, "", item_id) for item_id in uow.inventory.without_photos()
                ]
                look.photos = {kept.photo.id: kept for kept in uow.inventory.photos()}
                pending_deletion = uow.deletion.pending_deletion()
        except StorageFailed as error:
            look.found.append(Occurrence(IssueKind.DATABASE, str(error)))
            return False
        except Exception as error:  # a row that cannot be read is a finding, too
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
            if kept.method != METHOD:
                look.found.append(Occurrence(IssueKind.NO_POINTS, name, kept.item_id, photo_id))

    def _look_at_files(self, look: _Look, wanted: Iterable[KeptPhoto], start: float, end: float) -> Iterator[Step]:
        photos = list(wanted)
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow lets other threads run
            for at in range(0, len(photos), CHUNK):
                yield Step(start + (end - start) * at / len(photos), f"Photo {at + 1} of {len(photos)}")
                for found in pool.map(lambda kept: self._files.troubles(kept, look.listing), photos[at : at + CHUNK]):
                    look.found += found

    def _parts(self) -> Iterator[Path]:
        """Unfinished files in the data folder itself."""
        return (path for path in self._folder.glob(".*") if is_part(path.name) and _is_old(path))

    # Mending

    def _mend(self, look: _Look) -> Iterator[Step]:
        yield Step(0.4, "Clearing up")
        self._clear_doomed()
        self._put_aside(look)
        gone = {one.photo_id for one in look.of(*GONE)}
        yield from self._draw_anew(look, gone)
        yield from self._tag(look, {look.photos[key].item_id for key in gone if key})
        late = [one.photo_id for one in look.of(IssueKind.NO_POINTS) if one.photo_id not in gone]
        for at in range(0, len(late), CHUNK):
            yield Step(0.8 + 0.1 * at / len(late), f"Local features of photo {at + 1} of {len(late)}")
            with _told_if_it_fails(look, IssueKind.NO_POINTS):
                self._mending.find_points([look.photos[key].photo for key in late[at : at + CHUNK] if key])

    def _put_aside(self, look: _Look) -> None:
        for one in look.of(IssueKind.ORPHAN):
            place, _, name = one.name.partition("/")
            try:
                self._mending.put_aside(place, name)
                look.told[IssueKind.ORPHAN] = f"Moved to {self._mending.lost_and_found}."
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
                self._mending.redraw(look.photos[photo_id].photo, troubles)

    def _tag(self, look: _Look, gone: set[int]) -> Iterator[Step]:
        if look.of(IssueKind.NO_MODEL):
            return
        wanted = sorted({one.item_id for one in look.of(*BY_TAGGING) if one.item_id is not None} - gone)
        for at in range(0, len(wanted), CHUNK):
            yield Step(0.6 + 0.2 * at / len(wanted), f"Tagging garment {at + 1} of {len(wanted)}")
            with _told_if_it_fails(look, *BY_TAGGING):
                if problem := self._mending.tag(wanted[at : at + CHUNK]):
                    look.told |= dict.fromkeys(BY_TAGGING, problem)


@contextmanager
def _told_if_it_fails(look: _Look, *troubles: IssueKind) -> Iterator[None]:
    """Let a repair that fails be told with the findings it was for; the other repairs go on."""
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
    """By kind, the gravest first; ``still`` counts what was found again after mending, None if nothing was mended."""
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
