from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, delete, func, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from db import migrate
from db.engine.collation import FUNCTION
from db.engine.session import make_engine
from db.migrate import head, upgrade
from db.schema.tables import Base
from db.transfer.dump import Dump
from tests.db.conftest import never, zipped
from tests.paths import ROOT
from tests.support import migrated
from wardrobe_app.domain.errors import StorageFailed

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
TAG = {"item_id": 1, "kind": "type", "source": "model", "value": "Tee", "confidence": 0.5, "tier": "check"}
# What an owner may have in each table. Ids are given by the database, as they are to the program.
ROWS: dict[str, list[dict[str, Any]]] = {
    "item": [
        {
            "name": "Lyon — été", "notes": "", "brand": "", "size": "", "price": 1990, "favourite": False,
            "added_at": NOON,
        },
        {"name": "", "notes": "two", "brand": "b", "size": "M", "price": None, "favourite": True, "added_at": NOON},
    ],
    "photo": [
        {
            "item_id": 1, "position": 0, "import_key": "k", "filename": "a.jpg", "file": "a", "thumbnail": "b",
            "width": 3, "height": 4, "sha256": "s", "phash": "p", "added_at": NOON,
        }
    ],
    "photo_features": [{"photo_id": 1, "model": "m 1", "embedding": b"\0\0\x80?", "palette": [{"name": "red"}]}],
    "tag": [
        {**TAG, "model": "m 1", "candidates": [{"value": "Tee", "confidence": 0.5}]},
        {**TAG, "source": "person", "value": "Blouse", "confidence": None, "model": None, "candidates": []},
    ],
    "pair_verdict": [{"a_id": 1, "b_id": 2, "verdict": "different", "decided_at": NOON}],
    "merge": [{"keep_id": 1, "moved": [{"item": 2, "photos": [1], "added": 0}], "merged_at": NOON}],
    "doomed_file": [{"file": "x", "thumbnail": "y"}],
    "own_type": [{"name": "Dirndl", "slot": "full", "created_at": NOON}],
    "photo_points": [{"photo_id": 1, "method": "m", "data": b"\1\2"}],
    "look": [{"name": "Sunday", "state": "saved", "created_at": NOON}],
    "look_item": [{"look_id": 1, "item_id": 2, "position": 0}],
    "wear": [{"worn_on": NOON.date(), "look_id": 1}],
    "wear_item": [{"wear_id": 1, "item_id": 2, "position": 0}],
    "plan": [{"starts_on": NOON.date(), "every_days": 7, "until": None}],
    "plan_item": [{"plan_id": 1, "item_id": 2, "position": 0}],
    "plan_skip": [{"plan_id": 1, "day": NOON.date()}],
    "packing_list": [{"name": "Rome", "starts_on": None, "days": 3, "note": "", "created_at": NOON}],
    "packing_line": [{"list_id": 1, "item_id": 2, "text": "", "packed": True, "position": 0}],
}  # fmt: skip


def differences(connection: Connection) -> list[Any]:
    # The indexes of folded text are derived: a start makes them, where the server has the extension.
    def of_the_models(_object: Any, name: str | None, kind: str, _there: bool, _other: Any) -> bool:
        return not (kind == "index" and FUNCTION in str(name))

    options = {"compare_type": True, "include_object": of_the_models}
    found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return found


def test_the_migrations_end_at_exactly_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []
        checks = {
            check["name"]
            for table in ("tag", "pair_verdict", "photo_match", "look", "plan", "packing_list")
            for check in inspect(connection).get_check_constraints(table)
        }
    assert checks == {
        "ck_tag_confidence_range", "ck_tag_source_known", "ck_pair_verdict_ordered", "ck_photo_match_ordered",
        "ck_look_state_known", "ck_plan_every_days_positive", "ck_packing_list_days_positive",
    }  # fmt: skip


def test_a_second_start_changes_nothing_and_backs_up_nothing(url: str) -> None:
    assert upgrade(url, never) is None
    assert upgrade(url, never) is None


