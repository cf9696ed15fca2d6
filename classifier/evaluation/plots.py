"""Draw plots as PNG bytes on solid white, which reads on light and dark pages. Imports matplotlib."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.rcsetup import cycler
from matplotlib.ticker import PercentFormatter, StrMethodFormatter
from sklearn.calibration import CalibrationDisplay

from classifier.evaluation.label_metrics import Bins, Confusion

BLUE, ORANGE, GREY, INK = "#2b6cb0", "#c2571a", "#6b7580", "#1f2933"
_COLOURS = (BLUE, ORANGE, "#2f855a", "#805ad5", "#b7791f", "#4a5568")
_PERCENT, _PLAIN = PercentFormatter(1, decimals=0, symbol=" %"), StrMethodFormatter("{x:g}")
_STYLE: dict[str, object] = {
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white",
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e4e7eb",
    "axes.axisbelow": True, "font.size": 10, "axes.titlesize": 11, "axes.titlelocation": "left",
    "legend.frameon": False, "axes.prop_cycle": cycler(color=_COLOURS),
    "text.parse_math": False,  # a label may contain a dollar sign
}  # fmt: skip
DPI = 144
_MAX_SIDE_PX = 30_000  # matplotlib draws no side longer than 2 ** 16
_MAX_NUMBERED_CLASSES = 32  # with more, numbers in the cells are too small
_NOISY_POINTS = 60  # with more, a curve gets its running mean


@contextmanager
def drawing(width: float, height: float) -> Iterator[tuple[Figure, io.BytesIO]]:
    """Yield a figure of that size in inches, and the buffer that its PNG is saved to. Changes no global setting."""
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure, out = Figure((width, min(height, _MAX_SIDE_PX / DPI)), dpi=DPI, layout="constrained"), io.BytesIO()
        yield figure, out
        figure.savefig(out, format="png", metadata={"Software": None}, bbox_inches="tight", pad_inches=0.1)


def _short(label: object, length: int = 28) -> str:
    line = " ".join(str(label).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def training_curves(curves: pd.DataFrame) -> bytes:
    """Draw a panel each for losses, accuracies and learning rates; ``curves`` has a row per step, NaN where unlogged.

    Raises:
        ValueError: there is nothing to draw.
    """
    panels: dict[str, list[str]] = {}
    for name in curves.columns:
        panels.setdefault(_panel(name), []).append(name)
    if not panels:
        raise ValueError("no curves to draw")
    with drawing(9.6, 0.4 + 2.7 * len(panels)) as (figure, out):
        axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True)[:, 0]
        for axis, (title, names) in zip(axes, sorted(panels.items()), strict=True):
            axis.set_title(title)
            for name in names:
                _draw_curve(axis, curves[name].dropna())
            if title == "Learning rate" and all(curves[name].min() > 0 for name in names):
                axis.set_yscale("log")
                axis.yaxis.set_major_formatter(_PLAIN)
            if title == "Accuracy" and all(curves[name].dropna().between(0, 1).all() for name in names):
                axis.yaxis.set_major_formatter(_PERCENT)
            axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
        axes[-1].set_xlabel("step")
    return out.getvalue()


def _panel(name: str) -> str:
    lowered = name.lower()
    if "loss" in lowered:
        return "Loss"
    return "Learning rate" if lowered.startswith("lr") or "learning_rate" in lowered else "Accuracy"


def _draw_curve(axis: Axes, curve: pd.Series[float]) -> None:
    name = str(curve.name)
    if len(curve) <= _NOISY_POINTS or _panel(name) == "Learning rate":
        axis.plot(curve, label=_short(name), marker="o" if len(curve) <= _NOISY_POINTS else "", markersize=3)
        return
    width = max(5, len(curve) // 40)
    (line,) = axis.plot(curve.rolling(width).mean(), label=f"{_short(name)}, mean of {width}")
    axis.plot(curve, color=line.get_color(), alpha=0.25, linewidth=0.8)


def confusion_matrix(confusion: Confusion) -> bytes:
    """Draw truths as rows and answers as columns, shaded by the row's share; right answers are framed.

    Raises:
        ValueError: there are no rows or no columns.
    """
    rows, columns = confusion.counts.shape
    if not rows or not columns:
        raise ValueError("no answers to draw")
    cell = min(0.42, max(0.13, 8.4 / max(rows, columns)))  # inches
    size = min(9.0, 0.7 * 72 * cell)
    shares = confusion.counts / np.maximum(1, confusion.counts.sum(1, keepdims=True))
    with drawing(3.0 + cell * columns, 2.4 + cell * rows) as (figure, out):
        axis = figure.subplots()
        # The square root makes rare confusions visible beside a strong diagonal.
        axis.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
        axis.grid(False)
        axis.set_xticks(range(columns), [_short(name) for name in confusion.columns], rotation=90, fontsize=size)
        axis.set_yticks(range(rows), [_short(name) for name in confusion.rows], fontsize=size)
        axis.set(xlabel="answer", ylabel="truth")
        for row, column in np.argwhere(confusion.right):
            axis.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, ec=ORANGE, lw=0.7))
        for row, column in np.argwhere(confusion.counts > 0) if max(rows, columns) <= _MAX_NUMBERED_CLASSES else ():
            ink = "white" if shares[row, column] > 0.3 else INK
            axis.text(column, row, str(confusion.counts[row, column]), ha="center", va="center", color=ink, fontsize=7)
    return out.getvalue()


def reliability_diagram(bins: Bins, error: float) -> bytes:
    """Draw accuracy against confidence, and the number of answers in each bin; ``error`` is the calibration error."""
    filled, width = bins.count > 0, 1 / len(bins.count)
    with drawing(5.6, 5.4) as (figure, out):
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        accuracy, confidence = bins.accuracy[filled], bins.confidence[filled]
        CalibrationDisplay(accuracy, confidence, confidence, estimator_name="answers").plot(ax=upper)
        upper.set(ylim=(0, 1.02), xlim=(0, 1), xlabel="", ylabel="share right")
        upper.set_title(f"Expected calibration error {error:.3f}")
        lower.bar((np.arange(len(bins.count)) + 0.5) * width, bins.count, width * 0.94, color=GREY)
        lower.set(xlabel="confidence", ylabel="answers")
        lower.xaxis.set_major_formatter(_PERCENT)
        upper.yaxis.set_major_formatter(_PERCENT)
    return out.getvalue()


def grouped_bars(values: Mapping[str, Mapping[str, float]], marks: Mapping[str, float] | None = None) -> bytes:
    """Draw horizontal bars, 0 to 1: a cluster for each key, with a bar for each inner key.

    ``marks`` draws a line across a cluster: the value to reach.

    Raises:
        ValueError: there is nothing to draw.
    """
    frame = pd.DataFrame(dict(values)).T
    if frame.empty:
        raise ValueError("no bars to draw")
    with drawing(8.4, 1.1 + len(frame) * (0.16 + 0.24 * len(frame.columns))) as (figure, out):
        axis = figure.subplots()
        frame.plot.barh(ax=axis, width=0.8, legend=False, color=[GREY, *_COLOURS])
        for bar in (bar for bars in axis.containers for bar in cast(BarContainer, bars) if bar.get_width() > 0):
            # Inside the bar, where no mark crosses the number, unless the bar is too short.
            length, middle = bar.get_width(), bar.get_y() + bar.get_height() / 2
            place, ink = (0.01, "white") if length > 0.12 else (length + 0.01, INK)
            axis.text(place, middle, f"{100 * length:.1f} %", va="center", color=ink, fontsize=8)
        for number, (key, mark) in enumerate((marks or {}).items()):
            row = list(frame.index).index(key)
            axis.vlines(mark, row - 0.42, row + 0.42, color=ORANGE, lw=2, label="" if number else "at least")
        axis.set_yticks(range(len(frame)), [_short(name, 48) for name in frame.index])
        axis.invert_yaxis()
        axis.grid(False, axis="y")
        axis.set_xlim(0, 1.02)
        axis.set_xticks(np.linspace(0, 1, 6))
        axis.xaxis.set_major_formatter(_PERCENT)
        figure.legend(loc="outside upper right", ncols=len(frame.columns) + 1)
    return out.getvalue()


@dataclass(frozen=True)
class AccuracyBar:
    """A recipe's accuracy, 0 to 1: published, required and reached; None where there is no such figure."""

    name: str
    published: float | None
    required: float | None
    ours: float | None


