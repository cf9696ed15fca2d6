"""A checkpoint's network at work: device, precision, batches, and what to do when a device gives out."""

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
LEAST_SHARE = 1e-3  # of a place outside the mask: a mask may miss every place of a coarse map
BuildNetwork = Callable[[CheckpointConfig], nn.Module]
EMBEDDING_MEAN, EMBEDDING_PROJECTION = "embedding.mean", "embedding.projection"


@dataclass(frozen=True)
class Outputs:
    """``probabilities`` (N, classes) by head and ``embeddings`` (N, D) of unit length, float32.

    A head's row sums to 1, but for heads whose labels can be right together.
    """

    probabilities: dict[str, NDArray[np.float32]]
    embeddings: NDArray[np.float32]


def best_device() -> torch.device:
    """CUDA where there is one, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def build_network(config: CheckpointConfig) -> nn.Module:
    """The network that ``config`` describes, its weights still random."""
    heads = {head: len(labels) for head, labels in config.heads.items()}
    return MultiHeadNetwork(config.backbone, heads, hidden=config.hidden, mirrored=config.mirrored)


def open_engine(
    path: Path, device: str | None = None, build: BuildNetwork = build_network, cache: Path | None = None
) -> Engine:
    """The network of a checkpoint with its weights, on ``device`` or on the best there is; ``cache`` as in Engine.

    Raises:
        CheckpointError: the file is missing, damaged, or does not fit this program.
    """
    config, state = files.load(path)
    return Engine(config, state, torch.device(device) if device else best_device(), build, cache)


class Engine:
    """A network with its weights on a device. Not thread-safe: its owner holds the lock.

    A batch that does not fit in memory is halved; a device on which not even one picture fits, or which is lost, is
    given up for the CPU, where the weights are laid out anew from ``state``. ``mean`` (C) and ``projection`` (C, D)
    make embeddings of features, if the checkpoint has them.

    On the CPU the heavy part is handed to what runs it faster (:mod:`classifier.acceleration`) once enough pictures
    were seen to pay for that, or at once where ``cache``, a folder, holds it ready. Whatever fails there, the network
    itself does again.

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
        self._cache = cache
        self._build = build
        self._weights = {
            name: value for name, value in state.items() if name not in (EMBEDDING_MEAN, EMBEDDING_PROJECTION)
        }
        self.mean, self.projection = state.get(EMBEDDING_MEAN), state.get(EMBEDDING_PROJECTION)
        self._check_embedding()
        self.device = torch.device("cpu")
        self.network = self._new_network()
        if device.type != "cpu":
            self._move_to(device)

    def run(self, inputs: Sequence[Tensor], batch_size: int) -> Outputs:
        """Answers for pictures (3, H, W) each, at least one, in their order, at most ``batch_size`` at a time."""
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
                log.warning("Out of memory on %s: going on with %d pictures at a time", self.device, size)
            elif self.device.type == "cpu":
                raise result
            else:
                self._fall_back(result)
                size = batch_size
        return _joined(done)

    def embed(self, inputs: Sequence[Tensor], inside: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Embeddings (N, D) of unit length of what lies inside masks.

        Args:
            inputs: pictures (3, H, W) each, at least one; all go through the network at once.
            inside: how much each place counts, (H, W) each, 0 to 1.
        """
        batch, masks = torch.stack(list(inputs)), torch.from_numpy(np.stack(inside))[:, None]

        def work(network: nn.Module, device: torch.device) -> NDArray[np.float32]:
            garments = cast(MultiHeadNetwork, network)
            with torch.inference_mode():
                found = garments.feature_map(self.laid_out(batch, network)).float()
                share = nn.functional.interpolate(masks.to(device), found.shape[2:], mode="area") + LEAST_SHARE
                pooled = (found.flatten(2) @ share.flatten(1)[:, :, None]).squeeze(2)
                features = garments.neck(pooled / share.sum((2, 3)))
                return _numpy(self._embed(features))

        return self.serve(work, len(inputs))

    def serve(self, work: Callable[[nn.Module, torch.device], T], pictures: int) -> T:
        """As :meth:`look`, for so many ``pictures``, by what is fastest; no gradients go through that."""
        fast = self._fast_for(pictures)
        if fast is not None:
            try:
                return work(fast, self.device)
            except Exception as error:  # a library that nothing depends on
                self._accelerator.give_up(error)
        return self.look(work)

    def accelerate(self) -> bool:
        """Hand the heavy part over now, if it can be, however long that takes; whether it is handed over."""
        return self.device.type == "cpu" and self._accelerator.hand_over()

    def look(self, work: Callable[[nn.Module, torch.device], T]) -> T:
        """What ``work`` makes of the network on its device; done again on the CPU if the device gives out."""
        try:
            return work(self.network, self.device)
        except RuntimeError as error:
            if self.device.type == "cpu":
                raise
            self._fall_back(error.with_traceback(None))
            return work(self.network, self.device)

    def laid_out(self, batch: Tensor, network: nn.Module) -> Tensor:
        """A batch (N, 3, H, W) on the device, in the memory layout that ``network`` is quickest with."""
        plain = self.device.type == "mps" or network is not self.network
        return batch.to(self.device, memory_format=torch.preserve_format if plain else torch.channels_last)

    def _fast_for(self, pictures: int) -> nn.Module | None:
        return self._accelerator.network_for(pictures) if self.device.type == "cpu" else None

    def _attempt(self, batch: Sequence[Tensor]) -> Outputs | RuntimeError:
        pictures, fast = torch.stack(list(batch)), self._fast_for(len(batch))
        if fast is not None:
            try:
                return self._forward(pictures, fast)
            except Exception as error:  # as in serve()
                self._accelerator.give_up(error)
        try:
            return self._forward(pictures, self.network)
        except RuntimeError as error:  # out of memory and lost devices are both RuntimeErrors
            # Its frames would keep the batch's activations in the device's memory.
            return error if self.device.type == "cpu" else error.with_traceback(None)

    def _forward(self, batch: Tensor, network: nn.Module) -> Outputs:
        half = torch.autocast("cuda", torch.float16) if self.device.type == "cuda" else nullcontext()
        with torch.inference_mode(), half:
            answers = network(self.laid_out(batch, network))
        with torch.inference_mode():
            probabilities = {head: self._probabilities(head, answers[head].float()) for head in self.config.heads}
            embeddings = self._embed(answers["features"].float())
            if not all(bool(values.isfinite().all()) for values in (*probabilities.values(), embeddings)):
                raise self._incompatible("answers with what is no number")
            return Outputs({head: _numpy(values) for head, values in probabilities.items()}, _numpy(embeddings))

    def _probabilities(self, head: str, logits: Tensor) -> Tensor:
        logits = logits / self.config.temperatures.get(head, 1.0)
        return logits.sigmoid() if head in self.config.many else logits.softmax(dim=1)

    def _embed(self, features: Tensor) -> Tensor:
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
        except (RuntimeError, AssertionError) as error:  # the latter: torch was built without this kind of device
            self._fall_back(error)

    def _fall_back(self, failure: Exception) -> None:
        log.warning("%s gave out, tagging goes on on the CPU: %s", self.device, failure)
        self._free_memory()
        self.device = torch.device("cpu")
        self.network = self._new_network()  # anew, because nothing can be read back from a lost device

    def _free_memory(self) -> None:
        if self.device.type == "cuda":
            with suppress(RuntimeError):
                torch.cuda.empty_cache()

    def _incompatible(self, what: str) -> CheckpointIncompatible:
        return CheckpointIncompatible(f"The checkpoint {self.config.model} {what}. Train it again or choose another.")


def _is_out_of_memory(error: RuntimeError) -> bool:
    text = str(error).lower()  # MPS and the CPU say it in words only
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in text or "not enough memory" in text


def _numpy(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.to("cpu").numpy()
    return array


def _joined(parts: Sequence[Outputs]) -> Outputs:
    heads = parts[0].probabilities
    return Outputs(
        {head: np.concatenate([part.probabilities[head] for part in parts]) for head in heads},
        np.concatenate([part.embeddings for part in parts]),
    )
