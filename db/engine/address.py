"""Addresses of databases: which ones the program takes, and how they are shown without what is secret in them."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from wardrobe_app.domain.errors import StorageFailed

_DRIVER: Final = "postgresql+psycopg"
_PLAIN: Final = ("postgresql", "postgres")  # as hosting services write it
_SCHEMA: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")  # PostgreSQL would cut a longer one short, silently


def parse(url: str) -> URL:
    """The parts of a database's address.

    Raises:
        StorageFailed: the program cannot use it. What it holds is not repeated: it may be a password.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise _unusable("it does not read like postgresql+psycopg://user:password@host:5432/name") from None
    if address.host and "@" in address.host:
        raise _unusable("a password with @, :, / or % in it has to be percent-encoded, @ as %40")
    if address.drivername in _PLAIN:
        address = address.set(drivername=_DRIVER)
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise _unusable(f"a wardrobe is kept in SQLite or PostgreSQL, not in {address.get_backend_name()}")
    return _without_secrets_in_the_query(address)


def require_schema(name: str) -> str:
    """The same name.

    Raises:
        ValueError: it is no name for a wardrobe's schema.
    """
    if not _SCHEMA.fullmatch(name) or name.startswith("pg_"):
        raise ValueError(f"a schema's name has up to 63 of a-z, 0-9 and _, beginning with a letter, not pg_: {name!r}")
    return name


def _without_secrets_in_the_query(address: URL) -> URL:
    """SQLAlchemy hides a password that stands in its place, not one after ``?password=``."""
    secret = address.query.get("password")
    if not isinstance(secret, str):
        return address
    return address.difference_update_query(["password"]).set(password=secret)


def _unusable(reason: str) -> StorageFailed:
    return StorageFailed(f"The database address cannot be used: {reason}.")
