"""Choices that are made in the program and last: a small file in the data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from wardrobe_app.domain.conventions import FACTORS, NORMAL, Convention
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.files import replace_file

_ONE_AT_A_TIME = Lock()


class Preferences:
    """What the owner likes; read anew each time, so that every tab and process agrees."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def cut_outs(self) -> bool:
        """Whether garments are shown cut out of their photos, where that is known."""
        return bool(self._read().get("cut_outs", True))

    def show_cut_outs(self, shown: bool) -> None:
        """Show garments cut out from now on, or the whole photos.

        Raises:
            StorageFailed: the choice cannot be written down.
        """
        self._write("cut_outs", shown)

    @property
    def conventions(self) -> dict[Convention, float]:
        """How much each convention counts where the owner changed that, 0 (not at all) to 1.5; 1 is normal."""
        found = self._read().get("conventions")
        chosen = found if isinstance(found, dict) else {}
        known = {convention: chosen.get(convention.value) for convention in Convention}
        steps = {convention: _step(factor) for convention, factor in known.items()}
        return {convention: factor for convention, factor in steps.items() if factor is not None}

    def weigh_conventions(self, factors: Mapping[Convention, float]) -> None:
        """Let conventions count as ``factors`` say from now on, and all others normally.

        Raises:
            StorageFailed: the choice cannot be written down.
        """
        changed = {convention.value: factor for convention, factor in factors.items() if factor != NORMAL}
        self._write("conventions", changed)

    @property
    def learns(self) -> bool:
        """Whether looks that were saved, worn or rejected move the scores of pairs."""
        return bool(self._read().get("learn_from_looks", True))

    def let_learn(self, learning: bool) -> None:
        """Learn from looks from now on, or do not; the looks themselves stay.

        Raises:
            StorageFailed: the choice cannot be written down.
        """
        self._write("learn_from_looks", learning)

    def _write(self, name: str, value: object) -> None:
        try:
            with _ONE_AT_A_TIME:  # else of two choices made at once, in two tabs, one would be forgotten
                if self._file.exists():
                    self._file.read_bytes()  # what cannot be read now must not be written anew without the rest
                replace_file(self._file, json.dumps({**self._read(), name: value}).encode())
        except OSError as error:
            raise StorageFailed(
                f"The choice could not be written to {self._file}: {error.strerror or error}."
            ) from error

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _step(factor: object) -> float | None:
    """The step of the settings that was written down, None for anything else."""
    return next((step for step in FACTORS.values() if step == factor), None)
