"""Measure what searching for duplicates costs as a wardrobe grows.

    python -m benchmarks.redundancy_scan [--garments 1000 10000] [--features 390]

Wardrobes are random but clustered: types, colours and embeddings as the tests draw them, keypoints around a vocabulary
of places that garments share. Prints JSON by size: seconds of the first scan after tagging (every candidate pair is
compared), of a scan without changes, and after adding one garment; the pairs compared; and the ratio of the first two.
From 10,000 garments on there are no keypoints unless --features is given.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from classifier.serving.keypoints import METHOD, Keypoints, pack
from tests.services.support.stored import redundancy_service, stored
from tests.support.garments import random_wardrobe
from wardrobe_app.config import Settings

PLACES = 4000  # shared by garments: two have about 40 matches, like two real garments
LARGE = 10_000


def features(rng: np.random.Generator, places: np.ndarray, count: int) -> bytes:
    """Return packed keypoints: some of the shared places, slightly changed, anywhere on the garment."""
    near = places[rng.choice(len(places), count, replace=False)] + rng.normal(0, 12, (count, places.shape[1]))
    points = rng.random((count, 4)).astype(np.float32)
    return pack(Keypoints(points, np.clip(near, 0, 255).astype(np.uint8), 1.0))


def measure(count: int, each: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    places = rng.gamma(0.6, 40, (PLACES, 128))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        *wardrobe, last = random_wardrobe(count + 1)
        factory = stored(settings, wardrobe)
        with factory(writing=True) as uow:
            photos = [garment.photos[0] for garment in uow.garments.all()]
            uow.matches.keep([(photo, features(rng, places, each)) for photo in photos] if each else [], METHOD)
            uow.commit()
        service = redundancy_service(settings, factory)
        first = _seconds(service.groups)
        again = _seconds(service.groups)
        before = _compared(factory)
        stored(settings, [last])
        with factory(writing=True) as uow:
            photo = uow.garments.get(last.id).photos[0]
            uow.matches.keep([(photo, features(rng, places, each))] if each else [], METHOD)
            uow.commit()
        one_more = _seconds(service.groups)
        after = _compared(factory)
    return {"garments": count, "first_scan": round(first, 2), "again": round(again, 2), "one_more": round(one_more, 2),
            "compared": before, "compared_for_one_more": after - before, "ratio": round(first / again, 2)}  # fmt: skip


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _compared(factory: Any) -> int:
    with factory() as uow:
        return len(uow.matches.all(METHOD))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--features", type=int, help="local features of each garment")
    arguments = parser.parse_args()
    for count in arguments.garments:
        each = arguments.features if arguments.features is not None else (0 if count >= LARGE else 390)
        print(json.dumps(measure(count, each), indent=2), flush=True)


if __name__ == "__main__":
    main()
