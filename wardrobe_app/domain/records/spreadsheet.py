"""What an import of the table of garments did, or would do, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class RowOutcome(StrEnum):
    """What becomes of a row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One value that the file changes, in the words of people."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a row is refused: the ``column`` and its ``value``, empty where it is the row as a whole, and a sentence."""

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

    A row with ``problems`` is refused as a whole. ``remarks`` tell what was left alone in a row that is not.
    """

    row: int
    item_id: int | None
    title: str
    changes: tuple[CellChange, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def outcome(self) -> RowOutcome:
        """Refused if anything is wrong, else whether anything changes."""
        if self.problems:
            return RowOutcome.REFUSED
        return RowOutcome.CHANGED if self.changes else RowOutcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class SpreadsheetReport:
    """Every row, what is to be said of the file as a whole, and what takes the import back (None for a preview)."""

    rows: tuple[RowResult, ...]
    notes: tuple[str, ...] = ()
    undo: Callable[[], None] | None = None

    def count(self, outcome: RowOutcome) -> int:
        """How many rows came out so."""
        return Counter(row.outcome for row in self.rows)[outcome]
