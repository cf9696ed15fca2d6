"""What a database says when it fails, in words for people. The only place that knows the drivers' codes."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from wardrobe_app.domain.errors import StorageFailed

_RETRY: Final = "Nothing was changed"
_BUSY: Final = (
    f"Another program is using the wardrobe's database, and did not let go of it. {_RETRY}: close that program, or try "
    "again in a moment."
)
_READ_ONLY: Final = (
    f"The wardrobe's database may only be read, not written. {_RETRY}: make sure that its file and its folder may be "
    "written to, and try again."
)
_DAMAGED: Final = (
    f"The wardrobe's database is damaged, or its file is not a database. {_RETRY}: restore a backup, or let "
    "`python -m wardrobe_app doctor` look at it."
)
_FULL: Final = f"The disk is full: the wardrobe's database has no room to grow. {_RETRY}: make room, and try again."
_DISK: Final = (
    f"The disk did not read or write the wardrobe's database: it is full, was taken away, or fails. {_RETRY}: look "
    "after the disk, and try again."
)
_CLOSED: Final = (
    f"The wardrobe's database cannot be opened. {_RETRY}: make sure that its folder is there and may be written to, "
    "and that the disk has room."
)
# Primary result codes of SQLite, and classes and codes of PostgreSQL's SQLSTATE.
_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
}
_POSTGRESQL: Final = {
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "53100": _FULL,
    "58030": _DISK,
}


def storage_failed(error: SQLAlchemyError | sqlite3.Error) -> StorageFailed:
    """What a user is told of what the database raised; the driver's own words only where nothing better is known."""
    raised = getattr(error, "orig", None) or error
    known = _SQLITE.get((getattr(raised, "sqlite_errorcode", None) or 0) & 0xFF)  # the upper bits tell details
    known = known or _POSTGRESQL.get(getattr(raised, "sqlstate", None) or "")
    return StorageFailed(known or f"The wardrobe's database did not answer: {str(raised).splitlines()[0]}")
