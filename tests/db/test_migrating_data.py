from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table

from db import migrate
from db.engine.session import make_engine
from db.migrate import upgrade
from db.schema.tables import Base
from tests.db.conftest import zipped
from tests.db.test_migrate import ROOT, at_revision, with_another_revision
from wardrobe_app.domain.errors import StorageFailed

REVISIONS = sorted(script.revision for script in ScriptDirectory(str(ROOT / "db" / "migrations")).walk_revisions())
SPECIAL = {
    "source": "person",
    "state": "saved",
    "a_id": 1,
    "b_id": 2,
    "condition": "good",
    "status": "lent",
    "confidence": 0.5,
}
RECREATE = """with op.batch_alter_table('item', recreate='always') as batch:
        batch.alter_column('brand', nullable=True)"""
Rows = dict[str, list[dict[str, Any]]]


def tables_of(engine: Engine) -> list[Table]:
    found = MetaData()
    found.reflect(engine)
    # Looked at as the program does: a table that refers to another one comes after it.
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def value_for(column: sa.Column[Any], number: int) -> Any:
    if column.name in SPECIAL:
        return SPECIAL[column.name]
    if column.foreign_keys or column.primary_key:
        return number if isinstance(column.type, sa.Integer) else f"{column.name} {number}"
    kinds: dict[type, Any] = {sa.JSON: "[]", sa.Integer: number, sa.Float: 0.5, sa.Date: None, sa.DateTime: None}
    for kind, value in kinds.items():
        if isinstance(column.type, kind) and value is not None:
            return value
    if isinstance(column.type, sa.LargeBinary):
        return b"\x00\x00\x80\x3f"
    return "2025-01-01 00:00:00.000000" if "DATE" in str(column.type) else f"{column.name} {number}"


def fill(engine: Engine) -> Rows:
    with engine.begin() as connection:
        for table in tables_of(engine):
            for number in (1, 2) if table.name in ("item", "photo") else (1,):
                row = {column.name: value_for(column, number) for column in table.columns}
                row |= {"merged_into_id": None} if table.name == "item" else {}
                marks = ", ".join(f":{name}" for name in row)
                if table.name == "state":
                    continue  # it has its row from the beginning
                connection.execute(sa.text(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})"), row)  # noqa: S608
    return everything(engine)


def everything(engine: Engine) -> Rows:
    with engine.connect() as connection:
        names = [table.name for table in tables_of(engine)]
        return {
            name: [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()]  # noqa: S608
            for name in names
        }


def kept(before: Rows, after: Rows) -> Rows:
    return {
        name: [{column: now[column] for column in old} for old, now in zip(rows, after[name], strict=True)]
        for name, rows in before.items()
    }


def with_python(tmp_path: Path, code: str) -> Path:
    scripts = with_another_revision(tmp_path)
    script = scripts / "versions" / "9999_next.py"
    script.write_text(script.read_text(encoding="utf-8") + f"    {code}\n", encoding="utf-8")
    return scripts


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_table_survive_all_later_migrations(sqlite_url: str, tmp_path: Path, revision: str) -> None:
    before = fill(at_revision(sqlite_url, revision))
    assert all(before.values()), "every table has a row"
    upgrade(sqlite_url, zipped)
    after = everything(make_engine(sqlite_url))
    assert kept(before, after) == before
    assert set(after) == {table.name for table in Base.metadata.sorted_tables}


def test_a_table_that_is_copied_and_dropped_takes_nothing_along(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fill(at_revision(sqlite_url, "head"))
    monkeypatch.setattr(migrate, "_SCRIPTS", with_python(tmp_path, RECREATE))
    upgrade(sqlite_url, zipped)
    assert everything(make_engine(sqlite_url)) == before
    with make_engine(sqlite_url).begin() as connection:
        connection.execute(sa.text("DELETE FROM item"))
        assert connection.scalar(sa.text("SELECT count(*) FROM photo")) == 0, "what belongs together still does"


@pytest.mark.parametrize("revision", ["0001", "head"])
def test_a_migration_that_fails_in_the_middle_of_copying_changes_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    engine = at_revision(sqlite_url, revision)
    before = fill(engine)
    with engine.connect() as connection:
        schema = connection.execute(sa.text("SELECT sql FROM sqlite_master ORDER BY name")).all()
    code = "\n    ".join([RECREATE, "op.execute('DELETE FROM tag')", "op.execute('SELECT nonsense')"])
    monkeypatch.setattr(migrate, "_SCRIPTS", with_python(tmp_path, code))
    with pytest.raises(StorageFailed, match="nonsense"):
        upgrade(sqlite_url, zipped)
    assert everything(make_engine(sqlite_url)) == before
    with make_engine(sqlite_url).connect() as connection:
        assert connection.execute(sa.text("SELECT sql FROM sqlite_master ORDER BY name")).all() == schema


def test_a_migration_that_parts_what_belongs_together_is_taken_back(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fill(at_revision(sqlite_url, "head"))
    scripts = with_another_revision(tmp_path, "DELETE FROM item WHERE id = 1")
    monkeypatch.setattr(migrate, "_SCRIPTS", scripts)
    with pytest.raises(StorageFailed, match="would lose data"):
        upgrade(sqlite_url, zipped)
    assert everything(make_engine(sqlite_url)) == before


def test_a_backup_that_cannot_be_made_stops_the_migration(sqlite_url: str) -> None:
    def full(dump: object) -> Path:
        raise OSError(28, "No space left on device")

    before = fill(at_revision(sqlite_url, "0001"))
    with pytest.raises(StorageFailed, match=r"could not be backed up .* Nothing was changed"):
        upgrade(sqlite_url, full)
    assert everything(make_engine(sqlite_url)) == before
