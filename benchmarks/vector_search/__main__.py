"""Measure the search for neighbours in PostgreSQL with pgvector: building the index, recall, times and memory.

    python -m benchmarks.vector_search [--garments 10000,100000] [--json]

Wardrobes are drawn (``benchmarks/wardrobes.py``: clustered embeddings of 384 dimensions) and stored on a server that is
started for this: Debian's with pgvector, or that of the package ``pgserver``. Recall is the share of the ten nearest by
exact search that the index gives too, over garments drawn at random. The same search in memory is measured beside it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Engine, text

from benchmarks.wardrobes import MODEL, draw, never, store
from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from db.vectors import column
from tests.support.garments import VOCABULARY
from tests.support.pgvector import REASON, allow_to_fold, programs
from tests.support.postgres import Postgres, running
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.similarity.candidates import NEIGHBOURS, REACH
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch, NeighbourSearch

ASKED: Final = 300  # garments whose neighbours are searched
ASKED_SLOWLY: Final = 50  # where a search compares with every garment, or nearly
SHARED_BUFFERS: Final = "512MB"  # of the server: the index of 100,000 garments and much of their rows
MOST: Final = 10
BATCH: Final = 500  # garments of one batch


def measure(server: Postgres, count: int) -> dict[str, Any]:
    """Return every figure for a wardrobe of ``count`` garments."""
    url = server.fresh()
    allow_to_fold(url)
    upgrade(url, never)
    engine = make_engine(url)
    _tell(f"storing {count:,} garments")
    store(engine, draw(count))
    _forget_peak()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE photo_features"))
    _tell("filling the column and building the index")
    found = {"garments": count, **_build(engine)}
    units = partial(UnitOfWork, make_session_factory(engine), VOCABULARY)
    with units() as uow:
        garments = uow.garments.all()
    _tell("searching")
    rng = np.random.default_rng(7)
    found |= _searches(units, garments, [garments[row] for row in rng.choice(count, ASKED, replace=False)])
    engine.dispose()
    server.drop(url)
    return found


def _build(engine: Engine) -> dict[str, Any]:
    """Take the column away and let it be made again, as for a database that gets the extension later."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE photo_features DROP COLUMN IF EXISTS vector"))
    start = time.perf_counter()
    column.prepare(engine)
    whole = time.perf_counter() - start
    with engine.begin() as connection:
        (name,) = connection.scalars(text("SELECT relname FROM pg_class WHERE relname ~ '^ix_photo_features_vector_'"))
        made = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = :name"), {"name": name})
        connection.execute(text(f"DROP INDEX {name}"))
        schema = column.schema_of(connection) or ""
        start = time.perf_counter()
        column._make_indexes(connection, schema, {int(name.rpartition("_")[2])})
        built = time.perf_counter() - start
        megabytes = _size(connection, name), _size(connection, "photo_features")
    return {"column and index, s": round(whole, 1), "index alone, s": round(built, 1), "index": made,
            "index, MB": megabytes[0], "rows, MB": megabytes[1]}  # fmt: skip


def _searches(units: Units, garments: tuple[Garment, ...], asked: list[Garment]) -> dict[str, Any]:
    with units() as uow:
        sql = uow.neighbours.search(garments)
        memory = InMemorySearch(garments)
        ids = [one.id for one in asked]
        exact = [_others(memory, one) for one in asked]
        found = [_others(sql, one) for one in asked]
        of_each = partial(sql.nearest_of_each, ids, MOST)
        batch = [garment.id for garment in garments[:BATCH]]
        slowly = asked[:ASKED_SLOWLY]
        whole = [(one.slot, one) for one in slowly if one.slot is not None]
        return {
            "recall at 10, of one": _recall(exact, found),
            "recall at 10, of each": _recall(exact, of_each().tolist()),
            "recall at 10, within a slot": _recall(
                [_others(memory, one, slot) for slot, one in whole], [_others(sql, one, slot) for slot, one in whole]
            ),
            "one in SQL, ms": _milliseconds(lambda: [_others(sql, one) for one in asked], len(asked)),
            "one within a slot in SQL, ms": _milliseconds(
                lambda: [_others(sql, one, slot) for slot, one in whole], len(whole)
            ),
            "one, the nearest 1,000, in SQL, ms": _milliseconds(
                lambda: [_others(sql, one, most=REACH) for one in slowly], len(slowly)
            ),
            "one in memory, ms": _milliseconds(lambda: [_others(memory, one) for one in slowly], len(slowly)),
            "each of a batch in SQL, ms": _milliseconds(lambda: sql.nearest_of_each(batch, NEIGHBOURS), BATCH),
            "each of all in memory, ms": _milliseconds(
                lambda: memory.nearest_of_each([garment.id for garment in garments], NEIGHBOURS),
                len(garments),
                twice=False,
            ),
            "memory of this process, MB": _peak("self"),
            "memory of the server's process, MB": _server_memory(uow),
        }


def _others(search: NeighbourSearch, one: Garment, slot: Slot | None = None, most: int = MOST) -> list[int]:
    embedding = np.zeros(1, np.float32) if one.embedding is None else one.embedding
    return [item for item in search.nearest(MODEL, embedding, most + 1, slot).tolist() if item != one.id][:most]


def _recall(exact: list[list[int]], found: list[list[int]]) -> float:
    shared = sum(len(set(some) & set(those)) for some, those in zip(exact, found, strict=True))
    return round(shared / sum(map(len, exact)), 4)


def _milliseconds(work: Callable[[], object], times: int, *, twice: bool = True) -> float:
    if twice:  # the first time reads what is kept in memory afterwards
        work()
    start = time.perf_counter()
    work()
    return round(1000 * (time.perf_counter() - start) / times, 2)


def _size(connection: Connection, name: str) -> int:
    kind = "pg_table_size" if name == "photo_features" else "pg_relation_size"
    return int(connection.scalar(text(f"SELECT {kind}('{name}')")) or 0) // 2**20


def _server_memory(uow: UnitOfWork) -> int:
    """Return the peak of the process that serves this connection, with the shared pages that it touched."""
    return _peak(uow.neighbours._session.connection().scalar(text("SELECT pg_backend_pid()")))


def _peak(process: Any) -> int:
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(peak[1]) // 1024 if peak else 0


def _forget_peak() -> None:
    """Measure the peak from here on: what drew the garments is no part of it."""
    Path("/proc/self/clear_refs").write_text("5")


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", default="10000,100000", help="sizes, separated by commas")
    parser.add_argument("--json", action="store_true", help="as JSON instead of a table")
    arguments = parser.parse_args()
    with running(programs, REASON, SHARED_BUFFERS) as server:
        found = [measure(server, int(count)) for count in arguments.garments.split(",")]
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print("| | " + " | ".join(f"{one['garments']:,}" for one in found) + " |\n| --- |" + " ---: |" * len(found))
    for name in [key for key in found[0] if key not in ("garments", "index")]:
        print(f"| {name} | " + " | ".join(str(one[name]) for one in found) + " |")


if __name__ == "__main__":
    main()
