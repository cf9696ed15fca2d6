"""The engine, its sessions, and how a transaction begins on each kind of database."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS: Final = 10_000
_WRITING: Final = "wardrobe_writing"
_ONE_WRITER: Final = 7_303_014  # any number that no other program on the same database server locks


def make_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite gets foreign keys, the write-ahead log and a busy timeout on every connection."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose rows stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def begin(session: Session, *, writing: bool) -> None:
    """Begin the session's transaction.

    A writing one waits for its turn before it reads anything, so that what it read still holds when it writes.
    A reading one waits for nobody and sees the wardrobe as it was at one moment.
    """
    options: dict[str, Any] = {_WRITING: writing}
    if session.get_bind().dialect.name == "postgresql" and not writing:
        options["isolation_level"] = "REPEATABLE READ"
    connection = session.connection(execution_options=options)
    if writing:
        _wait_for_others(connection)


def begin_writing(connection: Connection) -> None:
    """The same for a bare connection on which nothing has begun."""
    connection.execution_options(**{_WRITING: True})
    connection.begin()
    _wait_for_others(connection)


def overwrite_deleted(session: Session) -> None:
    """Let what this session deletes be overwritten: SQLite would only call its place in the file free."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _wait_for_others(connection: Connection) -> None:
    """SQLite has one writer at a time by itself; PostgreSQL is asked for one in each schema, which is a wardrobe."""
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(current_schema()))")
        connection.execute(lock, {"key": _ONE_WRITER})


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin late, by itself, and without the lock
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    # SQLite's own lower() knows ASCII only, so a search for "été" would miss "Été".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _lower(text: str | None) -> str | None:
    return text.lower() if isinstance(text, str) else text
