"""Migrate a database to the program's schema; one that holds data is backed up first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from db.engine import text_index
from db.engine.address import parse
from db.engine.collation import FOLDS_CASE
from db.engine.errors import storage_failed
from db.engine.session import begin_writing, make_engine, make_schema
from db.schema.revision import revision_of
from db.transfer.dump import Dump
from db.vectors import column
from wardrobe_app.domain.errors import StorageFailed

_SCRIPTS = Path(__file__).parent / "migrations"
_OLDEST_POSTGRESQL: Final = (13,)  # the first with normalize()
_ALEMBIC_LOCK = Lock()  # Alembic keeps its state in modules

BackUp = Callable[[Dump], Path]


def upgrade(url: str, back_up: BackUp, schema: str | None = None) -> Path | None:
    """Migrate the database at ``url`` to the newest revision; returns the backup's path if one was made.

    ``back_up`` backs up a database of an older revision; if it fails, nothing is migrated. Several processes may do
    this at once: the first one migrates, the others wait. On PostgreSQL ``schema`` is created if it is missing.

    Raises:
        StorageFailed: the database cannot be opened or backed up, or is of a newer version of the program.
        ValueError: ``schema`` is not a valid name, or the database is SQLite, which has no schemas.
    """
    try:
        engine = make_engine(url, schema)
        if schema is not None:
            make_schema(url, schema)
        try:
            with engine.connect() as connection:
                backup = _upgrade(connection, back_up)
            text_index.prepare(engine)
            column.prepare(engine)
            return backup
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StorageFailed(f"The database address cannot be used: {error}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise storage_failed(error) from error
    except OSError as error:
        raise StorageFailed(
            f"The wardrobe could not be backed up before its database was updated: {error.strerror or error}. Nothing "
            "was changed."
        ) from error


def revision_at(url: str, schema: str | None = None) -> str | None:
    """Return the revision of the database at ``url``, None if it has none yet; nothing is created or changed.

    Raises:
        StorageFailed: it does not answer.
    """
    if not _exists(url):
        return None
    engine = make_engine(url, schema)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise storage_failed(error) from error
    finally:
        engine.dispose()


def head() -> str:
    """Return the revision this program needs."""
    if not (known := _known()):
        raise StorageFailed("The program's database migrations are missing. Install it again.")
    return known[-1]


def _upgrade(connection: Connection, back_up: BackUp) -> Path | None:
    _refuse_unfit(connection)
    if revision_of(connection) == head():
        return None
    connection.rollback()
    let_rows_dangle(connection)
    begin_writing(connection)  # before checking again: another process may be migrating
    current = revision_of(connection)
    if current == head():
        return None
    _refuse_unknown(current)
    backup = back_up(Dump(connection)) if current else None
    bring_to(connection, "head")
    connection.commit()
    return backup


def bring_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to ``revision`` in the connection's transaction; the caller commits."""
    from alembic import command  # slow to load, and rarely needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _SCRIPTS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    before = _dangling(connection)
    with _ALEMBIC_LOCK:
        command.upgrade(config, revision)
    _refuse_new(_dangling(connection) - before)


def revisions() -> frozenset[str]:
    """Return every revision this program knows."""
    return frozenset(_known())


def let_rows_dangle(connection: Connection) -> None:
    """Turn foreign keys off on this connection, which must not be in a transaction.

    SQLite alters a table by copying it and dropping the old one; with foreign keys on, this would delete every row that
    refers to it: all photos and tags with the table of garments.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")


def _dangling(connection: Connection) -> Counter[str]:
    """Count the rows that refer to a missing one, by table."""
    if connection.dialect.name != "sqlite":
        return Counter()
    return Counter(str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))


def _refuse_new(dangling: Counter[str]) -> None:
    if dangling:
        raise StorageFailed(
            f"Updating the wardrobe's database would lose data (in {', '.join(dangling)}). Nothing was changed: go "
            "back to your previous version of the program, and report this."
        )


def _exists(url: str) -> bool:
    """Return whether there is a file to look at, if the database is one: SQLite would create it."""
    address = parse(url)
    return address.get_backend_name() != "sqlite" or Path(address.database or "").is_file()


def _known() -> list[str]:
    """Return every revision in order; each file's name starts with one."""
    return sorted(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _refuse_unfit(connection: Connection) -> None:
    """Refuse a PostgreSQL database that cannot hold or search every text."""
    if connection.dialect.name != "postgresql":
        return
    if (connection.dialect.server_version_info or ()) < _OLDEST_POSTGRESQL:
        raise StorageFailed(f"Search needs PostgreSQL {_OLDEST_POSTGRESQL[0]} or newer. Update the database server.")
    if (encoding := connection.scalar(text("SELECT getdatabaseencoding()"))) != "UTF8":
        raise StorageFailed(
            f"The database uses {encoding}, which cannot hold every letter. Create another one: CREATE DATABASE "
            "wardrobe ENCODING 'UTF8' TEMPLATE template0."
        )
    if not connection.scalar(text("SELECT count(*) FROM pg_collation WHERE collname = :name"), {"name": FOLDS_CASE}):
        raise StorageFailed("The database server was built without ICU, which search needs. Use a build with ICU.")


def _refuse_unknown(revision: str | None) -> None:
    if revision and revision not in revisions():
        raise StorageFailed(
            "This wardrobe is from a newer version of Wardrobe Graph. Update the program; nothing was changed."
        )
