"""Keep embeddings in a column of pgvector's type ``vector`` with an HNSW index, where PostgreSQL has the extension.

The column ``photo_features.vector`` repeats ``embedding``, which stays what is true, is backed up and is in every
database. Rows are written without it; each writing unit fills it in before it commits. The type and its operators are
named with their schema: a wardrobe's own schema is the only one that is searched.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import Connection, Engine, column, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import UserDefinedType

from db.engine.change_tracking import changes_only
from db.engine.extensions import schema_with
from db.engine.session import begin_writing

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_ROWS: Final = 2_000  # converted and written together
MAX_DIMENSIONS: Final = 16_000  # of the type vector
MAX_INDEXED_DIMENSIONS: Final = 2_000  # of pgvector's index for the type vector
GRAPH: Final = "m = 24, ef_construction = 128"  # with pgvector's own 16 and 64, a tenth more is missed of 100,000
_BYTES_OF_A_NODE: Final = 600  # of the index, beside the vector itself
_MEMORY_MB: Final = (64, 2_048)  # least and most for building the index

FEATURES: Final = table("photo_features", column("photo_id"), column("model"), column("vector"))
_DERIVED: Final = changes_only(())  # no garment changes with it

_log = logging.getLogger(__name__)


class Vector(UserDefinedType[str]):
    """pgvector's type in the ``schema`` of the extension; values are text, as ``as_text`` writes them."""

    cache_ok = True

    def __init__(self, schema: str, dimensions: int) -> None:
        self.schema = schema
        self.dimensions = dimensions

    def get_col_spec(self, **_options: Any) -> str:
        """Return the name of the type in SQL."""
        return f"{self.schema}.vector({self.dimensions})"


def as_text(vector: NDArray[np.float32]) -> str:
    """Write a vector as pgvector reads it. One that cannot be compared becomes a vector of one zero, which is near to
    nothing.
    """
    numbers = vector.astype(np.float64).round(8)
    fits = 0 < len(numbers) <= MAX_DIMENSIONS and bool(np.isfinite(numbers).all())
    return str(numbers.tolist()) if fits else "[0]"


def schema_of(connection: Connection) -> str | None:
    """Return the schema of the extension, quoted, if this wardrobe has the column; None if not, and on SQLite."""
    if connection.dialect.name != "postgresql":
        return None
    found: str | None = connection.scalar(
        text(
            "SELECT quote_ident(n.nspname) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
            "JOIN pg_namespace n ON n.oid = t.typnamespace WHERE a.attrelid = to_regclass('photo_features') "
            "AND a.attname = 'vector' AND t.typname = 'vector' AND NOT a.attisdropped"
        )
    )
    return found


def prepare(engine: Engine) -> None:
    """Add the column where the extension is there, and fill it; log that there is none elsewhere.

    Nothing that fails here is an error: without the column, neighbours are searched in memory.
    """
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect() as connection:
            if schema_of(connection) or _add_column(connection):
                connection.rollback()
                _fill_all(connection)
            else:
                # The health check says so too; a warning would repeat it with every command.
                _log.info("PostgreSQL's extension vector (pgvector) is missing: neighbours are searched in memory.")
    except DBAPIError as error:
        _log.warning("PostgreSQL's extension vector cannot be used: neighbours are searched in memory. %s", error.orig)


def fill(connection: Connection) -> None:
    """Fill the column of rows that were written without it, in the connection's transaction."""
    if schema := schema_of(connection):
        found = set[int]()
        while some := _fill_some(connection, schema):
            found |= some
        _make_indexes(connection, schema, found)


def memory_for_index(rows: int, dimensions: int) -> str:
    """Return the statement that grants memory for building an index: with less, it takes many times as long."""
    needed = rows * (4 * dimensions + _BYTES_OF_A_NODE) // 2**20
    return f"SET LOCAL maintenance_work_mem = '{min(max(needed, _MEMORY_MB[0]), _MEMORY_MB[1])}MB'"


def _add_column(connection: Connection) -> bool:
    """Add the column; returns whether the server has the extension."""
    if (schema := schema_with(connection, "vector")) is None:
        return False
    connection.rollback()
    begin_writing(connection)
    if schema_of(connection) is None:  # another process may have been faster
        connection.execute(text(f"ALTER TABLE photo_features ADD COLUMN vector {schema}.vector"))
        # In the row itself if it fits: exact search then reads no other table.
        connection.execute(text("ALTER TABLE photo_features ALTER COLUMN vector SET STORAGE MAIN"))
        unfilled = "CREATE INDEX ix_photo_features_unfilled ON photo_features (photo_id) WHERE vector IS NULL"
        connection.execute(text(unfilled))
    connection.commit()
    return True


def _fill_all(connection: Connection) -> None:
    """Fill the column batch by batch, so that no other writer waits for all of them, and make its indexes."""
    newest = text("SELECT length(embedding) / 4 FROM photo_features ORDER BY photo_id DESC LIMIT 1")
    while True:
        begin_writing(connection)
        schema = schema_of(connection) or ""
        some = _fill_some(connection, schema)
        if not some:
            _make_indexes(connection, schema, {connection.scalar(newest) or 0})
        connection.commit()
        if not some:
            return


def _fill_some(connection: Connection, schema: str) -> set[int]:
    """Fill the column of a batch of rows; returns the lengths of their vectors, none if no row is left."""
    unfilled = text("SELECT photo_id, embedding FROM photo_features WHERE vector IS NULL ORDER BY photo_id LIMIT :some")
    rows = connection.execute(unfilled, {"some": BATCH_ROWS}).all()
    vectors = [np.frombuffer(row.embedding, dtype="<f4", count=len(row.embedding) // 4) for row in rows]
    written = text(
        f"UPDATE photo_features SET vector = CAST(given.vector AS {schema}.vector) "  # noqa: S608 - a name, quoted
        "FROM unnest(CAST(:ids AS int[]), CAST(:vectors AS text[])) AS given(id, vector) WHERE photo_id = given.id"
    )
    values = {"ids": [row.photo_id for row in rows], "vectors": [as_text(vector) for vector in vectors]}
    if rows:
        connection.execute(written, values, execution_options=_DERIVED)
    return {len(vector) for vector in vectors}


def _make_indexes(connection: Connection, schema: str, lengths: Collection[int]) -> None:
    """Make an HNSW index for vectors of each length, where pgvector can have one."""
    for dimensions in lengths:
        name = f"ix_photo_features_vector_{dimensions}"
        if not 0 < dimensions <= MAX_INDEXED_DIMENSIONS or connection.scalar(
            text("SELECT to_regclass(:name)"), {"name": name}
        ):
            continue
        rows = connection.scalar(text("SELECT count(*) FROM photo_features")) or 0
        connection.execute(text(memory_for_index(rows, dimensions)))
        index = (
            f"CREATE INDEX {name} ON photo_features "
            f"USING hnsw (CAST(vector AS {schema}.vector({dimensions})) {schema}.vector_cosine_ops) WITH ({GRAPH}) "
            f"WHERE {schema}.vector_dims(vector) = {dimensions}"
        )
        connection.execute(text(index), execution_options=_DERIVED)
