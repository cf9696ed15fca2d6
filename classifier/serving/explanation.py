"""Why a network answers as it does: heat maps over the photo, what its stages see, and its first filters.

Loaded only when something is to be explained: Grad-CAM's library takes matplotlib and scikit-learn along.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn

from classifier.errors import CheckpointIncompatible
from classifier.prediction import Explanation
from classifier.serving.contact_sheets import heated
from classifier.serving.heads import scores
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.preprocessing import Preprocessing

if TYPE_CHECKING:
    from classifier.serving.inference import Engine

Map = NDArray[np.float32]


class _LastMap(nn.Module):
    """The backbone's last map (N, C, h, w) as the place where gradients begin: nothing before it needs any."""

    def __init__(self, network: MultiHeadNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            last = self.network.feature_map(x)
        return last.detach().requires_grad_()


class _OneHead(nn.Module):
    """A network of many heads as the library knows networks: one tensor of logits (N, classes)."""

    def __init__(self, network: MultiHeadNetwork, head: str) -> None:
        super().__init__()
        self.network, self.head, self.last_map = network, head, _LastMap(network)

    def forward(self, x: Tensor) -> Tensor:
        return self.network.answer(self.network.pool(self.last_map(x)))[self.head]


def explain(engine: Engine, image: Image.Image, head: str, label: str | None = None) -> Explanation:
    """Where on an upright ``image`` the network saw ``label``, one of the labels of ``head``; None for the best one.

    The score is the label's calibrated probability; types are scored with their kin, as in a prediction. Not
    thread-safe, as the engine is not.

    Raises:
        KeyError, ValueError: there is no such head, or no such label in it.
        CheckpointIncompatible: the network has no maps to look at.
    """
    inputs = engine.config.preprocessing.apply(image)
    found = answer(engine, inputs, head)
    chosen = label if label is not None else max(found, key=found.__getitem__)
    index = engine.config.heads[head].index(chosen)
    heat = over_photo(grad_cam(engine, inputs, head, index), engine.config.preprocessing, image.size)
    return Explanation(chosen, found[chosen], heat, heated(image, heat))


def answer(engine: Engine, inputs: Tensor, head: str) -> dict[str, float]:
    """Score of each label of ``head`` for one input (3, H, W), as :func:`classifier.heads.scores` gives it."""
    probabilities = engine.run([inputs], 1).probabilities
    return scores(engine.config, {name: rows[0] for name, rows in probabilities.items()}, head)


def grad_cam(engine: Engine, inputs: Tensor, head: str, index: int) -> Map:
    """Grad-CAM (Selvaraju et al. 2017) of one class over the network's input (3, H, W).

    (H, W) from 0 to 1, 1 where most spoke for the class number ``index`` of ``head``; 0 everywhere if no place spoke
    more for it than the others.

    Raises:
        CheckpointIncompatible: the network has no maps to look at.
    """

    def work(network: nn.Module, device: torch.device) -> Map:
        view = _OneHead(_staged(engine, network), head)
        with torch.enable_grad(), _gradients(view) as cam:
            found = cam(inputs[None].to(device), [ClassifierOutputTarget(index)])[0]
            places = cam.activations_and_grads.activations[0].shape[-1]
        return _smooth(np.asarray(found, np.float32), found.shape[-1] / places)

    return engine.look(work)


def _smooth(heat: Map, cell: float) -> Map:
    """``heat`` without the creases that its linear enlargement left; ``cell`` is how often one place was enlarged."""
    smooth = cast(Map, gaussian_filter(heat, cell / 3, mode="nearest"))
    return smooth / max(float(smooth.max()), 1e-6)


@contextlib.contextmanager
def _gradients(view: _OneHead) -> Iterator[GradCAM]:
    """The library's Grad-CAM, leaving neither hooks nor gradients behind.

    Its own context manager is not used: it swallows an IndexError.
    """
    cam = GradCAM(view, [view.last_map])
    try:
        yield cam
    finally:
        cam.activations_and_grads.release()
        view.zero_grad(set_to_none=True)


@contextlib.contextmanager
def watching(modules: Sequence[nn.Module]) -> Iterator[list[Tensor]]:
    """What the ``modules`` put out while the block runs, in the order in which they run; no hook is left behind."""
    seen: list[Tensor] = []
    hooks = [module.register_forward_hook(lambda _, __, output: seen.append(output.detach())) for module in modules]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def activations(engine: Engine, image: Image.Image) -> list[Map]:
    """The maps (C, h, w) that each stage of the network makes of an upright ``image``, first stage first.

    Raises:
        CheckpointIncompatible: the network is of a build whose stages are not known.
    """

    def work(network: nn.Module, device: torch.device) -> list[Map]:
        staged = _staged(engine, network)
        try:
            ends = [stage[-1] for stage in staged.stages()]
        except TypeError as error:
            raise CheckpointIncompatible(f"The stages of {engine.config.model} cannot be shown: {error}.") from error
        return _maps(staged, ends, engine.config.preprocessing.apply(image)[None].to(device))

    return engine.look(work)


def filters(engine: Engine) -> Map:
    """The kernels (K, 3, h, w) of the network's first convolution.

    Raises:
        CheckpointIncompatible: the network has none.
    """
    return _as_numpy(_first_convolution(engine, engine.network).weight)


def responses(engine: Engine, image: Image.Image) -> Map:
    """What each filter of the first convolution answers to an upright ``image``: (K, h, w).

    Raises:
        CheckpointIncompatible: the network has no convolution.
    """

    def work(network: nn.Module, device: torch.device) -> Map:
        inputs = engine.config.preprocessing.apply(image)[None].to(device)
        return _maps(network, [_first_convolution(engine, network)], inputs)[0]

    return engine.look(work)


def over_photo(heat: Map, preprocessing: Preprocessing, size: tuple[int, int]) -> Map:
    """The part of a map (H, W) over the network's input that lies over a photo of ``size`` (width, height).

    A letterboxed photo fills only part of the input: its bars are cut off.
    """
    if preprocessing.resize != "letterbox":
        return heat
    height, width = heat.shape
    scale = min(width / size[0], height / size[1])
    inner = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    return heat[top : top + inner[1], left : left + inner[0]]


def _maps(network: nn.Module, modules: Sequence[nn.Module], inputs: Tensor) -> list[Map]:
    with torch.inference_mode(), watching(modules) as seen:
        network(inputs)
        return [_as_numpy(entry[0]) for entry in seen]


def _staged(engine: Engine, network: nn.Module) -> MultiHeadNetwork:
    if not isinstance(network, MultiHeadNetwork):
        raise CheckpointIncompatible(f"{engine.config.model} is of a build that cannot be explained.")
    return network


def _first_convolution(engine: Engine, network: nn.Module) -> nn.Conv2d:
    found = next((module for module in network.modules() if isinstance(module, nn.Conv2d)), None)
    if found is None:
        raise CheckpointIncompatible(f"{engine.config.model} has no convolution to show.")
    return found


def _as_numpy(values: Tensor) -> Map:
    return cast(Map, values.detach().float().to("cpu").numpy())
