"""Create engines and sessions, and begin transactions on each kind of database."""

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
_LOCK_TIMEOUT_MS: Final = 60_000  # PostgreSQL's writers take turns; a longer wait means that one hangs
_CONNECT_TIMEOUT_S: Final = 10
_WRITING: Final = "wardrobe_writing"
_WRITER_LOCK: Final = 7_303_014  # any number that no other program on the database server locks


def make_engine(url: str, schema: str | None = None) -> Engine:
    """Create an engine for a SQLite or PostgreSQL ``url``.

    SQLite gets foreign keys, the write-ahead log and a busy timeout on every connection. On PostgreSQL every wardrobe
    is a schema: ``schema``, which ``make_schema`` created, or the user's default one.

    Raises:
        StorageFailed: the address cannot be used; the message says why, without secrets.
        ValueError: ``schema`` is not a valid name, or the database is SQLite, which has no schemas.
    """
    address = parse(url)
    if address.get_backend_name() == "sqlite":
        if schema is not None:
            raise ValueError("SQLite has no schemas: use one file per wardrobe")
        engine = create_engine(address)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        change_tracking.listen(engine)
        return engine
    options = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT_TIMEOUT_S}
    # A connection that broke while idle (server restart, laptop sleep) is replaced before use.
    engine = create_engine(address, pool_pre_ping=True, connect_args=options)
    change_tracking.listen(engine)
    if schema is not None:
        event.listen(engine, "connect", partial(_use_schema, require_schema(schema)), insert=True)
    return engine


def make_schema(url: str, schema: str) -> None:
    """Create ``schema`` in PostgreSQL's database at ``url`` unless it exists; safe for several processes at once.

    Raises:
        ValueError: it is not a valid name.
        SQLAlchemyError: the database does not answer, or this user may not create schemas.
    """
    require_schema(schema)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(:schema))")  # IF NOT EXISTS alone can collide
            connection.execute(lock, {"key": _WRITER_LOCK, "schema": schema})
            connection.execute(CreateSchema(schema, if_not_exists=True))
    finally:
        engine.dispose()


def make_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Create sessions whose rows stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def begin(session: Session, *, writing: bool) -> None:
    """Begin the session's transaction.

    A writing one waits for its turn before it reads, so that what it read still holds when it writes. A reading one
    waits for nobody and sees one snapshot.
    """
    options: dict[str, Any] = {_WRITING: writing}
    if session.get_bind().dialect.name == "postgresql" and not writing:
        options["isolation_level"] = "REPEATABLE READ"
    connection = session.connection(execution_options=options)
    if writing:
        _wait_for_others(connection)
        change_tracking.begin(session)


def begin_writing(connection: Connection) -> None:
    """Begin a writing transaction on a bare connection."""
    connection.execution_options(**{_WRITING: True})
    connection.begin()
    _wait_for_others(connection)


def overwrite_deleted(session: Session) -> None:
    """Overwrite what this session deletes: SQLite would only mark the space as free."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _wait_for_others(connection: Connection) -> None:
    """Wait for the schema's write lock on PostgreSQL. SQLite has a single writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}"))
        # Without a schema there is nothing to wait for: hashtext(NULL) locks nothing.
        lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(coalesce(current_schema(), '')))")
        connection.execute(lock, {"key": _WRITER_LOCK})


def _use_schema(schema: str, connection: Any, _record: Any) -> None:
    before, connection.autocommit = connection.autocommit, True  # otherwise the first rollback would undo it
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (schema,))
    connection.autocommit = before


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin late and without the lock
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
