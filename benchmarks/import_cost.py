"""What adding a photo costs beside the one forward pass that it cannot do without, measured in one run.

    python -m benchmarks.import_cost FOLDER [--photos 200]

Prints JSON: seconds a photo for the whole import into an empty wardrobe (decode, orient, hash, tag, thumbnails,
store), for the network's forward pass alone in batches of the same size, and their ratio.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import torch

from classifier.checkpoint import SHIPPED
from classifier.pictures import read_picture
from classifier.tagger import Tagger, full_tagger
from wardrobe_app import runtime
from wardrobe_app.config import Settings
from wardrobe_app.services.importing import source_from_path


def forward_seconds(tagger: Tagger, paths: list[Path], batch_size: int) -> float:
    """Seconds a photo of the network alone, its inputs ready."""
    inputs = [tagger.config.preprocessing.apply(read_picture(path)) for path in paths[: 4 * batch_size]]
    engine = tagger._loaded()
    engine.run(inputs[:batch_size], batch_size)
    start = time.perf_counter()
    engine.run(inputs, batch_size)
    return (time.perf_counter() - start) / len(inputs)


def import_seconds(paths: list[Path], folder: Path) -> tuple[float, dict[str, int]]:
    """Seconds a photo of a whole import into an empty wardrobe, the model loaded, and what became of the files."""
    wardrobe = runtime.build(Settings(data_dir=folder))
    list(wardrobe.importer.add([source_from_path(paths[0])]))
    outcomes: dict[str, int] = {}
    start = time.perf_counter()
    for result in wardrobe.importer.add([source_from_path(path) for path in paths[1:]]):
        outcomes[result.outcome.value] = outcomes.get(result.outcome.value, 0) + 1
    return (time.perf_counter() - start) / max(1, len(paths) - 1), outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=200)
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file())[: arguments.photos]
    settings = Settings()
    alone = forward_seconds(full_tagger(settings.checkpoint or SHIPPED), paths, settings.batch_size)
    with tempfile.TemporaryDirectory() as folder:
        whole, outcomes = import_seconds(paths, Path(folder))
    figures = {"photos": len(paths) - 1, "outcomes": outcomes, "import_seconds": round(whole, 4),
               "forward_seconds": round(alone, 4), "ratio": round(whole / alone, 2),
               "threads": torch.get_num_threads()}  # fmt: skip
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
