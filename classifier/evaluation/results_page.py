"""Write the table and the plots of the results page from the recorded results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from classifier.evaluation.label_metrics import CONFIDENCE_BINS, Bins, Floats
from classifier.evaluation.plots import AccuracyBar, accuracy_bars, correction_curve, reliability_diagram
from classifier.evaluation.recorded_results import RecordedResult, by_figure, recorded
from classifier.recipes import RECIPES

BEGIN, END = "<!-- table: python -m classifier recipes --page -->", "<!-- end of table -->"
HEADER = (
    "| recipe | figure | published | at least | ours | trained in, on |",
    "| --- | --- | --- | --- | --- | --- |",
)


def table() -> str:
    """Make the Markdown table of the recipes with published, required and reached figures."""
    results, lines, last = recorded(), list(HEADER), ""
    for recipe, figure, bar in _figures(results):
        cells = " | ".join(
            "" if value is None else f"{100 * value:.1f} %" for value in (bar.published, bar.required, bar.ours)
        )
        first = recipe != last
        effort = _effort(results, recipe) if first else ""
        lines.append(f"| {f'`{recipe}`' if first else ''} | {figure} | {cells} | {effort} |")
        last = recipe
    return "\n".join(lines)


def _figures(results: Sequence[RecordedResult]) -> Iterator[tuple[str, str, AccuracyBar]]:
    for recipe in RECIPES.values():
        published, required, ours = recipe.published or {}, recipe.at_least or {}, by_figure(results, recipe.name)
        for name in dict.fromkeys([*published, *required]):
            bar = AccuracyBar(f"{recipe.name} {name}", published.get(name), required.get(name), ours.get(name))
            yield recipe.name, name, bar


def _effort(results: Sequence[RecordedResult], recipe: str) -> str:
    timed = [entry for entry in results if entry.recipe == recipe and entry.minutes is not None]
    return f"{timed[0].minutes:.0f} min, {timed[0].device}" if timed else ""


def write_page(page: Path, pictures: Path) -> None:
    """Put the table into ``page``, between its marks, and draw the plots into the folder ``pictures``.

    Raises:
        ValueError: the page has no marks for the table.
    """
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no place for the table: it lies between {BEGIN!r} and {END!r}.")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8", newline="\n")
    results = recorded()
    bars = [bar for _, _, bar in _figures(results) if bar.ours is not None]
    plots = {"accuracy.png": accuracy_bars(bars)}
    if curves := _correction_curves(results):
        plots["corrections.png"] = correction_curve(curves)
    held_out = next((e.figures for e in results if (e.recipe, e.split) == ("wardrobe", "held-out")), None)
    if held_out:
        plots["calibration.png"] = reliability_diagram(_bins(held_out), held_out["calibration_error"])
    pictures.mkdir(parents=True, exist_ok=True)
    for name, png in plots.items():
        (pictures / name).write_bytes(png)


def _correction_curves(results: Sequence[RecordedResult]) -> dict[str, dict[int, float]]:
    """Accuracy by number of corrections, for each order in which the owner reviewed photos."""
    curves: dict[str, dict[int, float]] = {}
    for entry in results:
        for name, value in entry.figures.items() if entry.split == "corrections" else ():
            part = name.split(".")
            if part[0] == "curve" and part[-1] == "accuracy":
                curves.setdefault(part[1].replace("_", " "), {})[int(part[2])] = value
    return curves


def _bins(figures: Mapping[str, float]) -> Bins:
    def column(name: str) -> Floats:
        return np.array([figures.get(f"reliability.{number}.{name}", np.nan) for number in range(CONFIDENCE_BINS)])

    return Bins(column("confidence"), column("right"), np.nan_to_num(column("photos")).astype(np.int64))
