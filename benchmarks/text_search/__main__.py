"""Measure searches in text on PostgreSQL, with the indexes of ``pg_trgm`` and without.

    python -m benchmarks.text_search [--garments 50000] [--json]

Garments are drawn (``benchmarks/wardrobes.py``), with short embeddings; every third has a name and notes. They are
stored on a server that is started for this. Each search asks for the first page of 60 and the number of all that match,
as the gallery does, and the quickest of three counts.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine, text

from benchmarks.wardrobes import draw, never, store
from db.engine import text_index
from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork
from tests.support.garments import VOCABULARY
from tests.support.postgres import Postgres, running
from wardrobe_app.domain.catalogue.filters import Filter, Sort

SEARCHES: Final = ("number 471", "brand 17", "img_00471", "market", "absent", "striped", "blue jeans")
WRITTEN: Final = (
    "UPDATE item SET name = 'Wool coat number ' || id, notes = repeat('bought at the market in spring ', 4) "
    "WHERE id % 3 = 0"
)


def measure(server: Postgres, count: int) -> dict[str, Any]:
    """Return the milliseconds of every search, with the indexes and without."""
    url = server.fresh()
    upgrade(url, never)
    engine = make_engine(url)
    drawn = draw(count)
    store(engine, replace(drawn, embeddings=drawn.embeddings[:, :8]))
    _outside_transactions(engine, WRITTEN, "VACUUM ANALYZE")
    names = [text_index.index_name(table) for table in ("item", "photo")]
    start = time.perf_counter()
    _outside_transactions(engine, *(f"REINDEX INDEX {name}" for name in names))
    built, indexed = time.perf_counter() - start, _searches(engine)
    _outside_transactions(engine, *(f"DROP INDEX {name}" for name in names))
    read = _searches(engine)
    engine.dispose()
    return {
        "garments": count,
        "building the indexes, s": round(built, 1),
        "ms, indexed and reading every row": {words: (indexed[words], read[words]) for words in SEARCHES},
    }


def _searches(engine: Engine) -> dict[str, int]:
    units = partial(UnitOfWork, make_session_factory(engine), VOCABULARY)
    found = {}
    for words in SEARCHES:
        seconds = []
        for _ in range(3):
            with units() as uow:
                start = time.perf_counter()
                uow.garments.browse(Filter(text=words), Sort.NEWEST, 0, 60)
                seconds.append(time.perf_counter() - start)
        found[words] = round(1000 * min(seconds))
    return found


def _outside_transactions(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with running() as server:
        found = measure(server, options.garments)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['garments']:,} garments; indexes built in {found['building the indexes, s']} s")
    for words, (indexed, read) in found["ms, indexed and reading every row"].items():
        print(f"{words:12} {indexed:6} ms indexed {read:6} ms reading every row")


if __name__ == "__main__":
    main()
