from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.cli import app
from classifier.datasets import clothing, photo_masks, registry
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation.evaluate import SPLIT_NAMES, evaluate
from classifier.recipes import RECIPES, changed
from classifier.serving.checkpoint import load
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.tagger import Tagger
from classifier.training.activation_cache import ActivationCache, views_of
from classifier.training.trainer import new_network, train
from tests.classifier.datasets.test_fashion_mnist import write_miniature
from tests.classifier.support.miniature import draw_data, fine_types

SMALL = changed(
    RECIPES["wardrobe"],
    {
        "size": 64,
        "cached_views": 2,
        "passes": 1,
        "batch_size": 8,
        "embedding_dim": 8,
        "initial": "random",
    },
)


@pytest.fixture(autouse=True, scope="module")
def _types_of_the_drawn_photos() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clothing, "fine_types", fine_types)
        patch.setattr(
            photo_masks, "masks", lambda: {f"photo-{number}": np.ones((120, 90), bool) for number in range(44)}
        )
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    [path] = train(SMALL, data, tmp_path_factory.mktemp("run"))
    return path


def test_our_recipe_trains_to_a_checkpoint_that_tags(trained: Path, data: Path) -> None:
    source = PictureSource(data)
    [found] = Tagger(trained).tag([source.picture(registry.load("wardrobe", data).samples[0])])
    assert found.model == f"wardrobe {RECIPES['wardrobe'].version}"
    assert len(found.types) == 5
    assert found.embedding.shape == (8,)
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-3)


def test_the_run_leaves_figures_and_a_report(trained: Path) -> None:
    measured = json.loads((trained.parent / "metrics.json").read_text())
    assert 0 <= measured["heads"]["type"]["top1"] <= 1
    assert {f"temperature of {head}" for head in ("type", "gender")} <= set(measured["figures"])
    assert measured["sizes"].keys() == {"train", "val", "test"}
    assert "type" in (trained.parent / "report.html").read_text()


@pytest.mark.parametrize("split", [name for name in SPLIT_NAMES if name != "corrections"])
def test_every_split_can_be_evaluated_and_printed(trained: Path, data: Path, split: str) -> None:
    figures = evaluate(Tagger(trained), data, split)
    assert json.loads(json.dumps(figures)) == figures


def test_training_again_on_a_finished_run_takes_no_step_and_changes_no_weight(trained: Path, data: Path) -> None:
    config, state = load(trained)
    trained.unlink()
    [again] = train(SMALL, data, trained.parent)
    again_config, again_state = load(again)
    assert again_config == config
    assert all(torch.equal(again_state[name], value) for name, value in state.items())


