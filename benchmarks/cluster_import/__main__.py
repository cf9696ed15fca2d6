"""Compare an import through one and two workers of Ray on this computer with a local one.

    python -m benchmarks.cluster_import [--photos 60]

The photos are drawn garments of 1200 x 1600 pixels; the network is the real one. Each import fills its own wardrobe.
Photos a second count from the first result on; how long the first took is beside it. Memory is the most that a process
had, in MiB. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.drawing import KINDS, draw_garment, photo_bytes
from wardrobe_app import startup, wiring
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected
from wardrobe_app.cluster.importing import RayEngine
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.preparing import Engine
from wardrobe_app.services.importing.sources import sources_of

BATCH = 6


def measure(photos: int) -> dict[str, Any]:
    """Return the figures of all three imports, and ratios to the local one."""
    with tempfile.TemporaryDirectory() as folder:
        album = Path(folder, "album")
        album.mkdir()
        for seed in range(photos):
            drawn = draw_garment(KINDS[seed % len(KINDS)], seed=seed, size=(300, 400)).resize((1200, 1600))
            (album / f"{seed:03}.jpg").write_bytes(photo_bytes(drawn))
        found: dict[str, Any] = {}
        with connected() as ray:  # first, while this process has no network in its memory
            for workers in (1, 2):
                settings = Settings(data_dir=Path(folder, f"ray {workers}"), batch_size=BATCH)
                make = partial(wiring.preparer, wiring.for_workers(settings))
                found[f"ray {workers}"] = timed(settings, album, RayEngine(ActorPool(ray, workers), make, BATCH))
        found["driver of ray, MiB"] = peak_of_this_process()
        found["local"] = timed(Settings(data_dir=Path(folder, "local"), batch_size=BATCH), album, None)
        found["local, MiB"] = peak_of_this_process()
    for workers in (1, 2):
        found[f"ray {workers} / local"] = round(found[f"ray {workers}"]["a second"] / found["local"]["a second"], 2)
    return found


def timed(settings: Settings, album: Path, engine: Engine | None) -> dict[str, float]:
    """Return the photos a second, the seconds to the first result, and the most memory of a worker."""
    wardrobe, workers = startup.build(settings), 0.0
    began = time.monotonic()
    times = []
    for result in wardrobe.importing.importer.add(sources_of([album]), engine=engine):
        assert result.garment is not None, result.message  # noqa: S101
        times.append(time.monotonic())
        workers = max(workers, peak_of_workers())
    # The first batch was there at once.
    print(f"{settings.data_dir.name}: {times[-1] - began:.0f} s", file=sys.stderr)
    rest = sum(moment > times[0] + 0.5 for moment in times)
    return {
        "a second": round(rest / (times[-1] - times[0]), 2),
        "first after": round(times[0] - began, 1),
        "all after": round(times[-1] - began, 1),
        "a worker, MiB": workers,
    }


def peak_of_this_process() -> float:
    """Return the most memory that this process has had, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def peak_of_workers() -> float:
    """Return the most memory that one of Ray's actors has had, in MiB; 0 without any."""
    found = [0.0]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"MapWorker" in (process / "cmdline").read_bytes():
                peak = re.search(r"VmHWM:\s*(\d+)", (process / "status").read_text())
                found.append(round(int(peak[1]) / 1024) if peak else 0)
        except OSError:
            continue
    return max(found)


def main() -> None:
    """Parse arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=60)
    print(json.dumps(measure(parser.parse_args().photos), indent=2))


if __name__ == "__main__":
    main()
