"""Choices that are made in the program and last: a small file in the data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from wardrobe_app.domain.compatibility.rules import FACTORS, NORMAL, Rule
from wardrobe_app.domain.errors import InvalidEdit, StorageFailed
from wardrobe_app.domain.records.backup import Every, Schedule
from wardrobe_app.services.catalogue.amounts import currencies
from wardrobe_app.services.storage.atomic_files import replace_file

_ONE_AT_A_TIME = Lock()
MOST_KEPT = range(1, 31)


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
    def rule_weights(self) -> dict[Rule, float]:
        """How much each convention counts where the owner changed that, 0 (not at all) to 1.5; 1 is normal."""
        found = self._read().get("conventions")
        chosen = found if isinstance(found, dict) else {}
        known = {rule: chosen.get(rule.value) for rule in Rule}
        steps = {rule: _step(factor) for rule, factor in known.items()}
        return {rule: factor for rule, factor in steps.items() if factor is not None}

    def set_rule_weights(self, factors: Mapping[Rule, float]) -> None:
        """Let conventions count as ``factors`` say from now on, and all others normally.

        Raises:
            StorageFailed: the choice cannot be written down.
        """
        changed = {rule.value: factor for rule, factor in factors.items() if factor != NORMAL}
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

    @property
    def currency(self) -> str | None:
        """The ISO 4217 code of the currency that prices are in; None where none is chosen."""
        return _currency(self._read())

    def choose_currency(self, code: str | None) -> None:
        """Show prices in a currency from now on, or without one; amounts stay as they are.

        Raises:
            InvalidEdit: there is no such currency.
            StorageFailed: the choice cannot be written down.
        """
        if code is not None and code not in currencies():
            raise InvalidEdit("Choose a currency by its code, such as EUR, USD or JPY.")
        self._write("currency", code)

    @property
    def backups(self) -> Schedule:
        """How often a backup is made by itself."""
        found = self._read().get("backups")
        said = found if isinstance(found, dict) else {}
        every = next((one for one in Every if one.value == said.get("every")), Every.OFF)
        keep = next((number for number in MOST_KEPT if number == said.get("keep")), Schedule().keep)
        return Schedule(every, keep)

    def schedule_backups(self, schedule: Schedule) -> None:
        """Make backups by themselves from now on as ``schedule`` says.

        Raises:
            StorageFailed: the choice cannot be written down.
        """
        self._write("backups", {"every": schedule.every.value, "keep": schedule.keep})

    @property
    def are_chosen(self) -> bool:
        """Whether anything was ever chosen here."""
        return bool(self._read())

    def content(self) -> bytes:
        """All of them, for a backup."""
        return json.dumps(self._read(), indent=1).encode()

    def take_over(self, content: bytes) -> None:
        """Like what ``content`` says from now on; how often backups are made stays as it is here, if that was chosen.

        Raises:
            StorageFailed: they cannot be written down.
        """
        said = _dictionary(content)
        self._replace(lambda here: {**said, **{name: value for name, value in here.items() if name == "backups"}})

    def _write(self, name: str, value: object) -> None:
        self._replace(lambda here: {**here, name: value})

    def _replace(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        try:
            with _ONE_AT_A_TIME:  # else of two choices made at once, in two tabs, one would be forgotten
                if self._file.exists():
                    self._file.read_bytes()  # what cannot be read now must not be written anew without the rest
                replace_file(self._file, json.dumps(change(self._read())).encode())
        except OSError as error:
            raise StorageFailed(
                f"The choice could not be written to {self._file}: {error.strerror or error}."
            ) from error

    def _read(self) -> dict[str, Any]:
        try:
            return _dictionary(self._file.read_bytes())
        except OSError:
            return {}


def _dictionary(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def currency_in(content: bytes) -> str | None:
    """The currency that the content of a file of preferences names; None where it names none."""
    return _currency(_dictionary(content))


def _currency(said: Mapping[str, Any]) -> str | None:
    code = said.get("currency")
    return code if isinstance(code, str) and code in currencies() else None


def _step(factor: object) -> float | None:
    """The step of the settings that was written down, None for anything else."""
    return next((step for step in FACTORS.values() if step == factor), None)