def test_a_migration_can_be_taken_back(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version", "sqlite_sequence"}


def test_an_older_database_is_backed_up_before_it_is_migrated(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(url, never)
    engine = make_engine(url)
    before, seen = head(), []
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO own_type VALUES ('Dirndl', 'full', '2025-01-01')"))
    scripts = with_another_revision(tmp_path, "ALTER TABLE own_type ADD COLUMN more INTEGER")
    monkeypatch.setattr(migrate, "_SCRIPTS", scripts)

    def back_up(dump: Dump) -> Path:
        seen.append((dump.revision, list(dump.rows("own_type"))))
        return tmp_path / "b.zip"

    assert upgrade(url, back_up) == tmp_path / "b.zip"
    row = {"name": "Dirndl", "slot": "full", "created_at": "2025-01-01T00:00:00+00:00"}
    assert seen == [(before, [row])]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, more FROM own_type")).all() == [("Dirndl", None)]


def test_what_cannot_be_backed_up_is_not_migrated(url: str) -> None:
    at_revision(url, "0001")

    def back_up(dump: Dump) -> Path:
        raise StorageFailed("The disk is full.")

    with pytest.raises(StorageFailed, match="disk is full"):
        upgrade(url, back_up)
    with make_engine(url).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_wardrobe_of_every_past_schema_keeps_everything(url: str, tmp_path: Path, revision: str) -> None:
    before = at_revision(url, revision)
    old = MetaData()
    old.reflect(before)
    tables = [table for table in old.sorted_tables if table.name in ROWS]
    with before.begin() as connection:
        for table in tables:
            known = [{name: value for name, value in row.items() if name in table.c} for row in ROWS[table.name]]
            connection.execute(insert(table), known)
        rows = {table.name: connection.execute(select(table)).mappings().all() for table in tables}
    assert rows["tag"] and rows["item"][0]["id"] == 1
    assert upgrade(url, lambda dump: tmp_path) == tmp_path
    with make_engine(url).begin() as connection:
        assert {table.name: connection.execute(select(table)).mappings().all() for table in tables} == rows
        (item,) = connection.execute(select(Base.metadata.tables["item"]).where(text("id = 1"))).mappings()
        assert (item["quantity"], item["condition"], item["version"], item["favourite"]) == (1, None, 1, False)
        (photo,) = connection.execute(select(Base.metadata.tables["photo"])).mappings()
        assert photo["masked"] is True
        assert connection.scalars(select(Base.metadata.tables["tag"].c.examples)).all() == [[], []]


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_migrated_wardrobe_has_the_rules_of_a_new_one(url: str, tmp_path: Path, revision: str) -> None:
    at_revision(url, revision)
    upgrade(url, zipped)
    with make_engine(url).connect() as connection:
        assert differences(connection) == []
    item, tag = (Base.metadata.tables[name] for name in ("item", "tag"))
    followed = {**ROWS["tag"][0], "source": "followed", "examples": [7]}
    with make_engine(url).begin() as connection:
        connection.execute(insert(item), ROWS["item"][1])
        connection.execute(insert(tag), followed)
        connection.execute(delete(item))
        assert connection.scalar(select(func.count()).select_from(tag)) == 0, "tags still go with their garment"
        assert connection.execute(insert(item), ROWS["item"][1]).inserted_primary_key == (2,), "no id is used again"
    with make_engine(url).connect() as connection, pytest.raises(IntegrityError, match="confidence_range"):
        connection.execute(insert(tag), {**ROWS["tag"][0], "item_id": 2, "confidence": 2})


def test_a_failing_migration_changes_nothing(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(url, never)
    scripts = with_another_revision(tmp_path, "DROP TABLE doomed_file", "SELECT nonsense")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_SCRIPTS", scripts)
        with pytest.raises(StorageFailed, match="nonsense"):
            upgrade(url, lambda dump: tmp_path)
    assert upgrade(url, never) is None
    assert "doomed_file" in inspect(make_engine(url)).get_table_names()


def test_a_database_of_a_newer_program_is_left_alone(url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageFailed, match="newer version"):
        upgrade(url, never)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_file_that_is_no_database_is_named_as_such(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "wardrobe.db").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(StorageFailed, match="not a database"):
        upgrade(sqlite_url, never)


@pytest.mark.parametrize("address", ["nonsense", "oracle2://x/y"])
def test_a_senseless_address_is_named_as_such(address: str) -> None:
    with pytest.raises(StorageFailed, match="address cannot be used"):
        upgrade(address, never)


def test_several_programs_may_start_at_the_same_time(url: str) -> None:
    script = f"from db.migrate import upgrade; upgrade({url!r}, None)"
    starts = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [start.communicate(timeout=60)[1] for start in starts] == [b""] * 4
    with make_engine(url).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == head()


def at_revision(url: str, revision: str) -> Engine:
    engine, config = make_engine(url), Config()
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    return engine


def with_another_revision(folder: Path, *statements: str) -> Path:
    scripts = folder / "migrations"
    original = ROOT / "db" / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (scripts / name).write_text((original / name).read_text(encoding="utf-8"), encoding="utf-8")
    for script in ScriptDirectory(str(original)).walk_revisions():
        source = Path(script.path)
        (scripts / "versions" / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    lines = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    (scripts / "versions" / "9999_next.py").write_text(
        f"from alembic import op\nrevision = '9999'\ndown_revision = {head()!r}\ndef upgrade():\n{lines}",
        encoding="utf-8",
    )
    return scripts


def test_the_copies_that_other_tests_work_in_are_what_the_migrations_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents(name: str) -> list[list[str]]:
        file = tmp_path / name
        upgrade(f"sqlite:///{file.as_posix()}", never)
        with closing(sqlite3.connect(file)) as database:
            dump = [line for line in database.iterdump() if not line.startswith('INSERT INTO "state"')]
        # A migration that makes a table anew writes its constraints and its indexes in any order.
        return sorted(sorted(part.strip(" \t,") for part in statement.splitlines()) for statement in dump)

    by_migrations = contents("migrated.db")
    monkeypatch.setattr(migrate, "bring_to", migrated.bring_to)
    assert contents("copied.db") == by_migrations
    assert len(by_migrations) > 20


def test_the_revision_is_read_and_nothing_created(url: str, tmp_path: Path) -> None:
    assert migrate.revision_at(url) is None
    assert not list(tmp_path.iterdir())
    upgrade(url, never)
    assert migrate.revision_at(url) == head()