@pytest.mark.slow
def test_the_best_pass_is_kept_not_the_last(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifier.training.lightning_module import RecipeModule

    weights: list[torch.Tensor] = []

    def worse_each_pass(self: RecipeModule, batch: object, _: int) -> None:
        self.log("val_type", 1.0 / (1 + self.current_epoch), batch_size=1)

    def remember(self: RecipeModule) -> None:
        weights.append(self.network.head("type").weight.detach().clone())

    monkeypatch.setattr(RecipeModule, "validation_step", worse_each_pass)
    monkeypatch.setattr(RecipeModule, "on_validation_epoch_end", remember, raising=False)
    [path] = train(changed(SMALL, {"passes": 2, "kept": "best", "refit": 0.0}), data, tmp_path)
    kept = load(path)[1]["heads.type_head.weight"].float()
    assert not torch.allclose(weights[0], weights[1], atol=1e-3)
    assert torch.allclose(kept, weights[0], atol=1e-3)


def test_nothing_is_computed_of_what_is_only_measured_on(data: Path) -> None:
    samples = registry.load("wardrobe", data).samples
    views = views_of(samples, SMALL)
    counts = {index: sum(which == index for which, _ in views) for index in range(len(samples))}
    assert {counts[i] for i, s in enumerate(samples) if s.split == "test"} == {0}
    assert {counts[i] for i, s in enumerate(samples) if s.split == "train" and not s.on_white} == {SMALL.cached_views}


def test_an_interrupted_fill_of_the_activations_goes_on_where_it_stopped(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = registry.load("wardrobe", data)
    network = MultiHeadNetwork(SMALL.backbone, {"type": 3}).eval()
    whole = ActivationCache(tmp_path / "whole", pictures, SMALL)
    whole.fill(network, torch.device("cpu"))
    monkeypatch.setattr("classifier.training.activation_cache.BATCH_VIEWS", 8)
    cut = ActivationCache(tmp_path / "cut", pictures, SMALL)
    cut.fill(network, torch.device("cpu"))
    cut.progress.write_text(json.dumps({"done": 8}))
    kept = np.load(cut.file, mmap_mode="r+")
    kept[8:] = 0
    kept.flush()
    cut.fill(network, torch.device("cpu"))
    assert cut.done == len(cut.views)
    np.testing.assert_allclose(cut.array(), whole.array(), rtol=0.1, atol=0.1)


def test_held_out_people_and_those_to_choose_on_are_not_trained_on(data: Path) -> None:
    samples = registry.load("wardrobe", data).samples
    people = {
        split: {s.group for s in samples if s.split == split and not s.on_white} for split in ("train", "val", "test")
    }
    assert people == {"train": {"1", "2"}, "val": {"3"}, "test": {"204", "310"}}


def test_training_can_start_from_another_checkpoint(trained: Path, data: Path) -> None:
    pictures = registry.load("wardrobe", data)
    network = new_network(changed(SMALL, {"initial": str(trained)}), pictures)
    _, state = load(trained)
    for name in ("backbone.conv_stem.weight", "heads.type_head.weight", "heads.colour_head.bias"):
        torch.testing.assert_close(network.state_dict()[name], state[name])


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="clothing"):
        train(SMALL, tmp_path, tmp_path / "run")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "classifier", *arguments]


def _tiny_run(tmp_path: Path, passes: int) -> list[str]:
    write_miniature(tmp_path / "fashion-mnist", train=600, test=60)
    settings = [f"passes={passes}", "batch_size=50", "size=16", "augmentation=none"]
    changes = [part for setting in settings for part in ("--set", setting)]
    folders = ["--data", str(tmp_path), "--output", str(tmp_path / "run")]
    return _command("train", "--recipe", "fashion-mnist", *folders, *changes)


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    run, states = _tiny_run(tmp_path, passes=12), tmp_path / "run" / "states"
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as job:
        deadline = time.monotonic() + 200
        while not list(states.glob("pass-*")) and time.monotonic() < deadline and job.poll() is None:
            time.sleep(0.05)
        job.send_signal(signal.SIGKILL)
    assert not (tmp_path / "run" / "fashion-mnist.safetensors").exists()
    again = subprocess.run(run, capture_output=True, text=True, timeout=250, check=False)
    assert again.returncode == 0, again.stderr[-2000:]
    assert "Restored all states from the checkpoint" in again.stderr
    figures = json.loads((tmp_path / "run" / "metrics.json").read_text())["figures"]
    assert figures["passes"] == 12
    written = (tmp_path / "run" / "fashion-mnist.safetensors").stat().st_mtime_ns
    subprocess.run(run, capture_output=True, timeout=250, check=True)
    assert (tmp_path / "run" / "fashion-mnist.safetensors").stat().st_mtime_ns == written, (
        "a complete run is left alone"
    )


@pytest.mark.slow
def test_two_processes_train_one_network(tmp_path: Path) -> None:
    torchrun = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--local-addr",
        "127.0.0.1",
        "--nproc-per-node",
        "2",
    ]
    run = [*torchrun, *_tiny_run(tmp_path, passes=1)[1:]]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(run, capture_output=True, text=True, timeout=280, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["device"].startswith("2 x cpu")


def test_the_command_line_measures_a_checkpoint(trained: Path, data: Path) -> None:
    arguments = ["evaluate", "--data", str(data), "--split", "small-test", "--checkpoint", str(trained), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["photos"] > 5


def test_the_command_line_names_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--data", str(tmp_path), "--output", str(tmp_path / "run")])
    assert result.exit_code == 1
    assert "clothing" in result.stderr
