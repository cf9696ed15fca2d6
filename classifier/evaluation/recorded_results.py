"""Store the figures of `evaluate --record`, for `recipes` and the results page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from classifier.atomic_files import replacing

FILE = Path(__file__).with_name("recorded_results.json")


@dataclass(frozen=True)
class RecordedResult:
    """One evaluation of a recipe."""

    recipe: str
    split: str
    figures: Mapping[str, float]  # by name: "class.top1", or "VARIANT/class.top1" with several variants
    command: str
    minutes: float | None = None  # of training
    device: str = ""


_RESULTS = TypeAdapter(list[RecordedResult])


def flat(figures: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Flatten nested figures to dotted names; drops everything that is not a number."""
    result: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            result |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            result[f"{prefix}{name}"] = round(value, 5)
    return result


def recorded() -> list[RecordedResult]:
    """Read all results, ordered by recipe and split."""
    return _RESULTS.validate_json(FILE.read_bytes()) if FILE.exists() else []


def record(result: RecordedResult) -> None:
    """Store a result, replacing an older one of the same recipe and split."""
    kept = [entry for entry in recorded() if (entry.recipe, entry.split) != (result.recipe, result.split)]
    entries = sorted([*kept, result], key=lambda entry: (entry.recipe, entry.split))
    with replacing(FILE) as temporary:
        temporary.write_bytes(_RESULTS.dump_json(entries, indent=1) + b"\n")


def by_figure(entries: Sequence[RecordedResult], recipe: str) -> dict[str, float]:
    """Collect a recipe's figures by name; names from other splits than ``test`` begin with the split."""
    return {
        name if entry.split == "test" else f"{entry.split}.{name}": value
        for entry in entries
        if entry.recipe == recipe
        for name, value in entry.figures.items()
    }
