"""Measure how well the rules, and what is learned from an owner's outfits, tell which garment belongs to an outfit.

    python -m benchmarks.compatibility words DATA [--captions FOLDER] [--json]
    python -m benchmarks.compatibility pictures DATA [--people 310,50,46,291] [--seeds 3] [--json]

DATA holds ``fashion-products-small.zip`` (words) and ``clothing.zip`` (pictures), or the unpacked folders. FOLDER holds
``train.1.en.gz`` to ``train.5.en.gz``, the English captions of Flickr30k as in ``data/task2/raw`` of Multi30K.

``words`` asks which of four garments of one role completes an outfit that is described in words, and leaves out each
criterion in turn. ``pictures`` replays the choices of simulated owners from real photos: after 0 to 60 of her outfits,
at which place the garment comes that she chose. docs/benchmarks.md tells what the figures are of.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.compatibility import pictures, words

PEOPLE = "310,50,46,291"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("words", "pictures"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--captions", type=Path, help="folder with captions of photos")
    parser.add_argument("--people", default=PEOPLE, help="senders whose photos are wardrobes")
    parser.add_argument("--seeds", type=int, default=3, help="owners of each kind for each wardrobe")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.what == "words":
        found: Any = words.measure(arguments.data, arguments.captions)
    else:
        found = pictures.measure(arguments.data, arguments.people.split(","), arguments.seeds)
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for table, rows in found.items():
        print(f"\n{table}")
        for row in rows if isinstance(rows, list) else [rows]:
            print("  " + ", ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
