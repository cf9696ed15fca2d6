"""Back up a wardrobe on request and on a schedule, in the background."""

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
"""How often, at most, using the app checks whether a backup is due."""

_log = logging.getLogger(__name__)


class Backups:
    """The backups of one wardrobe."""

    def __init__(self, maker: BackupMaker, reading: Reading, preferences: Preferences) -> None:
        self._maker = maker
        self._reading = reading
        self._preferences = preferences
        self._looked: float | None = None
        self._looking = threading.Lock()

    @property
    def folder(self) -> Path:
        """The folder of the backups."""
        return self._maker.folder

    @property
    def before_migration(self) -> Callable[[RowSource], Path]:
        """Backs up the rows that it is given, before the schema changes."""
        return self._maker.before_migration

    def all(self) -> tuple[BackupFile, ...]:
        """Return the backups in the folder, the newest first."""
        return self._maker.all()

    def make(self, reason: Reason = Reason.BY_HAND, output: Path | None = None) -> Steps:
        """Back up to ``output``, by default in the folder, as ``BackupMaker.make`` does."""
        return self._maker.make(self._reading, reason, output)

    @property
    def schedule(self) -> Schedule:
        """The schedule of automatic backups."""
        return self._preferences.backups

    def plan(self, schedule: Schedule) -> None:
        """Change the schedule of automatic backups."""
        self._preferences.schedule_backups(schedule)
        self._looked = None

    def is_due(self, now: datetime | None = None) -> bool:
        """Whether an automatic backup is due."""
        return is_due(self.schedule, self.all(), now or datetime.now(UTC))

    def make_if_due(self) -> BackupReport | None:
        """Make a backup if one is due; None if not."""
        return last(self.make(Reason.SCHEDULED)) if self.is_due() else None

    def look_in_background(self) -> threading.Thread | None:
        """Check from time to time whether a backup is due, and make it in a thread, which is returned."""
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
