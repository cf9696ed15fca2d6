from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from db.migrate import head, upgrade
from db.revision import is_current, newest
from db.session import make_engine


def test_the_newest_file_is_what_alembic_calls_the_head() -> None:
    assert newest() == head()


def test_a_database_is_current_once_it_is_migrated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wardrobe.db'}"
    assert not is_current(url)
    upgrade(url, tmp_path / "backups")
    assert is_current(url)
    with make_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not is_current(url)


def test_what_cannot_be_opened_is_left_to_the_migration_to_say(tmp_path: Path) -> None:
    (tmp_path / "wardrobe.db").write_bytes(b"this is no database" * 100)
    assert not is_current(f"sqlite:///{tmp_path / 'wardrobe.db'}")
    assert not is_current("nonsense")
    assert not is_current("nonsense://host/database")
