"""Write a run's report: ``report.html``, one file with its plots and pictures inside, and ``metrics.json``."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from classifier.atomic_files import replacing
from classifier.errors import DatasetError
from classifier.evaluation import label_metrics, plots
from classifier.evaluation.label_metrics import HeadResult

REPORT, METRICS = "report.html", "metrics.json"
_THUMBNAIL_PX = 220


@dataclass(frozen=True)
class RunFacts:
    """Everything that a report shows of a run."""

    recipe: str
    settings: Mapping[str, str]
    sizes: Mapping[str, int]  # pictures by split
    split: str  # that the heads were evaluated on
    heads: Sequence[HeadResult]
    seconds: float  # of training
    device: str
    figures: Mapping[str, float] = field(default_factory=dict)
    curves: Sequence[Path] = ()  # metrics.csv files of Lightning's CSVLogger, oldest first
    picture: Callable[[int], Image.Image] | None = None  # by row of the heads
    published: str = ""  # figures of the published system, for people


def read_curves(*paths: Path) -> pd.DataFrame:
    """Read what Lightning's CSVLogger wrote: a row per step, a column per value, NaN where nothing finite was logged.

    Where files overlap, the later file counts: an interrupted training resumes from an earlier state.

    Raises:
        DatasetError: a file cannot be read, has no column ``step``, or contains text.
    """
    frames = [_read_curve(path) for path in paths]
    if not frames:
        return pd.DataFrame()
    curves: pd.DataFrame = pd.concat(frames).groupby(level=0).last().dropna(axis=1, how="all")
    return curves


def _read_curve(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path)
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: the training curves cannot be read ({error}).") from error
    if "step" not in frame:
        raise DatasetError(f"{path}: has no column step. It should be the metrics.csv of a training run.")
    try:
        numbers = frame.apply(pd.to_numeric).astype(float)
    except ValueError as error:
        raise DatasetError(f"{path}: a value is not a number ({error}).") from error
    curves: pd.DataFrame = numbers.set_index("step").drop(columns="epoch", errors="ignore")
    curves[~np.isfinite(curves)] = np.nan
    return curves


def metrics(facts: RunFacts) -> dict[str, Any]:
    """Collect the content of ``metrics.json``: the run and each head's figures, None for what is not finite."""
    content = {
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
    return {name: _finite(value) for name, value in content.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_report(folder: Path, facts: RunFacts) -> Path:
    """Write ``report.html`` and ``metrics.json`` to ``folder``, replacing older ones; return the report's path.

    Raises:
        DatasetError: the curves cannot be read.
        OSError: the folder cannot be written.
    """
    measured, curves = metrics(facts), read_curves(*facts.curves)
    environment = Environment(
        loader=PackageLoader("classifier.evaluation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template(REPORT).render(
        facts=facts,
        headline=list(_headline(measured)),
        rows=[(name, _cells(figures)) for name, figures in measured["heads"].items()],
        run=list(_run(facts)),
        curves=None if curves.empty else _plot(plots.training_curves(curves)),
        heads=[_section(head, measured["heads"][head.name], facts.picture) for head in facts.heads],
    )
    # The metrics come last: they mark a run as complete.
    for name, text in ((REPORT, page), (METRICS, json.dumps(measured, indent=2, ensure_ascii=False) + "\n")):
        with replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    return folder / REPORT


def _headline(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Choose one number per head."""
    for name, figures in measured["heads"].items():
        if "top1" in figures:
            yield f"{name}, top-1", f"{100 * figures['top1']:.1f} %"
        for k, value in list(figures.get("recall_at", {}).get("all", {}).items())[:1]:
            yield f"{name}, recall at {k}", f"{100 * value:.1f} %"


def _cells(figures: Mapping[str, Any]) -> list[str]:
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
    yield from ((f"pictures, {split}", f"{count:,}") for split, count in facts.sizes.items())
    yield from ((name, f"{value:.4g}") for name, value in facts.figures.items())


def _section(
    head: HeadResult, figures: Mapping[str, Any], picture: Callable[[int], Image.Image] | None
) -> dict[str, Any]:
    """Collect what the template shows of a head."""
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
            for name, found in figures["recall_at"].items()
        }
        section["plots"]["recall"] = _plot(plots.grouped_bars(bars))
        return section
    confusion = label_metrics.confusion(head)
    section["plots"] = {
        "confusion": _plot(plots.confusion_matrix(confusion)),
        "reliability": _plot(plots.reliability_diagram(label_metrics.reliability(head), figures["calibration_error"])),
    }
    section["left_out"] = confusion.left_out
    recalls = [(name, right, total) for name, (right, total) in figures["recall"].items()]
    section["recalls"] = sorted(recalls, key=lambda entry: (entry[1] / entry[2], -entry[2]))
    return section


def _plot(png: bytes) -> dict[str, Any]:
    """Embed a plot: its data address, and its width in CSS pixels."""
    with Image.open(io.BytesIO(png)) as image:
        return {"address": _data_address("png", png), "width": round(image.width / plots.DPI * 96)}


def _thumbnail(image: Image.Image) -> str:
    small, out = image.convert("RGB"), io.BytesIO()
    small.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    small.save(out, "JPEG", quality=80)
    return _data_address("jpeg", out.getvalue())


def _data_address(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
