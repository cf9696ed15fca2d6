"""Run a checkpoint's network: choose the device and precision, split batches, and fall back when a device fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from classifier.errors import CheckpointIncompatible
from classifier.serving import checkpoint as files
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.outputs import (
    CLOTH,
    CONFIDENCE,
    EMBEDDING,
    TEXTURE,
    TYPE_HEAD,
    WHOLE_EMBEDDING,
    Floats,
    Outputs,
)

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[nn.Module, torch.device], T]
BuildNetwork = Callable[[CheckpointConfig], nn.Module]
EMBEDDING_MEAN, EMBEDDING_PROJECTION = "embedding.mean", "embedding.projection"
TEXTURE_MEAN, TEXTURE_PROJECTION = "texture.mean", "texture.projection"
ACCEPTABLE = "acceptable"  # (K, K): how often each type is an acceptable answer (row) for a type (column)


def best_device() -> torch.device:
    """Choose CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def build_network(config: CheckpointConfig) -> nn.Module:
    """Build the network that ``config`` describes, with random weights."""
    heads = {head: len(labels) for head, labels in config.heads.items()}
    return MultiHeadNetwork(
        config.backbone, heads, hidden=config.hidden, mirrored=config.mirrored, mask_width=config.mask_width
    )


def open_engine(path: Path, device: str | None = None, build: BuildNetwork = build_network) -> Engine:
    """Load a checkpoint's network onto ``device``, or onto the best one.

    Raises:
        CheckpointError: the file is missing, damaged, or does not fit this program.
    """
    config, state = files.load(path)
    return Engine(config, state, torch.device(device) if device else best_device(), build)


class Engine:
    """A network on a device. Not thread-safe: the owner holds the lock.

    A batch that does not fit in memory is halved. If the device fails, or cannot hold even one picture, the network is
    rebuilt on the CPU.

    Args:
        config: the checkpoint's configuration.
        state: the weights; an optional mean (C,) and projection (C, D) turn features into embeddings.
        device: where to run.
        build: builds the network for a configuration.

    Raises:
        CheckpointIncompatible: ``state`` does not fit the network that ``config`` describes.
    """

    def __init__(
        self,
        config: CheckpointConfig,
        state: Mapping[str, Tensor],
        device: torch.device,
        build: BuildNetwork = build_network,
    ) -> None:
        self.config = config
        self._build = build
        extra = (EMBEDDING_MEAN, EMBEDDING_PROJECTION, TEXTURE_MEAN, TEXTURE_PROJECTION, ACCEPTABLE)
        self._weights = {name: value for name, value in state.items() if name not in extra}
        self.mean, self.projection, *texture, self.acceptable = (state.get(name) for name in extra)
        self.texture_mean, self.texture_projection = texture
        self._check_extras()
        self.device = torch.device("cpu")
        self.network = self._new_network()
        if device.type != "cpu":
            self._move_to(device)

    def run(self, inputs: Sequence[Floats], batch_size: int) -> Outputs:
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
        return Outputs.joined(done)

    def with_network(self, work: Work[T]) -> T:
        """Call ``work`` with the network and its device, and again on the CPU if the device fails."""
        try:
            return work(self.network, self.device)
        except RuntimeError as error:
            if self.device.type == "cpu":
                raise
            self._fall_back(error.with_traceback(None))
            return work(self.network, self.device)

    def to_device(self, batch: Tensor) -> Tensor:
        """Move a batch (N, 3, H, W) to the device, in the memory layout that is fastest there."""
        plain = self.device.type == "mps"
        return batch.to(self.device, memory_format=torch.preserve_format if plain else torch.channels_last)

    def _attempt(self, batch: Sequence[Floats]) -> Outputs | RuntimeError:
        try:
            return self._forward(torch.from_numpy(np.stack(batch)))
        except RuntimeError as error:  # out of memory and lost devices are both RuntimeErrors
            # The traceback's frames would keep the batch's activations in the device's memory.
            return error if self.device.type == "cpu" else error.with_traceback(None)

    def _forward(self, batch: Tensor) -> Outputs:
        half = torch.autocast("cuda", torch.float16) if self.device.type == "cuda" else nullcontext()
        with torch.inference_mode(), half:
            answers = self.network(self.to_device(batch))
        with torch.inference_mode():
            outputs = self.outputs({name: values.float() for name, values in answers.items()})
            if not all(bool(values.isfinite().all()) for values in outputs.values()):
                raise self._incompatible("gives results that are not finite")
            return Outputs.of({name: _numpy(values) for name, values in outputs.items()}, self.config)

    def outputs(self, answers: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Turn a network's answers into the arrays of :class:`Outputs`, by name."""
        found = {head: self._probabilities(head, answers[head]) for head in self.config.heads}
        if self.acceptable is not None:
            found[CONFIDENCE] = found[TYPE_HEAD] @ self.acceptable.T.to(found[TYPE_HEAD].device)
        found[WHOLE_EMBEDDING] = self._embedding(answers["features"], answers.get("whole_texture"))
        garment = answers.get("garment", answers["features"])
        found[EMBEDDING] = self._embedding(garment, answers.get("cloth_texture"))
        return found | {name: answers[name] for name in (CLOTH, TEXTURE) if name in answers}

    def _probabilities(self, head: str, logits: Tensor) -> Tensor:
        logits = logits / self.config.temperatures.get(head, 1.0)
        return logits.sigmoid() if head in self.config.many else logits.softmax(dim=1)

    def _embedding(self, features: Tensor, texture: Tensor | None) -> Tensor:
        """Compute embeddings (N, D): projected features, and projected texture if there is one, of equal weight."""
        if self.mean is not None and self.projection is not None:
            features = (features - self.mean.to(features.device)) @ self.projection.to(features.device)
        features = nn.functional.normalize(features, dim=1)
        if texture is None or self.texture_mean is None or self.texture_projection is None:
            return features
        texture = (texture - self.texture_mean.to(texture.device)) @ self.texture_projection.to(texture.device)
        return nn.functional.normalize(torch.cat([features, nn.functional.normalize(texture, dim=1)], 1), dim=1)

    def _check_extras(self) -> None:
        types = len(self.config.heads.get(TYPE_HEAD, ()))
        if self.acceptable is not None and tuple(self.acceptable.shape) != (types, types):
            raise self._incompatible(f"does not say how acceptable each of its {types} types is")
        if (self.mean is None) != (self.projection is None):
            raise self._incompatible(f"has only one of {EMBEDDING_MEAN} and {EMBEDDING_PROJECTION}")
        if self.mean is None or self.projection is None:
            return
        texture = 0 if self.texture_projection is None else self.texture_projection.shape[1]
        shape = (self.projection.shape[0], self.projection.shape[1] + texture)
        if shape != (len(self.mean), self.config.embedding_dim):
            raise self._incompatible(f"has an embedding of {shape}, not of {self.config.embedding_dim} dimensions")

    def _new_network(self) -> nn.Module:
        try:
            network = self._build(self.config)
            network.load_state_dict(self._weights)
        except (RuntimeError, ValueError) as error:
            detail = str(error).splitlines()[0]
            raise self._incompatible(f"does not fit the network {self.config.backbone} ({detail})") from error
        return network.eval().to(memory_format=torch.channels_last)

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
