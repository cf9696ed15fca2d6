"""Back up a wardrobe on request and on a schedule, in the background."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Final

from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.records.backup import BackupReport, Reason, Schedule, is_due
from wardrobe_app.services.backup.maker import BackupMaker, last

LOOK_AGAIN_SECONDS: Final = 600.0
"""How often, at most, using the app checks whether a backup is due."""

_log = logging.getLogger(__name__)


class Backups(BackupMaker):
    """The backups of one wardrobe, with their schedule."""

    _looked: float | None = None
    _looking = threading.Lock()  # of all wardrobes; it is held only to read and write the time

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
