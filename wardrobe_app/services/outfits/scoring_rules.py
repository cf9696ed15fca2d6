"""The rules that pairs of garments are judged by: what the owner chose, and what her looks taught."""

from __future__ import annotations

from dataclasses import dataclass

from db.unit_of_work import Units
from wardrobe_app.domain.compatibility.criteria import DEFAULT, CompatibilityConfig
from wardrobe_app.domain.compatibility.preference_learning import Counts, LearnedPreferences, learned, strongest
from wardrobe_app.services.catalogue.preferences import Preferences

Rules = tuple[CompatibilityConfig, LearnedPreferences | None]


def normal_rules() -> Rules:
    """The conventions as they are, and nothing learned."""
    return DEFAULT, None


@dataclass(frozen=True, slots=True)
class LearnedPreference:
    """What was learned about two types or colours, in words: "Blouse with jeans", and how often."""

    pair: tuple[str, str]
    counts: Counts


class ScoringRules:
    """Rules for compatibility, read off the looks and wears: nothing learned is stored beside those."""

    def __init__(self, uow_factory: Units, preferences: Preferences) -> None:
        self._uow = uow_factory
        self._preferences = preferences
        self._last: tuple[str, LearnedPreferences] | None = None

    def state(self) -> str:
        """A short text that is another one as soon as an answer could be: a key to keep answers by.

        It changes with the garments, with what the owner decided, chose and wore, with how she weighs conventions, and
        with the currency in which amounts are told.
        """
        with self._uow() as uow:
            chosen = self._preferences
            return f"{uow.state()} {chosen.rule_weights} {chosen.learns} {chosen.currency}"

    def rules(self) -> Rules:
        """How much the conventions count, and what was learned; None where nothing was, or where it must not count."""
        config = CompatibilityConfig(rule_weights=self._preferences.rule_weights)
        learned_preferences = self.learned() if self._preferences.learns else None
        return config, learned_preferences if learned_preferences and learned_preferences.items else None

    def learned(self) -> LearnedPreferences:
        """What the looks and wears teach, whether it counts now or not."""
        with self._uow() as uow:
            state, last = uow.state(), self._last
            if last is None or last[0] != state:
                garments = uow.garments.all(include_archived=True)
                last = self._last = state, learned(uow.outfits.all(), uow.wears.all(), garments)
        return last[1]

    def strongest_preferences(
        self, most: int = 8
    ) -> tuple[tuple[LearnedPreference, ...], tuple[LearnedPreference, ...]]:
        """The pairs of types, and of colours, that most was learned about; types by what people call them."""
        with self._uow() as uow:
            label = uow.vocabulary.label
        learned_preferences = self.learned()
        types = [
            LearnedPreference((label(one), label(other)), counts)
            for (one, other), counts in strongest(learned_preferences.types, most)
        ]
        return tuple(types), tuple(
            LearnedPreference(pair, counts) for pair, counts in strongest(learned_preferences.colours, most)
        )
