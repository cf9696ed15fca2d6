"""Measure the scan for duplicates over a shop in PostgreSQL with pgvector, beside the search of the Duplicates page.

    python -m benchmarks.vector_search.shop_scan [--garments 10000,100000] [--page-up-to 10000] [--json]

Wardrobes are drawn as for ``benchmarks.vector_search``, and each is scanned by a process of its own. Photos have no
keypoints: pairs whose keypoints would be compared are counted, looked up and found without. The page's search runs in a
process of its own too, up to ``--page-up-to`` garments: the groups of the two are compared, and their times.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.vector_search.__main__ import SHARED_BUFFERS
from benchmarks.wardrobes import draw, never, store
from db.engine.session import make_engine, make_session_factory
from db.migrate import upgrade
from db.unit_of_work import UnitOfWork, Units
from db.vectors import column
from tests.services.support.stored import photo_store
from tests.support.garments import VOCABULARY
from tests.support.pgvector import REASON, allow_to_fold, programs
from tests.support.postgres import Postgres, running
from wardrobe_app.config import Settings
from wardrobe_app.services.redundancy.review import RedundancyService
from wardrobe_app.services.redundancy.wardrobe_scan import WardrobeScan
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching

Groups = list[tuple[int, ...]]


def measure(server: Postgres, count: int, page_up_to: int) -> dict[str, Any]:
    """Return every figure for a wardrobe of ``count`` garments."""
    url = server.fresh()
    allow_to_fold(url)
    upgrade(url, never)
    _tell(f"storing {count:,} garments")
    _apart(_store, url, count)
    found, groups = _apart(_scan, url)
    if count <= page_up_to:
        page, expected = _apart(_page, url)
        same = len(set(groups) & set(expected))
        found |= {**page, "groups of the page": len(expected), "of them found by the scan": same,
                  "scan / page": round(found["scan, s"] / page["page, s"], 2)}  # fmt: skip
    server.drop(url)
    return {"garments": count, **found}


def _store(url: str, count: int) -> None:
    engine = make_engine(url)
    store(engine, draw(count))
    column.prepare(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _scan(url: str) -> tuple[dict[str, Any], Groups]:
    steps: dict[str, float] = {}
    counts: dict[str, int] = {}
    last, began = "start", time.perf_counter()
    before = _peak()

    def told(what: str, done: int, total: int) -> None:
        nonlocal last, began
        now = time.perf_counter()
        steps[last] = steps.get(last, 0) + now - began
        last, began, counts[what] = what, now, total
        if done % 10_000 < 500:
            _tell(f"{what}: {done:,} of {total:,}")

    start = time.perf_counter()
    units, matching, review = _services(url)
    groups = [group.ids for group in WardrobeScan(units, matching, review).groups(told)]
    whole = time.perf_counter() - start
    told("described", 0, len(groups))
    parts = {f"{what}, s": round(seconds, 1) for what, seconds in steps.items() if what != "start"}
    found = {"scan, s": round(whole, 1), **parts, "candidates for keypoints": counts.get("checked", 0),
             "groups": len(groups), "memory of the scan, MB": _peak(), "of it at the start, MB": before}  # fmt: skip
    return found, groups


def _page(url: str) -> tuple[dict[str, Any], Groups]:
    _tell("searching as the page does")
    *_, review = _services(url)
    start = time.perf_counter()
    groups = [group.ids for group in review.groups()]
    return {"page, s": round(time.perf_counter() - start, 1), "memory of the page, MB": _peak()}, groups


def _services(url: str) -> tuple[Units, KeypointMatching, RedundancyService]:
    units = partial(UnitOfWork, make_session_factory(make_engine(url)), VOCABULARY)
    matching = KeypointMatching(units, photo_store(Settings()))
    return units, matching, RedundancyService(units, matching)


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run ``work`` in a process of its own, whose memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _peak() -> int:
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(peak[1]) // 1024 if peak else 0


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", default="10000,100000", help="sizes, separated by commas")
    parser.add_argument("--page-up-to", type=int, default=10_000, help="garments up to which the page is measured too")
    parser.add_argument("--json", action="store_true", help="as JSON instead of a table")
    arguments = parser.parse_args()
    with running(programs, REASON, SHARED_BUFFERS) as server:
        found = [measure(server, int(count), arguments.page_up_to) for count in arguments.garments.split(",")]
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print("| | " + " | ".join(f"{one['garments']:,}" for one in found) + " |\n| --- |" + " ---: |" * len(found))
    for name in dict.fromkeys(key for one in found for key in one if key != "garments"):
        print(f"| {name} | " + " | ".join(str(one.get(name, "")) for one in found) + " |")


if __name__ == "__main__":
    main()
