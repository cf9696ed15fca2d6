from __future__ import annotations

import sqlite3
import tempfile
import uuid
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from db import migrate
from db.engine.session import begin_writing, make_engine
from db.schema.revision import revision_of

# An empty database is migrated once; further ones are made by the statements that came out of it, which is faster.
# That both are the same is tested in tests/db/test_migrate.py.

_by_migrations = migrate.bring_to


def bring_to(connection: Connection, revision: str) -> None:
    if connection.dialect.name != "sqlite" or revision != "head" or revision_of(connection) is not None:
        _by_migrations(connection, revision)
        return
    for statement in _statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("UPDATE state SET token = ?", (uuid.uuid4().hex,))


@cache
def _statements() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "empty.db")
        engine = make_engine(f"sqlite:///{file.as_posix()}")
        with engine.connect() as connection:
            begin_writing(connection)
            _by_migrations(connection, "head")
            connection.commit()
        engine.dispose()
        with closing(sqlite3.connect(file)) as database:
            return tuple(line for line in database.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))
