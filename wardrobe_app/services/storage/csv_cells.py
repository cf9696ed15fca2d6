"""Protect CSV cells: a spreadsheet must neither run them nor convert them.

A cell that a spreadsheet would run as a formula gets a leading apostrophe: one that starts with ``=``, ``+``, ``-``,
``@`` or their full-width forms, after white space or not, or with a tab or line end. So does a cell whose apostrophes
are followed by such a start, which makes it reversible: exactly one apostrophe is removed again.

Every cell is quoted: a spreadsheet set to semicolons would split ``red;=1+1`` into two cells.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

_RUN: Final = r"(?:[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
# Excel makes a date of the size "10-12", and a number of "007", "1E2" and "38,5".
_TURNED: Final = r"(?:0\d+|\d+[-/.,]\d+(?:[-/.,]\d+)*|\d+[eE]\d+|\d{12,})\s*$"
_RUNS: Final = re.compile(f"'*{_RUN}")
_IS_GUARDED: Final = re.compile(f"'+{_RUN}")
_TURNS: Final = re.compile(f"'*{_TURNED}")
_IS_KEPT: Final = re.compile(f"'+{_TURNED}")


def guarded(text: str) -> str:
    """Protect a text from being run as a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """Reverse ``guarded``."""
    return text[1:] if _IS_GUARDED.match(text) else text


def kept(text: str) -> str:
    """Protect a text for editing: what looks like a number or a date stays text as well."""
    return f"'{text}" if _RUNS.match(text) or _TURNS.match(text) else text


def given_back(text: str) -> str:
    """Reverse ``kept``."""
    return text[1:] if _IS_GUARDED.match(text) or _IS_KEPT.match(text) else text


def write_rows(file: TextIO, rows: Iterable[Sequence[str]], delimiter: str = ",") -> None:
    """Write rows of protected cells to a file opened with newline=""."""
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
