"""Provide the rules that pairs are scored by: the owner's settings, and what was learned from their outfits."""

from __future__ import annotations

from dataclasses import dataclass

from db.unit_of_work import Units
from wardrobe_app.domain.compatibility.criteria import DEFAULT, CompatibilityConfig
from wardrobe_app.domain.compatibility.pair_counts import PairCounts
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences, learned, strongest
from wardrobe_app.services.catalogue.preferences import Preferences

Rules = tuple[CompatibilityConfig, LearnedPreferences | None]


def normal_rules() -> Rules:
    """Return the default conventions, with nothing learned."""
    return DEFAULT, None


@dataclass(frozen=True, slots=True)
class LearnedPreference:
    """What was learned about two types or colours, in words: "Blouse with jeans", and its counts."""

    pair: tuple[str, str]
    counts: PairCounts


class ScoringRules:
    """Compatibility rules, computed from outfits and wears: nothing learned is stored separately."""

    def __init__(self, uow_factory: Units, preferences: Preferences) -> None:
        self._uow = uow_factory
        self._preferences = preferences
        self._last: tuple[str, LearnedPreferences] | None = None

    def revision(self) -> str:
        """Return a token that changes whenever an answer could: a cache key.

        It covers garments, decisions, outfits and wears, the weights of conventions, and the currency of amounts.
        """
        with self._uow() as uow:
            chosen = self._preferences
            return f"{uow.revision()} {chosen.rule_weights} {chosen.learns} {chosen.currency}"

    def rules(self) -> Rules:
        """Return the weights of the conventions, and what was learned; None if nothing was, or it is switched off."""
        config = CompatibilityConfig(rule_weights=self._preferences.rule_weights)
        learned_preferences = self.learned() if self._preferences.learns else None
        return config, learned_preferences if learned_preferences and learned_preferences.items else None

    def learned(self) -> LearnedPreferences:
        """Return what outfits and wears teach, whether it is switched on or not."""
        with self._uow() as uow:
            state, last = uow.revision(), self._last
            if last is None or last[0] != state:
                garments = uow.garments.all(include_archived=True)
                last = self._last = state, learned(uow.outfits.all(), uow.wears.all(), garments)
        return last[1]

    def strongest_preferences(
        self, most: int = 8
    ) -> tuple[tuple[LearnedPreference, ...], tuple[LearnedPreference, ...]]:
        """Return the pairs of types (by label) and of colours that most was learned about."""
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
