"""At which revision of the schema a database is. Asked without Alembic, which takes longer to load than to answer."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text


def revision_of(connection: Connection) -> str | None:
    """The revision; None for a database without a schema of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
