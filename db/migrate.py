"""Brings a database to the program's schema; an existing SQLite file is copied first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from db.failures import storage_failed
from db.session import begin_writing, make_engine, make_schema
from db.text import FOLDS_CASE
from wardrobe_app.domain.errors import StorageFailed

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(url: str, backup_dir: Path, schema: str | None = None) -> Path | None:
    """Bring the database at ``url`` to the newest revision; the backup's path if one was taken.

    A SQLite file that holds an older revision is copied to ``backup_dir`` first. Several processes may do this at
    the same time: the first one migrates, the others wait for it. PostgreSQL keeps a wardrobe in each schema;
    ``schema`` is made where it is not there yet.

    Raises:
        StorageFailed: the database cannot be opened, or was made by a newer version of the program.
        ValueError: ``schema`` is no name for a schema, or the database is SQLite, which has none.
    """
    try:
        engine = make_engine(url, schema)
        if schema is not None:
            make_schema(url, schema)
        try:
            with engine.connect() as connection:
                return _upgrade(connection, backup_dir)
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StorageFailed(f"The database address cannot be used: {error}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise storage_failed(error) from error
    except OSError as error:
        raise StorageFailed(
            f"The wardrobe's database has to be copied to {backup_dir} before it is brought up to date, and that "
            f"failed: {error.strerror or error}. Nothing was changed."
        ) from error


def head() -> str:
    """The revision that this program needs."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise StorageFailed("This copy of the program lacks its database migrations; install it again.")
    return newest


def _upgrade(connection: Connection, backup_dir: Path) -> Path | None:
    _refuse_unfit(connection)
    if _revision(connection) == head():
        return None
    connection.rollback()
    _let_rows_dangle(connection)
    begin_writing(connection)  # before looking again: another process may be migrating right now
    current = _revision(connection)
    if current == head():
        return None
    _refuse_unknown(current)
    backup = _back_up(connection, backup_dir, current) if current else None
    config = Config()
    config.set_main_option("script_location", _SCRIPTS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    before = _dangling(connection)
    command.upgrade(config, "head")
    _refuse_new(_dangling(connection) - before)
    connection.commit()
    return backup


def _let_rows_dangle(connection: Connection) -> None:
    """For as long as this connection lasts, which is one migration.

    SQLite alters a table by copying it and dropping the old one, and with foreign keys on a dropped table takes along
    whatever refers to its rows: all photos and tags with the table of garments. No switching inside a transaction.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")


def _dangling(connection: Connection) -> Counter[str]:
    """How many rows refer to one that is not there, by table."""
    if connection.dialect.name != "sqlite":
        return Counter()
    return Counter(str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))


def _refuse_new(dangling: Counter[str]) -> None:
    if dangling:
        raise StorageFailed(
            f"Bringing the wardrobe's database up to date would lose what belongs together (in {', '.join(dangling)}). "
            "Nothing was changed: keep to the version of the program that you had, and report this."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(_SCRIPTS.as_posix())


def _refuse_unfit(connection: Connection) -> None:
    """A PostgreSQL database that cannot hold every text, or not search it as SQLite does."""
    if connection.dialect.name != "postgresql":
        return
    if (encoding := connection.scalar(text("SELECT getdatabaseencoding()"))) != "UTF8":
        raise StorageFailed(
            f"The database is made for {encoding} text, and names and notes may hold any letter. Make another one: "
            "CREATE DATABASE wardrobe ENCODING 'UTF8' TEMPLATE template0."
        )
    if not connection.scalar(text("SELECT count(*) FROM pg_collation WHERE collname = :name"), {"name": FOLDS_CASE}):
        raise StorageFailed("The database server was built without ICU, which search needs. Use another build of it.")


def _refuse_unknown(revision: str | None) -> None:
    if revision and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise StorageFailed(
            "This wardrobe was made by a newer version of Wardrobe Graph. Update the program; nothing was changed."
        )


def _back_up(connection: Connection, backup_dir: Path, revision: str) -> Path | None:
    """A consistent copy of a SQLite file as it is now, or None for other databases and for memory."""
    database = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    backup_dir.mkdir(parents=True, exist_ok=True)
    target = backup_dir / f"wardrobe-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db"
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except BaseException:
        target.unlink(missing_ok=True)  # half a backup is none
        raise
    return target
