from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError


def test_every_connection_checks_foreign_keys_and_writes_ahead(engine: Engine) -> None:
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA busy_timeout")) == 10_000


def test_a_photo_of_no_garment_cannot_be_stored(engine: Engine) -> None:
    values = "(1, 99, 0, 'k', 'f', 'a', 'b', 1, 1, 's', 'p', '2026-01-01', NULL, 1)"
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO photo VALUES {values}"))  # noqa: S608


def test_lower_case_is_not_for_ascii_only(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT lower('ÉTÉ')")) == "été"
        assert connection.scalar(text("SELECT lower(NULL)")) is None
