"""Entry point for Alembic, always called through ``db.migrate``, which provides the connection."""

from __future__ import annotations

from alembic import context

from db.schema.tables import Base

connection = context.config.attributes["connection"]
# Batch mode: SQLite cannot alter a table in place.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
