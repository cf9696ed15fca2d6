"""Choose what runs a checkpoint: its exported graph on a CPU, without torch; else PyTorch."""

from __future__ import annotations

import logging
import platform
from collections.abc import Sequence
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from classifier.errors import CheckpointCorrupt
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.graph_engine import GraphEngine, graph_of
from classifier.serving.outputs import Floats, Outputs

if TYPE_CHECKING:
    from classifier.serving.inference import BuildNetwork

log = logging.getLogger(__name__)


class Runner(Protocol):
    """Something that runs a checkpoint's network. Not thread-safe: the owner holds the lock."""

    @property
    def config(self) -> CheckpointConfig: ...
    @property
    def device(self) -> object: ...
    def run(self, inputs: Sequence[Floats], batch_size: int) -> Outputs: ...


def open_runner(checkpoint: Path, device: str | None = None, build: BuildNetwork | None = None) -> Runner:
    """Open a checkpoint with the fastest engine. A graph that is unusable is left for PyTorch, with a warning.

    Args:
        checkpoint: the safetensors file.
        device: a torch device, None to choose one.
        build: builds the network for a configuration, with torch.

    Raises:
        CheckpointError: the checkpoint is missing, damaged, or does not fit this program.
    """
    graph = graph_of(checkpoint) if build is None else None
    if graph is not None and (device == "cpu" or (device is None and not may_have_gpu())):
        try:
            return GraphEngine(checkpoint, graph)
        except (CheckpointCorrupt, ImportError) as error:  # ImportError: ONNX Runtime is missing or does not start
            log.warning("PyTorch runs the network instead: %s", error)
    from classifier.serving import inference

    return inference.open_engine(checkpoint, device, build or inference.build_network)


def may_have_gpu() -> bool:
    """Whether this machine has NVIDIA's driver or an Apple chip, so that importing torch is worth its time."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or find_library("nvcuda" if platform.system() == "Windows" else "cuda") is not None
