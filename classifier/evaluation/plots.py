"""Plots as PNG bytes. Their ground is solid white, so that they read on light and dark pages alike.

Imports matplotlib: import this module where a plot is made, not where a program starts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from classifier.evaluation.label_metrics import Bins, Confusion

BLUE, ORANGE, GREY, INK = "#2b6cb0", "#c2571a", "#6b7580", "#1f2933"
_LINES = (BLUE, ORANGE, "#2f855a", "#805ad5", "#b7791f", "#4a5568")
_PERCENT, _PLAIN = PercentFormatter(1, decimals=0, symbol=" %"), StrMethodFormatter("{x:g}")
_STYLE: dict[str, object] = {
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white",
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e4e7eb",
    "axes.axisbelow": True, "font.size": 10, "axes.titlesize": 11, "axes.titlelocation": "left",
    "legend.frameon": False, "text.parse_math": False,  # a label may hold a dollar sign
}  # fmt: skip
DPI = 144
_PIXELS = 30_000  # matplotlib draws no larger side than 2 ** 16
_NUMBERS_UP_TO = 32  # classes: beyond that, numbers in the cells cannot be read


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Figure, io.BytesIO]]:
    """A figure of so many inches and where its PNG goes; drawn and saved in one style, without global state."""
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure, out = Figure((width, min(height, _PIXELS / DPI)), dpi=DPI, layout="constrained"), io.BytesIO()
        yield figure, out
        figure.savefig(out, format="png", metadata={"Software": None}, bbox_inches="tight", pad_inches=0.1)


def _short(label: str, most: int = 28) -> str:
    line = " ".join(label.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


@dataclass(frozen=True)
class Curve:
    """Something logged while training: ``values`` at ``steps``, all finite."""

    steps: tuple[float, ...]
    values: tuple[float, ...]


def training_curves(series: Mapping[str, Curve]) -> bytes:
    """One panel each for losses, learning rates, and everything else (0 to 1), against the step.

    Raises:
        ValueError: there is nothing to draw.
    """
    panels: dict[str, dict[str, Curve]] = {"loss": {}, "accuracy": {}, "learning rate": {}}
    for name, curve in series.items():
        panels[_panel(name)][name] = curve
    shown = {title: curves for title, curves in panels.items() if curves}
    if not shown:
        raise ValueError("no curves to draw")
    with _figure(9.6, 0.4 + 2.7 * len(shown)) as (figure, out):
        axes = figure.subplots(len(shown), 1, squeeze=False, sharex=True)[:, 0]
        for axis, (title, curves) in zip(axes, shown.items(), strict=True):
            axis.set_title(title.capitalize())
            for colour, (name, curve) in zip(_cycle(len(curves)), curves.items(), strict=True):
                _line(axis, name, curve, colour)
            if title == "learning rate" and all(min(c.values) > 0 for c in curves.values()):
                axis.set_yscale("log")
                axis.yaxis.set_major_formatter(_PLAIN)
            if title == "accuracy" and all(0 <= value <= 1 for c in curves.values() for value in c.values):
                axis.yaxis.set_major_formatter(_PERCENT)
            axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
        axes[-1].set_xlabel("step")
    return out.getvalue()


def _panel(name: str) -> str:
    lowered = name.lower()
    if "loss" in lowered:
        return "loss"
    return "learning rate" if lowered.startswith("lr") or "learning_rate" in lowered else "accuracy"


def _cycle(count: int, colours: Sequence[str] = _LINES) -> list[str]:
    return [colours[number % len(colours)] for number in range(count)]


def _line(axis: Axes, name: str, curve: Curve, colour: str) -> None:
    """A few points with markers; many, noisy ones pale, with their running mean on top."""
    few, count = len(curve.values) <= 60, len(curve.values)
    if few or _panel(name) == "learning rate":
        marker = "o" if few else ""
        axis.plot(curve.steps, curve.values, color=colour, label=_short(name), marker=marker, markersize=3)
        return
    axis.plot(curve.steps, curve.values, color=colour, alpha=0.25, linewidth=0.8)
    width = max(5, count // 40)
    mean = np.convolve(curve.values, np.ones(width) / width, "valid")
    axis.plot(curve.steps[width - 1 :], mean, color=colour, label=f"{_short(name)}, mean of {width}")


def confusion_matrix(confusion: Confusion) -> bytes:
    """Rows: the truth; columns: the answer; shade: the row's share. Right answers are framed; few classes get numbers.

    Raises:
        ValueError: it has no rows or columns.
    """
    rows, columns = confusion.counts.shape
    if not rows or not columns:
        raise ValueError("no answers to draw")
    most = max(rows, columns)
    cell = min(0.42, max(0.13, 8.4 / most))  # inches
    size = min(9.0, 0.7 * 72 * cell)
    shares = confusion.counts / np.maximum(1, confusion.counts.sum(1, keepdims=True))
    with _figure(3.0 + cell * columns, 2.4 + cell * rows) as (figure, out):
        axis = figure.subplots()
        # The root brings out rare confusions beside a strong diagonal.
        axis.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
        axis.grid(False)
        axis.set_xticks(range(columns), [_short(name) for name in confusion.columns], rotation=90, fontsize=size)
        axis.set_yticks(range(rows), [_short(name) for name in confusion.rows], fontsize=size)
        axis.set(xlabel="answer", ylabel="truth")
        for row, column in np.argwhere(confusion.right):
            axis.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, ec=ORANGE, lw=0.7))
        if most <= _NUMBERS_UP_TO:
            for row, column in np.argwhere(confusion.counts > 0):
                count, ink = str(confusion.counts[row, column]), "white" if shares[row, column] > 0.3 else INK
                axis.text(column, row, count, ha="center", va="center", color=ink, fontsize=7)
    return out.getvalue()


def reliability_diagram(bins: Bins, error: float) -> bytes:
    """Share right against confidence, and how many answers each bin holds; ``error``: calibration error, 0 to 1."""
    width = 1 / len(bins.count)
    left = np.arange(len(bins.count)) * width
    filled = bins.count > 0
    with _figure(5.6, 5.4) as (figure, out):
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        upper.bar(left[filled], bins.accuracy[filled], width * 0.94, align="edge", color=BLUE, label="share right")
        upper.plot([0, 1], [0, 1], color=ORANGE, linestyle="--", label="exactly as sure as right")
        upper.set(ylim=(0, 1.02), xlim=(0, 1), ylabel="share right")
        upper.set_title(f"Expected calibration error {error:.3f}")
        figure.legend(loc="outside lower center", ncols=2, fontsize=8)
        lower.bar(left, bins.count, width * 0.94, align="edge", color=GREY)
        lower.set(xlabel="confidence", ylabel="answers")
        for axis in (upper, lower):
            axis.xaxis.set_major_formatter(_PERCENT)
        upper.yaxis.set_major_formatter(_PERCENT)
    return out.getvalue()


def grouped_bars(values: Mapping[str, Mapping[str, float]], marks: Mapping[str, float] | None = None) -> bytes:
    """Horizontal bars, 0 to 1: a cluster for each key, in it a bar for each inner key, with its value in per cent.

    ``marks`` draws a line across a cluster, to reach or to pass.

    Raises:
        ValueError: there is nothing to draw.
    """
    kinds = list(dict.fromkeys(kind for entry in values.values() for kind in entry))
    if not kinds:
        raise ValueError("no bars to draw")
    thick = 0.8 / len(kinds)
    with _figure(8.4, 1.1 + len(values) * (0.16 + 0.24 * len(kinds))) as (figure, out):
        axis = figure.subplots()
        for number, (kind, colour) in enumerate(zip(kinds, _cycle(len(kinds), (GREY, *_LINES)), strict=True)):
            lengths = {place: entry[kind] for place, entry in enumerate(values.values()) if kind in entry}
            middles = np.array(list(lengths)) - 0.4 + thick * (number + 0.5)
            axis.barh(middles, list(lengths.values()), thick * 0.9, color=colour, label=kind)
            # At the bar's foot, where no mark crosses it.
            for middle, length in zip(middles, lengths.values(), strict=True):
                place, ink = (0.01, "white") if length > 0.12 else (length + 0.01, INK)
                axis.text(place, middle, f"{100 * length:.1f} %", va="center", color=ink, fontsize=8)
        for number, (key, mark) in enumerate((marks or {}).items()):
            place = list(values).index(key)
            axis.vlines(mark, place - 0.42, place + 0.42, color=ORANGE, lw=2, label="" if number else "at least")
        axis.set_yticks(range(len(values)), [_short(name, 36) for name in values])
        axis.invert_yaxis()
        axis.grid(False, axis="y")
        axis.set_xlim(0, 1.02)
        axis.set_xticks(np.linspace(0, 1, 6))
        axis.xaxis.set_major_formatter(_PERCENT)
        figure.legend(loc="outside upper right", ncols=len(kinds) + 1)
    return out.getvalue()


@dataclass(frozen=True)
class AccuracyBar:
    """A recipe's accuracy, 0 to 1: as published, as wanted at least, as reached; None where there is no such figure."""

    name: str
    published: float | None
    wanted: float | None
    ours: float | None


