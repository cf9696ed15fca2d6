"""Text in tables that a spreadsheet may open: it is shown there, never run as a formula.

A cell that would be run (one that begins, perhaps after blanks, with ``=``, ``+``, ``-``, ``@``, a tab or a line break,
or with a full-width form of such a sign) gets a leading apostrophe. So does one whose apostrophes are followed by such
a beginning, which makes the guard reversible: ``unguarded`` takes exactly one apostrophe off again.

Every cell is quoted: a spreadsheet set to semicolons would otherwise part ``red;=1+1`` into two cells.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

_SIGNS: Final = "[ \u00a0\u3000\ufeff]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_RUNS: Final = re.compile(f"^'*{_SIGNS}")
_GUARDED: Final = re.compile(f"^'+{_SIGNS}")


def guarded(text: str) -> str:
    """The text as a spreadsheet may be given it: never run as a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def write_rows(file: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of cells that are ``guarded`` already, as comma-separated values, to a file opened with newline=""."""
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
