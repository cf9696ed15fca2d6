from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from db.engine.collation import FOLDS_CASE
from tests.support.postgres import Postgres, installed, running

# A PostgreSQL that has pgvector: Debian's with its package, or the one in the Python package pgserver.

REASON = "PostgreSQL with pgvector is not installed (Debian: postgresql-NN-pgvector; or pip install pgserver)"


def programs(folder: Path) -> Path | None:
    found = next((path for path in installed() if _has_vector(path)), None)
    return found or _of_pgserver(folder)


def allow_to_fold(url: str) -> None:
    # pgserver's is built without ICU, which the program asks for. libc lowers the letters of these tests as well.
    collation = f"""CREATE COLLATION IF NOT EXISTS pg_catalog."{FOLDS_CASE}" (provider = libc, locale = 'C.utf8')"""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(collation))
    engine.dispose()


def _has_vector(folder: Path) -> bool:
    asked = subprocess.run([folder / "pg_config", "--sharedir"], check=False, capture_output=True, text=True)
    return asked.returncode == 0 and Path(asked.stdout.strip(), "extension", "vector.control").exists()


def _of_pgserver(folder: Path) -> Path | None:
    package = importlib.util.find_spec("pgserver")
    if package is None or package.origin is None:
        return None
    home = Path(package.origin).parent
    if sys.platform != "win32" and os.geteuid() == 0:  # it runs as another user, who may not enter this environment
        unused = shutil.ignore_patterns("include", "__pycache__")
        for name in ("pgserver", "pgserver.libs"):
            shutil.copytree(home.parent / name, folder / name, ignore=unused)
        home = folder / "pgserver"
    return home / "pginstall" / "bin"


@pytest.fixture(scope="session")
def vector_postgres() -> Iterator[Postgres]:
    with running(programs, REASON) as server:
        yield server


@pytest.fixture
def fresh_vectors(vector_postgres: Postgres) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def fresh() -> str:
        made.append(vector_postgres.fresh())
        allow_to_fold(made[-1])
        return made[-1]

    yield fresh
    for url in made:
        vector_postgres.drop(url)
