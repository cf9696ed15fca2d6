"""What the owner's looks and wears teach about pairs of garments: counts, and how far they move a score.

The rules' score is the mean of a Beta distribution of ``STRENGTH`` imagined looks; what she saved, wore and rejected
is counted on top of it. The very garments count in full, other garments of the same two types or the same two colours
in part. Nothing is stored but the looks and wears themselves: take one back, and its effect is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.tag_reliability import shade_of
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear
from wardrobe_app.domain.wording import lower_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRENGTH: Final = 6.0  # looks that the rules' word is worth: so often must she wear two things to be believed as much
PARTIAL: Final = 0.25  # what a look counts for other garments of the same two types, or colours, ...
PARTIAL_MOST: Final = 12.0  # ... of which no more than so many count: tops are worn with trousers every day

Ids = tuple[int, int]
Words = tuple[str, str]
Key = TypeVar("Key", Ids, Words)
Amount = TypeVar("Amount", float, "NDArray[np.float64]")


@dataclass(frozen=True, slots=True)
class Counts:
    """How often two things were in one look that the owner saved, that she wore, or that she rejected.

    ``blame`` is their share in the rejections: a look of n garments is rejected for one of its pairs, so each
    garment's pairs take 2 / n of it.
    """

    saved: int = 0
    worn: int = 0
    rejected: int = 0
    blame: float = 0.0

    @property
    def liked(self) -> int:
        """How often they were put together."""
        return self.saved + self.worn

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.saved + other.saved,
            self.worn + other.worn,
            self.rejected + other.rejected,
            self.blame + other.blame,
        )

    def minus(self, other: Counts) -> Counts:
        """Without what ``other``, a part of it, counts."""
        return self.plus(Counts(-other.saved, -other.worn, -other.rejected, -other.blame))


NOTHING: Final = Counts()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What she taught about a pair: counts for (``liked``) and against it (``blame``), 0 or more, and in words."""

    liked: float
    blame: float
    text: str

    @property
    def share(self) -> float:
        """The part that speaks for the pair, 0 to 1."""
        return self.liked / (self.liked + self.blame)

    @property
    def outfits(self) -> float:
        """How many looks it is worth."""
        return self.liked + self.blame


