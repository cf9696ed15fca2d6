"""The rules that pairs of garments are judged by: what the owner chose, and what her looks taught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.dressing import CompatibilityConfig
from wardrobe_app.domain.taste import Counts, Taste, learned, strongest
from wardrobe_app.services.preferences import Preferences

Rules = tuple[CompatibilityConfig, Taste | None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned about two types or colours, in words: "Blouse with jeans", and how often."""

    pair: tuple[str, str]
    counts: Counts


class TasteService:
    """Rules for compatibility, worked out anew each time: nothing learned is stored but the looks and wears."""

    def __init__(self, uow_factory: Callable[[], UnitOfWork], preferences: Preferences) -> None:
        self._uow = uow_factory
        self._preferences = preferences

    def rules(self) -> Rules:
        """How much the conventions count, and what was learned; None where nothing was, or where it must not count."""
        config = CompatibilityConfig(conventions=self._preferences.conventions)
        taste = self.learned() if self._preferences.learns else None
        return config, taste if taste and taste.items else None

    def learned(self) -> Taste:
        """What the looks and wears teach, whether it counts now or not."""
        with self._uow() as uow:
            return learned(uow.looks.all(), uow.wears.all(), uow.garments.all(include_archived=True))

    def lessons(self, most: int = 8) -> tuple[tuple[Lesson, ...], tuple[Lesson, ...]]:
        """The pairs of types, and of colours, that most was learned about; types by what people call them."""
        with self._uow() as uow:
            label = uow.vocabulary.label
        taste = self.learned()
        types = [Lesson((label(one), label(other)), counts) for (one, other), counts in strongest(taste.types, most)]
        return tuple(types), tuple(Lesson(pair, counts) for pair, counts in strongest(taste.colours, most))
