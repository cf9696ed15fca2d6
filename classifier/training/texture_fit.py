"""Fit the part of the embedding that describes cloth: whitened statistics of one map under the mask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from classifier.datasets.samples import PictureSource, Sample
from classifier.serving.inference import TEXTURE_MEAN, TEXTURE_PROJECTION
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.preprocessing import Preprocessing

PHOTOS, BATCH_PHOTOS = 1_000, 16
DIMENSIONS = 128  # of 240; other numbers were not tried


def fit_texture(
    network: MultiHeadNetwork, preprocessing: Preprocessing, source: PictureSource, samples: Sequence[Sample]
) -> dict[str, Tensor]:
    """Return mean and projection of the cloth's statistics over people's training photos.

    The principal components are divided by their deviations (whitening), so that what most garments share tells none
    apart.
    """
    chosen = samples[:: max(1, len(samples) // PHOTOS)]
    rows = []
    for start in tqdm(range(0, len(chosen), BATCH_PHOTOS), "Textures", mininterval=5):
        pictures = [preprocessing.apply(source.picture(sample)) for sample in chosen[start : start + BATCH_PHOTOS]]
        with torch.inference_mode():
            rows.append(network.eval()(torch.from_numpy(np.stack(pictures)))["cloth_texture"])
    return whitening(torch.cat(rows).double(), DIMENSIONS)


def whitening(values: Tensor, dimensions: int) -> dict[str, Tensor]:
    """Compute the whitening of rows (N, C): their mean, and a projection (C, at most ``dimensions``)."""
    mean, scale = values.mean(0), values.std(0) + 1e-4
    standard = (values - mean) / scale
    variances, directions = torch.linalg.eigh(standard.T @ standard / len(values))
    kept = slice(max(0, len(variances) - dimensions), None)
    projection = directions[:, kept] / variances[kept].clamp(min=1e-6).sqrt() / scale[:, None]
    return {TEXTURE_MEAN: mean.float(), TEXTURE_PROJECTION: projection.float().contiguous()}
