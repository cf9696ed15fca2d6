"""Brings a database to the program's schema; one that holds something is backed up first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from db.engine.collation import FOLDS_CASE
from db.engine.errors import storage_failed
from db.engine.session import begin_writing, make_engine, make_schema
from db.schema.revision import revision_of
from db.transfer.dump import Dump
from wardrobe_app.domain.errors import StorageFailed

_SCRIPTS = Path(__file__).parent / "migrations"
_OLDEST_POSTGRESQL: Final = (13,)  # the first one that can take letters and their accents apart
_ONE_AT_A_TIME = Lock()  # Alembic keeps what it works on in its modules

BackUp = Callable[[Dump], Path]


def upgrade(url: str, back_up: BackUp, schema: str | None = None) -> Path | None:
    """Bring the database at ``url`` to the newest revision; the backup's path if one was taken.

    ``back_up`` makes a backup of a database that holds an older revision; if it fails, nothing is migrated. Several
    processes may do this at the same time: the first one migrates, the others wait for it. PostgreSQL keeps a wardrobe
    in each schema; ``schema`` is made where it is not there yet.

    Raises:
        StorageFailed: the database cannot be opened or backed up, or was made by a newer version of the program.
        ValueError: ``schema`` is no name for a schema, or the database is SQLite, which has none.
    """
    try:
        engine = make_engine(url, schema)
        if schema is not None:
            make_schema(url, schema)
        try:
            with engine.connect() as connection:
                return _upgrade(connection, back_up)
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StorageFailed(f"The database address cannot be used: {error}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise storage_failed(error) from error
    except OSError as error:
        raise StorageFailed(
            "The wardrobe has to be backed up before its database is brought up to date, and that failed: "
            f"{error.strerror or error}. Nothing was changed."
        ) from error


def head() -> str:
    """The revision that this program needs."""
    if not (known := _known()):
        raise StorageFailed("This copy of the program lacks its database migrations; install it again.")
    return known[-1]


def _upgrade(connection: Connection, back_up: BackUp) -> Path | None:
    _refuse_unfit(connection)
    if revision_of(connection) == head():
        return None
    connection.rollback()
    let_rows_dangle(connection)
    begin_writing(connection)  # before looking again: another process may be migrating right now
    current = revision_of(connection)
    if current == head():
        return None
    _refuse_unknown(current)
    backup = back_up(Dump(connection)) if current else None
    bring_to(connection, "head")
    connection.commit()
    return backup


def bring_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to ``revision`` in the transaction of the connection; the caller commits."""
    from alembic import command  # takes longer to load than all else that opens a wardrobe that is up to date
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _SCRIPTS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    before = _dangling(connection)
    with _ONE_AT_A_TIME:
        command.upgrade(config, revision)
    _refuse_new(_dangling(connection) - before)


def revisions() -> frozenset[str]:
    """Every revision that this program knows."""
    return frozenset(_known())


def let_rows_dangle(connection: Connection) -> None:
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


def _known() -> list[str]:
    """Every revision, in order: each is in a file that begins with it."""
    return sorted(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _refuse_unfit(connection: Connection) -> None:
    """A PostgreSQL database that cannot hold every text, or not search it as SQLite does."""
    if connection.dialect.name != "postgresql":
        return
    if (connection.dialect.server_version_info or ()) < _OLDEST_POSTGRESQL:
        raise StorageFailed(f"Search needs PostgreSQL {_OLDEST_POSTGRESQL[0]} or newer. Update the database server.")
    if (encoding := connection.scalar(text("SELECT getdatabaseencoding()"))) != "UTF8":
        raise StorageFailed(
            f"The database is made for {encoding} text, and names and notes may hold any letter. Make another one: "
            "CREATE DATABASE wardrobe ENCODING 'UTF8' TEMPLATE template0."
        )
    if not connection.scalar(text("SELECT count(*) FROM pg_collation WHERE collname = :name"), {"name": FOLDS_CASE}):
        raise StorageFailed("The database server was built without ICU, which search needs. Use another build of it.")


def _refuse_unknown(revision: str | None) -> None:
    if revision and revision not in revisions():
        raise StorageFailed(
            "This wardrobe was made by a newer version of Wardrobe Graph. Update the program; nothing was changed."
        )
