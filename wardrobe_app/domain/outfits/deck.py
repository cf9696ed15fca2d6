"""Deal a few outfits out of many, one for each place, and others in their stead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, TypeVar

from wardrobe_app.domain.outfits.outfit import Outfit, essence
from wardrobe_app.domain.outfits.variety import scheme, varied

T = TypeVar("T")
PLACES: Final = 3


class Deck:
    """Outfits in the order to offer them, and those that lie open now.

    What lies open together has no garment in common, bags and accessories aside, and no colour scheme, as long as there
    is such an outfit, and those shown one after another are ``varied``. When all were shown, they come again.
    """

    def __init__(self, outfits: Sequence[Outfit], places: int = PLACES) -> None:
        self._outfits, self._places = tuple(outfits), places
        self._seen: set[tuple[int, ...]] = set()
        self._shown: list[Outfit] = []  # in the order of being shown
        self.open: list[Outfit] = []
        for place in range(min(places, len(self._outfits))):
            self._lay(place)

    @property
    def has_others(self) -> bool:
        """Return whether there are more outfits than lie open."""
        return len(self._outfits) > len(self.open)

    def another(self, place: int) -> bool:
        """Lay another outfit in a ``place``, if there is one; return whether it was not shown before."""
        if not self.has_others:
            return False
        fresh = bool(self._unseen())
        if not fresh:
            self._seen = {outfit.ids for outfit in self.open}
        self._lay(place)
        return fresh

    def remove(self, place: int) -> None:
        """Take the outfit in a ``place`` out for good, and lay another there or leave no place."""
        gone = self.open[place]
        self._outfits = tuple(outfit for outfit in self._outfits if outfit.ids != gone.ids)
        if any(outfit not in self.open for outfit in self._outfits):
            self._seen = self._seen if self._unseen() else {outfit.ids for outfit in self.open}
            self._lay(place)
        else:
            del self.open[place]

    def bring_back(self, place: int, outfit: Outfit) -> None:
        """Lay an outfit that was removed in its ``place`` again."""
        if outfit not in self._outfits:
            self._outfits = (*self._outfits, outfit)
        if outfit not in self.open:
            end = place + 1 if len(self.open) == self._places else place
            self.open[place:end] = [outfit]

    def forget(self, rejected: Collection[Collection[int]]) -> None:
        """Take out for good all outfits with the ids in ``rejected``."""
        unwanted = {frozenset(ids) for ids in rejected}
        for place in reversed(range(len(self.open))):
            while place < len(self.open) and set(self.open[place].ids) in unwanted:
                self.remove(place)
        self._outfits = tuple(outfit for outfit in self._outfits if set(outfit.ids) not in unwanted)

    def _unseen(self) -> list[Outfit]:
        return [outfit for outfit in self._outfits if outfit.ids not in self._seen]

    def _lay(self, place: int) -> None:
        others = [outfit for number, outfit in enumerate(self.open) if number != place]
        garments = frozenset(item for outfit in others for item in essence(outfit.items))
        schemes = {scheme(outfit.items) for outfit in others}
        chosen = min(
            self._unseen(),  # the first of those that repeat least
            key=lambda outfit: (
                not varied([*self._shown, outfit]),
                bool(garments & essence(outfit.items)),
                scheme(outfit.items) in schemes,
            ),
        )
        self.open[place : place + 1] = [chosen]
        self._seen.add(chosen.ids)
        self._shown.append(chosen)


def rotated(outfits: Sequence[T], start: int) -> Iterator[T]:
    """Yield the outfits from number ``start`` on, then those before it."""
    first = start % len(outfits) if outfits else 0
    yield from outfits[first:]
    yield from outfits[:first]
