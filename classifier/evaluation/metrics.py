"""Metrics for pictures with several acceptable labels; calibration and thresholds."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torchmetrics.functional.classification import binary_calibration_error

BEST_SHARE = 0.8  # of the loss, for the best of several acceptable labels


def partial_nll(logits: Tensor, allowed: Tensor, smoothing: float = 0.0, best: Tensor | None = None) -> Tensor:
    """Compute minus the log of the summed probability of the right labels, (N,).

    Args:
        logits: (N, K).
        allowed: (N, K) bool, at least one true per row.
        smoothing: share of the target spread over all labels, 0 to 1 (Szegedy et al. 2016).
        best: (N,) the number of the best label, which then has :data:`BEST_SHARE` of the loss; -1 for none.
    """
    normaliser = logits.logsumexp(1)
    score = logits.masked_fill(~allowed, -torch.inf).logsumexp(1)
    if best is not None:
        first = logits.gather(1, best.clamp(min=0)[:, None]).squeeze(1)
        score = torch.where(best >= 0, BEST_SHARE * first + (1 - BEST_SHARE) * score, score)
    loss = normaliser - score
    return loss if not smoothing else (1 - smoothing) * loss + smoothing * (normaliser - logits.mean(1))


def top_k_right(logits: Tensor, allowed: Tensor, k: int) -> Tensor:
    """(N,) bool: whether an allowed label is among the ``k`` highest."""
    return allowed.gather(1, logits.topk(k, dim=1).indices).any(1)


def expected_calibration_error(confidence: Tensor, right: Tensor, bins: int = 15) -> float:
    """Compute the mean gap between confidence and accuracy over equal bins (Naeini et al. 2015), 0 to 1.

    Args:
        confidence: (N,) probability of the given answer.
        right: (N,) bool, whether that answer was right.

    Raises:
        ValueError: a confidence is out of range.
    """
    if not float(confidence.min()) >= 0 and float(confidence.max()) <= 1:
        raise ValueError("confidence must lie between 0 and 1")
    # As a binary problem: every answer is predicted positive, and its label is whether it was right.
    return float(binary_calibration_error(confidence, right.int(), n_bins=bins, norm="l1"))


def fitted_temperature(logits: Tensor, allowed: Tensor) -> float:
    """Find the temperature, 0.25 to 4, with the least :func:`partial_nll` (Guo et al. 2017, for label sets)."""
    candidates = torch.logspace(-2, 2, 161, base=2.0)
    losses = torch.stack([partial_nll(logits / t, allowed).mean() for t in candidates])
    return float(candidates[losses.argmin()])


def threshold_for(confidence: Tensor, right: Tensor, precision: float) -> float:
    """Find the lowest confidence above which at least ``precision`` of the answers are right; 1 if none is."""
    order = confidence.argsort(descending=True)
    running = right[order].float().cumsum(0) / torch.arange(1, len(order) + 1)
    enough = (running >= precision).nonzero()
    return float(confidence[order[int(enough[-1])]]) if len(enough) else 1.0


def top_k_recall_by_group(scores: Mapping[str, Tensor], present: Mapping[str, Tensor], k: int) -> dict[str, float]:
    """Compute the share of right labels that are among a picture's ``k`` highest, by group and for "all" together.

    DeepFashion's attribute recall (Liu et al. 2016) counts over all pictures together, so that a picture with many
    labels counts for more. Labels of unknown truth can take a place among the highest.

    Args:
        scores: (N, labels of the group) by group, comparable between groups.
        present: bool of the same shapes.
        k: at least 1; a group with fewer labels counts all of them.

    Returns:
        0 to 1 by group and for "all", without groups in which no picture has a label.
    """
    groups = {group: (scores[group], present[group].bool()) for group in scores}
    if groups:
        groups["all"] = (torch.cat([s for s, _ in groups.values()], 1), torch.cat([p for _, p in groups.values()], 1))
    return {
        group: float(truth.gather(1, values.topk(min(k, values.shape[1]), dim=1).indices).sum() / truth.sum())
        for group, (values, truth) in groups.items()
        if truth.any()
    }
