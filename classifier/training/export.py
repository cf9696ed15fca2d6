"""Export a checkpoint's network as a torch.export program or ONNX. Neither needs timm or this package."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifier.atomic_files import replacing
from classifier.errors import ExportFailed
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.inference import Engine, open_engine

FACTS = "wardrobe.json"
"""Name of the facts: a file in the torch program, a metadata entry in ONNX."""
_MAX_DIFFERENCE = 1e-3
Arrays = dict[str, NDArray[np.float32]]


class Answers(nn.Module):
    """The network with the engine's post-processing.

    Maps pictures (N, 3, H, W) to calibrated probabilities (N, classes) by head, and "embedding" (N, D) of unit length.
    """

    mean: Tensor | None
    projection: Tensor | None

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.network = engine.network.to(memory_format=torch.contiguous_format)
        self.heads, self.many = tuple(engine.config.heads), engine.config.many
        self.temperatures = engine.config.temperatures
        self.register_buffer("mean", engine.mean)
        self.register_buffer("projection", engine.projection)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        found = self.network(pictures)
        answers = {head: self._probabilities(head, found[head]) for head in self.heads}
        return answers | {"embedding": nn.functional.normalize(self._projected(found["features"]), dim=1)}

    def _probabilities(self, head: str, logits: Tensor) -> Tensor:
        logits = logits / self.temperatures.get(head, 1.0)
        return logits.sigmoid() if head in self.many else logits.softmax(dim=1)

    def _projected(self, features: Tensor) -> Tensor:
        if self.mean is None or self.projection is None:
            return features
        return (features - self.mean) @ self.projection


def export(checkpoint: Path, kind: Literal["torch", "onnx"], output: Path) -> float:
    """Write the network of ``checkpoint`` to ``output``, whole or not at all, and read it back to check it.

    Returns:
        The largest difference between the outputs of the written network and of ours, for batches of 1 and 3.

    Raises:
        CheckpointError: the checkpoint is missing, damaged or unusable.
        ExportFailed: the file cannot be written, a package is missing, or the written network answers differently.
    """
    if kind == "onnx":
        _require("onnx", "onnxscript", "onnxruntime")
    engine = open_engine(checkpoint, "cpu")
    if "embedding" in engine.config.heads:
        raise ExportFailed(f"{checkpoint} has a head called 'embedding', the name of another output.")
    write, read = {"torch": (_write_torch, read_torch), "onnx": (_write_onnx, read_onnx)}[kind]
    try:
        with replacing(output) as temporary:
            write(Answers(engine).eval(), engine.config, temporary)
            return _largest_difference(engine, read(temporary)[1])
    except OSError as error:
        raise ExportFailed(f"{output} cannot be written ({error.strerror}). Choose another place.") from error


def facts(config: CheckpointConfig) -> dict[str, Any]:
    """Describe inputs, outputs and figures as plain values, for programs that use the network."""
    how = {"squash": "proportions ignored", "letterbox": "proportions kept, bars in the mean colour"}
    size = config.preprocessing.size
    return {
        "name": config.name,
        "version": config.version,
        "input": f"pictures: float32 (N, 3, {size}, {size}), RGB from 0 to 1, minus mean, divided by std",
        "resizing": f"bicubic, antialiased: {how[config.preprocessing.resize]}",
        "preprocessing": asdict(config.preprocessing),
        "outputs": dict.fromkeys(config.heads, "calibrated probability of each label")
        | {"embedding": "unit length; similar for similar garments"},
        "labels": config.heads,
        "many": config.many,
        "tiers": {head: asdict(tiers) for head, tiers in config.tiers.items()},
        "metrics": config.metrics,
    }


def read_torch(path: Path) -> tuple[dict[str, Any], Callable[[Tensor], Arrays]]:
    """Load an exported torch program: its facts, and a function of pictures (N, 3, H, W)."""
    extra = {FACTS: ""}
    with path.open("rb") as file:
        module = torch.export.load(file, extra_files=extra).module()

    def run(pictures: Tensor) -> Arrays:
        with torch.inference_mode():
            return {name: value.numpy() for name, value in module(pictures).items()}

    return json.loads(extra[FACTS]), run


def read_onnx(path: Path) -> tuple[dict[str, Any], Callable[[Tensor], Arrays]]:
    """Load an ONNX file: its facts, and a function of pictures (N, 3, H, W) that runs on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(pictures: Tensor) -> Arrays:
        return dict(zip(names, session.run(names, {"pictures": pictures.numpy()}), strict=True))

    return json.loads(session.get_modelmeta().custom_metadata_map[FACTS]), run


def _require(*packages: str) -> None:
    for package in packages:
        try:
            importlib.import_module(package)
        except ModuleNotFoundError as error:
            raise ExportFailed(f"Exporting to ONNX needs {package}: install requirements-dev.txt.") from error


def _write_torch(answers: Answers, config: CheckpointConfig, path: Path) -> None:
    batch = {"pictures": {0: torch.export.Dim("batch", min=1)}}
    program = torch.export.export(answers, (_noise(config, 2),), dynamic_shapes=batch)
    with path.open("wb") as file:
        torch.export.save(program, file, extra_files={FACTS: json.dumps(facts(config), indent=2)})


def _write_onnx(answers: Answers, config: CheckpointConfig, path: Path) -> None:
    import onnx

    program = torch.onnx.export(
        answers,
        (_noise(config, 2),),
        input_names=["pictures"],
        output_names=[*config.heads, "embedding"],
        dynamic_shapes={"pictures": {0: torch.export.Dim("batch", min=1)}},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    if program is None:
        raise ExportFailed("PyTorch exported no ONNX program. Update torch and onnxscript.")
    model = program.model_proto
    onnx.helper.set_model_props(model, {FACTS: json.dumps(facts(config))})
    onnx.save(model, path)


def _largest_difference(engine: Engine, run: Callable[[Tensor], Mapping[str, NDArray[np.float32]]]) -> float:
    largest = 0.0
    for count in (1, 3):
        pictures = _noise(engine.config, count)
        ours, theirs = engine.run(list(pictures), count), run(pictures)
        for name, expected in (*ours.probabilities.items(), ("embedding", ours.embeddings)):
            largest = max(largest, float(np.abs(theirs[name] - expected).max()))
    if not largest <= _MAX_DIFFERENCE:
        raise ExportFailed(
            f"The exported network answers differently, by up to {largest:.2g}, so nothing was written. "
            "Try the other format, or other versions of torch and onnx."
        )
    return largest


def _noise(config: CheckpointConfig, count: int) -> Tensor:
    size = config.preprocessing.size
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(count))
