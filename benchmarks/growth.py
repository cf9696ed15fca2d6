"""Measure how the app's work grows with the wardrobe: seconds at each size, and the exponent.

    python -m benchmarks.growth [--sizes 100 1000 10000 50000] [--json]

Each size runs in a separate process on a stored, drawn wardrobe (``benchmarks/wardrobes.py``). Prints seconds of CPU
(the clock depends on what else the machine does) of each action done once, as after opening the app; peak memory; and
the slope between the two largest sizes on a log-log scale: about 1.1 for n log n, 2 for quadratic.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.wardrobes import fill
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import Filter, GarmentEdit, Sort
from wardrobe_app.domain.garments.garment import TagKind

SIZES: Final = (100, 1_000, 10_000, 50_000)
ADDED: Final = 16


class Watch:
    """Seconds of CPU and by the clock, by action."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}
        self.memory: dict[str, int] = {}

    @contextmanager
    def of(self, name: str, times: int = 1) -> Iterator[None]:
        """Time the block, which repeats the action so many ``times``."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu[name] = round((time.process_time() - cpu) / times, 5)
        self.wall[name] = round((time.perf_counter() - wall) / times, 5)
        self.memory[name] = peak_megabytes()
        print(f"{name}: {self.cpu[name]} s of CPU, {self.memory[name]} MB so far", file=sys.stderr, flush=True)


def measure(count: int, folder: Path) -> dict[str, Any]:
    """Do each action once with a stored wardrobe of ``count`` garments."""
    watch = Watch()
    with watch.of("open"):
        wardrobe = startup.build(Settings(data_dir=folder))
    _look(wardrobe, watch, count)
    _compare(wardrobe, watch)
    _add(wardrobe, watch, folder)
    return {"garments": count, "cpu": watch.cpu, "wall": watch.wall, "memory": watch.memory, "peak": peak_megabytes()}


def _look(wardrobe: wiring.Runtime, watch: Watch, count: int) -> None:
    catalogue = wardrobe.catalogue
    with watch.of("list: first page", 5):
        for page in range(5):
            catalogue.browse(page=page)
    with watch.of("list: by name"):
        catalogue.browse(sort=Sort.NAME)
    with watch.of("list: counts"):
        catalogue.count()
    with watch.of("filter: available values"):
        catalogue.facets()
    wanted = Filter({"type": frozenset({"Tee"}), "colour": frozenset({"blue", "red"})})
    with watch.of("filter: a page of it"):
        catalogue.browse(wanted)
    with watch.of("filter: remaining values"):
        catalogue.facets(wanted)
    with watch.of("filter: search for a word"):
        catalogue.browse(Filter(text="striped"))
    with watch.of("load all"):
        catalogue.garments()
    middle = count // 2
    with watch.of("edit one"):
        catalogue.edit([middle], GarmentEdit(name="The one"))
    with watch.of("load all after an edit"):
        catalogue.garments()
    with watch.of("correct a type"):
        catalogue.correct([middle], TagKind.TYPE, "Cardigan")
    with watch.of("trash one"):
        catalogue.trash([1])


def _compare(wardrobe: wiring.Runtime, watch: Watch) -> None:
    with watch.of("redundancy: first scan"):
        wardrobe.redundancy.review.groups()
    with watch.of("redundancy: next scan"):
        groups = wardrobe.redundancy.review.groups()
    with watch.of("redundancy: keep ranking"):
        wardrobe.redundancy.review.keep_rankings([group.ids for group in groups[:5]])
    with watch.of("graph: build"):
        wardrobe.graph.exporter.graph()
    with watch.of("outfits: with a garment"):
        wardrobe.outfits.suggestions.with_garment(2)
    with watch.of("outfits: partners"):
        wardrobe.outfits.suggestions.partners(2)
    with watch.of("outfits: for an occasion"):
        wardrobe.outfits.suggestions.outfits_for("casual", "summer")
    with watch.of("outfits: capsule"):
        wardrobe.outfits.suggestions.capsule(12)
    with watch.of("diversity: overview"):
        wardrobe.insights.analysis.overview()
    with watch.of("diversity: standing"):
        state = wardrobe.insights.analysis.standing()
    with watch.of("diversity: removable"):
        wardrobe.insights.analysis.let_go(state)
    with watch.of("diversity: purchases"):
        wardrobe.insights.analysis.purchases(None, state)
    with watch.of("diversity: key pieces"):
        wardrobe.insights.analysis.isolated_garments(state)
        wardrobe.insights.analysis.key_pieces(state)


def _add(wardrobe: wiring.Runtime, watch: Watch, folder: Path) -> None:
    from PIL import Image

    from wardrobe_app.services.importing.importer import source_from_path

    wardrobe.importing.importer._preparer._tagging._make = FakeTagger
    photos = []
    for number in range(ADDED):
        photos.append(folder / f"new{number}.jpg")
        Image.effect_noise((640, 480), 20 + number).convert("RGB").save(photos[-1])
    with watch.of("add a photo", ADDED):
        for result in wardrobe.importing.importer.add([source_from_path(photo) for photo in photos]):
            assert result.garment is not None, result.message  # noqa: S101 - else there is nothing to time


def peak_megabytes() -> int:
    """Return the peak memory of this process."""
    status = Path("/proc/self/status")
    if status.exists():  # the other figure may be that of the process that started this one
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))


def slope(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Return the exponent between two sizes, each with its seconds; under 5 ms is too short to tell."""
    (few, fast), (many, slow) = small, large
    return math.log(max(slow, 0.005) / max(fast, 0.005)) / math.log(many / few)


def measured(sizes: list[int]) -> list[dict[str, Any]]:
    """Run ``measure`` for each size, each in a new process."""
    found = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), count)
            command = [sys.executable, "-m", "benchmarks.growth", "--one", str(count), "--folder", folder]
            # One thread: several that wait for each other would count as work.
            one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=one_thread)  # noqa: S603
            found.append(json.loads(answer.stdout))
    return found


def table(found: list[dict[str, Any]]) -> str:
    """Return the figures as a Markdown table."""
    sizes = [one["garments"] for one in found]
    lines = [
        "| what | " + " | ".join(f"{size:,}" for size in sizes) + " | slope |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
    ]
    for name in found[0]["cpu"]:
        seconds = [one["cpu"][name] for one in found]
        steep = slope((sizes[-2], seconds[-2]), (sizes[-1], seconds[-1])) if len(sizes) > 1 else math.nan
        lines.append(f"| {name} | " + " | ".join(f"{value:.3f}" for value in seconds) + f" | {steep:.2f} |")
    lines.append("| memory at most, MB | " + " | ".join(str(one["peak"]) for one in found) + " | |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.folder)))
        return
    found = measured(arguments.sizes)
    print(json.dumps(found, indent=2) if arguments.json else table(found))


if __name__ == "__main__":
    main()
