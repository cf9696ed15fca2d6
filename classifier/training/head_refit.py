"""Fit a head anew on the final features: regularised logistic regression, which short training leaves unfinished."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from classifier.evaluation.metrics import BEST_SHARE
from classifier.training.activation_cache import ActivationCache
from classifier.training.lightning_module import RecipeModule

VIEWS = 2  # of each photo
BATCH_VIEWS, ROUNDS = 64, 50


def refit(module: RecipeModule, cache: ActivationCache, head: str, penalty: float) -> None:
    """Replace ``head`` by the logistic regression on the features of people's training photos.

    Args:
        module: a trained network.
        cache: activations of its frozen stages.
        head: a head whose samples have a best label.
        penalty: on half the squared weights of standardised features.
    """
    samples = cache.data.samples
    rows = [
        row
        for row, (which, view) in enumerate(cache.views)
        if view < VIEWS and samples[which].split == "train" and head in samples[which].best
        if not samples[which].on_white
    ]
    which = torch.tensor([cache.views[row][0] for row in rows])
    features = _features(module, cache, rows)
    mean, scale = features.mean(0), features.std(0) + 1e-3
    aims = soft_targets(module.targets.right[head][which], module.targets.best[head][which])
    weight, bias = _regression((features - mean) / scale, aims, penalty)
    with torch.no_grad():
        layer = module.network.head(head)
        layer.weight.copy_(weight / scale)
        layer.bias.copy_(bias - (weight / scale) @ mean)


def soft_targets(allowed: Tensor, best: Tensor) -> Tensor:
    """Share each target (N, K) between the best label and acceptable alternatives; rows sum to 1."""
    first = F.one_hot(best, allowed.shape[1]).float()
    others = allowed.float() - first
    count = others.sum(1, keepdim=True)
    return torch.where(count > 0, BEST_SHARE * first + (1 - BEST_SHARE) * others / count.clamp(min=1), first)


def _features(module: RecipeModule, cache: ActivationCache, rows: list[int]) -> Tensor:
    array, network, found = cache.array(), module.network.cpu().eval(), []
    with torch.inference_mode():
        for start in tqdm(range(0, len(rows), BATCH_VIEWS), "Features", mininterval=5):
            views = torch.from_numpy(np.asarray(array[rows[start : start + BATCH_VIEWS]], np.float32))
            x = views.contiguous(memory_format=torch.channels_last)
            found.append(network.tail_forward(x, module.start)["features"])
    return torch.cat(found).clone()


def _regression(x: Tensor, aims: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Minimise cross-entropy with L-BFGS; return weights (K, C) and biases (K,)."""
    weight = torch.zeros(aims.shape[1], x.shape[1], requires_grad=True)
    bias = torch.zeros(aims.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=ROUNDS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(x @ weight.T + bias, aims) + penalty / 2 * (weight**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
