"""What is measured: partial-label likelihood, accuracy among acceptable answers, calibration, tiers."""

from __future__ import annotations

import torch
from torch import Tensor
from torchmetrics.functional.classification import binary_calibration_error


def partial_nll(logits: Tensor, allowed: Tensor) -> Tensor:
    """Minus the log of the summed probability of the labels that are right, one number a row.

    Args:
        logits: (N, K).
        allowed: (N, K) bool, at least one true a row.
    """
    return logits.logsumexp(1) - logits.masked_fill(~allowed, -torch.inf).logsumexp(1)


def top_k_right(logits: Tensor, allowed: Tensor, k: int) -> Tensor:
    """(N,) bool: whether an acceptable label is among the ``k`` highest."""
    best = logits.topk(k, dim=1).indices
    return allowed.gather(1, best).any(1)


def expected_calibration_error(confidence: Tensor, right: Tensor, bins: int = 15) -> float:
    """Mean gap of confidence and accuracy over equal bins (Naeini et al. 2015), by torchmetrics; 0 to 1.

    Args:
        confidence: (N,) probability of the answer given.
        right: (N,) bool, whether that answer was right.
    """
    if not float(confidence.min()) >= 0 and float(confidence.max()) <= 1:
        raise ValueError("confidence must lie between 0 and 1")
    # Binned by the answer's own confidence: every answer is predicted positive, its label is whether it was right.
    return float(binary_calibration_error(confidence, right.int(), n_bins=bins, norm="l1"))


def fitted_temperature(logits: Tensor, allowed: Tensor) -> float:
    """The temperature, 0.25 to 4, with the least partial-label likelihood loss (Guo et al. 2017, for label sets)."""
    candidates = torch.logspace(-2, 2, 161, base=2.0)
    losses = torch.stack([partial_nll(logits / t, allowed).mean() for t in candidates])
    return float(candidates[losses.argmin()])


def threshold_for(confidence: Tensor, right: Tensor, precision: float) -> float:
    """The lowest confidence from which answers are right at least ``precision`` of the time; 1 if none is."""
    order = confidence.argsort(descending=True)
    running = right[order].float().cumsum(0) / torch.arange(1, len(order) + 1)
    enough = (running >= precision).nonzero()
    return float(confidence[order[int(enough[-1])]]) if len(enough) else 1.0
