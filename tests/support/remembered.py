from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from classifier.serving import keypoints
from wardrobe_app.services.tagging import predictions

# Most tests import the same few drawn photos. Their keypoints, the dearest part of it, are computed once.

_known: dict[tuple[object, ...], keypoints.LocalFeatures] = {}
_compute = keypoints.local_features


def local_features(image: Image.Image, likely: NDArray[np.uint8] | None = None) -> keypoints.LocalFeatures:
    key = (image.size, hash(image.tobytes()), None if likely is None else (likely.shape, hash(likely.tobytes())))
    if key not in _known:
        if len(_known) > 500:
            _known.clear()
        _known[key] = _compute(image, likely)
    return _known[key]


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "local_features", local_features)
