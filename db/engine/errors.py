"""Turn database errors into messages for users. Only this module knows the drivers' codes."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from wardrobe_app.domain.errors import StorageFailed

_RETRY: Final = "Nothing was changed"
_BUSY: Final = (
    f"Another program is using the wardrobe's database. {_RETRY}: close that program, or try again in a moment."
)
_READ_ONLY: Final = (
    f"The wardrobe's database is read-only. {_RETRY}: make its file and its folder writable, and try again."
)
_DAMAGED: Final = (
    f"The wardrobe's database is damaged, or its file is not a database. {_RETRY}: restore a backup, or run "
    "`wardrobe-graph check`."
)
_FULL: Final = f"The disk is full. {_RETRY}: free some space and try again."
_DISK: Final = (
    f"The wardrobe's database could not be read from or written to the disk. {_RETRY}: check that the disk is "
    "connected, healthy and not full, and try again."
)
_CLOSED: Final = (
    f"The wardrobe's database cannot be opened. {_RETRY}: check that its folder exists and is writable, and that the "
    "disk is not full."
)
_CROWDED: Final = (
    f"The database server has no connection left. {_RETRY}: close other programs that use it, or raise its limit."
)
_RESTARTING: Final = f"The database server is restarting. {_RETRY}: try again in a moment."
_BROKEN: Final = f"The connection to the database server broke. {_RETRY}: try again once it is back."
_UNREACHABLE: Final = "The wardrobe's database server cannot be reached"
# SQLite's primary result codes, and PostgreSQL's SQLSTATEs or their beginnings, longer ones first.
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
    """A photo with this import key is stored already; another import may have been faster."""


def storage_failed(error: SQLAlchemyError | sqlite3.Error) -> StorageFailed:
    """Convert a database error to a message for the user.

    The driver's own text is used only for unknown errors. Addresses and passwords are never included.
    """
    raised = getattr(error, "orig", None) or error
    known = _SQLITE.get((getattr(raised, "sqlite_errorcode", None) or 0) & 0xFF)  # the upper bits are details
    state = str(getattr(raised, "sqlstate", None) or "")
    known = known or next((message for code, message in _POSTGRESQL.items() if state.startswith(code)), None)
    if known is None and isinstance(error, DBAPIError) and error.connection_invalidated:
        known = _BROKEN
    return StorageFailed(known or _driver_message(raised))


def _driver_message(raised: BaseException) -> str:
    lines = [line.strip() for line in str(raised).splitlines() if line.strip()] or [type(raised).__name__]
    if any("connection failed" in line and "FATAL" not in line for line in lines):
        return f"{_UNREACHABLE} ({lines[-1] if lines[0].startswith('Multiple') else lines[0]})."
    return f"The wardrobe's database did not answer: {lines[0]}"
