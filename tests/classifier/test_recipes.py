from __future__ import annotations

from pathlib import Path

import pytest

from classifier.datasets import registry
from classifier.errors import DatasetError
from classifier.recipes import RECIPES, recipe_named


def test_every_recipe_has_its_data_and_knows_what_was_published_or_asked() -> None:
    for recipe in RECIPES.values():
        assert recipe.dataset in registry.NAMES
        assert recipe.published or recipe.at_least


def test_no_recipe_is_another_with_one_line_changed() -> None:
    trained = [
        {k: v for k, v in vars(recipe).items() if k not in {"name", "about", "published", "at_least", "version"}}
        for recipe in RECIPES.values()
    ]
    for number, one in enumerate(trained):
        for other in trained[number + 1 :]:
            assert sum(one[key] != other[key] for key in one) > 3


def test_values_can_be_changed_by_name() -> None:
    recipe = recipe_named("clothing-small", ["passes=3", "size=64", "optimizer=sgd", "patience=none", "clip=0.5"])
    assert (recipe.passes, recipe.preprocessing.size) == (3, 64)
    assert (recipe.optimization.optimizer, recipe.optimization.patience, recipe.optimization.clip) == ("sgd", None, 0.5)
    assert RECIPES["clothing-small"].passes != 3


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("no-such", [], "There is no recipe 'no-such'; there are clothing-small"),
        ("wardrobe", ["pases=3"], "no 'pases'"),
        ("wardrobe", ["passes=three"], "passes cannot be 'three'"),
        ("wardrobe", ["passes"], "not of the form NAME=VALUE"),
        ("wardrobe", ["optimizer=lion"], "optimizer cannot be 'lion'"),
        ("wardrobe", ["name=other"], "no 'name'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(name: str, change: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        recipe_named(name, change)


def test_a_recipe_can_be_trained_on_another_data_set() -> None:
    assert recipe_named("clothing-small", ["dataset=clothing-small-strangers"]).dataset in registry.NAMES
    with pytest.raises(DatasetError, match="no data set 'nowhere'; there are wardrobe"):
        registry.load("nowhere", Path())


def test_variants_differ_in_what_is_compared_and_are_named_by_it() -> None:
    variants = RECIPES["fashion-mnist-500"].variants
    assert len(variants) == 10
    assert variants["none-3"].augmentation == "none"
    assert variants["flip-shift-3"].seed == 3
    assert not variants["none-3"].compared
    assert list(RECIPES["clothing-small"].variants) == [""]
