"""What it is worth to keep freed memory (``classifier.memory``): the same forward passes without and with it.

    python -m benchmarks.freed_memory [--photos 128]

Each way runs in a process of its own, on random pictures, and in turns, three times. Prints JSON: seconds a photo
(the best of the three) and their ratio.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

import torch

from classifier.checkpoint import SHIPPED
from classifier.memory import keep_freed_memory
from classifier.tagger import Tagger

BATCH = 16


def seconds(photos: int) -> float:
    """Seconds a photo of the shipped network alone."""
    tagger = Tagger(SHIPPED, "cpu")
    size = tagger.config.preprocessing.size
    inputs = list(torch.rand(photos, 3, size, size))
    engine = tagger._loaded()
    engine.run(inputs[:BATCH], BATCH)
    start = time.perf_counter()
    engine.run(inputs, BATCH)
    return (time.perf_counter() - start) / photos


def in_own_process(photos: int, way: str) -> float:
    """The figure that this module prints when it is started to measure one ``way``."""
    command = [sys.executable, "-m", "benchmarks.freed_memory", "--photos", str(photos), "--way", way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 (ourselves)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=128)
    parser.add_argument("--way", choices=("given back", "kept"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        if arguments.way == "kept":
            keep_freed_memory()
        print(seconds(arguments.photos))
        return
    runs = [{way: in_own_process(arguments.photos, way) for way in ("given back", "kept")} for _ in range(3)]
    best = {way: min(run[way] for run in runs) for way in runs[0]}
    print(json.dumps({**{way: round(value, 4) for way, value in best.items()},
                      "ratio": round(best["given back"] / best["kept"], 2)}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
