"""Load the rows of a backup into a separate database at their own schema revision, and migrate it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine.session import begin_writing, make_engine, make_session_factory
from db.migrate import bring_to, head, let_rows_dangle, revisions
from db.transfer.dump import Row
from db.transfer.load import Loader
from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.errors import BackupRefused
from wardrobe_app.domain.garments.vocabulary import Vocabulary


@contextmanager
def staged(
    folder: Path, revision: str, tables: Mapping[str, Iterable[Row]], vocabulary: Vocabulary
) -> Iterator[UnitOfWork]:
    """Open a read-only unit of work over just these rows; the caller removes its file in ``folder``.

    Raises:
        BackupRefused: the revision, a table or a column is unknown or missing, a value does not fit its column, or
            rows contradict each other.
    """
    if revision not in revisions():
        raise BackupRefused(
            "This backup was made by a newer version of Wardrobe Graph. Update the program; nothing was changed."
        )
    engine = make_engine(f"sqlite:///{(folder / 'staged.db').absolute().as_posix()}")
    try:
        try:
            with engine.connect() as connection:
                let_rows_dangle(connection)
                begin_writing(connection)
                bring_to(connection, revision)
                _fill(connection, tables)
                bring_to(connection, head())
                connection.commit()
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise BackupRefused(f"The rows of this backup contradict each other: {reason}.") from error
        with UnitOfWork(make_session_factory(engine), vocabulary) as uow:
            yield uow
    finally:
        engine.dispose()


def _fill(connection: Connection, tables: Mapping[str, Iterable[Row]]) -> None:
    loader = Loader(connection)
    if wrong := set(loader.tables) ^ set(tables):
        raise BackupRefused(f"The tables of this backup are not those of its schema: {', '.join(sorted(wrong))[:200]}.")
    for name in loader.tables:
        loader.insert(name, tables[name])
    if broken := connection.execute(text("PRAGMA foreign_key_check")).first():
        raise BackupRefused(f"A row of “{broken[0]}” refers to one of “{broken[2]}” that is not in this backup.")
