"""Learn from the owner's outfits and wears how well pairs of garments go together.

The rules' score is the mean of a Beta distribution worth ``STRENGTH`` outfits; saved, worn and rejected outfits are
counted on top. The two garments themselves count in full, others of the same types or colours in part, as far as they
were combined more or less often than by chance, and pairs that look like those in her outfits by their lift
(``picture_learning``). Only the outfits and wears are stored: undo one, and its effect is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from wardrobe_app.domain.compatibility.pair_counts import (
    NOTHING,
    Amount,
    Ids,
    PairCounts,
    Words,
    beside_chance,
    expect_by_chance,
    pairs_of_roles,
    words_of,
)
from wardrobe_app.domain.compatibility.picture_learning import PictureLearning
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.tag_reliability import shade_of
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear
from wardrobe_app.domain.wording import lower_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRENGTH: Final = 6.0  # outfits that the rules' score is worth
PARTIAL_WEIGHT: Final = 0.1  # of an outfit, for other garments of the same two types or colours, ...
MAX_PARTIAL: Final = 12.0  # ... of which at most this many count: tops are worn with trousers every day
LIFT_WEIGHT: Final = 2.5  # outfits that a pair is worth which looks e times as likely as by chance

Key = TypeVar("Key", Ids, Words)

_WORTHS: Final[tuple[Callable[[PairCounts], float], ...]] = (attrgetter("liked"), attrgetter("blame"))
LIKE_OUTFITS: Final = "like outfits you wore or saved"
SELDOM: Final = "seldom in your outfits"
UNLIKE_OUTFITS: Final = "unlike outfits you wore or saved"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was learned about a pair: evidence for (``liked``) and against it (``blame``), 0 or more, and in words."""

    liked: float
    blame: float
    text: str

    @property
    def share(self) -> float:
        """Return the share of evidence for the pair, 0 to 1."""
        return self.liked / (self.liked + self.blame)

    @property
    def outfits(self) -> float:
        """Return how many outfits the evidence is worth."""
        return self.liked + self.blame


