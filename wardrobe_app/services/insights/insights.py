"""Answer questions about the wardrobe as a whole: diversity, what could go, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.unit_of_work import Units
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days, season_of
from wardrobe_app.domain.garments.availability import LEAVING, staying
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.garments.wear_log import days_worn
from wardrobe_app.domain.insights import (
    connectivity,
    diversity,
    isolation,
    purchases,
    removal_cost,
    smallest_set,
    spending,
    stand_ins,
    surplus,
)
from wardrobe_app.domain.insights.candidates import Options
from wardrobe_app.domain.insights.connectivity import KeyPiece
from wardrobe_app.domain.insights.diversity import DiversityPoint, Share
from wardrobe_app.domain.insights.isolation import IsolatedGarment
from wardrobe_app.domain.insights.purchases import Purchase
from wardrobe_app.domain.insights.removal_cost import Removal, Simulation, Standing
from wardrobe_app.domain.insights.smallest_set import SmallestSet
from wardrobe_app.domain.insights.spending import Spending
from wardrobe_app.domain.insights.stand_ins import Replaceable
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules

__all__ = [
    "InsightsService",
    "IsolatedGarment",
    "KeyPiece",
    "Overview",
    "Purchase",
    "Removal",
    "Replaceable",
    "Simulation",
    "SmallestSet",
    "Spending",
    "Standing",
    "Surplus",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overview:
    """How many ``garments`` there are and how many different ones they are worth; by type, by colour and over time."""

    garments: int
    effective: float
    by_type: tuple[Share, ...]
    by_colour: tuple[Share, ...]
    history: tuple[DiversityPoint, ...]

    @property
    def sentence(self) -> str:
        """Summarise it: "Your 43 garments do the work of about 26"."""
        if not self.garments:
            return "The wardrobe is empty."
        if self.garments == 1:
            return "Your one garment does the work of one."
        return f"Your {self.garments} garments do the work of about {self.effective:.0f}."


class InsightsService:
    """Answers about the garments in use; each answer is one read of the wardrobe."""

    def __init__(
        self, uow_factory: Units, rules: Callable[[], Rules] = normal_rules, days: Days = OF_THE_COMPUTER
    ) -> None:
        self._uow = uow_factory
        self._rules = rules
        self._days = days

    def overview(self) -> Overview:
        """Return the effective number now, by type, by colour and over time."""
        with self._uow() as uow:
            live = {garment.id for garment in staying(uow.garments.all())}
            known = (*uow.garments.all(include_archived=True), *uow.garments.trashed())
            known = tuple(_gone_by_now(garment) for garment in known)
            alike = diversity.likeness(known, uow.verdicts.all())
        rows = [row for row, garment in enumerate(known) if garment.id in live]
        return Overview(
            garments=diversity.count(known[row] for row in rows),
            effective=alike.effective_number(rows),
            by_type=diversity.shares(alike, rows, _type_of),
            by_colour=diversity.shares(alike, rows, _colour_of),
            history=diversity.history(alike, owners=self._days),
        )

    def surpluses(self, state: Standing | None = None) -> tuple[Surplus, ...]:
        """Return the kinds of garments of which there are many more than do different work, largest surplus first."""
        return surplus.surpluses(state or self.standing())

    def work_of_types(self, state: Standing | None = None) -> tuple[Surplus, ...]:
        """Return how many garments would do the work of each type with several, largest surplus first."""
        return surplus.work_of_types(state or self.standing())

    def smallest_set(self, state: Standing | None = None) -> SmallestSet | None:
        """Return few garments that keep nine tenths of the outfits; None if there are no outfits."""
        return smallest_set.smallest_set(state or self.standing())

    def standing(self) -> Standing:
        """Return how alike the garments are and which outfits they make: the basis of the answers below."""
        with self._uow() as uow:
            worn = {item: len(days) for item, days in days_worn(uow.wears.all()).items()}
            garments, verdicts = staying(uow.garments.all()), uow.verdicts.all()
        return removal_cost.standing(garments, verdicts, *self._rules(), worn=worn)

    def let_go(self, state: Standing | None = None, most: int = 24) -> tuple[Removal, ...]:
        """Return the garments whose removal costs least diversity and fewest outfits, cheapest first."""
        return removal_cost.let_go(state or self.standing(), most)

    def simulate(self, ids: Collection[int], state: Standing | None = None) -> Simulation:
        """Show the wardrobe without the garments with these ``ids``; nothing changes."""
        return removal_cost.simulate(state or self.standing(), ids)

    def replaceable(
        self, found: Sequence[Removal], much: Sequence[Surplus], state: Standing | None = None
    ) -> tuple[Replaceable, ...]:
        """Return what of ``found`` could go together without the loss of any outfit, and what stands in for each.

        It agrees with what there is too ``much`` of.
        """
        return stand_ins.replaceable(state or self.standing(), found, much)

    def options(self, state: Standing | None = None) -> Options:
        """Return everything common that could be bought, with what each would add."""
        return Options(state or self.standing(), self._vocabulary(), self.season())

    def season(self) -> str:
        """Return today's season where the owner is."""
        return season_of(self._days.today(), self._days.zone())

    def purchases(self, found: Options | None = None, state: Standing | None = None) -> tuple[Purchase, ...]:
        """Return the purchase that would open most, then the best of other kinds; ``found`` are all options."""
        state = state or self.standing()
        alone = {one.garment.id for one in (*self.isolated_garments(state), *self.single_partners(state))}
        return purchases.purchases(found or self.options(state), alone)

    def spending(self, state: Standing | None = None) -> Spending:
        """Return what the garments cost, what a wear costs, and what was bought and worn month by month."""
        state = state or self.standing()
        with self._uow() as uow:
            garments, worn = staying(uow.garments.all()), days_worn(uow.wears.all())
        return spending.spending(garments, worn, state, self._days.today())

    def isolated_garments(self, state: Standing | None = None) -> tuple[IsolatedGarment, ...]:
        """Return the garments that nothing goes with."""
        return isolation.isolated_garments((state or self.standing()).outfits, self._vocabulary())

    def single_partners(self, state: Standing | None = None) -> tuple[IsolatedGarment, ...]:
        """Return the tops and bottoms that go with one garment only."""
        return isolation.single_partners((state or self.standing()).outfits, self._vocabulary())

    def key_pieces(self, state: Standing | None = None, most: int = 8) -> tuple[KeyPiece, ...]:
        """Return the garments that most outfits depend on."""
        return connectivity.key_pieces((state or self.standing()).outfits, most)

    def _vocabulary(self) -> Vocabulary:
        with self._uow() as uow:
            return uow.vocabulary


def _gone_by_now(garment: Garment) -> Garment:
    """Treat a garment about to leave as archived today: its past counts, its present does not."""
    if garment.status not in LEAVING or garment.archived_at is not None:
        return garment
    return replace(garment, archived_at=datetime.now(UTC))


def _type_of(garment: Garment) -> tuple[str | None, str]:
    return garment.type, garment.type_label if garment.type else "Type not known"


def _colour_of(garment: Garment) -> tuple[str | None, str]:
    return garment.colour, (garment.colour or "colour not known").capitalize()
