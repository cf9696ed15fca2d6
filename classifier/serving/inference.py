"""Run a checkpoint's network: choose the device and precision, split batches, and fall back when a device fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifier.errors import CheckpointIncompatible
from classifier.serving import checkpoint as files
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.openvino_engine import Accelerator

log = logging.getLogger(__name__)

T = TypeVar("T")
Floats = NDArray[np.float32]
Work = Callable[[nn.Module, torch.device], T]
BuildNetwork = Callable[[CheckpointConfig], nn.Module]
MIN_PLACE_WEIGHT = 1e-3  # of a place outside the mask: a small mask may miss every place of a coarse map
EMBEDDING_MEAN, EMBEDDING_PROJECTION = "embedding.mean", "embedding.projection"


@dataclass(frozen=True)
class Outputs:
    """Outputs for N pictures, float32.

    ``probabilities`` (N, classes) by head, whose rows sum to 1 except in multi-label heads; ``embeddings`` (N, D) of
    unit length.
    """

    probabilities: dict[str, Floats]
    embeddings: Floats


def best_device() -> torch.device:
    """Choose CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def build_network(config: CheckpointConfig) -> nn.Module:
    """Build the network that ``config`` describes, with random weights."""
    heads = {head: len(labels) for head, labels in config.heads.items()}
    return MultiHeadNetwork(config.backbone, heads, hidden=config.hidden, mirrored=config.mirrored)


def open_engine(
    path: Path, device: str | None = None, build: BuildNetwork = build_network, cache: Path | None = None
) -> Engine:
    """Load a checkpoint's network onto ``device``, or onto the best one; ``cache`` as in :class:`Engine`.

    Raises:
        CheckpointError: the file is missing, damaged, or does not fit this program.
    """
    config, state = files.load(path)
    return Engine(config, state, torch.device(device) if device else best_device(), build, cache)