@dataclass(frozen=True, slots=True)
class LearnedPreferences:
    """Counts by the very garments (ids, the smaller first), by types and by colour names (in order of the alphabet)."""

    items: Mapping[Ids, Counts] = field(default_factory=dict)
    types: Mapping[Words, Counts] = field(default_factory=dict)
    colours: Mapping[Words, Counts] = field(default_factory=dict)

    def about(self, a: Garment, b: Garment) -> Evidence | None:
        """What she taught about two garments; None where that is nothing."""
        own = self.items.get(_ids(a.id, b.id), NOTHING)
        types = _beyond(own, self.types, _types(a, b))
        colours = _beyond(own, self.colours, _colours(a, b))
        liked, blame = _together(own.liked, own.blame, types.liked, types.blame, colours.liked, colours.blame)
        if not liked + blame:
            return None
        labels = f"{lower_first(a.type_label)} with {lower_first(b.type_label)}"
        told = [*_of_items(own), *_of_kind(types, labels), *_of_kind(colours, " with ".join(_colours(a, b) or ()))]
        return Evidence(float(liked), float(blame), "; ".join(told))

    def counted(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What ``about`` says of many pairs (rows of ``garments``) at once: for and against, (pairs,) each."""
        types = _tables(self.types, [garment.type for garment in garments])
        colours = _tables(self.colours, [_colour(garment) for garment in garments])
        nothing = np.zeros(len(first))
        liked, blame = _together(nothing, nothing, *types(first, second), *colours(first, second))
        for place in self._known(garments, first, second):
            evidence = self.about(garments[first[place]], garments[second[place]])
            liked[place], blame[place] = (evidence.liked, evidence.blame) if evidence else (0.0, 0.0)
        return liked, blame

    def _known(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Places of the pairs whose very garments are counted."""
        rows = {garment.id: row for row, garment in enumerate(garments)}
        size = len(garments)
        keys = [(rows[a], rows[b]) for a, b in self.items if a in rows and b in rows]
        known = np.array([min(pair) * size + max(pair) for pair in keys], dtype=np.int64)
        return np.nonzero(np.isin(np.minimum(first, second) * size + np.maximum(first, second), known))[0]


def learned(outfits: Iterable[SavedOutfit], wears: Iterable[Wear], garments: Iterable[Garment]) -> LearnedPreferences:
    """What the owner's looks and wears teach, by the garments as they are tagged now."""
    by_id = {garment.id: garment for garment in garments}
    items: dict[Ids, Counts] = {}
    types: dict[Words, Counts] = {}
    colours: dict[Words, Counts] = {}
    events = [(outfit.item_ids, _of_look(outfit)) for outfit in outfits]
    events += [(wear.item_ids, Counts(worn=1)) for wear in wears]
    for ids, counts in events:
        there = [by_id[item] for item in sorted(set(ids)) if item in by_id]
        pairs = list(combinations(there, 2))
        _add(items, (_ids(a.id, b.id) for a, b in pairs), counts)
        _add(types, (_types(a, b) for a, b in pairs), counts)
        _add(colours, (_colours(a, b) for a, b in pairs), counts)
    return LearnedPreferences(items, types, colours)


def strongest(counts: Mapping[Words, Counts], most: int) -> list[tuple[Words, Counts]]:
    """The pairs that were learned most about, up to ``most``, in order."""
    return sorted(counts.items(), key=lambda entry: (-(entry[1].liked + entry[1].rejected), entry[0]))[:most]


def _of_look(outfit: SavedOutfit) -> Counts:
    if outfit.state is OutfitState.SAVED:
        return Counts(saved=1)
    return Counts(rejected=1, blame=2 / max(2, len(set(outfit.item_ids))))


def _add(known: dict[Key, Counts], keys: Iterable[Key | None], counts: Counts) -> None:
    """Count a look for each of the ``keys``, once though several of its pairs have the same one."""
    for key in set(keys):
        if key is not None:
            known[key] = known.get(key, NOTHING).plus(counts)


def _ids(one: int, other: int) -> Ids:
    return (one, other) if one < other else (other, one)


def _words(one: str | None, other: str | None) -> Words | None:
    if one is None or other is None:
        return None
    return (one, other) if one < other else (other, one)


def _types(a: Garment, b: Garment) -> Words | None:
    return _words(a.type, b.type)


def _colour(garment: Garment) -> str | None:
    shade = shade_of(garment)
    return shade.name if shade else None


def _colours(a: Garment, b: Garment) -> Words | None:
    return _words(_colour(a), _colour(b))


def _beyond(own: Counts, counts: Mapping[Words, Counts], key: Words | None) -> Counts:
    """What is counted for a pair of words beside what the very garments have a count of their ``own`` for."""
    return counts[key].minus(own) if key is not None and key in counts else NOTHING


def _together(
    liked: Amount, blame: Amount, types_liked: Amount, types_blame: Amount, colours_liked: Amount, colours_blame: Amount
) -> tuple[Amount, Amount]:
    """Counts for and against a pair: of the very garments in full, of their types and colours in part."""
    by_type, by_colour = _scale(types_liked + types_blame), _scale(colours_liked + colours_blame)
    return (
        liked + by_type * types_liked + by_colour * colours_liked,
        np.maximum(0.0, blame + by_type * types_blame + by_colour * colours_blame),
    )


def _scale(outfits: Amount) -> Any:
    """What each of so many looks counts in part."""
    return PARTIAL * np.minimum(1.0, PARTIAL_MOST / np.maximum(outfits, 1.0))


def _tables(
    counts: Mapping[Words, Counts], names: Sequence[str | None]
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Looks up the counts, for and against, of pairs of rows that bear ``names``."""
    code = {name: number for number, name in enumerate(dict.fromkeys(names))}
    table = np.zeros((2, len(code), len(code)))
    for (one, other), counted in counts.items():
        if one in code and other in code:
            table[:, code[one], code[other]] = table[:, code[other], code[one]] = counted.liked, counted.blame
    codes = np.array([code[name] for name in names], dtype=np.int64)

    def looked_up(
        first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return table[0, codes[first], codes[second]], table[1, codes[first], codes[second]]

    return looked_up


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _looks(count: int) -> str:
    return "a look" if count == 1 else f"{count} looks"


def _of_items(own: Counts) -> list[str]:
    told = [f"you wore these together {_times(own.worn)}"] if own.worn else []
    told += [f"you saved {_looks(own.saved)} with both"] if own.saved else []
    return told + ([f"you rejected {_looks(own.rejected)} with both"] if own.rejected else [])


def _of_kind(counts: Counts, what: str) -> list[str]:
    told = [f"{_times(counts.liked)} in looks of yours"] if counts.liked else []
    told += [f"{_times(counts.rejected)} in looks that you rejected"] if counts.rejected else []
    return [f"{what}: {' and '.join(told)}"] if told else []
