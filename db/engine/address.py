"""Parse database addresses, and refuse those the program cannot use, without repeating their secrets."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from wardrobe_app.domain.errors import StorageFailed

_DRIVER: Final = "postgresql+psycopg"
_DRIVERLESS: Final = ("postgresql", "postgres")  # as hosting services write it
_SCHEMA: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")  # PostgreSQL silently truncates longer names


def parse(url: str) -> URL:
    """Parse a database address.

    Raises:
        StorageFailed: the program cannot use it. The message does not repeat the address: it may hold a password.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise _unusable("it does not look like postgresql+psycopg://user:password@host:5432/name") from None
    if address.host and "@" in address.host:
        raise _unusable("a password with @, :, / or % in it has to be percent-encoded, @ as %40")
    if address.drivername in _DRIVERLESS:
        address = address.set(drivername=_DRIVER)
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise _unusable(f"wardrobes are stored in SQLite or PostgreSQL, not in {address.get_backend_name()}")
    return _without_secrets_in_the_query(address)


def require_schema(name: str) -> str:
    """Return the same name.

    Raises:
        ValueError: it cannot name a wardrobe's schema.
    """
    if not _SCHEMA.fullmatch(name) or name.startswith("pg_"):
        raise ValueError(f"a schema name has up to 63 of a-z, 0-9 and _, and starts with a letter, not pg_: {name!r}")
    return name


def _without_secrets_in_the_query(address: URL) -> URL:
    """Move a password from ``?password=``, where SQLAlchemy would show it, to its own field."""
    secret = address.query.get("password")
    if not isinstance(secret, str):
        return address
    return address.difference_update_query(["password"]).set(password=secret)


def _unusable(reason: str) -> StorageFailed:
    return StorageFailed(f"The database address cannot be used: {reason}.")
