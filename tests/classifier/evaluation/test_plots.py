from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from classifier.evaluation import plots
from classifier.evaluation.label_metrics import Bins, Confusion
from classifier.evaluation.plots import AccuracyBar

ODD = ("a $x$ label", "<b>bold</b>", "a label that goes on and on and on and on and never ends")


def _picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image.convert("RGBA")


def _confusion(classes: int) -> Confusion:
    names = tuple([*ODD, *map(str, range(classes))][:classes])
    return Confusion(names, names, np.eye(classes, dtype=np.int64) * 3, np.eye(classes, dtype=bool))


CURVES = pd.DataFrame(
    {
        "train_loss_step": pd.Series({step: 2 / (1 + step) for step in range(200)}),
        "val_top1": pd.Series({50: 0.5, 100: 0.75}),
        "lr-AdamW/pg1": pd.Series({0: 0.0, 100: 1e-3}),
    }
)
EMPTY = np.full(2, math.nan)
DRAWN: dict[str, Callable[[], bytes]] = {
    "curves": lambda: plots.training_curves(CURVES),
    "one class": lambda: plots.confusion_matrix(_confusion(1)),
    "three classes": lambda: plots.confusion_matrix(_confusion(3)),
    "ninety classes": lambda: plots.confusion_matrix(_confusion(90)),
    "reliability": lambda: plots.reliability_diagram(
        Bins(np.array([0.2, 0.9]), np.array([0.0, 1.0]), np.array([1, 8])), 0.1
    ),
    "no answers": lambda: plots.reliability_diagram(Bins(EMPTY, EMPTY, np.zeros(2, np.int64)), 0),
    "bars": lambda: plots.grouped_bars({name: {"recall at 3": 0.04, "recall at 5": 1.0} for name in ODD}),
    "accuracy": lambda: plots.accuracy_bars(
        [AccuracyBar("small", 0.865, 0.92, 0.93), AccuracyBar("wardrobe", None, 0.87, None)]
    ),
    "corrections": lambda: plots.correction_curve({"any": {20: 0.9, 0: 0.85}, "least sure first": {0: 0.85, 20: 0.93}}),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_has_a_solid_white_ground_and_something_on_it(name: str) -> None:
    pixels = np.asarray(_picture(DRAWN[name]()))
    assert (pixels[..., 3] == 255).all()
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1], :3] == 255).all()
    assert (pixels[..., :3] < 128).all(-1).sum() > 100


def test_the_same_numbers_give_the_same_picture() -> None:
    assert plots.correction_curve({"a": {0: 0.8, 5: 0.9}}) == plots.correction_curve({"a": {5: 0.9, 0: 0.8}})


def test_drawing_leaves_the_settings_of_others_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    plots.correction_curve({"any": {0: 0.8}})
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.training_curves(pd.DataFrame()),
        lambda: plots.confusion_matrix(_confusion(0)),
        lambda: plots.grouped_bars({}),
        lambda: plots.accuracy_bars([AccuracyBar("none", None, None, None)]),
        lambda: plots.correction_curve({"any": {}}),
    ],
)
def test_nothing_to_draw_is_said(draw: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match="to draw"):
        draw()
