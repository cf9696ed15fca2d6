"""Whether a database has the program's schema, told without Alembic, which takes long to load."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from db.session import make_engine

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """The revision of the newest migration: the number that its file's name begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def is_current(url: str) -> bool:
    """Whether the database at ``url`` needs nothing; whatever is wrong with it, ``migrate.upgrade`` says."""
    try:
        engine = make_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError):
        return False
    try:
        with engine.connect() as connection:
            there = inspect(connection).has_table("alembic_version")
            found = connection.scalars(text("SELECT version_num FROM alembic_version")).all() if there else []
            return list(found) == [newest()]
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
