from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db.unit_of_work import ImportKeyTaken, Units
from tests.db.conftest import photo, seen
from wardrobe_app.domain.errors import NotFound, StorageFailed

NOW = datetime(2026, 1, 2, tzinfo=UTC)
Factory = Units


def test_what_is_not_committed_is_gone(uow: Factory) -> None:
    with uow() as work:
        work.garments.add(photo(1), seen(), NOW)
    with uow() as work:
        assert work.garments.all() == ()


def test_an_error_takes_back_everything(uow: Factory) -> None:
    with pytest.raises(ZeroDivisionError), uow() as work:
        work.garments.add(photo(1), seen(), NOW)
        _ = 1 / 0
    with uow() as work:
        assert work.garments.all() == ()


def test_what_is_committed_lasts(uow: Factory) -> None:
    with uow(writing=True) as work:
        added = work.garments.add(photo(1), seen(), NOW)
        work.commit()
    with uow() as work:
        assert work.garments.get(added.id) == added
        assert work.garments.get(added.id).added_at == NOW


def test_an_import_key_is_stored_once(uow: Factory) -> None:
    with uow(writing=True) as work:
        work.garments.add(photo(1), None, NOW)
        work.commit()
    with pytest.raises(ImportKeyTaken), uow() as work:
        work.garments.add(photo(1), None, NOW)


def test_what_the_database_raises_is_a_storage_failure(uow: Factory, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE photo_features"))
    with pytest.raises(StorageFailed, match="photo_features") as caught, uow() as work:
        work.garments.add(photo(1), seen(), NOW)
    assert isinstance(caught.value.__cause__, DBAPIError)


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**64])
def test_a_number_that_no_garment_can_have_is_not_found(uow: Factory, number: int) -> None:
    with uow() as work, pytest.raises(NotFound, match=f"no item {number}"):
        work.garments.get(number)


def test_an_unknown_garment_is_not_found(uow: Factory) -> None:
    with uow() as work, pytest.raises(NotFound, match="no item 7"):
        work.garments.get(7)
