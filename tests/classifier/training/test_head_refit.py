from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets.samples import Sample
from classifier.evaluation.metrics import BEST_SHARE
from classifier.training.head_refit import refit, soft_targets
from tests.classifier.training.test_lightning_module import SMALL, a_fit, data


def test_alternatives_share_what_the_best_label_leaves() -> None:
    allowed = torch.tensor([[True, True, True, False], [False, True, False, False]])
    found = soft_targets(allowed, torch.tensor([1, 1]))
    rest = (1 - BEST_SHARE) / 2
    torch.testing.assert_close(found, torch.tensor([[rest, BEST_SHARE, rest, 0], [0.0, 1, 0, 0]]))


def test_the_head_is_fitted_to_people_s_training_photos_alone() -> None:
    def one(number: int, label: str, split: str = "train", on_white: bool = False) -> Sample:
        targets = {"type": frozenset({label})}
        return Sample(str(number), "", "", targets, "1", split, on_white, best={"type": label})

    labels = ("Tee", "Jeans")
    samples = [one(n, labels[n % 2]) for n in range(20)]
    # What is not to be fitted on says the contrary.
    samples += [one(20 + n, labels[1 - n % 2], "val") for n in range(30)]
    samples += [one(50 + n, labels[1 - n % 2], on_white=True) for n in range(30)]
    module = a_fit(SMALL, type(data())(samples, data().pictures, data().heads, data().many))
    module.start = len(module.network.stages())  # the cache holds the last map
    rng, width = np.random.default_rng(0), module.network.num_features
    maps = rng.normal(0, 0.3, (len(samples), width, 1, 1)).astype(np.float16)
    maps[:, 0, 0, 0] += [2 * (n % 2) for n in range(len(samples))]
    views = [(n, 0) for n in range(len(samples))]
    cache = SimpleNamespace(data=SimpleNamespace(samples=samples), views=views, array=lambda: maps)
    style = module.network.head("style").weight.clone()
    refit(module, cache, "type", 0.01)  # type: ignore[arg-type]
    with torch.inference_mode():
        logits = module.network.tail_forward(torch.from_numpy(maps).float(), module.start)["type"]
    assert logits[:20].argmax(1).tolist() == [n % 2 for n in range(20)]
    assert float(logits.softmax(1)[:, 2].max()) < 0.1, "a label without photos"
    assert torch.equal(module.network.head("style").weight, style)
