"""What a database says when it fails, in words for people. The only place that knows the drivers' codes."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

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
    "`wardrobe-graph check` look at it."
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
_CROWDED: Final = (
    f"The database server has no connection left. {_RETRY}: close other programs that use it, or let it allow more."
)
_RESTARTING: Final = f"The database server is being restarted. {_RETRY}: try again in a moment."
_BROKEN: Final = f"The connection to the database server broke. {_RETRY}: try again once it is back."
_UNREACHABLE: Final = "The wardrobe's database server cannot be reached"
# Primary result codes of SQLite; PostgreSQL's SQLSTATE, or the beginning of it, the longer ones first.
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
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "53300": _CROWDED,
    "58030": _DISK,
    "53": _FULL,
    "57P": _RESTARTING,
    "08": _BROKEN,
}


class ImportKeyTaken(Exception):
    """A photo with this import key is stored already; perhaps another import was faster."""


def storage_failed(error: SQLAlchemyError | sqlite3.Error) -> StorageFailed:
    """What a user is told of what the database raised; the driver's own words only where nothing better is known.

    Addresses and passwords are never among them.
    """
    raised = getattr(error, "orig", None) or error
    known = _SQLITE.get((getattr(raised, "sqlite_errorcode", None) or 0) & 0xFF)  # the upper bits tell details
    state = str(getattr(raised, "sqlstate", None) or "")
    known = known or next((told for code, told in _POSTGRESQL.items() if state.startswith(code)), None)
    if known is None and isinstance(error, DBAPIError) and error.connection_invalidated:
        known = _BROKEN
    return StorageFailed(known or _in_its_own_words(raised))


def _in_its_own_words(raised: BaseException) -> str:
    lines = [line.strip() for line in str(raised).splitlines() if line.strip()] or [type(raised).__name__]
    if any("connection failed" in line and "FATAL" not in line for line in lines):
        return f"{_UNREACHABLE} ({lines[-1] if lines[0].startswith('Multiple') else lines[0]})."
    return f"The wardrobe's database did not answer: {lines[0]}"
