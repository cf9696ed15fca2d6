"""Read a database's schema revision without Alembic, which is slow to load."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text


def revision_of(connection: Connection) -> str | None:
    """Return the revision; None for a database without our schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
