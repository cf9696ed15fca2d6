"""Explain a network's answer: Grad-CAM heat maps, the maps of each stage, and the first filters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.errors import CheckpointIncompatible
from classifier.prediction import Explanation
from classifier.serving.contact_sheets import overlay_heat
from classifier.serving.network import MultiHeadNetwork

if TYPE_CHECKING:
    from classifier.serving.inference import Engine

Map = NDArray[np.float32]


def explain(engine: Engine, image: Image.Image, head: str, label: str | None = None) -> Explanation:
    """Show which parts of an upright ``image`` support ``label`` of ``head``; None takes the best label.

    The score is the label's calibrated probability. Not thread-safe.

    Raises:
        KeyError, ValueError: the head or the label does not exist.
        CheckpointIncompatible: the network has no feature maps.
    """
    scores = score_image(engine, image, head)
    chosen = label if label is not None else max(scores, key=scores.__getitem__)
    index = engine.config.heads[head].index(chosen)
    inputs = torch.from_numpy(engine.config.preprocessing.apply(image))
    heat = engine.config.preprocessing.unfit(grad_cam(engine, inputs, head, index), image.size)
    return Explanation(chosen, scores[chosen], heat, overlay_heat(image, heat))


def score_image(engine: Engine, image: Image.Image, head: str) -> dict[str, float]:
    """Compute the calibrated probability of each label of ``head`` for an upright ``image``."""
    probabilities = engine.run([engine.config.preprocessing.apply(image)], 1).probabilities[head][0]
    return dict(zip(engine.config.heads[head], map(float, probabilities), strict=True))


def grad_cam(engine: Engine, inputs: Tensor, head: str, index: int) -> Map:
    """Compute Grad-CAM (Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391) for one class.

    Args:
        engine: the network to explain.
        inputs: one network input (3, H, W).
        head: the head to explain.
        index: the class within the head.

    Returns:
        (H, W) from 0 to 1, where 1 supports the class most. All zeros if no place supports it more than the others.

    Raises:
        IndexError: the head has no such class.
        CheckpointIncompatible: the network has no feature maps.
    """

    def compute(network: nn.Module, device: torch.device) -> Map:
        staged = _staged(engine, network)
        with torch.no_grad():
            maps = staged.feature_map(inputs[None].to(device))
        with torch.enable_grad():
            maps = maps.detach().requires_grad_()  # the gradient starts here: no earlier layer needs one
            logit = staged.answer(staged.pool(maps))[head][0, index]
            (gradient,) = torch.autograd.grad(logit, maps)
        cam = (gradient.mean((2, 3), keepdim=True) * maps.detach()).sum(1, keepdim=True).relu()
        heat = F.interpolate(_normalised(cam), inputs.shape[1:], mode="bilinear")
        return _smooth(_as_numpy(_normalised(heat)[0, 0]), inputs.shape[2] / maps.shape[3])

    return engine.with_network(compute)


def _normalised(heat: Tensor) -> Tensor:
    heat = heat - heat.min()
    return heat / (1e-7 + heat.max())


def _smooth(heat: Map, scale: float) -> Map:
    """Remove the creases of bilinear enlargement by ``scale``, and stretch the result to a maximum of 1."""
    smooth = cast(Map, gaussian_filter(heat, scale / 3, mode="nearest"))
    return smooth / max(float(smooth.max()), 1e-6)


@contextlib.contextmanager
def record_outputs(modules: Sequence[nn.Module]) -> Iterator[list[Tensor]]:
    """Collect the outputs of ``modules`` in the order in which they run; the hooks are removed at the end."""
    outputs: list[Tensor] = []
    hooks = [module.register_forward_hook(lambda _, __, output: outputs.append(output.detach())) for module in modules]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def activations(engine: Engine, image: Image.Image) -> list[Map]:
    """Compute the maps (C, h, w) of each stage for an upright ``image``, first stage first.

    Raises:
        CheckpointIncompatible: the architecture's stages are unknown.
    """

    def compute(network: nn.Module, device: torch.device) -> list[Map]:
        staged = _staged(engine, network)
        try:
            ends = [stage[-1] for stage in staged.stages()]
        except TypeError as error:
            raise CheckpointIncompatible(f"The stages of {engine.config.model} cannot be shown: {error}.") from error
        return _outputs(staged, ends, torch.from_numpy(engine.config.preprocessing.apply(image))[None].to(device))

    return engine.with_network(compute)


def filters(engine: Engine) -> Map:
    """Return the kernels (K, 3, h, w) of the first convolution.

    Raises:
        CheckpointIncompatible: the network has no convolution.
    """
    return _as_numpy(_first_convolution(engine, engine.network).weight)


def responses(engine: Engine, image: Image.Image) -> Map:
    """Compute the output (K, h, w) of each filter of the first convolution for an upright ``image``.

    Raises:
        CheckpointIncompatible: the network has no convolution.
    """

    def compute(network: nn.Module, device: torch.device) -> Map:
        inputs = torch.from_numpy(engine.config.preprocessing.apply(image))[None].to(device)
        return _outputs(network, [_first_convolution(engine, network)], inputs)[0]

    return engine.with_network(compute)


def _outputs(network: nn.Module, modules: Sequence[nn.Module], inputs: Tensor) -> list[Map]:
    with torch.inference_mode(), record_outputs(modules) as outputs:
        network(inputs)
        return [_as_numpy(output[0]) for output in outputs]


def _staged(engine: Engine, network: nn.Module) -> MultiHeadNetwork:
    if not isinstance(network, MultiHeadNetwork):
        raise CheckpointIncompatible(f"{engine.config.model} has an architecture that cannot be explained.")
    return network


def _first_convolution(engine: Engine, network: nn.Module) -> nn.Conv2d:
    convolution = next((module for module in network.modules() if isinstance(module, nn.Conv2d)), None)
    if convolution is None:
        raise CheckpointIncompatible(f"{engine.config.model} has no convolution to show.")
    return convolution


def _as_numpy(values: Tensor) -> Map:
    return cast(Map, values.detach().float().to("cpu").numpy())
