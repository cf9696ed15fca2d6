from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, make_url, text

from db import migrate
from db.engine import session
from db.engine.session import begin_writing, make_engine
from db.migrate import upgrade
from db.unit_of_work import Units
from tests.db.conftest import photo, seen, zipped
from tests.support.postgres import Postgres
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import TagKind

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PASSWORD = "hush-" + "hush"


@pytest.fixture
def url(fresh_postgres: Callable[[], str]) -> str:
    return fresh_postgres()


def everything_told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_a_connection_that_broke_meanwhile_is_replaced(uow: Units, engine: Engine, postgres: Postgres) -> None:
    with uow() as work:
        assert work.garments.all() == ()
    postgres.end_connections(engine)
    with uow(writing=True) as work:
        work.garments.add(photo(1), seen(), NOON)
        work.commit()


def test_a_connection_that_breaks_in_the_middle_takes_everything_back_and_says_so(
    uow: Units, engine: Engine, postgres: Postgres
) -> None:
    with pytest.raises(StorageFailed, match=r"restarting|connection to the database server broke"):  # noqa: SIM117
        with uow(writing=True) as work:
            work.garments.add(photo(1), seen(), NOON)
            postgres.end_connections(engine)
            work.commit()
    with uow() as work:
        assert work.garments.all() == ()


def test_a_server_that_is_gone_is_told_without_the_password(url: str, tmp_path: Path) -> None:
    gone = make_url(url).set(port=1, password=PASSWORD).render_as_string(hide_password=False)
    with pytest.raises(StorageFailed, match="server cannot be reached") as caught:
        upgrade(gone, zipped)
    assert PASSWORD not in everything_told(caught.value)


def test_a_wrong_password_is_not_repeated(url: str, tmp_path: Path) -> None:
    wrong = make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)
    with pytest.raises(StorageFailed, match="password authentication failed") as caught:
        upgrade(wrong, zipped)
    assert PASSWORD not in everything_told(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql//ada:{PASSWORD}@localhost/clothes",
        f"postgresql://ada:{PASSWORD}@host@localhost/clothes",
        f"postgresql://ada:a@b:{PASSWORD}@localhost/clothes",
        f"postgresql://ada:{PASSWORD}@localhost:port/clothes",
        f"mysql://ada:{PASSWORD}@localhost/clothes",
        f"postgresql+nonsense://ada:{PASSWORD}@localhost/clothes",
        f"postgresql://ada@127.0.0.1:1/clothes?password={PASSWORD}",
        f"postgresql://127.0.0.1:1/clothes?nonsense={PASSWORD}",
    ],
)
def test_no_senseless_address_shows_its_password(address: str, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed) as caught:
        upgrade(address, zipped)
    assert PASSWORD not in everything_told(caught.value)


def test_a_password_in_the_query_is_hidden_like_any_other(url: str) -> None:
    engine = make_engine(f"postgres://ada@127.0.0.1/clothes?password={PASSWORD}")
    assert engine.url.password == PASSWORD and engine.url.drivername == "postgresql+psycopg"
    assert PASSWORD not in f"{engine!r} {engine.url}"


def test_a_server_that_cannot_take_accents_from_letters_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_OLDEST_POSTGRESQL", (999,))
    with pytest.raises(StorageFailed, match="PostgreSQL 999"):
        upgrade(url, zipped)


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    latin = postgres.address("latin")
    try:
        with pytest.raises(StorageFailed, match="uses LATIN1"):
            upgrade(latin, zipped)
    finally:
        postgres.drop(latin)


def test_who_migrates_waits_until_nobody_writes(url: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    done: list[object] = []
    with engine.connect() as writer, engine.connect() as watcher:
        begin_writing(writer)
        migrating = threading.Thread(target=lambda: done.append(upgrade(url, zipped)))
        migrating.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        for _ in range(300):
            if watcher.scalar(waiting):
                break
            watcher.rollback()
            time.sleep(0.05)
        else:
            pytest.fail("it did not wait")
        assert inspect(watcher).get_table_names() == [] and done == []
        writer.rollback()
        migrating.join(60)
    assert done == [None]
    assert "item" in inspect(engine).get_table_names()


def test_who_waits_too_long_is_told_that_another_program_writes(
    uow: Units, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_LOCK_TIMEOUT_MS", 50)
    with engine.connect() as hung:
        begin_writing(hung)
        with pytest.raises(StorageFailed, match="Another program is using the wardrobe's database"), uow(writing=True):
            pytest.fail("it has to wait")
        with uow() as reading:
            assert reading.garments.all() == (), "who reads waits for nobody"
    with uow(writing=True) as work:
        work.commit()


def test_a_reader_sees_the_wardrobe_as_it_was_at_one_moment(uow: Units) -> None:
    with uow() as reading:
        before = reading.revision()
        with uow(writing=True) as work:
            work.garments.add(photo(1), seen(), NOON)
            work.commit()
        assert (reading.garments.all(), reading.revision()) == ((), before)
    with uow() as reading:
        assert len(reading.garments.all()) == 1 and reading.revision() != before


def test_statuses_and_several_seasons_are_found_and_counted(uow: Units) -> None:
    with uow(writing=True) as work:
        first, second = (work.garments.add(photo(number), seen(), NOON).id for number in (1, 2))
        work.garments.change([first], {"status": "lent", "lent_to": "Ada"})
        work.garments.set_own_tag([first], TagKind.SEASON, "spring|autumn")
        work.garments.set_own_tag([second], TagKind.SEASON, "autumn")
        work.commit()
    with uow() as work:
        facets = work.garments.facets(Filter())
        assert facets["status"] == {"available": 1, "lent": 1}
        assert facets["season"] == {"autumn": 2, "spring": 1}
        for name, value, found in (
            ("status", "lent", first),
            ("status", "available", second),
            ("season", "spring", first),
        ):
            wanted = Filter({name: frozenset({value})})
            assert [one.id for one in work.garments.browse(wanted, Sort.OLDEST, 0, 9).garments] == [found]