class Engine:
    """A network on a device. Not thread-safe: the owner holds the lock.

    A batch that does not fit in memory is halved. If the device fails, or cannot hold even one picture, the network is
    rebuilt on the CPU. There, OpenVINO takes over once enough pictures were processed
    (:mod:`classifier.serving.openvino_engine`); PyTorch repeats whatever fails there.

    Args:
        config: the checkpoint's configuration.
        state: the weights; an optional mean (C,) and projection (C, D) turn features into embeddings.
        device: where to run.
        build: builds the network for a configuration.
        cache: folder for converted networks, None to keep nothing.

    Raises:
        CheckpointIncompatible: ``state`` does not fit the network that ``config`` describes.
    """

    def __init__(
        self,
        config: CheckpointConfig,
        state: Mapping[str, Tensor],
        device: torch.device,
        build: BuildNetwork = build_network,
        cache: Path | None = None,
    ) -> None:
        self.config = config
        self._cache, self._build = cache, build
        extra = (EMBEDDING_MEAN, EMBEDDING_PROJECTION)
        self._weights = {name: value for name, value in state.items() if name not in extra}
        self.mean, self.projection = (state.get(name) for name in extra)
        self._check_embedding()
        self.device = torch.device("cpu")
        self.network = self._new_network()
        if device.type != "cpu":
            self._move_to(device)

    def run(self, inputs: Sequence[Tensor], batch_size: int) -> Outputs:
        """Run inputs (3, H, W), at least one, in their order, at most ``batch_size`` at a time."""
        done: list[Outputs] = []
        start, size = 0, batch_size
        while start < len(inputs):
            batch = inputs[start : start + size]
            result = self._attempt(batch)
            if isinstance(result, Outputs):
                done.append(result)
                start += len(batch)
            elif _is_out_of_memory(result) and len(batch) > 1:
                size = len(batch) // 2
                self._free_memory()
                log.warning("Out of memory on %s: continuing with %d pictures at a time", self.device, size)
            elif self.device.type == "cpu":
                raise result
            else:
                self._fall_back(result)
                size = batch_size
        return _concatenated(done)

    def embed(self, inputs: Sequence[Tensor], weights: Sequence[Floats]) -> Floats:
        """Compute embeddings (N, D) of unit length, pooled under masks.

        Args:
            inputs: network inputs (3, H, W), at least one; all run in one batch.
            weights: (H, W) each, 0 to 1, how much each place counts.
        """
        batch, masks = torch.stack(list(inputs)), torch.from_numpy(np.stack(weights))[:, None]

        def compute(network: nn.Module, device: torch.device) -> Floats:
            multi_head = cast(MultiHeadNetwork, network)
            with torch.inference_mode():
                maps = multi_head.feature_map(self.to_device(batch, network)).float()
                weight = nn.functional.interpolate(masks.to(device), maps.shape[2:], mode="area") + MIN_PLACE_WEIGHT
                pooled = (maps.flatten(2) @ weight.flatten(1)[:, :, None]).squeeze(2)
                return _numpy(self._embedding(multi_head.neck(pooled / weight.sum((2, 3)))))

        return self.run_accelerated(compute, len(inputs))

    def run_accelerated(self, work: Work[T], pictures: int) -> T:
        """Call ``work`` for ``pictures`` pictures with the fastest network; gradients are not available there."""
        fast = self._fast_network(pictures)
        if fast is not None:
            try:
                return work(fast, self.device)
            except Exception as error:  # an optional library must not break tagging
                self._accelerator.disable(error)
        return self.with_network(work)

    def accelerate(self) -> bool:
        """Convert the network for OpenVINO now; return whether it is in use."""
        return self.device.type == "cpu" and self._accelerator.activate()

    def with_network(self, work: Work[T]) -> T:
        """Call ``work`` with the network and its device, and again on the CPU if the device fails."""
        try:
            return work(self.network, self.device)
        except RuntimeError as error:
            if self.device.type == "cpu":
                raise
            self._fall_back(error.with_traceback(None))
            return work(self.network, self.device)

    def to_device(self, batch: Tensor, network: nn.Module) -> Tensor:
        """Move a batch (N, 3, H, W) to the device, in the memory layout that is fastest for ``network``."""
        plain = self.device.type == "mps" or network is not self.network
        return batch.to(self.device, memory_format=torch.preserve_format if plain else torch.channels_last)

    def _fast_network(self, pictures: int) -> nn.Module | None:
        return self._accelerator.network_for(pictures) if self.device.type == "cpu" else None

    def _attempt(self, batch: Sequence[Tensor]) -> Outputs | RuntimeError:
        pictures, fast = torch.stack(list(batch)), self._fast_network(len(batch))
        if fast is not None:
            try:
                return self._forward(pictures, fast)
            except Exception as error:  # as in run_accelerated()
                self._accelerator.disable(error)
        try:
            return self._forward(pictures, self.network)
        except RuntimeError as error:  # out of memory and lost devices are both RuntimeErrors
            # The traceback's frames would keep the batch's activations in the device's memory.
            return error if self.device.type == "cpu" else error.with_traceback(None)

    def _forward(self, batch: Tensor, network: nn.Module) -> Outputs:
        half = torch.autocast("cuda", torch.float16) if self.device.type == "cuda" else nullcontext()
        with torch.inference_mode(), half:
            answers = network(self.to_device(batch, network))
        with torch.inference_mode():
            probabilities = {head: self._probabilities(head, answers[head].float()) for head in self.config.heads}
            embeddings = self._embedding(answers["features"].float())
            if not all(bool(values.isfinite().all()) for values in (*probabilities.values(), embeddings)):
                raise self._incompatible("gives results that are not finite")
            return Outputs({head: _numpy(values) for head, values in probabilities.items()}, _numpy(embeddings))

    def _probabilities(self, head: str, logits: Tensor) -> Tensor:
        logits = logits / self.config.temperatures.get(head, 1.0)
        return logits.sigmoid() if head in self.config.many else logits.softmax(dim=1)

    def _embedding(self, features: Tensor) -> Tensor:
        if self.mean is not None and self.projection is not None:
            features = (features - self.mean.to(features.device)) @ self.projection.to(features.device)
        return nn.functional.normalize(features, dim=1)

    def _check_embedding(self) -> None:
        if (self.mean is None) != (self.projection is None):
            raise self._incompatible(f"has only one of {EMBEDDING_MEAN} and {EMBEDDING_PROJECTION}")
        if self.mean is None or self.projection is None:
            return
        shape = tuple(self.projection.shape)
        if shape != (len(self.mean), self.config.embedding_dim):
            raise self._incompatible(f"has an embedding of {shape}, not of {self.config.embedding_dim} dimensions")

    def _new_network(self) -> nn.Module:
        try:
            network = self._build(self.config)
            network.load_state_dict(self._weights)
        except (RuntimeError, ValueError) as error:
            detail = str(error).splitlines()[0]
            raise self._incompatible(f"does not fit the network {self.config.backbone} ({detail})") from error
        network = network.eval().to(memory_format=torch.channels_last)
        self._accelerator = Accelerator(network, self.config.preprocessing.size, self._cache)
        return network

    def _move_to(self, device: torch.device) -> None:
        self.device = device
        try:
            self.network = self.network.to(device)
        except (RuntimeError, AssertionError) as error:  # AssertionError: torch was built without this device
            self._fall_back(error)

    def _fall_back(self, failure: Exception) -> None:
        log.warning("%s failed, continuing on the CPU: %s", self.device, failure)
        self._free_memory()
        self.device = torch.device("cpu")
        self.network = self._new_network()  # nothing can be read back from a lost device

    def _free_memory(self) -> None:
        if self.device.type == "cuda":
            with suppress(RuntimeError):
                torch.cuda.empty_cache()

    def _incompatible(self, reason: str) -> CheckpointIncompatible:
        return CheckpointIncompatible(f"The checkpoint {self.config.model} {reason}. Train it again or choose another.")


def _is_out_of_memory(error: RuntimeError) -> bool:
    text = str(error).lower()  # MPS and the CPU have no class for it
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in text or "not enough memory" in text


def _numpy(values: Tensor) -> Floats:
    return cast(Floats, values.to("cpu").numpy())


def _concatenated(parts: Sequence[Outputs]) -> Outputs:
    heads = parts[0].probabilities
    return Outputs(
        {head: np.concatenate([part.probabilities[head] for part in parts]) for head in heads},
        np.concatenate([part.embeddings for part in parts]),
    )
