"""Choices that the owner makes in the program, kept in a small JSON file in the data folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from wardrobe_app.domain.compatibility.rules import FACTORS, NORMAL, Rule
from wardrobe_app.domain.errors import InvalidEdit, StorageFailed
from wardrobe_app.domain.records.backup import Every, Schedule
from wardrobe_app.services.catalogue.amounts import currencies
from wardrobe_app.services.storage.atomic_files import replace_file

_ONE_AT_A_TIME = Lock()
MOST_KEPT: Final = range(1, 31)


def _known_weights(stored: Any) -> Any:
    """The stored weights that the settings page offers, by rule."""
    known = {rule.value for rule in Rule}
    return {rule: one for rule, one in dict(stored).items() if rule in known and one in list(FACTORS.values())}


def _known_schedule(stored: Any) -> Any:
    """The stored schedule with defaults for what is not valid."""
    if isinstance(stored, Schedule):
        return stored
    keep = stored.get("keep") if stored.get("keep") in MOST_KEPT else Schedule().keep
    return {"every": stored.get("every") if stored.get("every") in set(Every) else Every.OFF, "keep": keep}


def _require_currency(code: str | None) -> str | None:
    if code is not None and code not in currencies():
        raise ValueError(code)
    return code


class _Stored(BaseModel):
    """The content of the file, under its names there. A value that is not valid counts as not chosen."""

    model_config = ConfigDict(extra="allow")  # what a newer version wrote stays in the file

    cut_outs: bool = True
    conventions: Annotated[dict[Rule, float], BeforeValidator(_known_weights)] = {}
    learn_from_looks: bool = True
    currency: Annotated[str | None, AfterValidator(_require_currency)] = None
    occasion: str | None = None
    backups: Annotated[Schedule, BeforeValidator(_known_schedule)] = Schedule()

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_default(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except (ValidationError, ValueError, TypeError, AttributeError):
            return cls.model_fields[info.field_name or ""].get_default()


class Preferences:
    """The owner's choices. The file is read each time, so that all tabs and processes agree."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def cut_outs(self) -> bool:
        """Whether garments are shown cut out of their photos, where a cut-out exists."""
        return self._read().cut_outs

    def show_cut_outs(self, shown: bool) -> None:
        """Show cut-outs from now on, or whole photos; every setter raises ``StorageFailed`` where it cannot save."""
        self._set(cut_outs=shown)

    @property
    def rule_weights(self) -> dict[Rule, float]:
        """The weight of each rule that the owner changed, 0 (off) to 1.5; 1 is normal."""
        return self._read().conventions

    def set_rule_weights(self, factors: Mapping[Rule, float]) -> None:
        """Give rules these weights from now on, and all others the normal one."""
        self._set(conventions={rule: factor for rule, factor in factors.items() if factor != NORMAL})

    @property
    def learns(self) -> bool:
        """Whether outfits that were saved, worn or rejected change the scores of pairs."""
        return self._read().learn_from_looks

    def let_learn(self, learning: bool) -> None:
        """Learn from outfits from now on, or stop learning; the outfits themselves stay."""
        self._set(learn_from_looks=learning)

    @property
    def currency(self) -> str | None:
        """The ISO 4217 code of the currency of all prices; None where none is chosen."""
        return self._read().currency

    def choose_currency(self, code: str | None) -> None:
        """Show prices in a currency from now on, or without one; amounts stay as they are.

        Raises:
            InvalidEdit: there is no such currency.
        """
        if code is not None and code not in currencies():
            raise InvalidEdit("Choose a currency by its code, such as EUR, USD or JPY.")
        self._set(currency=code)

    @property
    def occasion(self) -> str | None:
        """What today's outfits are for; None for anything."""
        return self._read().occasion

    def choose_occasion(self, occasion: str | None) -> None:
        """Offer outfits for this occasion on the page Today from now on."""
        self._set(occasion=occasion)

    @property
    def backups(self) -> Schedule:
        """How often automatic backups are made."""
        return self._read().backups

    def schedule_backups(self, schedule: Schedule) -> None:
        """Make automatic backups by this schedule from now on."""
        self._set(backups=schedule)

    @property
    def are_chosen(self) -> bool:
        """Whether anything was ever chosen."""
        return bool(self._read().model_fields_set)

    def content(self) -> bytes:
        """All preferences as JSON, for a backup."""
        return _json(self._read())

    def take_over(self, content: bytes) -> None:
        """Replace the preferences by those in ``content``, except a backup schedule that was chosen here."""
        new = _parsed(content)
        self._replace(
            lambda old: new.model_copy(update={"backups": old.backups} if "backups" in old.model_fields_set else {})
        )

    def _set(self, **values: Any) -> None:
        self._replace(lambda old: old.model_copy(update=values))

    def _replace(self, change: Callable[[_Stored], _Stored]) -> None:
        try:
            with _ONE_AT_A_TIME:  # or of two choices made at once, in two tabs, one would be lost
                if self._file.exists():
                    self._file.read_bytes()  # a file that cannot be read now must not be overwritten
                replace_file(self._file, _json(change(self._read())))
        except OSError as error:
            raise StorageFailed(
                f"The choice could not be written to {self._file}: {error.strerror or error}."
            ) from error

    def _read(self) -> _Stored:
        try:
            return _parsed(self._file.read_bytes())
        except OSError:
            return _Stored()


def currency_in(content: bytes) -> str | None:
    """The currency in the content of a preferences file; None where it has none."""
    return _parsed(content).currency


def _parsed(content: bytes) -> _Stored:
    try:
        return _Stored.model_validate_json(content)
    except ValidationError:
        return _Stored()


def _json(stored: _Stored) -> bytes:
    return stored.model_dump_json(exclude_unset=True, indent=1).encode()
