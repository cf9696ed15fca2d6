from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, literal, null, select, text
from sqlalchemy.exc import IntegrityError

from db.engine.collation import folded, in_order
from db.engine.session import make_engine
from db.migrate import upgrade
from db.schema.tables import PhotoRow
from tests.db.conftest import zipped


def test_every_connection_to_sqlite_checks_foreign_keys_and_writes_ahead(sqlite_url: str, tmp_path: Path) -> None:
    upgrade(sqlite_url, zipped)
    engine = make_engine(sqlite_url)
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA busy_timeout")) == 10_000


def test_a_photo_of_no_garment_cannot_be_stored(engine: Engine) -> None:
    names = ("import_key", "filename", "file", "thumbnail", "sha256", "phash")
    row = dict.fromkeys(names, "x") | {"item_id": 99, "width": 1, "height": 1, "added_at": datetime.now(UTC)}
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), engine.begin() as connection:
        connection.execute(insert(PhotoRow), row)


def test_letters_of_every_script_are_folded_and_nothing_stays_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(select(folded(literal("ÉTÉ ЗИМА")))) == "ete зима"
        assert connection.scalar(select(folded(null()))) is None


def test_texts_have_the_same_order_everywhere(engine: Engine) -> None:
    words = ["a b", "ab", "B", "é", "Z", "-a", "_"]
    with engine.connect() as connection:
        one = select(literal(words[0]).label("word"))
        every = one.union_all(*(select(literal(word)) for word in words[1:])).subquery()
        assert list(connection.scalars(select(every.c.word).order_by(in_order(every.c.word)))) == sorted(words)
