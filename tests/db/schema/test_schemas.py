from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from db.engine.session import make_engine, make_schema, make_session_factory
from db.migrate import head, upgrade
from db.unit_of_work import UnitOfWork, Units
from tests.db.conftest import VOCABULARY, photo, seen, zipped
from tests.paths import ROOT
from wardrobe_app.domain.errors import StorageFailed


@pytest.fixture
def url(fresh_postgres: Callable[[], str]) -> str:
    return fresh_postgres()


def wardrobe_of(url: str, schema: str | None, folder: Path) -> Units:
    upgrade(url, zipped, schema)
    return partial(UnitOfWork, make_session_factory(make_engine(url, schema)), VOCABULARY)


def add(units: Units, *numbers: int) -> None:
    with units(writing=True) as uow:
        for number in numbers:
            uow.garments.add(photo(number), seen(), datetime.now(UTC))
        uow.commit()


def keys(units: Units) -> set[str]:
    with units() as uow:
        return {known.import_key for known in uow.garments.known_photos().values()}


def test_wardrobes_in_two_schemas_do_not_see_each_other(url: str, tmp_path: Path) -> None:
    alice, bob, first = (wardrobe_of(url, schema, tmp_path) for schema in ("alice", "bob", None))
    add(alice, 1, 2)
    add(bob, 2)
    assert (keys(alice), keys(bob), keys(first)) == ({"key1", "key2"}, {"key2"}, set())


def test_a_schema_stays_chosen_after_a_failed_transaction(url: str, tmp_path: Path) -> None:
    make_schema(url, "alice")
    with make_engine(url, "alice").connect() as connection:
        connection.rollback()
        connection.execute(text("SELECT 1"))
        connection.rollback()
        assert connection.scalar(text("SELECT current_schema()")) == "alice"


def test_a_schema_without_tables_does_not_borrow_those_of_the_first_one(url: str, tmp_path: Path) -> None:
    upgrade(url, zipped)
    make_schema(url, "alice")
    with make_engine(url, "alice").connect() as connection:
        assert inspect(connection).get_table_names() == []
        assert connection.scalar(text("SELECT to_regclass('item')")) is None


def test_who_writes_in_one_wardrobe_keeps_nobody_waiting_in_another(url: str, tmp_path: Path) -> None:
    alice, bob = (wardrobe_of(url, schema, tmp_path) for schema in ("alice", "bob"))
    with alice(writing=True) as uow:
        uow.garments.add(photo(1), seen(), datetime.now(UTC))
        add(bob, 1)
        uow.commit()
    assert keys(alice) == keys(bob) == {"key1"}


def test_several_programs_may_make_the_same_schema_at_once(url: str, tmp_path: Path) -> None:
    call = f"upgrade({url!r}, None, 'alice')"
    script = f"from db.migrate import upgrade; {call}"
    starts = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [start.communicate(timeout=60)[1] for start in starts] == [b""] * 4
    with make_engine(url, "alice").connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == head()


def test_no_schema_is_taken_for_another_one(tmp_path: Path) -> None:
    for name in ("", "Alice", "a-b", "1a", "pg_toast", "a" * 64, 'a"; DROP SCHEMA public; --', "ä"):
        with pytest.raises(ValueError, match="a schema name"):
            make_engine("postgresql://127.0.0.1/x", name)


def test_sqlite_has_a_file_for_each_wardrobe(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one file per wardrobe"):
        upgrade(f"sqlite:///{(tmp_path / 'w.db').as_posix()}", zipped, "alice")


def test_a_user_who_may_make_no_schema_is_told_so(url: str, tmp_path: Path) -> None:
    with make_engine(url).begin() as connection:
        connection.execute(text("CREATE ROLE guest LOGIN PASSWORD 'guest'"))
    try:
        with pytest.raises(StorageFailed, match="permission denied"):
            upgrade(url.partition("://")[0] + "://guest:guest@" + url.partition("@")[2], zipped, "alice")
    finally:
        with make_engine(url).begin() as connection:
            connection.execute(text("DROP ROLE guest"))
