"""A run's report: ``report.html``, one file with its plots and pictures in it, and ``metrics.json`` beside it."""

from __future__ import annotations

import base64
import csv
import io
import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from classifier.errors import DatasetError
from classifier.evaluation import label_metrics, plots
from classifier.evaluation.label_metrics import HeadResult
from classifier.evaluation.plots import Curve

log = logging.getLogger(__name__)

REPORT, METRICS = "report.html", "metrics.json"
_THUMBNAIL = 220
_NOT_CURVES = {"epoch", "step"}


@dataclass(frozen=True)
class RunFacts:
    """Everything that a report tells of a run.

    ``settings`` are the recipe's, ``sizes`` pictures by split, ``split`` is the one that ``heads`` were scored on,
    ``seconds`` what training took, ``figures`` further numbers. ``curves`` is the ``metrics.csv`` of Lightning's
    CSVLogger, or several of a training that was interrupted, the oldest first. ``picture`` gives the picture of a row
    of the heads. ``published`` is what the published system reached, in words.
    """

    recipe: str
    settings: Mapping[str, str]
    sizes: Mapping[str, int]
    split: str
    heads: Sequence[HeadResult]
    seconds: float
    device: str
    figures: Mapping[str, float] = field(default_factory=dict)
    curves: Path | Sequence[Path] | None = None
    picture: Callable[[int], Image.Image] | None = None
    published: str = ""


def read_curves(*paths: Path) -> dict[str, Curve]:
    """What Lightning's CSVLogger wrote, by name, less what is not finite and what never was logged.

    Of several files a later one counts where they tell of the same step: a training goes on from its last state.

    Raises:
        DatasetError: a file cannot be read, has no column ``step``, or something else than numbers.
    """
    points: dict[str, dict[float, float]] = {}
    for path in paths:
        for name, found in _points(path).items():
            points.setdefault(name, {}).update(found)
    curves = {name: sorted(found.items()) for name, found in points.items()}
    return {name: Curve(*zip(*found, strict=True)) for name, found in curves.items()}


def _points(path: Path) -> dict[str, dict[float, float]]:
    """What one file tells, by name and step."""
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise DatasetError(f"{path}: the training curves cannot be read ({error}).") from error
    if rows and "step" not in rows[0]:
        raise DatasetError(f"{path}: has no column step. It should be the metrics.csv of a training run.")
    points: dict[str, dict[float, float]] = {}
    for line, row in enumerate(rows, 2):
        for name, text in row.items():
            if name in _NOT_CURVES or not text:
                continue
            try:
                step, value = float(row["step"]), float(text)
            except ValueError as error:
                raise DatasetError(f"{path}, line {line}: {name} is not a number ({error}).") from error
            if math.isfinite(value):
                points.setdefault(name, {})[step] = value
    return points


def metrics(facts: RunFacts) -> dict[str, Any]:
    """What ``metrics.json`` holds: the run and each head's figures. Finite numbers only; others are None."""
    told: dict[str, Any] = {
        "recipe": facts.recipe,
        "split": facts.split,
        "sizes": dict(facts.sizes),
        "seconds": round(facts.seconds, 1),
        "device": facts.device,
        "published": facts.published,
        "figures": dict(facts.figures),
        "heads": {head.name: label_metrics.figures(head) for head in facts.heads},
        "settings": dict(facts.settings),
    }
    return {name: _finite(value) for name, value in told.items()}


def _finite(value: Any) -> Any:
    """The same with None for what is no number; JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_report(folder: Path, facts: RunFacts) -> Path:
    """Writes ``report.html`` and ``metrics.json`` into ``folder``, replacing older ones; returns the page's path.

    Raises:
        DatasetError: the curves cannot be read.
        OSError: the folder cannot be written.
    """
    measured = metrics(facts)
    environment = Environment(
        loader=PackageLoader("classifier.evaluation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    logs = [facts.curves] if isinstance(facts.curves, Path) else facts.curves or ()
    curves = read_curves(*logs)
    page = environment.get_template(REPORT).render(
        facts=facts,
        headline=list(_headline(measured)),
        rows=[(name, _cells(figures)) for name, figures in measured["heads"].items()],
        run=list(_run(facts)),
        curves=_plot(plots.training_curves(curves)) if curves else None,
        heads=[_section(head, measured["heads"][head.name], facts.picture) for head in facts.heads],
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / REPORT, page)  # the metrics last: where they are, a run is complete
    _write(folder / METRICS, json.dumps(measured, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    return folder / REPORT


def _headline(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """One number a head."""
    for name, figures in measured["heads"].items():
        if "top1" in figures:
            yield f"{name}, top-1", f"{100 * figures['top1']:.1f} %"
        for k, value in list(figures.get("recall_at", {}).get("all", {}).items())[:1]:
            yield f"{name}, recall at {k}", f"{100 * value:.1f} %"


def _cells(figures: Mapping[str, Any]) -> list[str]:
    """The rest of them, as a row of a table."""
    shares = (figures.get(key) for key in ("top1", "top3", "top5", "balanced"))
    error = figures.get("calibration_error")
    return [
        f"{figures['pictures']:,}",
        *("" if share is None else f"{100 * share:.1f} %" for share in shares),
        "" if error is None else f"{error:.3f}",
    ]


def _run(facts: RunFacts) -> Iterator[tuple[str, str]]:
    minutes, seconds = divmod(round(facts.seconds), 60)
    yield "training", f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    yield "device", facts.device
    for split, count in facts.sizes.items():
        yield f"pictures, {split}", f"{count:,}"
    for name, value in facts.figures.items():
        yield name, f"{value:.4g}"


def _section(
    head: HeadResult, figures: Mapping[str, Any], picture: Callable[[int], Image.Image] | None
) -> dict[str, Any]:
    """What the template shows of a head; only what there is to show."""
    section: dict[str, Any] = {"result": head, "figures": figures, "plots": {}, "worst": []}
    if not figures["pictures"]:
        return section
    section["worst"] = [
        (_thumbnail(picture(loss.row)) if picture else "", head.truth_name(loss.row), loss)
        for loss in label_metrics.worst(head)
    ]
    if head.many:
        bars = {
            name: {f"recall at {k}": value for k, value in found.items()}
            for name, found in label_metrics.group_recalls(head).items()
        }
        section["plots"]["recall"] = _plot(plots.grouped_bars(bars))
        return section
    confusion = label_metrics.confusion(head)
    section["plots"] = {
        "confusion": _plot(plots.confusion_matrix(confusion)),
        "reliability": _plot(plots.reliability_diagram(label_metrics.reliability(head), figures["calibration_error"])),
    }
    section["left_out"] = confusion.left_out
    entries = [(name, right, of) for name, (right, of) in figures["recall"].items()]
    section["recalls"] = sorted(entries, key=lambda entry: (entry[1] / entry[2], -entry[2]))
    return section


@dataclass(frozen=True)
class _Plot:
    """An address that holds the whole picture, and how wide to show it, in CSS pixels: as wide as it was drawn."""

    address: str
    width: int


def _plot(png: bytes) -> _Plot:
    with Image.open(io.BytesIO(png)) as image:
        width = round(image.width / plots.DPI * 96)
    return _Plot(f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}", width)


def _thumbnail(image: Image.Image) -> str:
    small, out = image.convert("RGB"), io.BytesIO()
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    small.save(out, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _write(path: Path, text: str) -> None:
    """Into a file beside it first, so that an interruption leaves the old one whole."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
