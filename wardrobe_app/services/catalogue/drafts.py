"""Keep what was typed and is not saved yet, in a small file for each thing that it was typed about."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from wardrobe_app.domain.catalogue.drafts import Draft
from wardrobe_app.services.storage.atomic_files import clear_parts, replace_file

_PLAIN: Final = re.compile("[a-z0-9_-]{1,80}")


class DraftFiles:
    """The drafts in a folder. What cannot be read is no draft; what cannot be written is told by the answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def read(self, key: str, about: str = "") -> Draft | None:
        """Return the draft under ``key``; None where there is none, or it is about something else."""
        try:
            draft = _draft(json.loads(self._path(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return draft if draft.about == about else None

    def keep(self, key: str, typed: Mapping[str, str], shown: Mapping[str, str], about: str = "") -> bool:
        """Add texts, by field, to the draft under ``key``; a text that says what was ``shown`` leaves it.

        Returns:
            Whether the draft could be written; where not, an earlier one stays as it is.
        """
        with self._lock:
            before = self.read(key, about)
            texts = {**(before.typed if before else {}), **typed}
            first = {**shown, **(before.shown if before else {})}
            texts = {name: text for name, text in texts.items() if text != first.get(name)}
            return self._write(key, Draft(about, texts, {name: first.get(name, "") for name in texts}, _now()))

    def drop(self, key: str, names: Iterable[str] | None = None) -> None:
        """Forget these fields of the draft under ``key``, or all of it."""
        with self._lock:
            path = self._path(key)
            if names is None:
                self._remove(path)
                return
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                draft, gone = _draft(json.loads(path.read_text(encoding="utf-8"))), set(names)
                texts = {name: text for name, text in draft.typed.items() if name not in gone}
                self._write(key, Draft(draft.about, texts, {name: draft.shown[name] for name in texts}, draft.typed_at))

    def _write(self, key: str, draft: Draft) -> bool:
        path = self._path(key)
        if not draft.typed:
            self._remove(path)
            return True
        told = {
            "about": draft.about, "typed": dict(draft.typed), "shown": dict(draft.shown),
            "typed_at": draft.typed_at.isoformat(),
        }  # fmt: skip
        try:
            replace_file(path, json.dumps(told).encode())
        except OSError:
            return False
        return True

    def _remove(self, path: Path) -> None:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            clear_parts(path)

    def _path(self, key: str) -> Path:
        name = key if _PLAIN.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()
        return self._folder / f"{name}.json"


def _draft(told: dict[str, Any]) -> Draft:
    typed = {str(name): str(text) for name, text in told["typed"].items()}
    shown = {name: str(told["shown"].get(name, "")) for name in typed}
    return Draft(str(told["about"]), typed, shown, datetime.fromisoformat(told["typed_at"]))


def _now() -> datetime:
    return datetime.now(UTC)
