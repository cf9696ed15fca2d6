"""Index what searches read, where PostgreSQL has the extension ``pg_trgm``; elsewhere every row is read.

The indexes hold folded text (``db.engine.collation``) in trigrams. They are derived, and outside of migrations.
"""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, literal_column, text
from sqlalchemy.exc import DBAPIError

from db.engine.collation import FUNCTION, create_function, folded, has_function
from db.engine.extensions import schema_with
from db.engine.session import begin_writing
from db.schema.tables import ItemRow, PhotoRow

_END: Final[ColumnElement[str]] = literal_column("'\n'")  # no search has one: nothing is found across two texts
OWN_TEXTS: Final[ColumnElement[str]] = (
    ItemRow.name + _END + ItemRow.notes + _END + ItemRow.brand + _END + ItemRow.size + _END + ItemRow.lent_to
)
"""What the owner wrote about a garment, as one text."""

_INDEXED: Final = {"item": OWN_TEXTS, "photo": PhotoRow.filename}
_log = logging.getLogger(__name__)


def prepare(engine: Engine) -> None:
    """Create PostgreSQL's function that folds text, and the indexes where the extension is there.

    Without the indexes, searches read every row; that is no error.

    Raises:
        DBAPIError: this user may not create the function.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        if not has_function(connection):
            _begin_anew(connection)
            create_function(connection)
            connection.commit()
        if not has_indexes(connection):
            try:
                _make_indexes(connection)
            except DBAPIError as error:
                _log.warning("PostgreSQL's extension pg_trgm cannot be used: searches read every row. %s", error.orig)


def has_indexes(connection: Connection) -> bool:
    """Return whether this wardrobe, which is on PostgreSQL, has the indexes."""
    return all(connection.scalar(text("SELECT to_regclass(:name)"), {"name": index_name(table)}) for table in _INDEXED)


def _make_indexes(connection: Connection) -> None:
    if (schema := schema_with(connection, "pg_trgm")) is None:
        _log.info("PostgreSQL's extension pg_trgm is missing: searches read every row.")
        return
    _begin_anew(connection)
    for table, texts in _INDEXED.items():
        searched = folded(texts).compile(dialect=connection.dialect)
        columns = str(searched).replace(f"{table}.", "")
        index = f"CREATE INDEX IF NOT EXISTS {index_name(table)} ON {table} USING gin ({columns} {schema}.gin_trgm_ops)"
        connection.exec_driver_sql(index)
    connection.commit()


def index_name(table: str) -> str:
    """Return the name of an index; with other rules it is another index."""
    return f"ix_{table}_{FUNCTION}"


def _begin_anew(connection: Connection) -> None:
    connection.rollback()
    begin_writing(connection)