def accuracy_bars(reached: Sequence[AccuracyBar]) -> bytes:
    """Published figures beside ours, a cluster a recipe; a line where ours should be at least.

    Raises:
        ValueError: there is nothing to draw.
    """
    bars: dict[str, dict[str, float]] = {entry.name: {} for entry in reached}
    for entry in reached:
        for kind, value in (("published", entry.published), ("ours", entry.ours)):
            if value is not None:
                bars[entry.name][kind] = value
    return grouped_bars(bars, {entry.name: entry.wanted for entry in reached if entry.wanted is not None})


def rate_range(rates: Sequence[float], losses: Sequence[float], chosen: float) -> bytes:
    """The loss against the learning rate of a range test (Smith 2017), the ``chosen`` rate marked.

    Raises:
        ValueError: no finite loss, or not as many losses as rates.
    """
    pairs = [(r, v) for r, v in zip(rates, losses, strict=True) if np.isfinite(v) and r > 0]
    if not pairs:
        raise ValueError("the range test gave no finite loss")
    x, y = np.array(pairs).T
    with _figure(7.2, 4.2) as (figure, out):
        axis = figure.subplots()
        axis.plot(x, y, color=BLUE)
        axis.axvline(chosen, color=ORANGE, linestyle="--", label=f"chosen: {chosen:.2g}")
        near = int(np.abs(np.log(x / chosen)).argmin())
        axis.plot([chosen], [y[near]], "o", color=ORANGE)
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(_PLAIN)
        low, start = float(y.min()), float(np.median(y[: max(1, len(y) // 10)]))
        span = max(start - low, 1e-3 * max(1.0, abs(start)))
        axis.set_ylim(low - 0.1 * span, start + 0.6 * span)  # where it diverges, it would flatten all else
        axis.set(xlabel="learning rate", ylabel="loss")
        axis.set_title("Learning-rate range test")
        axis.legend(loc="best")
    return out.getvalue()


def correction_curve(curves: Mapping[str, Mapping[int, float]]) -> bytes:
    """Accuracy (0 to 1) on a person's remaining photos by the number of corrections; one line a way to choose them.

    Raises:
        ValueError: there is nothing to draw.
    """
    shown = {name: dict(sorted(curve.items())) for name, curve in sorted(curves.items()) if curve}
    if not shown:
        raise ValueError("no corrections to draw")
    with _figure(6.4, 3.8) as (figure, out):
        axis = figure.subplots()
        for colour, (name, curve) in zip(_cycle(len(shown)), shown.items(), strict=True):
            axis.plot(list(curve), list(curve.values()), color=colour, marker="o", label=name)
        # The highest line has its figures above it, the lowest below; those between would only be in the way.
        outer = sorted(shown.values(), key=lambda curve: list(curve.values())[-1])
        for offset, curve in ({8: outer[-1]} | ({-14: outer[0]} if len(outer) > 1 else {})).items():
            for count, value in curve.items():
                told = f"{100 * value:.1f} %"
                axis.annotate(told, (count, value), (0, offset), textcoords="offset points", ha="center", fontsize=8)
        axis.margins(x=0.08, y=0.25)
        axis.set_xticks(sorted({count for curve in shown.values() for count in curve}))
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
        axis.set(xlabel="garments corrected or confirmed", ylabel="right on the remaining photos")
        if len(shown) > 1:
            axis.legend(loc="lower right", fontsize=8)
    return out.getvalue()
