"""What the recipes reached: figures that `evaluate --record` wrote down, for `recipes` and the page of results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("recorded_results.json")


@dataclass(frozen=True)
class RecordedResult:
    """One measurement: ``figures`` by name ("class.top1"; with several variants "VARIANT/class.top1"), and how."""

    recipe: str
    split: str
    figures: Mapping[str, float]
    command: str
    minutes: float | None = None
    device: str = ""


def flat(figures: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Nested figures by dotted names; what is not a number is left out."""
    found: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[f"{prefix}{name}"] = round(value, 5)
    return found


def recorded() -> list[RecordedResult]:
    """Everything that was written down, in the order of recipe and split."""
    return [RecordedResult(**entry) for entry in json.loads(FILE.read_text(encoding="utf-8"))] if FILE.exists() else []


def record(measured: RecordedResult) -> None:
    """Writes a measurement down in place of an older one of the same recipe and split."""
    kept = [entry for entry in recorded() if (entry.recipe, entry.split) != (measured.recipe, measured.split)]
    entries = sorted([*kept, measured], key=lambda entry: (entry.recipe, entry.split))
    part = FILE.with_name(f".{FILE.name}.part")
    part.write_text(json.dumps([asdict(entry) for entry in entries], indent=1) + "\n", encoding="utf-8", newline="\n")
    part.replace(FILE)


def by_figure(entries: Sequence[RecordedResult], recipe: str) -> dict[str, float]:
    """A recipe's figures under the names that its published ones have: those of its ``reported`` split need no split.

    Of our own network, whose splits are many, each name begins with the split.
    """
    own = [entry for entry in entries if entry.recipe == recipe]
    figures: dict[str, float] = {}
    for entry in own:
        figures |= (
            entry.figures if entry.split == "test" else {f"{entry.split}.{k}": v for k, v in entry.figures.items()}
        )
    return figures
