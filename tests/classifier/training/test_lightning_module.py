from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.recipes import RECIPES, Recipe, changed
from classifier.serving.network import MultiHeadNetwork
from classifier.training.lightning_module import HeadsFirst, RecipeModule, Targets, contrastive_loss

SMALL = changed(RECIPES["deepfashion-resnet34"], {"backbone": "resnet10t", "size": 32, "hidden": 0})


def a_fit(recipe: Recipe, data: LabelledPictures) -> RecipeModule:
    heads = {head: len(labels) for head, labels in data.heads.items()}
    network = MultiHeadNetwork(recipe.backbone, heads, recipe.dropout, recipe.hidden)
    return RecipeModule(recipe, network, Targets(data), steps=4)


def data(*targets: dict[str, frozenset[str]], unknown: frozenset[str] = frozenset()) -> LabelledPictures:
    made = [Sample(str(n), "", "", t, str(n), "train", unknown={"style": unknown}) for n, t in enumerate(targets)]
    heads = {"type": ("Tee", "Jeans", "Trousers"), "style": ("chic", "summer")}
    return LabelledPictures(made, PictureSource(Path()), heads, many=frozenset({"style"}))


def test_rates_fall_from_the_heads_to_the_stem() -> None:
    groups = a_fit(SMALL, data({"type": frozenset({"Tee"})}))._groups()
    rates = [group["lr"] for group in groups]
    assert rates[0] == SMALL.optimization.rate
    assert rates[1:] == sorted(rates[1:], reverse=True)
    assert rates[2] / rates[1] == pytest.approx(SMALL.optimization.discriminative)


def test_frozen_stages_neither_learn_nor_shift_their_statistics() -> None:
    fit = a_fit(dataclasses.replace(SMALL, frozen=3), data({"type": frozenset({"Tee"})}))
    fit.train()
    frozen, free = fit.network.stages()[:3], fit.network.stages()[3:]
    assert not any(p.requires_grad for stage in frozen for p in stage.parameters())
    assert all(p.requires_grad for stage in free for p in stage.parameters())
    norms = [m for stage in frozen for m in stage.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms and not any(norm.training for norm in norms)
    assert all(m.training for stage in free for m in stage.modules() if isinstance(m, torch.nn.BatchNorm2d))


def test_heads_learn_first_and_then_all_that_is_not_frozen_for_good() -> None:
    fit = a_fit(dataclasses.replace(SMALL, frozen=1), data({"type": frozenset({"Tee"})}))
    first = HeadsFirst(1)
    first.freeze_before_training(fit)
    assert not any(p.requires_grad for p in fit.network.backbone.parameters())
    assert all(p.requires_grad for p in fit.network.heads.parameters())
    first.finetune_function(fit, 1, torch.optim.SGD(fit.parameters(), lr=0.1))
    stem, *rest = fit.network.stages()
    assert not any(p.requires_grad for p in stem.parameters())
    assert all(p.requires_grad for stage in rest for p in stage.parameters())


def _loss(fit: RecipeModule, kind: list[float], style: list[float]) -> float:
    out = {
        "type": torch.tensor([kind], dtype=torch.float32),
        "style": torch.tensor([style], dtype=torch.float32),
        "features": torch.zeros(1, 4),
    }
    return float(fit._heads_loss(out, torch.tensor([0]), 1.0))


def test_a_coarse_label_is_content_with_any_type_that_it_covers() -> None:
    fit = a_fit(SMALL, data({"type": frozenset({"Jeans", "Trousers"})}))
    style = [0.0, 0.0]
    assert _loss(fit, [0, 9, 0], style) == pytest.approx(_loss(fit, [0, 0, 9], style))
    assert _loss(fit, [9, 0, 0], style) > _loss(fit, [0, 9, 0], style) + 5


def test_of_several_labels_the_best_is_learnt_first() -> None:
    told = Sample("0", "", "", {"type": frozenset({"Jeans", "Trousers"})}, "0", "train", best={"type": "Trousers"})
    fit = a_fit(SMALL, dataclasses.replace(data({}), samples=[told]))
    assert fit.targets.best["type"].tolist() == [2]
    assert fit.targets.best["style"].tolist() == [-1]
    style = [0.0, 0.0]
    best, other, wrong = (_loss(fit, kind, style) for kind in ([0, 0, 9], [0, 9, 0], [9, 0, 0]))
    assert best + 3 < other < wrong - 1


def test_what_nobody_said_of_an_attribute_costs_nothing() -> None:
    told = {"type": frozenset({"Tee"}), "style": frozenset({"chic"})}
    known, unsaid = a_fit(SMALL, data(told)), a_fit(SMALL, data(told, unknown=frozenset({"summer"})))
    assert _loss(known, [9, 0, 0], [9, 9]) > _loss(known, [9, 0, 0], [9, -9])
    assert _loss(unsaid, [9, 0, 0], [9, 9]) == pytest.approx(_loss(unsaid, [9, 0, 0], [9, -9]))


def test_a_head_without_a_label_for_a_picture_is_not_trained_on_it() -> None:
    fit = a_fit(SMALL, data({"style": frozenset({"chic"})}))
    assert _loss(fit, [9, 0, 0], [0, 0]) == pytest.approx(_loss(fit, [0, 0, 9], [0, 0]))


def test_views_of_one_garment_cost_less_than_views_of_different_ones() -> None:
    torch.manual_seed(0)
    unit = torch.nn.functional.normalize(torch.randn(6, 8), dim=1)
    assert contrastive_loss(unit, unit, 0.1) < contrastive_loss(unit, unit.roll(1, 0), 0.1)
