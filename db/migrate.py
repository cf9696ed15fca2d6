"""Brings a database to the program's schema; one that holds something is backed up first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from db.dump import Dump
from db.session import begin_writing, make_engine
from wardrobe_app.domain.errors import StorageFailed

_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = Lock()  # Alembic keeps what it works on in its modules

BackUp = Callable[[Dump], Path]


def upgrade(url: str, back_up: BackUp) -> Path | None:
    """Bring the database at ``url`` to the newest revision; the backup's path if one was taken.

    ``back_up`` makes a backup of a database that holds an older revision; if it fails, nothing is migrated. Several
    processes may do this at the same time: the first one migrates, the others wait for it.

    Raises:
        StorageFailed: the database cannot be opened or backed up, or was made by a newer version of the program.
    """
    try:
        engine = make_engine(url)
        try:
            with engine.connect() as connection:
                return _upgrade(connection, back_up)
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StorageFailed(f"The database address cannot be used: {error}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StorageFailed(f"The wardrobe's database cannot be opened: {reason}") from error


def head() -> str:
    """The revision that this program needs."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise StorageFailed("This copy of the program lacks its database migrations; install it again.")
    return newest


def _upgrade(connection: Connection, back_up: BackUp) -> Path | None:
    if _revision(connection) == head():
        return None
    connection.rollback()
    begin_writing(connection)  # before looking again: another process may be migrating right now
    current = _revision(connection)
    if current == head():
        return None
    _refuse_unknown(current)
    backup = back_up(Dump(connection)) if current else None
    bring_to(connection, "head")
    connection.commit()
    return backup


def bring_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to ``revision`` in the transaction of the connection; the caller commits."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, revision)


def revisions() -> frozenset[str]:
    """Every revision that this program knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(_SCRIPTS.as_posix())


def _refuse_unknown(revision: str | None) -> None:
    if revision and revision not in revisions():
        raise StorageFailed(
            "This wardrobe was made by a newer version of Wardrobe Graph. Update the program; nothing was changed."
        )