@dataclass(frozen=True, slots=True)
class LearnedPreferences:
    """Counts by pairs of garments (ids, smaller first), of types and of colour names (in alphabetical order), and what
    their photos tell, which follows from the same outfits.
    """

    items: Mapping[Ids, PairCounts] = field(default_factory=dict)
    types: Mapping[Words, PairCounts] = field(default_factory=dict)
    colours: Mapping[Words, PairCounts] = field(default_factory=dict)
    pictures: PictureLearning | None = field(default=None, compare=False)

    def about(self, a: Garment, b: Garment) -> Evidence | None:
        """Return the evidence about two garments; None if there is none."""
        return next(self.about_each([(a, b)]))

    def about_each(self, pairs: Sequence[tuple[Garment, Garment]]) -> Iterator[Evidence | None]:
        """Yield what ``about`` returns for each of many pairs."""
        garments = list({one.id: one for pair in pairs for one in pair}.values())
        row = {garment.id: place for place, garment in enumerate(garments)}
        ends = np.array([(row[a.id], row[b.id]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
        for (a, b), lift in zip(pairs, self._lifts(garments, ends[:, 0], ends[:, 1]).tolist(), strict=True):
            yield self._about(a, b, lift)

    def _about(self, a: Garment, b: Garment, lift: float) -> Evidence | None:
        own = self.items.get((min(a.id, b.id), max(a.id, b.id)), NOTHING)
        types = _beyond(own, self.types, _types(a, b))
        colours = _beyond(own, self.colours, _colours(a, b))
        of_words = (
            part for words in (types, colours) for part in beside_chance(words.liked, words.blame, words.chance)
        )
        liked, blame = _together(own.liked, own.blame, *of_words)
        liked, blame = liked + LIFT_WEIGHT * max(0.0, lift), blame + LIFT_WEIGHT * max(0.0, -lift)
        if not liked + blame:
            return None
        labels = f"{lower_first(a.type_label)} with {lower_first(b.type_label)}"
        told = [*_of_items(own), *_of_kind(types, labels), *_of_kind(colours, " with ".join(_colours(a, b) or ()))]
        told += [LIKE_OUTFITS if lift > 0 else UNLIKE_OUTFITS] if lift else []
        return Evidence(float(liked), float(blame), "; ".join(told) or SELDOM)

    def counted(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the evidence for and against many pairs (rows of ``garments``), as ``about`` does, (pairs,) each."""
        types = _tables(self.types, [garment.type for garment in garments])
        colours = _tables(self.colours, [_colour(garment) for garment in garments])
        nothing = np.zeros(len(first))
        liked, blame = _together(nothing, nothing, *types(first, second), *colours(first, second))
        for place in self._known(garments, first, second):
            evidence = self._about(garments[first[place]], garments[second[place]], 0.0)
            liked[place], blame[place] = (evidence.liked, evidence.blame) if evidence else (0.0, 0.0)
        lift = LIFT_WEIGHT * self._lifts(garments, first, second)
        return liked + np.maximum(0, lift), blame + np.maximum(0, -lift)

    def _lifts(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        return self.pictures.lifts(garments, first, second) if self.pictures else np.zeros(len(first))

    def _known(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the places of the pairs whose two garments have counts of their own."""
        rows = {garment.id: row for row, garment in enumerate(garments)}
        size = len(garments)
        keys = [(rows[a], rows[b]) for a, b in self.items if a in rows and b in rows]
        known = np.array([min(pair) * size + max(pair) for pair in keys], dtype=np.int64)
        return np.nonzero(np.isin(np.minimum(first, second) * size + np.maximum(first, second), known))[0]


def learned(outfits: Iterable[SavedOutfit], wears: Iterable[Wear], garments: Iterable[Garment]) -> LearnedPreferences:
    """Learn from outfits and wears, by the garments' current tags."""
    by_id = {garment.id: garment for garment in garments}
    items: dict[Ids, PairCounts] = {}
    types: dict[Words, PairCounts] = {}
    colours: dict[Words, PairCounts] = {}
    events = [(outfit.item_ids, _of_outfit(outfit)) for outfit in outfits]
    events += [(wear.item_ids, PairCounts(worn=1)) for wear in wears]
    for ids, counts in events:
        there = [by_id[item] for item in sorted(set(ids)) if item in by_id]
        pairs = list(combinations(there, 2))
        _add(items, ((min(a.id, b.id), max(a.id, b.id)) for a, b in pairs), counts)
        _add(types, (_types(a, b) for a, b in pairs), counts)
        _add(colours, (_colours(a, b) for a, b in pairs), counts)
    liked, rejected = ({pair: worth(counts) for pair, counts in items.items() if worth(counts)} for worth in _WORTHS)
    drawn = pairs_of_roles([item_ids for item_ids, counts in events if counts.liked], by_id)
    expect_by_chance(types, drawn, by_id.values(), lambda garment: garment.type)
    expect_by_chance(colours, drawn, by_id.values(), _colour)
    return LearnedPreferences(items, types, colours, PictureLearning(by_id.values(), liked, rejected))


def strongest(counts: Mapping[Words, PairCounts], most: int) -> list[tuple[Words, PairCounts]]:
    """Return the ``most`` pairs that were learned most about, in order."""
    found = [entry for entry in counts.items() if entry[1].liked + entry[1].rejected]
    return sorted(found, key=lambda entry: (-(entry[1].liked + entry[1].rejected), entry[0]))[:most]


def _of_outfit(outfit: SavedOutfit) -> PairCounts:
    if outfit.state is OutfitState.SAVED:
        return PairCounts(saved=1)
    return PairCounts(rejected=1, blame=2 / max(2, len(set(outfit.item_ids))))


def _add(known: dict[Key, PairCounts], keys: Iterable[Key | None], counts: PairCounts) -> None:
    """Count an outfit once for each distinct key of its pairs."""
    for key in set(keys):
        if key is not None:
            known[key] = known.get(key, NOTHING).plus(counts)


def _types(a: Garment, b: Garment) -> Words | None:
    return words_of(a.type, b.type)


def _colour(garment: Garment) -> str | None:
    shade = shade_of(garment)
    return shade.name if shade else None


def _colours(a: Garment, b: Garment) -> Words | None:
    return words_of(_colour(a), _colour(b))


def _beyond(own: PairCounts, counts: Mapping[Words, PairCounts], key: Words | None) -> PairCounts:
    """Return the counts for a pair of words without the garments' ``own``."""
    if key is None or key not in counts:
        return NOTHING
    rest = counts[key].minus(own)
    return rest._replace(chance=rest.chance * rest.liked / counts[key].liked) if own.liked else rest


def _together(
    liked: Amount, blame: Amount, types_liked: Amount, types_blame: Amount, colours_liked: Amount, colours_blame: Amount
) -> tuple[Amount, Amount]:
    """Sum the evidence for and against a pair: the garments' own in full, of their types and colours in part."""
    by_type, by_colour = _scale(types_liked + types_blame), _scale(colours_liked + colours_blame)
    return (
        liked + by_type * types_liked + by_colour * colours_liked,
        np.maximum(0.0, blame + by_type * types_blame + by_colour * colours_blame),
    )


def _scale(outfits: Amount) -> Any:
    """Return the weight of each of so many outfits."""
    return PARTIAL_WEIGHT * np.minimum(1.0, MAX_PARTIAL / np.maximum(outfits, 1.0))


def _tables(
    counts: Mapping[Words, PairCounts], names: Sequence[str | None]
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return a function that looks up the evidence for and against pairs of rows by their ``names``."""
    code = {name: number for number, name in enumerate(dict.fromkeys(names))}
    table = np.zeros((3, len(code), len(code)))
    for (one, other), counted in counts.items():
        if one in code and other in code:
            table[:, code[one], code[other]] = table[:, code[other], code[one]] = (
                counted.liked, counted.blame, counted.chance
            )  # fmt: skip
    codes = np.array([code[name] for name in names], dtype=np.int64)

    def looked_up(
        first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return beside_chance(*table[:, codes[first], codes[second]])

    return looked_up


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _outfits(count: int) -> str:
    return "an outfit" if count == 1 else f"{count} outfits"


def _of_items(own: PairCounts) -> list[str]:
    words = [f"you wore these together {_times(own.worn)}"] if own.worn else []
    words += [f"you saved {_outfits(own.saved)} with both"] if own.saved else []
    return words + ([f"you rejected {_outfits(own.rejected)} with both"] if own.rejected else [])


def _of_kind(counts: PairCounts, what: str) -> list[str]:
    words = [f"{_times(counts.liked)} in your outfits"] if counts.liked else []
    words += [f"{_times(counts.rejected)} in outfits you rejected"] if counts.rejected else []
    return [f"{what}: {' and '.join(words)}"] if words else []
