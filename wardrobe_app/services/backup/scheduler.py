"""The backups of a wardrobe: made by hand and on a schedule, without making anybody wait."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.records.backup import BackupFile, BackupReport, Reason, Schedule, is_due
from wardrobe_app.services.backup.maker import BackupMaker, Reading, RowSource, Steps, last
from wardrobe_app.services.catalogue.preferences import Preferences

LOOK_AGAIN_SECONDS: Final = 600.0
"""So often, at most, somebody who uses the program makes it look whether a backup is due."""

_log = logging.getLogger(__name__)


class Backups:
    """The backups of one wardrobe, and the folder that they are kept in."""

    def __init__(self, maker: BackupMaker, reading: Reading, preferences: Preferences) -> None:
        self._maker = maker
        self._reading = reading
        self._preferences = preferences
        self._looked: float | None = None
        self._looking = threading.Lock()

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return self._maker.folder

    @property
    def before_migration(self) -> Callable[[RowSource], Path]:
        """Make a backup of the rows that are handed over, before the schema changes."""
        return self._maker.before_migration

    def all(self) -> tuple[BackupFile, ...]:
        """The backups in the folder, the newest first."""
        return self._maker.all()

    def make(self, reason: Reason = Reason.BY_HAND, output: Path | None = None) -> Steps:
        """Make a backup step by step, into ``output`` or else into the folder; the report comes last.

        Who stops asking stops it; nothing is left behind then. Photos that are deleted meanwhile are left out.

        Raises:
            StorageFailed: it cannot be written, the disk is nearly full, or another one is being made.
        """
        return self._maker.make(self._reading, reason, output)

    @property
    def schedule(self) -> Schedule:
        """How often one is made by itself."""
        return self._preferences.backups

    def plan(self, schedule: Schedule) -> None:
        """Make one by itself from now on as the ``schedule`` says."""
        self._preferences.schedule_backups(schedule)
        self._looked = None

    def is_due(self, now: datetime | None = None) -> bool:
        """Whether the next one is to be made by itself."""
        return is_due(self.schedule, self.all(), now or datetime.now(UTC))

    def make_if_due(self) -> BackupReport | None:
        """Make one if it is due; None if not."""
        return last(self.make(Reason.SCHEDULED)) if self.is_due() else None

    def look_in_background(self) -> threading.Thread | None:
        """See now and then whether one is due, and make it without keeping anybody waiting; the thread that does."""
        with self._looking:
            if self._looked is not None and time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
                return None
            self._looked = time.monotonic()
        if not self.is_due():
            return None
        thread = threading.Thread(target=self._make_quietly, name="scheduled backup", daemon=True)
        thread.start()
        return thread

    def _make_quietly(self) -> None:
        try:
            self.make_if_due()
        except WardrobeError as error:
            _log.warning("no scheduled backup: %s", error)
        except Exception:
            _log.exception("the scheduled backup failed")
