"""What goes wrong in the store: handled by the program, or told in words."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_TOLD: Final = {  # by PostgreSQL's SQLSTATE, or the beginning of it
    "55P03": "another program has been changing this wardrobe for a minute; try again when it is done",
    "53300": "the database server has no connection left; close other programs that use it, or let it allow more",
    "53": "the database server has no room left",
    "57P": "the database server is being restarted; try again in a moment",
    "08": "the connection to the database server broke; try again once it is back",
}


class ImportKeyTaken(Exception):
    """A photo with this import key is stored already; perhaps another import was faster."""


def reason(error: SQLAlchemyError) -> str:
    """Why a database did not do what it was asked, in words for people; addresses and passwords are not among them."""
    original = getattr(error, "orig", None)
    state = str(getattr(original, "sqlstate", None) or "")
    lines = [line.strip() for line in str(original or error).splitlines() if line.strip()] or [type(error).__name__]
    for code, told in _TOLD.items():
        if state.startswith(code):
            return f"{told} ({lines[0]})"
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return f"{_TOLD['08']} ({lines[0]})"
    if any("connection failed" in line and "FATAL" not in line for line in lines):
        return f"its server cannot be reached ({lines[-1] if lines[0].startswith('Multiple') else lines[0]})"
    return lines[0]
