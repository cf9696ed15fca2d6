"""Measure what adding a phone's photo costs, compared with the unavoidable work.

    python -m benchmarks.import_cost [--photos 48] [--rounds 3]

The photos are drawn garments as JPEG of 4000 x 3000 pixels, rotated by EXIF. The whole import (read, decode at reduced
size, turn upright, hash, mask, tag, encode photo, thumbnail, mask and cut-out, store files and rows) is
compared with the sum of the unavoidable: decoding one file at half its size, one forward pass in a batch of 16, one
thumbnail made and encoded. All by the clock; the unavoidable parts run one after another, with no threads but those of
the network. Prints JSON: milliseconds per photo of each part, and the ratio.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import ExifTags, Image

from benchmarks.tagging import BATCH, best_of
from classifier.pictures import decode_picture
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.engines import open_runner
from classifier.serving.inference import open_engine
from classifier.serving.tagger import full_tagger
from tests.support.drawing import KINDS, draw_garment
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.duplicates import picture_hash
from wardrobe_app.services.importing.importer import Source, source_from_bytes
from wardrobe_app.services.storage.photo_store import PhotoStore

WIDE, HIGH = 4000, 3000


def phone_photo(seed: int) -> bytes:
    """Return a 12-megapixel JPEG with a sensor's noise, rotated by EXIF."""
    drawn = draw_garment(KINDS[seed % len(KINDS)], seed=seed, size=(1500, 2000)).transpose(Image.Transpose.ROTATE_90)
    large = np.asarray(drawn.resize((WIDE, HIGH), Image.Resampling.BILINEAR), np.int16)
    noise = np.random.default_rng(seed).integers(-6, 7, (HIGH, WIDE, 1), np.int16)
    exif, written = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray((large + noise).clip(0, 255).astype(np.uint8)).save(written, "JPEG", quality=90, exif=exif)
    return written.getvalue()


def reduced(data: bytes) -> Image.Image:
    """Return the picture at half its size, as the decoder gives it."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (WIDE // 2, HIGH // 2))
    picture.load()
    return picture


def thumbnail(picture: Image.Image) -> bytes:
    """Make a thumbnail in the obvious way."""
    small, written = picture.copy(), io.BytesIO()
    small.thumbnail((480, 480))
    small.save(written, "JPEG", quality=82)
    return written.getvalue()


def imported(files: list[bytes]) -> float:
    """Return the seconds of a whole import into an empty wardrobe, with the model loaded."""
    with tempfile.TemporaryDirectory() as folder:
        wardrobe = startup.build(Settings(data_dir=Path(folder)))
        warm = [source_from_bytes("first.jpg", files[-1])]
        assert [result.garment is not None for result in wardrobe.importing.importer.add(warm)] == [True]  # noqa: S101
        sources: list[Source] = [source_from_bytes(f"{n}.jpg", data) for n, data in enumerate(files[:-1])]
        start = time.perf_counter()
        results = list(wardrobe.importing.importer.add(sources, allow_duplicates=True))
        seconds = time.perf_counter() - start
    if any(result.garment is None or result.untagged for result in results):
        raise RuntimeError("photos were not added or not tagged")
    return seconds / len(sources)


def parts_of(files: list[bytes]) -> dict[str, Any]:
    """Return each part as a function to time, over some of the photos."""
    some = files[:BATCH]
    pictures = [decode_picture(data) for data in some]
    tagger, runner, plain = full_tagger(device="cpu"), open_runner(SHIPPED, "cpu"), open_engine(SHIPPED, "cpu")
    inputs = [tagger.config.preprocessing.apply(picture) for picture in pictures]
    predictions = tagger.tag(pictures)
    store = PhotoStore(None, None, None, 480)  # type: ignore[arg-type]  # encodes only
    masks = [found.mask.cloth if found.mask else None for found in predictions]
    halves = [reduced(data) for data in some]
    return {
        "reduced decode": lambda: [reduced(data) for data in some],
        "forward pass": lambda: runner.run(inputs, BATCH),
        "thumbnail": lambda: [thumbnail(half) for half in halves],
        "forward pass by PyTorch": lambda: plain.run(inputs, BATCH),
        "decoded as it is kept": lambda: [decode_picture(data) for data in some],
        "hash of the picture": lambda: [picture_hash(picture) for picture in pictures],
        "tagged": lambda: tagger.tag(pictures),
        "encoded": lambda: [store.encode(*pair) for pair in zip(pictures, masks, strict=True)],
    }


def measure(count: int = 48, rounds: int = 3) -> dict[str, Any]:
    """Return milliseconds per photo, in total and by part, and the total divided by the unavoidable."""
    files = [phone_photo(seed) for seed in range(count + 1)]
    parts = parts_of(files)
    best, whole = dict.fromkeys(parts, float("inf")), float("inf")
    for turn in range(rounds):
        found = best_of(parts, 1, warm=turn == 0)
        best = {name: min(best[name], seconds) for name, seconds in found.items()}
        whole = min(whole, imported(files))
    by_part = {name: seconds / len(files[:BATCH]) for name, seconds in best.items()}
    needed = sum(by_part[name] for name in ("reduced decode", "forward pass", "thumbnail"))
    slower = needed - by_part["forward pass"] + by_part["forward pass by PyTorch"]
    return {
        "photos": count,
        "threads": torch.get_num_threads(),
        "milliseconds a photo": {name: round(1000 * value, 1) for name, value in by_part.items()},
        "import": round(1000 * whole, 1),
        "unavoidable": round(1000 * needed, 1),
        "ratio": round(whole / needed, 2),
        "ratio with the forward pass by PyTorch": round(whole / slower, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.photos, arguments.rounds), indent=2))


if __name__ == "__main__":
    main()
