"""Measure what keeping freed memory saves in training (``classifier.training.malloc``).

    python -m benchmarks.freed_memory [--steps 6]

The steps are those of the wardrobe's recipe: 48 activations of the frozen stages, in two views, forward and backward
through the trained stages. Both ways alternate three times, each in a separate process. Prints JSON: seconds per step
(the best of three) and their ratio.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

import torch

from classifier.recipes import RECIPES
from classifier.serving.network import MultiHeadNetwork
from classifier.training.malloc import keep_freed_memory


def seconds(steps: int) -> float:
    """Return the seconds of a training step."""
    network = MultiHeadNetwork(RECIPES["wardrobe"].backbone, {"type": 70}).to(memory_format=torch.channels_last)
    size = RECIPES["wardrobe"].preprocessing.size
    with torch.inference_mode():
        stem = network.stem_forward(torch.zeros(1, 3, size, size), RECIPES["wardrobe"].frozen)
    x = torch.rand(2 * RECIPES["wardrobe"].batch_size, *stem.shape[1:]).contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters())

    def step() -> None:
        optimizer.zero_grad()
        network.tail_forward(x, RECIPES["wardrobe"].frozen)["type"].logsumexp(1).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    for _ in range(3):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps


def in_own_process(steps: int, way: str) -> float:
    """Return the figure of this module, run in a process of its own for one ``way``."""
    command = [sys.executable, "-m", "benchmarks.freed_memory", "--steps", str(steps), "--way", way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 (ourselves)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--way", choices=("given back", "kept"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        if arguments.way == "kept":
            keep_freed_memory()
        print(seconds(arguments.steps))
        return
    runs = [{way: in_own_process(arguments.steps, way) for way in ("given back", "kept")} for _ in range(3)]
    best = {way: min(run[way] for run in runs) for way in runs[0]}
    print(json.dumps({**{way: round(value, 3) for way, value in best.items()},
                      "ratio": round(best["given back"] / best["kept"], 2)}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
