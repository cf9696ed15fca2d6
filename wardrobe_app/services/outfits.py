"""What goes with a garment, and complete looks with it."""

from __future__ import annotations

from collections.abc import Callable

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.compatibility import DEFAULT, partners
from wardrobe_app.domain.garment import Garment, PairScore
from wardrobe_app.domain.outfits import Outfit, looks_with, why_no_looks
from wardrobe_app.services.taste import Rules


class OutfitService:
    """Partners of, and looks with, one garment, among the garments in use. An unknown id raises ``NotFound``."""

    def __init__(self, uow_factory: Callable[[], UnitOfWork], rules: Callable[[], Rules] | None = None) -> None:
        self._uow = uow_factory
        self._rules = rules or (lambda: (DEFAULT, None))

    def partners(self, item_id: int, limit: int = 12) -> tuple[PairScore, ...]:
        """The garments that go best with the one asked about (``a`` of each pair), best first."""
        item, others = self._load(item_id)
        config, taste = self._rules()
        return tuple(partners(item, others, config.good, config, taste)[:limit])

    def looks(self, item_id: int, limit: int = 6) -> tuple[Outfit, ...]:
        """Up to ``limit`` complete looks with the garment, best first; ``why_no_looks`` says why there is none."""
        item, others = self._load(item_id)
        return looks_with(item, others, limit, self._rules()[0])

    def why_no_looks(self, item_id: int) -> str:
        """A sentence to show where ``looks`` is empty; itself empty where it is not."""
        item, others = self._load(item_id)
        return why_no_looks(item, others, self._rules()[0])

    def _load(self, item_id: int) -> tuple[Garment, tuple[Garment, ...]]:
        with self._uow() as uow:
            return uow.garments.get(item_id), uow.garments.all()
