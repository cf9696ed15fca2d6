from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from classifier.datasets.registry import WARDROBE_HEADS
from classifier.recipes import RECIPES
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.graph_engine import GraphEngine, graph_of
from classifier.serving.inference import open_engine
from classifier.serving.tagger import Tagger
from tests.paths import REAL_PHOTOS
from tests.support.drawing import draw_garment

DATA = REAL_PHOTOS
needs_photos = pytest.mark.skipif(
    not (DATA / "clothing.zip").is_file(), reason="the real photos are not beside the project (shared/data)"
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(SHIPPED)


def test_the_shipped_checkpoint_is_the_recipe_s_and_small_enough_to_clone() -> None:
    config = Tagger(SHIPPED).config
    assert config.name == RECIPES["wardrobe"].name
    assert config.heads == WARDROBE_HEADS
    assert set(config.tiers) == set(WARDROBE_HEADS)
    graph = graph_of(SHIPPED)
    assert graph is not None
    assert SHIPPED.stat().st_size + graph.stat().st_size < 36_000_000


def test_the_shipped_graph_answers_as_its_checkpoint(tagger: Tagger) -> None:
    graph = graph_of(SHIPPED)
    assert graph is not None
    pictures = [draw_garment("tshirt", background=ground, size=(300, 400)) for ground in ("wood", "bedspread")]
    inputs = [tagger.config.preprocessing.apply(picture) for picture in pictures]
    found, expected = (engine.run(inputs, 2) for engine in (GraphEngine(SHIPPED, graph), open_engine(SHIPPED, "cpu")))
    for head, values in expected.probabilities.items():
        np.testing.assert_allclose(found.probabilities[head], values, atol=1e-3)
    for name in ("embeddings", "confidence", "cloth", "texture"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=5e-3)


def test_its_tiers_are_in_order_and_leave_room_for_doubt() -> None:
    for head, limits in Tagger(SHIPPED).config.tiers.items():
        assert 0 <= limits.check <= limits.sure <= 1, head
    assert Tagger(SHIPPED).config.tiers["type"].sure < 1


DRAWN = {"red": (190, 30, 40), "green": (40, 140, 70), "blue": (30, 80, 190)}


@pytest.mark.parametrize("name", DRAWN)
def test_the_colour_of_a_drawn_shirt_on_wood_is_named(tagger: Tagger, name: str) -> None:
    [found] = tagger.tag([draw_garment("tshirt", colour=DRAWN[name], background="wood", size=(600, 800), seed=3)])
    assert found.colour.value == name
    assert found.slot == "upper"


def measured(tagger: Tagger, split: str) -> dict[str, Any]:
    evaluation = pytest.importorskip("classifier.evaluation.evaluate", reason="measuring needs requirements-dev.txt")
    figures: dict[str, Any] = evaluation.evaluate(tagger, DATA, split)
    return figures


@needs_photos
@pytest.mark.slow
@pytest.mark.photos
def test_types_are_right_on_people_unseen_in_training(tagger: Tagger) -> None:
    figures = measured(tagger, "small-test")
    assert figures["photos"] == 372
    assert figures["top1_of_ten"] >= 0.9


@needs_photos
@pytest.mark.slow
@pytest.mark.photos
def test_colours_are_right_on_photos_labelled_by_eye(tagger: Tagger) -> None:
    figures = measured(tagger, "attributes")
    assert figures["colour"]["main"] >= 0.58
    assert figures["colour"]["either"] >= 0.85
