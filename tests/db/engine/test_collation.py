from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, literal, select

from db.engine.collation import create_function, folded, naturally
from db.engine.session import make_engine
from wardrobe_app.domain.text import fold, natural_key

TEXTS = ("Straße 12b", "ÉTÉ’s 007", "x" + "9" * 30, "Łódź 2", "10 20 3", "ガ ﬁ İı", "´n` — a-b", "%s 50% o''k \\ 1")


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, sqlite_url: str) -> Engine:
    if request.param == "sqlite":
        return make_engine(sqlite_url)
    engine = make_engine(request.getfixturevalue("fresh_postgres")())
    with engine.begin() as connection:
        create_function(connection)
    return engine


def answers(server: Engine, function: Callable[..., object], texts: list[str]) -> list[str]:
    with server.connect() as connection:
        return [connection.scalar(select(function(literal(text)))) for text in texts]


@pytest.mark.parametrize(("in_sql", "in_python"), [(folded, fold), (naturally, natural_key)])
def test_every_database_folds_and_orders_as_python_does(
    server: Engine, in_sql: Callable[..., object], in_python: Callable[[str], str]
) -> None:
    assert answers(server, in_sql, list(TEXTS)) == [in_python(text) for text in TEXTS]


def test_every_letter_is_folded_alike_on_every_database(server: Engine) -> None:
    known = [chr(code) for code in range(1, sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    known = [letter for letter in known if unicodedata.category(letter) != "Co"]
    # Letters between blanks, many at a time: each would be a question of its own.
    rows = [" . ".join(known[start : start + 500]) for start in range(0, len(known), 500)]
    differing = {
        (mine, theirs)
        for row, answer in zip(rows, answers(server, folded, rows), strict=True)
        for mine, theirs in zip(fold(row).split(" . "), answer.split(" . "), strict=True)
        if mine != theirs
    }
    assert differing == set()
