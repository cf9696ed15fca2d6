"""Backups: why one was made, when the next is due, what it contains, and what restoring it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from wardrobe_app.domain.days import OF_THE_COMPUTER, Days


class Reason(StrEnum):
    """Why a backup was made."""

    BY_HAND = "by-hand"
    SCHEDULED = "scheduled"
    MIGRATION = "migration"
    RESTORE = "before-restore"


class Every(StrEnum):
    """How often automatic backups are made."""

    OFF = "off"
    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


class Mode(StrEnum):
    """What restoring does with what is here: keep it and add what is missing, or replace it by the backup."""

    MERGE = "merge"
    REPLACE = "replace"


INTERVALS: Final = {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7), Every.MONTH: timedelta(days=30)}
KEPT_OF_OTHERS: Final = 3
"""How many of those made before migrations, and before restores, are kept."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often automatic backups are made, and how many of them are kept."""

    every: Every = Every.OFF
    keep: int = 4


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup in the backups folder, by its name and size."""

    path: Path
    reason: Reason
    made_at: datetime
    bytes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` steps; ``doing`` says in a few words what is being done."""

    done: int
    total: int
    doing: str

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was made. ``left_out`` names photo files that could not be read.

    ``counts`` is by what is counted (garments, photos, ...); ``state`` is the revision of the wardrobe's content.
    """

    path: Path
    bytes: int
    counts: dict[str, int]
    left_out: tuple[str, ...] = ()
    with_pictures: bool = True
    state: str = ""


@dataclass(frozen=True, slots=True)
class RestoreCounts:
    """How many things of one kind a restore adds, finds already here, and removes."""

    added: int = 0
    existing: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore would do, or did.

    ``garments`` to ``types`` are counts; ``differ`` is how many garments have other values in the backup than here.
    ``added``, ``removed`` and ``differing`` are the titles of the first of them. ``photos`` and ``bytes`` are what is
    written. ``without_file`` counts photos whose file is not in the backup; ``models`` are its models that are not
    here. ``kept_before`` is the backup of the wardrobe before, where one was made.
    """

    mode: Mode
    made_at: datetime
    program: str
    schema: str
    garments: RestoreCounts
    outfits: RestoreCounts
    wears: RestoreCounts
    plans: RestoreCounts
    packing_lists: RestoreCounts
    decisions: RestoreCounts
    types: RestoreCounts
    differ: int = 0
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    photos: int = 0
    bytes: int = 0
    without_file: int = 0
    models: tuple[str, ...] = ()
    kept_before: Path | None = field(default=None, compare=False)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the backup is here already, and nothing is removed."""
        planned = (self.plans, self.packing_lists)
        counts = (self.garments, self.outfits, self.wears, *planned, self.decisions, self.types)
        return self.mode is Mode.MERGE and not self.photos and not any(count.added for count in counts)


def is_due(schedule: Schedule, made: Sequence[BackupFile], now: datetime, days: Days = OF_THE_COMPUTER) -> bool:
    """Whether the next automatic backup is due, counted in whole ``days``; one made by hand counts as well."""
    if schedule.every is Every.OFF:
        return False
    last = max((one.made_at for one in made if one.reason in (Reason.SCHEDULED, Reason.BY_HAND)), default=None)
    return last is None or days.of(now) - days.of(last) >= INTERVALS[schedule.every]


def surplus(made: Sequence[BackupFile], schedule: Schedule) -> list[BackupFile]:
    """Return the old backups that can be deleted; never one made by hand."""
    keep = {Reason.SCHEDULED: schedule.keep, Reason.MIGRATION: KEPT_OF_OTHERS, Reason.RESTORE: KEPT_OF_OTHERS}
    found: list[BackupFile] = []
    for reason, number in keep.items():
        alike = sorted((one for one in made if one.reason is reason), key=lambda one: one.made_at, reverse=True)
        found += alike[max(1, number) :]
    return found
