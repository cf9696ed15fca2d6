"""Find the extensions of a PostgreSQL server."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError


def schema_with(connection: Connection, extension: str) -> str | None:
    """Return the quoted schema of an extension, which is created if the server has it; None if it has not.

    Creating it ends the connection's transaction.

    Raises:
        DBAPIError: the server has it, and this user may not create it.
    """
    available = text("SELECT 1 FROM pg_available_extensions WHERE name = :name")
    if (found := _schema(connection, extension)) or not connection.scalar(available, {"name": extension}):
        return found
    try:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))
        connection.commit()
    except DBAPIError:
        connection.rollback()
        if _schema(connection, extension) is None:  # else another process was faster
            raise
    return _schema(connection, extension)


def _schema(connection: Connection, extension: str) -> str | None:
    query = text(
        "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "WHERE e.extname = :name"
    )
    found: str | None = connection.scalar(query, {"name": extension})
    return found
