from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, text

from db.engine import text_index
from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.repositories.queries import matching
from db.schema.tables import ItemRow
from db.unit_of_work import UnitOfWork
from tests.db.conftest import VOCABULARY, never, photo, seen
from tests.db.test_migrate import NOON
from wardrobe_app.domain.catalogue.filters import Filter

NAMES = ("Été à la mer", "Straße", "50%_off")
SEARCHES = {"ete": [1], "strasse": [2], "50%_o": [3], "LODZ": [1, 2, 3], "2.jpg": [3], "merfrom": []}


def filled(url: str, schema: str | None = None) -> Engine:
    upgrade(url, never, schema)
    engine = make_engine(url, schema)
    with UnitOfWork(make_session_factory(engine), VOCABULARY, writing=True) as uow:
        for number, name in enumerate(NAMES):
            garment = uow.garments.add(photo(number), seen(), NOON)
            uow.garments.change([garment.id], {"name": name, "notes": "from Łódź"})
        uow.commit()
    return engine


def found(engine: Engine, words: str) -> list[int]:
    with UnitOfWork(make_session_factory(engine), VOCABULARY) as uow:
        return list(uow.garments.matching_ids(Filter(text=words)))


def indexes(engine: Engine) -> set[str]:
    wanted = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%gin_trgm%'")
    with engine.connect() as connection:
        return set(connection.scalars(wanted))


def plan(engine: Engine, words: str) -> str:
    wanted = select(ItemRow.id).where(matching(Filter(text=words), VOCABULARY))
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))  # which three rows would be read by
        asked = wanted.compile(engine, compile_kwargs={"literal_binds": True})
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}").scalars())


@pytest.mark.parametrize("schema", [None, "branch"])
def test_what_is_searched_has_an_index_in_each_schema(fresh_postgres: Callable[[], str], schema: str | None) -> None:
    engine = filled(fresh_postgres(), schema)
    made = indexes(engine)
    assert {name.split("_")[1] for name in made} == {"item", "photo"}
    assert all(name in plan(engine, "strasse") for name in made)
    for words, ids in SEARCHES.items():
        assert found(engine, words) == ids, words


def test_a_server_without_the_extension_reads_every_row(fresh_vectors: Callable[[], str]) -> None:
    engine = filled(fresh_vectors())
    assert indexes(engine) == set()
    assert found(engine, "mer") == [1]


def test_an_index_by_earlier_rules_is_not_used(
    fresh_postgres: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = filled(fresh_postgres())
    before = indexes(engine)
    for module in ("db.engine.collation", "db.engine.text_index"):
        monkeypatch.setattr(f"{module}.FUNCTION", "folded_by_new_rules")
    text_index.prepare(engine)
    assert len(indexes(engine) - before) == len(before)
    assert found(engine, "strasse") == [2]
    assert "folded_by_new_rules" in plan(engine, "strasse")
