from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest
from sqlalchemy import make_url, text

from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from db.vectors import column
from tests.db.conftest import never, photo, seen
from tests.support.garments import VOCABULARY
from tests.support.pgvector import allow_to_fold
from tests.support.postgres import Postgres
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.similarity.candidates import candidates
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch, NeighbourSearch

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PASSWORD = "an" + "y"
COUNT, DIMENSIONS, TYPES = 240, 24, ("Tee", "Jeans", "Sneakers")


def embeddings(count: int = COUNT) -> np.ndarray:
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(count // 6, DIMENSIONS))
    made = centres[np.arange(count) % len(centres)] + 0.4 * rng.normal(size=(count, DIMENSIONS))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


VECTORS = embeddings()


def add(uow: UnitOfWork, number: int, vector: np.ndarray, tier: str = "sure", model: str = "m 1") -> int:
    kind = Tag(TagKind.TYPE, TYPES[number % 3], TagSource.MODEL, 0.9, tier, model)
    return uow.garments.add(photo(number), replace(seen(model=model), tags=(kind,), embedding=vector), NOON).id


@dataclass
class Wardrobe:
    units: Units
    garments: tuple[Garment, ...]

    def search(self, work: UnitOfWork) -> NeighbourSearch:
        return work.neighbours.search(self.garments)

    def exact(self, one: Garment, most: int, fits: Callable[[Garment], bool] = lambda other: True) -> list[int]:
        assert one.embedding is not None
        others = [other for other in self.garments if fits(other) and other.embedding_model == one.embedding_model]
        others = [other for other in others if other.embedding is not None and other.id != one.id]
        return [other.id for other in sorted(others, key=lambda other: -float(one.embedding @ other.embedding))][:most]


def opened(url: str, schema: str | None = None) -> Units:
    upgrade(url, never, schema)
    return partial(UnitOfWork, make_session_factory(make_engine(url, schema)), VOCABULARY)


def filled(units: Units) -> Wardrobe:
    # Every tenth type is a guess. The last five have another model, the first two go to the trash, and the third's
    # second photo shows what the fifth's shows.
    with units(writing=True) as uow:
        ids = [
            add(uow, number, vector, "check" if number % 10 else "unknown", "m 2" if number >= COUNT - 5 else "m 1")
            for number, vector in enumerate(VECTORS)
        ]
        uow.garments.change(ids[:2], {"trashed_at": NOON})
        uow.photos.add(ids[2], photo(COUNT), NOON)
        (_, second) = uow.garments.get(ids[2]).photos
        uow.garments.set_prediction(ids[2], {second.id: replace(seen(), embedding=VECTORS[4])})
        uow.commit()
    with units() as uow:
        return Wardrobe(units, uow.garments.all())


@pytest.fixture(scope="module")
def for_all(vector_postgres: Postgres) -> Iterator[str]:
    url = vector_postgres.fresh()
    allow_to_fold(url)
    yield url
    vector_postgres.drop(url)


@pytest.fixture(scope="module", params=["memory", "sql"])
def wardrobe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Wardrobe:
    if request.param == "memory":
        return filled(opened(f"sqlite:///{(tmp_path_factory.mktemp('memory') / 'wardrobe.db').as_posix()}"))
    return filled(opened(request.getfixturevalue("for_all")))


def test_the_kind_of_search_is_the_database_s(wardrobe: Wardrobe, request: pytest.FixtureRequest) -> None:
    with wardrobe.units() as uow:
        in_memory = isinstance(wardrobe.search(uow), InMemorySearch)
    assert in_memory == (request.node.callspec.params["wardrobe"] == "memory")


def test_the_nearest_ten_are_those_of_exact_search(wardrobe: Wardrobe) -> None:
    shared = 0
    with wardrobe.units() as uow:
        search = wardrobe.search(uow)
        for one in wardrobe.garments[:60]:
            assert one.embedding is not None and one.embedding_model is not None
            found = search.nearest(one.embedding_model, one.embedding, 11).tolist()
            assert found[0] == one.id
            shared += len(set(found[1:]) & set(wardrobe.exact(one, 10)))
    assert shared >= 0.95 * 10 * 60


def test_who_is_surely_worn_elsewhere_is_left_out(wardrobe: Wardrobe) -> None:
    one = next(garment for garment in wardrobe.garments if garment.slot is Slot.LOWER)
    sure = {other.id for other in wardrobe.garments if other.tags[TagKind.TYPE].is_known}
    assert one.embedding is not None
    with wardrobe.units() as uow:
        found = wardrobe.search(uow).nearest("m 1", one.embedding, 31, Slot.LOWER).tolist()
    expected = wardrobe.exact(one, 30, lambda other: other.slot is Slot.LOWER or other.id not in sure)
    assert found == [one.id, *expected]


def test_neighbours_of_each_are_others_of_the_same_model_outside_the_trash(wardrobe: Wardrobe) -> None:
    ids = [garment.id for garment in wardrobe.garments]
    with wardrobe.units() as uow:
        found = wardrobe.search(uow).nearest_of_each(ids, 6)
    exact = [wardrobe.exact(one, 6) for one in wardrobe.garments]
    shared = sum(len(set(some) & set(those)) for some, those in zip(found.tolist(), exact, strict=True))
    assert shared >= 0.95 * sum(map(len, exact))
    assert all(one not in others for one, others in zip(ids, found.tolist(), strict=True))
    assert {len(set(others) - {NO_NEIGHBOUR}) for others in found[-5:].tolist()} == {4}


def test_only_the_garments_asked_about_are_found(wardrobe: Wardrobe) -> None:
    some = wardrobe.garments[::4]
    one = some[0]
    assert one.embedding is not None
    with wardrobe.units() as uow:
        search = uow.neighbours.search(some)
        near, each = search.nearest("m 1", one.embedding, 12), search.nearest_of_each([one.id], 3)
    expected = [item for item in wardrobe.exact(one, COUNT) if item in {other.id for other in some}]
    assert near.tolist() == [one.id, *expected[:11]]
    assert set(each[0].tolist()) <= set(expected)


def test_candidates_are_nearly_those_of_all_pairs(wardrobe: Wardrobe, monkeypatch: pytest.MonkeyPatch) -> None:
    every = set(candidates(wardrobe.garments))
    monkeypatch.setattr("wardrobe_app.domain.similarity.candidates.ALL_PAIRS_UP_TO", 0)
    with wardrobe.units() as uow:
        found = set(candidates(wardrobe.garments, search=wardrobe.search(uow)))
    assert len(every & found) >= 0.95 * len(every)


def test_a_new_prediction_is_found_and_the_old_one_is_not(fresh_vectors: Callable[[], str]) -> None:
    units = opened(fresh_vectors())
    with units(writing=True) as uow:
        one, other = (add(uow, number, VECTORS[number]) for number in (0, 1))
        uow.commit()
    broken = np.full(DIMENSIONS, np.nan, np.float32)
    with units(writing=True) as uow:
        (first,) = uow.garments.get(one).photos
        uow.garments.set_prediction(one, {first.id: replace(seen(), embedding=VECTORS[9])})
        add(uow, 2, broken)
        uow.commit()
    with units() as uow:
        garments = uow.garments.all()
        assert uow.neighbours.search(garments).nearest("m 1", VECTORS[9], 2).tolist() == [one, other]


def test_a_database_that_gets_the_extension_later_gains_the_column_at_the_next_start(
    vector_postgres: Postgres, fresh_vectors: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    url = fresh_vectors()
    name = make_url(url).database
    vector_postgres.execute("DROP ROLE IF EXISTS ada")
    vector_postgres.execute(f"CREATE ROLE ada LOGIN PASSWORD '{PASSWORD}'")  # who may not create extensions
    vector_postgres.execute(f"ALTER DATABASE {name} OWNER TO ada")
    hers = make_url(url).set(username="ada", password=PASSWORD).render_as_string(hide_password=False)
    first, second = opened(hers, "anna"), opened(hers, "bea")
    assert sum("searched in memory" in record.message for record in caplog.records) == 2
    for units, numbers in ((first, (0, 1)), (second, (2, 3))):
        with units(writing=True) as uow:
            for number in numbers:
                add(uow, number, VECTORS[number])
            uow.commit()
    with first() as uow:
        assert "vector" in uow.missing_extensions()
    with make_engine(url).begin() as connection:
        connection.execute(text("CREATE EXTENSION vector SCHEMA public"))
    for schema, numbers in (("anna", (0, 1)), ("bea", (2, 3))):
        with opened(hers, schema)() as uow:
            assert "vector" not in uow.missing_extensions()
            garments = uow.garments.all()
            near = uow.neighbours.search(garments).nearest("m 1", VECTORS[numbers[0]], 5).tolist()
        assert near == [garment.id for garment in garments]
    with first(writing=True) as uow:  # opened before the column was there
        new = add(uow, 9, VECTORS[9])
        uow.commit()
    with first() as uow:
        assert uow.neighbours.search(uow.garments.all()).nearest("m 1", VECTORS[9], 1).tolist() == [new]


def test_a_database_without_the_extension_is_searched_in_memory(fresh_postgres: Callable[[], str]) -> None:
    with opened(fresh_postgres())() as uow:
        assert ("vector" in uow.missing_extensions()) == (column.schema_of(uow._session.connection()) is None)
        assert isinstance(uow.neighbours.search(()), InMemorySearch) == ("vector" in uow.missing_extensions())
