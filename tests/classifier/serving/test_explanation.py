from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from classifier.errors import CheckpointIncompatible
from classifier.serving import explanation
from classifier.serving.inference import Engine, open_engine
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger
from tests.classifier.support.checkpoints import (
    HEADS,
    StrongestChannel,
    a_checkpoint,
    a_config,
    a_full_checkpoint,
)

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_engine(a_checkpoint(tmp_path_factory.mktemp("engine") / "tiny.safetensors"), "cpu")


@pytest.fixture
def photo() -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
    return Image.fromarray(pixels)


def hooks_in(network: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._backward_hooks) for module in network.modules())


def test_the_best_label_is_explained_over_the_whole_photo(engine: Engine, photo: Image.Image) -> None:
    found = explanation.explain(engine, photo, "type")
    scores = explanation.score_image(engine, photo, "type")
    assert found.label == max(scores, key=scores.__getitem__)
    assert found.score == scores[found.label]
    assert found.picture.size == photo.size
    assert found.heat.min() >= 0
    assert found.heat.max() in (0, pytest.approx(1))


@pytest.mark.parametrize("head", list(HEADS))
def test_any_label_of_any_head_can_be_explained(engine: Engine, photo: Image.Image, head: str) -> None:
    for label in HEADS[head]:
        assert explanation.explain(engine, photo, head, label).label == label


# For a network that pools and then takes a linear layer, Grad-CAM is the map weighed by that layer's row (Zhou 2016).
def test_heat_lies_where_the_label_was_seen(tmp_path: Path) -> None:
    path = a_checkpoint(tmp_path / "wide.safetensors", preprocessing=Preprocessing(size=160))
    wide = open_engine(path, "cpu")
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (160, 160, 3), np.uint8))
    inputs = torch.from_numpy(wide.config.preprocessing.apply(noise))
    network = wide.network
    assert isinstance(network, MultiHeadNetwork)
    with torch.inference_mode():
        last = network.feature_map(inputs[None])[0]
        weighed = torch.einsum("chw,c->hw", last, network.head("type").weight[0]).clamp(min=0).numpy()
    heats = [explanation.grad_cam(wide, inputs, "type", index) for index in range(2)]
    same, other = (heat.reshape(5, 32, 5, 32).mean(axis=(1, 3)).ravel() for heat in heats)
    assert np.corrcoef(same, weighed.ravel())[0, 1] > 0.8 > np.corrcoef(other, weighed.ravel())[0, 1]


def test_neither_hooks_nor_gradients_stay_behind(engine: Engine, photo: Image.Image) -> None:
    before = hooks_in(engine.network)
    explanation.explain(engine, photo, "type")
    explanation.activations(engine, photo)
    explanation.responses(engine, photo)
    assert hooks_in(engine.network) == before
    assert all(parameter.grad is None for parameter in engine.network.parameters())


def test_hooks_are_released_when_the_network_fails_under_them(engine: Engine) -> None:
    before = hooks_in(engine.network)
    wrong = torch.zeros(5, 32, 32)
    with pytest.raises(RuntimeError):
        explanation.grad_cam(engine, wrong, "type", 0)
    with pytest.raises(IndexError):
        explanation.grad_cam(engine, torch.zeros(3, 32, 32), "type", 99)
    with pytest.raises(ZeroDivisionError), explanation.record_outputs(list(engine.network.modules())):
        assert hooks_in(engine.network) > before
        raise ZeroDivisionError
    assert hooks_in(engine.network) == before
    assert all(parameter.grad is None for parameter in engine.network.parameters())


def test_the_answers_are_the_same_before_and_after_explaining(tmp_path: Path, photo: Image.Image) -> None:
    tagger = Tagger(a_checkpoint(tmp_path / "tiny.safetensors"), "cpu")
    (before,) = tagger.tag([photo])
    found = tagger.explain(photo)
    (after,) = tagger.tag([photo])
    assert before.as_json() == after.as_json()
    assert (found.label, found.score) == (before.types[0].name, pytest.approx(before.types[0].score))


