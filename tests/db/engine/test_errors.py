from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from db.engine import session as session_module
from db.engine.errors import storage_failed
from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from tests.db.conftest import VOCABULARY, photo, seen, zipped
from tests.db.test_unit_of_work import NOW
from wardrobe_app.domain.errors import StorageFailed


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "BUSY_TIMEOUT_MS", 50)


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url  # what PostgreSQL says when it fails stands in test_schemas


def units(engine: Engine) -> Units:
    return partial(UnitOfWork, make_session_factory(engine), VOCABULARY)


def store_one(uow: Units) -> None:
    with uow(writing=True) as work:
        work.garments.add(photo(1), seen(), NOW)
        work.commit()


def stored(engine: Engine) -> int:
    with units(engine)() as work:
        return len(work.garments.all())


def refusal(engine: Engine, uow: Units | None = None) -> str:
    with pytest.raises(StorageFailed) as caught:
        store_one(uow or units(engine))
    assert "Nothing was changed" in str(caught.value)
    return str(caught.value)


def test_another_program_that_holds_the_database_is_told_and_waited_for(
    impatient: None, engine: Engine, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "wardrobe.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "Another program is using the wardrobe's database" in refusal(engine)
        assert stored(engine) == 0, "who only looks need not wait"
        other.execute("ROLLBACK")
        store_one(units(engine))
    assert stored(engine) == 1


def test_another_program_that_lets_nobody_read_is_told(impatient: None, sqlite_url: str, tmp_path: Path) -> None:
    upgrade(sqlite_url, zipped)
    with closing(sqlite3.connect(tmp_path / "wardrobe.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageFailed, match="Another program is using"):
            upgrade(sqlite_url, zipped)
        with pytest.raises(StorageFailed, match="Another program is using"):
            stored(make_engine(sqlite_url))


def test_a_database_that_may_only_be_read_is_told(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def only_look(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    assert "is read-only" in refusal(engine)
    assert stored(engine) == 0


def test_a_database_without_room_is_told_and_stays_whole(engine: Engine) -> None:
    uow = units(engine)
    store_one(uow)

    @event.listens_for(engine, "begin")
    def no_more_pages(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes as many as there are already

    with pytest.raises(StorageFailed, match="The disk is full"):
        for number in range(2, 2000):
            with uow(writing=True) as work:
                work.garments.add(photo(number), seen(), NOW)
                work.commit()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert stored(engine) >= 1


def test_a_damaged_database_is_told(sqlite_url: str, tmp_path: Path) -> None:
    upgrade(sqlite_url, zipped)
    file = tmp_path / "wardrobe.db"
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * (file.stat().st_size - 100))
    for attempt in (lambda: upgrade(sqlite_url, zipped), lambda: stored(make_engine(sqlite_url))):
        with pytest.raises(StorageFailed, match=r"damaged.*wardrobe-graph check"):
            attempt()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"cannot be opened.*its folder exists"):
        upgrade(f"sqlite:///{(tmp_path / 'nowhere' / 'wardrobe.db').as_posix()}", zipped)


@pytest.mark.parametrize(
    ("code", "words"),
    [("53100", "disk is full"), ("55P03", "Another program"), ("25006", "read-only"), ("XX001", "damaged")],
)
def test_what_postgresql_says_is_told_in_the_same_words(code: str, words: str) -> None:
    class Raised(Exception):
        sqlstate = code

    assert words in str(storage_failed(OperationalError("SELECT 1", None, Raised("in the driver's words"))))


def test_what_nobody_knows_is_told_as_it_is() -> None:
    error = OperationalError("SELECT 1", None, Exception("no such thing\nand more"))
    assert str(storage_failed(error)) == "The wardrobe's database did not answer: no such thing"
