"""Choices that are made in the program and last: a small file in the data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.files import replace_file


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
        try:
            replace_file(self._file, json.dumps({**self._read(), "cut_outs": shown}).encode())
        except OSError as error:
            raise StorageFailed(f"The choice could not be written to {self._file}: {error.strerror}.") from error

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
