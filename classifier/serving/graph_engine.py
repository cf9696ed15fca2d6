"""Run an exported network on the CPU with ONNX Runtime, without torch."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible
from classifier.serving import checkpoint as files
from classifier.serving.outputs import EMBEDDING, WHOLE_EMBEDDING, Floats, Outputs

FACTS = "wardrobe.json"  # name of the metadata entry that describes the network
CHECKPOINT = "checkpoint"  # in the facts: which checkpoint was exported
INPUT = "pictures"


def graph_of(checkpoint: Path) -> Path | None:
    """The exported graph beside a checkpoint; None without one."""
    path = checkpoint.with_suffix(".onnx")
    return path if path.is_file() else None


def onnx_runtime() -> Any:
    """Import ONNX Runtime without its telemetry.

    From 1.29 on it writes an identifier of the computer to the home folder and reports sessions to Microsoft, unless
    this variable is set before the import; on Windows it also reports through the system's tracing.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    onnxruntime: Any = importlib.import_module("onnxruntime")
    onnxruntime.disable_telemetry_events()
    return onnxruntime


class GraphEngine:
    """An exported network on the CPU, as :class:`classifier.serving.inference.Engine` with PyTorch.

    Args:
        checkpoint: the safetensors file that was exported; only its header is read.
        graph: what `classifier export` made of it.

    Raises:
        CheckpointCorrupt: the graph is damaged, or was exported from another checkpoint.
        CheckpointError: the checkpoint is missing or damaged.
    """

    device = "cpu"

    def __init__(self, checkpoint: Path, graph: Path) -> None:
        onnxruntime = onnx_runtime()
        self.config = files.read_config(checkpoint)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)  # as PyTorch's
        options.enable_cpu_mem_arena = False  # an arena keeps the memory of the largest batch
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            facts = dict(json.loads(self._session.get_modelmeta().custom_metadata_map[FACTS]))
        except Exception as error:  # ONNX Runtime has a class of its own for each damage
            raise CheckpointCorrupt(f"{graph} is damaged ({error}). Replace it with a fresh copy.") from error
        if facts.get(CHECKPOINT) != files.identity(checkpoint):
            raise CheckpointCorrupt(f"{graph} was exported from another checkpoint than {checkpoint}. Export it again.")
        self._names = [output.name for output in self._session.get_outputs()]
        if lacking := {*self.config.heads, EMBEDDING, WHOLE_EMBEDDING} - set(self._names):
            raise CheckpointCorrupt(f"{graph} does not answer {min(lacking)!r}. Export it again.")

    def run(self, inputs: Sequence[Floats], batch_size: int) -> Outputs:
        """Run inputs (3, H, W), at least one, in their order, at most ``batch_size`` at a time.

        Raises:
            CheckpointIncompatible: a result is not finite.
        """
        parts = []
        for start in range(0, len(inputs), batch_size):
            batch = np.stack(inputs[start : start + batch_size])
            arrays = dict(zip(self._names, self._session.run(self._names, {INPUT: batch}), strict=True))
            if not all(np.isfinite(values).all() for values in arrays.values()):
                raise CheckpointIncompatible(
                    f"The graph of {self.config.model} gives results that are not finite. Export it again."
                )
            parts.append(Outputs.of(arrays, self.config))
        return Outputs.joined(parts)
