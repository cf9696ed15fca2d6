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
from classifier.serving.checkpoint import CheckpointConfig, identity
from classifier.serving.graph_engine import CHECKPOINT, FACTS, INPUT, onnx_runtime
from classifier.serving.inference import Engine, open_engine
from classifier.serving.outputs import CLOTH, CONFIDENCE, EMBEDDING, TEXTURE, WHOLE_EMBEDDING, Outputs

_MAX_DIFFERENCE = 1e-3
_ARRAYS = ("embeddings", "whole_embeddings", "confidence", "cloth", "texture")
Arrays = dict[str, NDArray[np.float32]]


class Answers(nn.Module):
    """The network with the engine's post-processing: pictures (N, 3, H, W) to the arrays of ``Outputs``, by name."""

    mean: Tensor | None
    projection: Tensor | None
    acceptable: Tensor | None

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.network = engine.network.to(memory_format=torch.contiguous_format)
        self.engine = engine

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        return self.engine.outputs(self.network(pictures))


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
    if taken := {EMBEDDING, WHOLE_EMBEDDING, CONFIDENCE} & set(engine.config.heads):
        raise ExportFailed(f"{checkpoint} has a head called {min(taken)!r}, the name of another output.")
    described = json.dumps(facts(engine.config, identity(checkpoint)), indent=2)
    write, read = {"torch": (_write_torch, read_torch), "onnx": (_write_onnx, read_onnx)}[kind]
    try:
        with replacing(output) as temporary:
            write(Answers(engine).eval(), _noise(engine.config, 2), described, temporary)
            return _largest_difference(engine, read(temporary)[1])
    except OSError as error:
        raise ExportFailed(f"{output} cannot be written ({error.strerror}). Choose another place.") from error


def facts(config: CheckpointConfig, checkpoint: str) -> dict[str, Any]:
    """Describe inputs, outputs and figures as plain values; ``checkpoint`` identifies the exported file."""
    how = {"squash": "proportions ignored", "letterbox": "proportions kept, bars in the mean colour"}
    size = config.preprocessing.size
    more = {
        EMBEDDING: "unit length; similar for similar garments; of the garment where a mask is found",
        WHOLE_EMBEDDING: "the same of the whole picture",
        CONFIDENCE: "how likely each type is an acceptable answer",
        CLOTH: "how likely each place belongs to the garment, at the resolution of the finest map",
        TEXTURE: "means and standard deviations of the network's maps under the mask",
    }
    return {
        "name": config.name,
        "version": config.version,
        CHECKPOINT: checkpoint,
        "input": f"{INPUT}: float32 (N, 3, {size}, {size}), RGB from 0 to 1, minus mean, divided by std",
        "resizing": f"bicubic, antialiased: {how[config.preprocessing.resize]}",
        "preprocessing": asdict(config.preprocessing),
        "outputs": dict.fromkeys(config.heads, "calibrated probability of each label") | more,
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
    onnxruntime = onnx_runtime()
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(pictures: Tensor) -> Arrays:
        return dict(zip(names, session.run(names, {INPUT: pictures.numpy()}), strict=True))

    return json.loads(session.get_modelmeta().custom_metadata_map[FACTS]), run


def _require(*packages: str) -> None:
    for package in packages:
        try:
            importlib.import_module(package)
        except ModuleNotFoundError as error:
            raise ExportFailed(f"Exporting to ONNX needs {package}: install requirements-dev.txt.") from error


def _write_torch(answers: Answers, example: Tensor, described: str, path: Path) -> None:
    batch = {INPUT: {0: torch.export.Dim("batch", min=1)}}
    program = torch.export.export(answers, (example,), dynamic_shapes=batch)
    with path.open("wb") as file:
        torch.export.save(program, file, extra_files={FACTS: described})


def _write_onnx(answers: Answers, example: Tensor, described: str, path: Path) -> None:
    import onnx

    with torch.inference_mode():
        names = list(answers(example))
    program = torch.onnx.export(
        answers,
        (example,),
        input_names=[INPUT],
        output_names=names,
        dynamic_shapes={INPUT: {0: torch.export.Dim("batch", min=1)}},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    if program is None:
        raise ExportFailed("PyTorch exported no ONNX program. Update torch and onnxscript.")
    model = program.model_proto
    onnx.helper.set_model_props(model, {FACTS: described})
    onnx.save(model, path)


def _largest_difference(engine: Engine, run: Callable[[Tensor], Mapping[str, NDArray[np.float32]]]) -> float:
    largest = 0.0
    for count in (1, 3):
        pictures = _noise(engine.config, count)
        ours, theirs = engine.run(list(pictures.numpy()), count), run(pictures)
        found = Outputs.of(theirs, engine.config)
        pairs = [(found.probabilities[head], ours.probabilities[head]) for head in engine.config.heads]
        pairs += [(getattr(found, name), getattr(ours, name)) for name in _ARRAYS if getattr(ours, name) is not None]
        largest = max(largest, *(float(np.abs(one - other).max()) for one, other in pairs))
    if not largest <= _MAX_DIFFERENCE:
        raise ExportFailed(
            f"The exported network answers differently, by up to {largest:.2g}, so nothing was written. "
            "Try the other format, or other versions of torch and onnx."
        )
    return largest


def _noise(config: CheckpointConfig, count: int) -> Tensor:
    size = config.preprocessing.size
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(count))
