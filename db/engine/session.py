"""The engine, its sessions, and how a transaction begins on each kind of database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.schema import CreateSchema

from db.engine import change_tracking
from db.engine.address import parse, require_schema
from wardrobe_app.domain.text import fold, natural_key

BUSY_TIMEOUT_MS: Final = 10_000
_PATIENCE_MS: Final = 60_000  # PostgreSQL lets writers in by turns: who waits this long waits for a hung one
_CONNECT_S: Final = 10
_WRITING: Final = "wardrobe_writing"
_ONE_WRITER: Final = 7_303_014  # any number that no other program on the same database server locks


def make_engine(url: str, schema: str | None = None) -> Engine:
    """An engine for ``url``, of SQLite or PostgreSQL.

    SQLite gets foreign keys, the write-ahead log and a busy timeout on every connection. On PostgreSQL every wardrobe
    is a schema: ``schema``, which ``make_schema`` made, or the one that the database server gives whoever signs in.

    Raises:
        StorageFailed: the address cannot be used; the message says why, without what is secret in it.
        ValueError: ``schema`` is no name for a schema, or the database is SQLite, which has none.
    """
    address = parse(url)
    if address.get_backend_name() == "sqlite":
        if schema is not None:
            raise ValueError("SQLite has no schemas: give each wardrobe a file of its own")
        engine = create_engine(address)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        change_tracking.listen(engine)
        return engine
    options = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT_S}
    # A connection that broke while nobody used it (a server's restart, a laptop's sleep) is replaced, not handed out.
    engine = create_engine(address, pool_pre_ping=True, connect_args=options)
    change_tracking.listen(engine)
    if schema is not None:
        event.listen(engine, "connect", partial(_look_only_into, require_schema(schema)), insert=True)
    return engine


def make_schema(url: str, schema: str) -> None:
    """Make sure that PostgreSQL's database at ``url`` has ``schema``; several processes may do so at once.

    Raises:
        ValueError: it is no name for a schema.
        SQLAlchemyError: the database does not answer, or lets this user make none.
    """
    require_schema(schema)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(:schema))")  # IF NOT EXISTS alone can collide
            connection.execute(lock, {"key": _ONE_WRITER, "schema": schema})
            connection.execute(CreateSchema(schema, if_not_exists=True))
    finally:
        engine.dispose()


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
        change_tracking.begin(session)


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
        connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
        # Without a schema there is no turn to wait for: hashtext(NULL) locks nothing.
        lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(coalesce(current_schema(), '')))")
        connection.execute(lock, {"key": _ONE_WRITER})


def _look_only_into(schema: str, connection: Any, _record: Any) -> None:
    before, connection.autocommit = connection.autocommit, True  # else it would go with the first rollback
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (schema,))
    connection.autocommit = before


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin late, by itself, and without the lock
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    for name, make in (("fold", fold), ("natural_key", natural_key)):
        connection.create_function(name, 1, partial(_of_text, make), deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _of_text(make: Callable[[str], str], value: str | float | None) -> str | float | None:
    return make(value) if isinstance(value, str) else value