def accuracy_bars(recipes: Sequence[AccuracyBar]) -> bytes:
    """Draw published figures beside ours, a cluster per recipe, with a line at the required value.

    Raises:
        ValueError: there is nothing to draw.
    """
    bars = {
        entry.name: {
            kind: value for kind, value in (("published", entry.published), ("ours", entry.ours)) if value is not None
        }
        for entry in recipes
    }
    return grouped_bars(bars, {entry.name: entry.required for entry in recipes if entry.required is not None})


def correction_curve(curves: Mapping[str, Mapping[int, float]]) -> bytes:
    """Draw accuracy (0 to 1) on a person's remaining photos by number of corrections, a line per review order.

    Raises:
        ValueError: there is nothing to draw.
    """
    frame = pd.DataFrame(dict(sorted(curves.items()))).sort_index()
    if frame.empty:
        raise ValueError("no corrections to draw")
    with drawing(6.4, 3.8) as (figure, out):
        axis = figure.subplots()
        frame.plot(ax=axis, marker="o", xticks=list(frame.index))
        # Only the highest and the lowest line have numbers: between the lines they would overlap.
        order = frame.iloc[-1].sort_values().index
        for name, offset in {order[0]: -14, order[-1]: 8}.items():
            for count, value in frame[name].items():
                text = f"{100 * value:.1f} %"
                axis.annotate(text, (count, value), (0, offset), textcoords="offset points", ha="center", fontsize=8)
        axis.margins(x=0.08, y=0.25)
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
        axis.set(xlabel="garments corrected or confirmed", ylabel="right on the remaining photos")
    return out.getvalue()
