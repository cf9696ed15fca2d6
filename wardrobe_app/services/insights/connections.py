"""Answers from the graph of what goes together, each worked out once until the wardrobe changes."""

from __future__ import annotations

from datetime import date
from typing import Final

from wardrobe_app.domain.insights.connectivity import KeyPiece
from wardrobe_app.domain.insights.isolation import IsolatedGarment
from wardrobe_app.domain.insights.purchases import Purchase
from wardrobe_app.domain.insights.removal_cost import Removal, Standing
from wardrobe_app.domain.insights.smallest_set import SmallestSet
from wardrobe_app.domain.insights.spending import Spending
from wardrobe_app.domain.insights.stand_ins import Replaceable
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.insights.insights import InsightsService

__all__ = ["Connections", "IsolatedGarment", "KeyPiece", "Purchase", "SmallestSet", "Surplus"]

SURPLUSES: Final = "surpluses"


class Connections:
    """What joins the wardrobe, what stands apart, and how few garments would do."""

    def __init__(self, answers: Answers, analysis: InsightsService) -> None:
        self._answers = answers
        self._analysis = analysis

    def standing(self) -> Standing:
        """Return how alike the garments are and which outfits they make."""
        return self._answers.get("standing", self._analysis.standing)

    def surpluses(self) -> tuple[Surplus, ...]:
        """Return the kinds of which there are many more than do different work, largest surplus first."""
        return self._answers.get(SURPLUSES, lambda: self._analysis.surpluses(self.standing()))

    def work_of_types(self) -> tuple[Surplus, ...]:
        """Return how many garments would do the work of each type with several, largest surplus first."""
        return self._answers.get("work of types", lambda: self._analysis.work_of_types(self.standing()))

    def key_pieces(self) -> tuple[KeyPiece, ...]:
        """Return the garments that most outfits depend on."""
        return self._answers.get("key pieces", lambda: self._analysis.key_pieces(self.standing()))

    def isolated_garments(self) -> tuple[IsolatedGarment, ...]:
        """Return the garments that nothing goes with."""
        return self._answers.get("isolated", lambda: self._analysis.isolated_garments(self.standing()))

    def single_partners(self) -> tuple[IsolatedGarment, ...]:
        """Return the tops and bottoms that go with one garment only."""
        return self._answers.get("single partners", lambda: self._analysis.single_partners(self.standing()))

    def smallest_set(self) -> SmallestSet | None:
        """Return few garments that keep nine tenths of the outfits; None if there are no outfits."""
        return self._answers.get("smallest set", lambda: self._analysis.smallest_set(self.standing()))

    def removals(self) -> tuple[Removal, ...]:
        """Return the garments whose loss costs least, cheapest first."""
        return self._answers.get("removals", lambda: self._analysis.let_go(self.standing()))

    def replaceable(self) -> tuple[Replaceable, ...]:
        """Return what could go together without the loss of any outfit, and what stands in for each."""

        def compute() -> tuple[Replaceable, ...]:
            return self._analysis.replaceable(self.removals(), self.surpluses(), self.standing())

        return self._answers.get("replaceable", compute)

    def purchases(self) -> tuple[Purchase, ...]:
        """Return the purchase that would open most, then the best of other kinds."""
        return self._answers.get(
            ("purchases", self._analysis.season()), lambda: self._analysis.purchases(None, self.standing())
        )

    def spending(self, today: date) -> Spending:
        """Return what the garments cost and what a wear costs, and what was bought and worn until ``today``."""
        return self._answers.get(("spending", today), lambda: self._analysis.spending(self.standing()))
