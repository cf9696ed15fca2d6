"""Measure everything in one run and print one table.

    python -m benchmarks [--quick] [--json]

Takes about half an hour on two cores, or with --quick a few minutes (fewer photos, smaller wardrobes).
docs/benchmarks.md explains the rows. Leave the computer alone meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from benchmarks import growth, import_cost, pages, tagging

# Photos, rounds, sizes of wardrobes, garments behind the pages.
WHOLE: Final = (48, 3, [100, 1_000, 10_000, 50_000], 10_000)
QUICK: Final = (16, 1, [100, 1_000], 1_000)
OPENED, ASIDE = "start: visit to first gallery", ("garments", "torch loaded by then")

Row = tuple[str, str, str]


def measured(photos: int, rounds: int, sizes: list[int], behind_pages: int) -> dict[str, Any]:
    """Return every figure, by benchmark."""
    _tell("tagging")
    found: dict[str, Any] = {"tagging": tagging.measure(photos, rounds)}
    _tell("import")
    found["import"] = import_cost.measure(photos, rounds)
    _tell("growth")
    found["growth"] = growth.measured(sizes)
    _tell("pages")
    found["pages"] = pages.measure(behind_pages)
    return found


def rows(found: dict[str, Any]) -> Iterator[Row]:
    """Yield what was measured, the figure, and the goal."""
    for name, times in found["tagging"]["times as many photos as"].items():
        yield f"photos tagged, all of it, while one is by: {name}", f"{times:.2f}", "at least 2" * (name == "ViT-B/32")
    for name, times in found["tagging"]["our network, times as many photos as"].items():
        yield f"photos through our network alone while one is by: {name}", f"{times:.2f}", ""
    yield "import, times the unavoidable", f"{found['import']['ratio']:.2f}", "at most 1.5"
    whole = "import, times the unavoidable with the forward pass by PyTorch"
    yield whole, f"{found['import']['ratio with the forward pass by PyTorch']:.2f}", ""
    yield from _growth(found["growth"])
    yield from _pages(found["pages"])


def _pages(waited: dict[str, Any]) -> Iterator[Row]:
    at = f"at {waited['garments']:,} garments"
    yield (
        f"PyTorch {at}, by the first gallery",
        "loaded" if waited["torch loaded by then"] else "not loaded",
        "not loaded",
    )
    for name, seconds in waited.items():
        if name not in ASIDE:
            within = name.startswith(("wardrobe:", "garment:")) or name.endswith("later visit")
            asked = "under 2.5" if name == OPENED else "under 1" if within else ""
            yield f"{name} {at}, seconds", f"{seconds:.2f}", asked


def _growth(sizes: list[dict[str, Any]]) -> Iterator[Row]:
    small, large = sizes[-2:]
    between = f"from {small['garments']:,} to {large['garments']:,}"
    for name, seconds in large["cpu"].items():
        steep = growth.slope((small["garments"], small["cpu"][name]), (large["garments"], seconds))
        yield f"{name}: slope {between}", f"{steep:.2f}", "at most 1.1"
    yield f"memory at {large['garments']:,}, MB", str(large["peak"]), "under 2,048"


def _tell(what: str) -> None:
    print(f"Measuring: {what}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer photos, smaller wardrobes")
    parser.add_argument("--json", action="store_true", help="everything that was measured, as JSON")
    arguments = parser.parse_args()
    found = measured(*(QUICK if arguments.quick else WHOLE))
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print("| what | figure | asked |\n| --- | ---: | --- |")
    for row in rows(found):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
