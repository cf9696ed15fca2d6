"""What a spreadsheet import did, or would do, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class RowOutcome(StrEnum):
    """The outcome of a row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that the file changes, as people read it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a row is refused: the ``column`` and its ``value``, empty where it is the whole row, and the reason."""

    column: str
    value: str
    reason: str

    @property
    def text(self) -> str:
        """Column, value and reason in one line."""
        where = f"{self.column} “{self.value[:60]}”: " if self.value else (f"{self.column}: " if self.column else "")
        return where + self.reason


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row; ``row`` is its number in a spreadsheet, where the headings are row 1.

    A row with ``problems`` is refused as a whole. ``remarks`` are about cells that were ignored.
    """

    row: int
    item_id: int | None
    title: str
    changes: tuple[CellChange, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def outcome(self) -> RowOutcome:
        """Refused if anything is wrong, otherwise whether anything changes."""
        if self.problems:
            return RowOutcome.REFUSED
        return RowOutcome.CHANGED if self.changes else RowOutcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class SpreadsheetReport:
    """Every row, notes about the whole file, and the undo of the import (None for a preview)."""

    rows: tuple[RowResult, ...]
    notes: tuple[str, ...] = ()
    undo: Callable[[], None] | None = None

    def count(self, outcome: RowOutcome) -> int:
        """How many rows have this outcome."""
        return Counter(row.outcome for row in self.rows)[outcome]
