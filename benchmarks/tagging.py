"""Measure how many photos per second are tagged, compared with common alternatives on the same photos.

    python -m benchmarks.tagging [--photos 48] [--rounds 3] [--folder FOLDER]

The ways alternate, and the best round of each counts, so other work on the machine affects all of them. Ours includes
everything the app does with a decoded photo: mask, all heads, palette, attributes, embedding of the garment. The
networks to compare with run in plain PyTorch, in batches of 16, from prepared pixels; random weights take the same
time. Photos are drawn garments unless a folder is given. Prints JSON: milliseconds per photo and ratios; with a GPU
also photos per second in batches of 64, against the bare forward pass, and of a training step.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.models import resnet50, vit_b_32

from classifier.pictures import read_picture
from classifier.serving.attributes.attributes import AttributeReader
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.engines import open_runner
from classifier.serving.inference import build_network, open_engine
from classifier.serving.tagger import Tagger, full_tagger
from tests.support.drawing import KINDS, draw_garment

BATCH, GPU_BATCH = 16, 64
Way = Callable[[], object]


def photos_of(folder: Path | None, count: int) -> list[Image.Image]:
    """Return so many photos of a folder, or as many drawn ones."""
    if folder is None:
        return [draw_garment(KINDS[seed % len(KINDS)], seed=seed, size=(1200, 1600)) for seed in range(count)]
    paths = sorted(path for path in folder.rglob("*") if path.is_file())[:count]
    return [read_picture(path) for path in paths]


def best_of(ways: Mapping[str, Way], rounds: int, warm: bool = True) -> dict[str, float]:
    """Return the seconds of each way: the best of so many rounds, in which the ways alternate."""
    best = dict.fromkeys(ways, float("inf"))
    for work in ways.values() if warm else ():
        work()
    for _ in range(rounds):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def in_batches(network: nn.Module, inputs: Tensor, size: int = BATCH) -> Way:
    """Run a network's forward pass over all inputs (N, 3, H, W)."""
    network = network.eval().to(memory_format=torch.channels_last)
    laid_out = inputs.contiguous(memory_format=torch.channels_last)

    def work() -> None:
        with torch.inference_mode():
            for batch in laid_out.split(size):
                network(batch)

    return work


def ways_of(photos: list[Image.Image]) -> tuple[dict[str, Way], str]:
    """Return all ways to compare, and the engine that the app has chosen for the CPU."""
    ours = full_tagger(device="cpu")
    plain = Tagger(SHIPPED, "cpu", attributes=AttributeReader(), build=build_network)
    chosen, torch_engine = open_runner(SHIPPED, "cpu"), open_engine(SHIPPED, "cpu")
    tower = torch.randn(len(photos), 3, 224, 224)
    inputs = [ours.config.preprocessing.apply(photo) for photo in photos]
    return {
        "tagging, all of it": lambda: ours.tag(photos),
        "tagging, PyTorch alone": lambda: plain.tag(photos),
        "tagging, photo by photo": lambda: [ours.tag([photo]) for photo in photos],
        "our network alone": lambda: chosen.run(inputs, BATCH),
        "our network alone, PyTorch": lambda: torch_engine.run(inputs, BATCH),
        "our network alone, PyTorch, photo by photo": lambda: [torch_engine.run([one], 1) for one in inputs],
        "ViT-B/32": in_batches(vit_b_32(), tower),
        "ResNet50": in_batches(resnet50(), tower),
    }, type(chosen).__name__


def measure(count: int = 48, rounds: int = 3, folder: Path | None = None) -> dict[str, Any]:
    """Return milliseconds per photo by way, and how many photos we tag in the time of one for another network."""
    photos = photos_of(folder, count)
    ways, engine = ways_of(photos)
    seconds = best_of(ways, rounds)
    ours = seconds["tagging, all of it"]
    return {
        "photos": len(photos),
        "threads": torch.get_num_threads(),
        "engine": engine,
        "milliseconds a photo": {name: round(1000 * value / len(photos), 1) for name, value in seconds.items()},
        "times as many photos as": {name: round(value / ours, 2) for name, value in seconds.items() if value != ours},
        "our network, times as many photos as": {
            name: round(seconds[name] / seconds["our network alone"], 2) for name in ("ViT-B/32", "ResNet50")
        },
        "gpu": on_gpu(photos) if torch.cuda.is_available() else "no GPU here",
    }


def on_gpu(photos: list[Image.Image]) -> dict[str, float]:
    """Return photos per second on a GPU: the engine from inputs in memory, the forward pass, and training steps."""
    tagger = full_tagger(device="cuda", batch_size=GPU_BATCH)
    engine = open_engine(SHIPPED, "cuda")
    one = [tagger.config.preprocessing.apply(photo) for photo in photos]
    inputs = (one * (4 * GPU_BATCH // len(one) + 1))[: 4 * GPU_BATCH]
    ready = torch.from_numpy(np.stack(inputs)).to("cuda", memory_format=torch.channels_last)

    def bare() -> None:
        with torch.inference_mode(), torch.autocast("cuda", torch.float16):
            for batch in ready.split(GPU_BATCH):
                engine.network(batch)
        torch.cuda.synchronize()

    whole = [*photos, *photos * (GPU_BATCH // len(photos))][:GPU_BATCH]
    seconds = best_of({"bare": bare, "engine": lambda: engine.run(inputs, GPU_BATCH)}, 3)
    tagging = best_of({"tagging": lambda: tagger.tag(whole)}, 2)["tagging"]
    return {
        "bare forward pass": round(len(inputs) / seconds["bare"], 1),
        "engine": round(len(inputs) / seconds["engine"], 1),
        "engine by bare": round(seconds["bare"] / seconds["engine"], 2),
        "tagging, all of it": round(len(whole) / tagging, 1),
        "training": round(_trained_a_second(engine.network, ready[:GPU_BATCH]), 1),
    }


def _trained_a_second(network: nn.Module, batch: Tensor) -> float:
    """Return photos per second of training steps of the whole network, which lose its weights."""
    network.train()
    optimizer = torch.optim.AdamW(network.parameters())

    def step() -> None:
        optimizer.zero_grad()
        with torch.autocast("cuda", torch.float16):
            loss = network(batch)["type"].float().logsumexp(1).mean()
        loss.backward()
        optimizer.step()
        torch.cuda.synchronize()

    return len(batch) / best_of({"step": step}, 5)["step"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.photos, arguments.rounds, arguments.folder), indent=2))


if __name__ == "__main__":
    main()
