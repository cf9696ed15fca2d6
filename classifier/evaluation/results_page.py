"""The page of results: its table and its plots, from the figures that were written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from classifier.evaluation.label_metrics import BINS, Bins, Floats
from classifier.evaluation.plots import AccuracyBar, accuracy_bars, correction_curve, reliability_diagram
from classifier.evaluation.recorded_results import RecordedResult, by_figure, recorded
from classifier.recipes import RECIPES, Recipe

BEGIN, END = "<!-- table: python -m classifier recipes --page -->", "<!-- end of table -->"


def table() -> str:
    """The recipes with published figures, what we asked of ourselves, and ours, in Markdown."""
    entries = recorded()
    lines = [
        "| recipe | figure | published | at least | ours | trained in, on |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for recipe in RECIPES.values():
        lines += _rows(recipe, by_figure(entries, recipe.name), _effort(entries, recipe.name))
    return "\n".join(lines)


def _rows(recipe: Recipe, ours: Mapping[str, float], effort: str) -> Iterator[str]:
    published, wanted = recipe.published or {}, recipe.at_least or {}
    for number, name in enumerate(dict.fromkeys([*published, *wanted])):
        cells = [_share(of.get(name)) for of in (published, wanted, ours)]
        yield f"| {'' if number else f'`{recipe.name}`'} | {name} | {' | '.join(cells)} | {'' if number else effort} |"


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _effort(entries: list[RecordedResult], recipe: str) -> str:
    told = [entry for entry in entries if entry.recipe == recipe and entry.minutes is not None]
    return f"{told[0].minutes:.0f} min, {told[0].device}" if told else ""


def write_page(page: Path, pictures: Path) -> None:
    """Puts the table into ``page``, between its marks, and draws the plots into the folder ``pictures``.

    Raises:
        ValueError: the page has no marks for the table.
    """
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no place for the table: it lies between {BEGIN!r} and {END!r}.")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8", newline="\n")
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / "accuracy.png").write_bytes(accuracy_bars(list(_bars())))
    if curves := _corrections():
        (pictures / "corrections.png").write_bytes(correction_curve(curves))
    held_out = next((e.figures for e in recorded() if (e.recipe, e.split) == ("wardrobe", "held-out")), None)
    if held_out:
        drawn = reliability_diagram(_bins(held_out), held_out["calibration_error"])
        (pictures / "calibration.png").write_bytes(drawn)


def _bars() -> Iterator[AccuracyBar]:
    entries = recorded()
    for recipe in RECIPES.values():
        published, wanted, ours = recipe.published or {}, recipe.at_least or {}, by_figure(entries, recipe.name)
        for name in dict.fromkeys([*published, *wanted]):
            if name in ours:
                yield AccuracyBar(f"{recipe.name} {name}", published.get(name), wanted.get(name), ours[name])


def _corrections() -> dict[str, dict[int, float]]:
    """Accuracy by number of corrections, a curve an order in which the owner went through them."""
    curves: dict[str, dict[int, float]] = {}
    for entry in recorded():
        for name, value in entry.figures.items() if entry.split == "corrections" else ():
            part = name.split(".")
            if part[0] == "curve" and part[-1] == "accuracy":
                curves.setdefault(part[1].replace("_", " "), {})[int(part[2])] = value
    return curves


def _bins(figures: Mapping[str, float]) -> Bins:
    def column(name: str) -> Floats:
        return np.array([figures.get(f"reliability.{number}.{name}", np.nan) for number in range(BINS)])

    return Bins(column("confidence"), column("right"), np.nan_to_num(column("photos")).astype(np.int64))
