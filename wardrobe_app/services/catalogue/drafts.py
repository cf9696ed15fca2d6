"""Keep what was typed and not saved yet, in one small file for each thing that it was typed about."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from wardrobe_app.domain.catalogue.drafts import Draft
from wardrobe_app.services.storage.atomic_files import clear_parts, replace_file

_PLAIN: Final = re.compile("[a-z0-9_-]{1,80}")
_DRAFT: Final = TypeAdapter(Draft)


class DraftFiles:
    """The drafts in a folder. A file that cannot be read counts as no draft."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def read(self, key: str, about: str = "") -> Draft | None:
        """Return the draft under ``key``; None where there is none, or it is about something else."""
        draft = self._stored(key)
        return draft if draft and draft.about == about else None

    def keep(self, key: str, typed: Mapping[str, str], shown: Mapping[str, str], about: str = "") -> bool:
        """Add texts, by field, to the draft under ``key``; a text equal to what was ``shown`` is removed from it.

        Returns:
            Whether the draft could be written; otherwise an earlier one stays as it is.
        """
        with self._lock:
            before = self.read(key, about)
            texts = {**(before.typed if before else {}), **typed}
            first = {**shown, **(before.shown if before else {})}
            texts = {name: text for name, text in texts.items() if text != first.get(name)}
            shown_of = {name: first.get(name, "") for name in texts}
            return self._write(key, Draft(about, texts, shown_of, datetime.now(UTC)))

    def drop(self, key: str, names: Iterable[str] | None = None) -> None:
        """Remove these fields from the draft under ``key``, or all of it."""
        with self._lock:
            if names is None:
                self._remove(self._path(key))
            elif draft := self._stored(key):
                gone = set(names)
                texts = {name: text for name, text in draft.typed.items() if name not in gone}
                shown = {name: draft.shown.get(name, "") for name in texts}
                self._write(key, Draft(draft.about, texts, shown, draft.typed_at))

    def _stored(self, key: str) -> Draft | None:
        try:
            return _DRAFT.validate_json(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None

    def _write(self, key: str, draft: Draft) -> bool:
        path = self._path(key)
        if not draft.typed:
            self._remove(path)
            return True
        try:
            replace_file(path, _DRAFT.dump_json(draft))
        except (OSError, ValueError):  # also half of a character, which no file can hold
            return False
        return True

    def _remove(self, path: Path) -> None:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            clear_parts(path)

    def _path(self, key: str) -> Path:
        name = key if _PLAIN.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()
        return self._folder / f"{name}.json"
