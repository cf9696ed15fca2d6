"""Measure what finding the garment on a photo costs.

    python -m benchmarks.mask_cost FOLDER [--photos 96]

Prints JSON: seconds per photo of tagging without masks, with masks but without attribute heads, and with both; what the
latter adds; and the ratio of the last to the first.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch
from PIL import Image

from classifier.pictures import read_picture
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.masks.garment_mask import Masker
from classifier.serving.tagger import Tagger, full_tagger


def seconds(tagger: Tagger, pictures: list[Image.Image]) -> float:
    """Return the seconds per photo, with everything loaded."""
    tagger.tag(pictures[: tagger.batch_size])
    start = time.perf_counter()
    tagger.tag(pictures)
    return (time.perf_counter() - start) / len(pictures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=96)
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file())[: arguments.photos]
    pictures = [read_picture(path) for path in paths]
    without = seconds(Tagger(SHIPPED), pictures)
    masks = seconds(Tagger(SHIPPED, masker=Masker()), pictures)
    both = seconds(full_tagger(), pictures)
    figures = {"photos": len(pictures), "without_masks": round(without, 4), "with_masks": round(masks, 4),
               "with_masks_and_attributes": round(both, 4), "more": round(both - without, 4),
               "ratio": round(both / without, 2), "threads": torch.get_num_threads()}  # fmt: skip
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