def test_a_type_that_the_network_does_not_know_is_answered_by_its_best_one(tmp_path: Path, photo: Image.Image) -> None:
    tagger = Tagger(a_checkpoint(tmp_path / "tiny.safetensors"), "cpu")
    best = tagger.explain(photo)
    assert tagger.explain(photo, "Dirndl").label == best.label
    other = next(name for name in HEADS["type"] if name != best.label)
    assert tagger.explain(photo, other).label == other
    assert tagger.explain(photo, other).score <= best.score


def test_a_checkpoint_of_deepfashions_categories_is_explained_by_the_vocabularys_names(
    tmp_path: Path, photo: Image.Image
) -> None:
    path = a_checkpoint(tmp_path / "deep.safetensors", heads={"category": ("button down", "TEE")}, tiers={})
    assert {Tagger(path, "cpu").explain(photo, name).label for name in ("Tee", "Button-Down")} == {"Tee", "Button-Down"}


def test_every_stage_shows_its_maps(engine: Engine, photo: Image.Image) -> None:
    network = engine.network
    assert isinstance(network, MultiHeadNetwork)
    maps = explanation.activations(engine, photo)
    assert len(maps) == len(network.stages())
    sides = [stage.shape[1] for stage in maps]
    assert sides == sorted(sides, reverse=True)
    inputs = torch.from_numpy(engine.config.preprocessing.apply(photo))[None]
    with torch.inference_mode():
        np.testing.assert_allclose(maps[-1], network.feature_map(inputs)[0].numpy(), atol=1e-5)


def test_filters_and_their_answers_belong_together(engine: Engine, photo: Image.Image) -> None:
    kernels, answers = explanation.filters(engine), explanation.responses(engine, photo)
    assert kernels.shape[1] == 3
    assert answers.shape == (len(kernels), 16, 16)


def test_of_a_letterboxed_photo_only_the_photo_is_covered(tmp_path: Path) -> None:
    path = a_checkpoint(tmp_path / "wide.safetensors", preprocessing=Preprocessing(size=64, resize="letterbox"))
    found = explanation.explain(open_engine(path, "cpu"), Image.new("RGB", (400, 200), "red"), "type")
    assert found.heat.shape == (32, 64)
    assert found.picture.size == (400, 200)


def test_a_network_that_finds_masks_is_explained_too(photo: Image.Image, tmp_path: Path) -> None:
    engine = open_engine(a_full_checkpoint(tmp_path / "full.safetensors"), "cpu")
    found = explanation.explain(engine, photo, "type", "Jeans")
    assert found.label == "Jeans"
    assert len(explanation.activations(engine, photo)) == 2


def test_a_network_of_another_build_is_told_in_a_sentence(photo: Image.Image) -> None:
    config = a_config()
    strange = Engine(config, StrongestChannel(config).state_dict(), torch.device("cpu"), StrongestChannel)
    for act in (explanation.explain, lambda *given: explanation.activations(*given[:2])):
        with pytest.raises(CheckpointIncompatible, match="cannot be explained"):
            act(strange, photo, "type")
    with pytest.raises(CheckpointIncompatible, match="no convolution"):
        explanation.filters(strange)


def test_a_device_that_gives_out_is_left_for_the_cpu(photo: Image.Image, tmp_path: Path) -> None:
    a_checkpoint(tmp_path / "tiny.safetensors")
    lost = open_engine(tmp_path / "tiny.safetensors", "meta")  # which holds no values, as if they were lost
    inputs = torch.from_numpy(lost.config.preprocessing.apply(photo))
    assert math.isfinite(float(explanation.grad_cam(lost, inputs, "type", 0).max()))
    assert lost.device.type == "cpu"


def test_tagging_and_explaining_load_no_library_for_training(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from PIL import Image; from classifier.serving.tagger import Tagger; "
        "tagger = Tagger(Path(sys.argv[1]), 'cpu'); photo = Image.new('RGB', (40, 40)); tagger.tag([photo]); "
        "tagger.explain(photo); "
        "print(sorted({'lightning', 'torchmetrics', 'sklearn', 'cv2', 'matplotlib'} & set(sys.modules)))"
    )
    path = a_checkpoint(tmp_path / "tiny.safetensors")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
