from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.cli import app
from classifier.commands.export import export  # noqa: F401 - registered by the program
from classifier.recipes import RECIPES
from tests.classifier.datasets.test_fashion_mnist import write_miniature
from tests.classifier.support.deepfashion_miniature import draw_deepfashion
from tests.classifier.support.miniature import draw_data

FAST = ["size=32", "passes=1", "batch_size=16", "initial=random"]
OTHERS = {  # what is too large to train here, and how many variants to leave
    "deepfashion-resnet34": ["backbone=resnet10t", "hidden=8"],
    "deepfashion-attributes": ["backbone=resnet10t"],
    "clothing-small": ["cached_views=2"],
}
HEADS = {
    "clothing-small": {"class"},
    "fashion-mnist": {"class"},
    "fashion-products": {"gender", "article", "colour"},
    "deepfashion-resnet34": {"category"},
    "deepfashion-attributes": {"category", "attributes"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = draw_data(tmp_path_factory.mktemp("data"))
    write_miniature(data / "fashion-mnist", train=700, test=40)
    draw_deepfashion(data)
    return data


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, f"{result.output}\n{result.stderr}\n{result.exception!r}"
    return result.stdout


def _train(name: str, folder: Path, output: Path, changes: list[str]) -> list[Path]:
    settings = [part for change in changes for part in ("--set", change)]
    told = run("train", "--recipe", name, "--data", str(folder), "--output", str(output), *settings)
    return [Path(line) for line in told.splitlines() if line.endswith(".safetensors")]


@pytest.mark.parametrize(
    "name",
    [name if name == "fashion-mnist" else pytest.param(name, marks=pytest.mark.slow) for name in sorted(HEADS)],
)
def test_a_recipe_trains_measures_and_exports(name: str, folder: Path, tmp_path: Path) -> None:
    [checkpoint] = _train(name, folder, tmp_path / "run", FAST + OTHERS.get(name, []))
    assert (checkpoint.parent / "report.html").is_file()
    told = run("evaluate", "--checkpoint", str(checkpoint), "--data", str(folder), "--split", "test", "--json")
    figures = json.loads(told)
    assert set(figures) == HEADS[name]
    first = next(iter(figures.values()))
    assert first["pictures"] > 0 and 0 <= first["top1"] <= 1
    run("export", "--checkpoint", str(checkpoint), "--format", "torch", "--output", str(tmp_path / "network.pt2"))
    assert (tmp_path / "network.pt2").stat().st_size > 1000


@pytest.mark.slow
def test_deepfashion_is_judged_by_the_benchmarks_protocol(folder: Path, tmp_path: Path) -> None:
    [checkpoint] = _train("deepfashion-attributes", folder, tmp_path, FAST + OTHERS["deepfashion-attributes"])
    told = run("evaluate", "--checkpoint", str(checkpoint), "--data", str(folder), "--split", "test", "--json")
    figures = json.loads(told)
    assert {"top1", "top3", "top5"} <= set(figures["category"])
    groups = figures["attributes"]["recall_at"]
    assert set(groups) == {"texture", "fabric", "shape", "part", "style", "all"}
    assert all(0 <= share["3"] <= share["5"] <= 1 for share in groups.values())


@pytest.mark.slow
def test_variants_are_trained_side_by_side_and_measured_together(folder: Path, tmp_path: Path) -> None:
    changes = ["size=32", "passes=1", "batch_size=16", "initial=random", "hidden=4", "per_class=3"]
    files = _train("deepfashion-resnet50", folder, tmp_path / "run", changes)
    assert [path.parent.name for path in files] == list(RECIPES["deepfashion-resnet50"].variants)
    told = run("evaluate", "--checkpoint", str(tmp_path / "run"), "--data", str(folder), "--split", "test", "--json")
    figures = json.loads(told)
    assert {"4/category", "3/category", "2/category"} < set(figures)


@pytest.mark.slow
def test_seeds_are_reported_as_their_mean(folder: Path, tmp_path: Path) -> None:
    _train("fashion-mnist-500", folder, tmp_path / "run", ["size=16", "passes=1", "initial=random"])
    told = run("evaluate", "--checkpoint", str(tmp_path / "run"), "--data", str(folder), "--split", "test", "--json")
    figures = json.loads(told)
    runs = [figures["runs"][f"none-{seed}"]["class"] for seed in range(5)]
    assert figures["none/class"]["top1"] == pytest.approx(sum(runs) / 5)
    assert figures["none/class"]["seeds"] == 5


@pytest.mark.slow
def test_a_range_test_finds_a_rate_and_draws_the_curve(folder: Path, tmp_path: Path) -> None:
    settings = [part for change in ("size=16", "batch_size=32", "augmentation=none") for part in ("--set", change)]
    arguments = ["--recipe", "fashion-mnist", "--data", str(folder), "--output", str(tmp_path), "--steps", "20"]
    told = json.loads(run("find-lr", *arguments, *settings, "--json"))
    assert 1e-6 <= told["rate"] <= 1
    assert Path(told["curve"]).read_bytes().startswith(b"\x89PNG")


def test_the_recipes_are_listed_with_what_was_published() -> None:
    told = {entry["recipe"]: entry for entry in json.loads(run("recipes", "--json"))}
    assert set(told) == set(RECIPES)
    assert told["clothing-small"]["figures"]["class.top1"]["published"] == 0.865
    assert "published 86.5%" in run("recipes")
