"""Think up garments that could be bought, common types in plain colours, and weigh what each would add.

A garment that is not owned adds, to each garment that it would be worn with, a share of the choices that this one has
then: the tenth pair of trousers adds less to a blouse than the second. Those of the same colour count more than once,
those for another season not at all. What is worn more counts more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.colour import MULTICOLOUR, NAMED, NEUTRAL_NAMES
from wardrobe_app.domain.compatibility.conventions import judge_occasion, judge_season
from wardrobe_app.domain.compatibility.criteria import Worn, with_what_the_type_tells, worn
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import fitting, scores_of
from wardrobe_app.domain.garments.garment import Garment, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.insights.removal_cost import Standing
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig, doubled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# What shops sell in every colour, one for each purpose in an outfit.
COMMON: Final = (
    "Tee", "Longsleeve", "Button-Down", "Blouse", "Sweater", "Tank", "Turtleneck",
    "Jeans", "Trousers", "Skirt", "Shorts", "Leggings", "Capris",
    "Dress", "Jumpsuit",
    "Sneakers", "Boots", "Sandals", "Heels", "Flats",
    "Cardigan", "Blazer", "Jacket", "Coat",
)  # fmt: skip
COLOURS: Final = tuple(name for name in NAMED if name != MULTICOLOUR)
FOR_WOMEN: Final = frozenset(
    {"Blouse", "Tank", "Skirt", "Leggings", "Capris", "Dress", "Jumpsuit", "Heels", "Flats"}
)  # by convention; left out for men who own none
FOR_MEN: Final = frozenset({"men", "boys"})
LEAST_SHARE: Final = 0.2  # of the garments that are for an occasion; rarer ones are not bought for
MAX_OCCASIONS: Final = 2
# Convention: what a further choice is worth by role, relative to a top or bottom; layers are not worn every day.
ROLE_WORTH: Final = {Role.SHOES: 0.4, Role.LAYER: 0.3, Role.OUTERWEAR: 0.25}
SAME_COLOUR: Final = 3  # as many choices as one of the same colour counts for
NEW_TYPE: Final = 0.7  # is left of the value of a type that the owner never had, though others of its role
NEW_COLOUR: Final = 0.7  # the same for a colour of which there is nothing
BRIGHT: Final = 0.7  # the same for all but neutrals, which are worn more days
OUT_OF_SEASON: Final = 0.6  # for summer things in winter
FEW: Final = 5  # garments of a role, below which the types that are missing tell nothing
WORN_RANGE: Final = (0.5, 2.0)  # by how much what is worn less or more than the average counts
LEAST_DAYS: Final = 30  # of wears altogether, before they count


def hypothetical(
    garments: Sequence[Garment], vocabulary: Vocabulary, most_occasions: int = MAX_OCCASIONS
) -> Iterator[Garment]:
    """Yield every common type of the ``vocabulary`` in every named colour; ids are negative.

    They are plain, for the people that most of the ``garments`` are for, and each for one of the usual occasions.
    """
    gender = next(iter(_commonest(garments, TagKind.GENDER)), None)
    usual = _commonest(garments, TagKind.OCCASION, LEAST_SHARE)[:most_occasions]
    occasions: list[str | None] = [*usual] or [None]
    owned = {garment.type for garment in garments}
    number = 0
    for name in COMMON:
        if name not in vocabulary or (gender in FOR_MEN and name in FOR_WOMEN and name not in owned):
            continue
        for occasion in (one for one in occasions if _suits(name, one, vocabulary)):
            for colour in COLOURS:
                number -= 1
                values = {TagKind.TYPE: name, TagKind.COLOUR: colour, TagKind.PATTERN: "solid"}
                known = {TagKind.OCCASION: occasion, TagKind.GENDER: gender}
                yield _plain(number, values | {kind: value for kind, value in known.items() if value}, vocabulary)


def new_to(garments: Sequence[Garment], vocabulary: Vocabulary, config: SimilarityConfig = DEFAULT) -> list[Garment]:
    """Return what would not do the job of any of these ``garments``, and is of no type and colour that is there."""
    tried = list(hypothetical(garments, vocabulary))
    owned = {(garment.type, garment.colour) for garment in garments}
    doubles = doubled(tried, garments, config.redundant, config)
    return [item for row, item in enumerate(tried) if row not in doubles and (item.type, item.colour) not in owned]


def _plain(number: int, values: dict[TagKind, str], vocabulary: Vocabulary) -> Garment:
    name, colour = values[TagKind.TYPE], values[TagKind.COLOUR]
    return Garment(
        id=number,
        photos=(),
        tags={kind: Tag(kind, value, TagSource.PERSON) for kind, value in values.items()},
        type_label=vocabulary.label(name),
        slot=vocabulary.slot(name),
        palette=(Swatch(colour, NAMED[colour], 1.0),),
    )


def _suits(name: str, occasion: str | None, vocabulary: Vocabulary) -> bool:
    """Return whether a type is worn to an occasion: heels are not for sports."""
    implied = with_what_the_type_tells(Worn(name, vocabulary.slot(name), "")).occasion
    return judge_occasion(implied, occasion)[0] >= 0.5


def _commonest(garments: Iterable[Garment], kind: TagKind, least_share: float = 0.0) -> list[str]:
    """Return the values of this ``kind``, commonest first, that at least a share of the tagged garments have."""
    tagged = [values for garment in garments if (values := garment.values(kind))]
    counts = Counter(value for values in tagged for value in values)
    return [value for value, count in counts.most_common() if count >= least_share * len(tagged)]


class Options:
    """What could be bought for a wardrobe, ``tried``, with the ``role`` of each and what it would add."""

    def __init__(self, state: Standing, vocabulary: Vocabulary, now: str | None = None) -> None:
        """Take the season that it is ``now``: what is for the opposite one counts less."""
        self.garments, self.outfits = state.garments, state.outfits
        self.tried = tuple(new_to(self.garments, vocabulary)) if self.garments else ()
        self.roles = tuple(part_of(item) for item in self.tried)
        self.core = np.concatenate([self.outfits.tops, self.outfits.lowers, self.outfits.wholes])
        self.worn = _worn(state)
        self._season_of = {item.id: worn(item).season for item in (*self.garments, *self.tried)}
        self._now = now
        self._colours = {garment.colour for garment in self.garments}
        self._supplies: dict[tuple[Role | None, str | None], list[int]] = {}

    @cached_property
    def scores(self) -> Floats:
        """The scores with all that covers the body, (tried, core), 0 where they do not match."""
        rules = self.outfits.config, self.outfits.learned_preferences
        size, everything = len(self.garments), [*self.garments, *self.tried]
        ones = np.repeat(np.arange(size, len(everything)), len(self.core))
        found = scores_of(everything, ones, np.tile(self.core, len(self.tried)), *rules)
        good = np.where(fitting(found, rules[0]), found, np.float32(0))
        return np.asarray(good, dtype=np.float32).reshape(len(self.tried), len(self.core))

    @cached_property
    def shares(self) -> Floats:
        """What each would add to each garment that it goes with, (tried, core)."""
        choices = np.ones(self.scores.shape, np.float32)
        for place, item in enumerate(self.tried):
            rows = self.supply(place)
            choices[place] += self._partners(rows)
            choices[place] += SAME_COLOUR * self._partners(self._coloured(rows, item.colour))
        return np.asarray(self.scores * self.worn[self.core] / choices, dtype=np.float32)

    @cached_property
    def values(self) -> Floats:
        """What each is worth, (tried,): what it adds to all, by how likely the owner is to wear it."""
        added = self.shares.sum(axis=1)
        whole = np.array([role is Role.ONE_PIECE for role in self.roles], dtype=bool)
        lone = [1 / (1 + len(self.supply(place))) for place in range(len(self.tried))]
        liking = np.array([self._liking(place) for place in range(len(self.tried))])
        return np.asarray(np.where(whole, lone, added) * liking, dtype=np.float32)

    @cached_property
    def opened(self) -> NDArray[np.int64]:
        """How many new base outfits each makes, or is the first of its kind to complete, (tried,)."""
        fits, tops, lowers = self.scores > 0, len(self.outfits.tops), len(self.outfits.lowers)
        with_tops, with_lowers, with_wholes = np.split(fits, [tops, tops + lowers], axis=1)
        found = np.zeros(len(self.tried), dtype=np.int64)
        by_role = {Role.TOP: with_lowers.sum(axis=1), Role.BOTTOM: with_tops.sum(axis=1), Role.ONE_PIECE: 1}
        for role in {one for one in self.roles if one}:
            own = np.array([one is role for one in self.roles])
            if role in by_role:
                found[own] = np.broadcast_to(by_role[role], len(own))[own]
                continue
            pairs, wholes = self.outfits.uncompleted(role)
            pairs_with = with_tops[own].astype(np.float32) @ pairs.astype(np.float32) * with_lowers[own]
            found[own] = pairs_with.sum(axis=1) + with_wholes[own][:, wholes].sum(axis=1)
        return found

    def supply(self, place: int) -> list[int]:
        """Return the rows of the garments that take the same part as this one of ``tried``, in the same season."""
        key = self.roles[place], self._season_of[self.tried[place].id]
        if key not in self._supplies:
            self._supplies[key] = [
                row
                for row, garment in enumerate(self.garments)
                if self.outfits.roles[row] is key[0] and _meet(key[1], self._season_of[garment.id])
            ]
        return self._supplies[key]

    def season(self, place: int) -> str | None:
        """Return the season that this one of ``tried`` is for, None if for any."""
        return self._season_of[self.tried[place].id]

    def _coloured(self, rows: list[int], colour: str | None) -> list[int]:
        return [row for row in rows if self.garments[row].colour == colour]

    def _partners(self, rows: list[int]) -> Floats:
        """Return with how many of these garments each of the core goes, (core,)."""
        at = np.asarray(rows, dtype=np.int64)
        return np.asarray(self.outfits.fits[np.ix_(at, self.core)].sum(axis=0, dtype=np.float32))

    def _liking(self, place: int) -> float:
        """Return by how much the owner's types and colours, and how often they are worn, count for this one."""
        item, role = self.tried[place], self.roles[place]
        of_role = [row for row, one in enumerate(self.outfits.roles) if one is role]
        akin = [row for row in of_role if closeness(str(self.garments[row].type), str(item.type))]
        worth = ROLE_WORTH.get(role, 1.0) if role else 0.0
        if akin:
            worth *= float(self.worn[akin].mean())
        elif len(of_role) >= FEW:
            worth *= NEW_TYPE
        worth *= 1.0 if item.colour in NEUTRAL_NAMES else BRIGHT
        worth *= OUT_OF_SEASON if judge_season(self.season(place), self._now)[0] < 0.5 else 1.0
        return worth * (1.0 if item.colour in self._colours else NEW_COLOUR)


def _meet(one: str | None, other: str | None) -> bool:
    """Return whether seasons have anything in common; what has none is for any."""
    return one is None or other is None or judge_season(one, other)[0] > 0.5


def _worn(state: Standing) -> Floats:
    """Return how much each garment counts by how often it was worn, (n,), 1 for the average."""
    days = np.array([state.worn.get(garment.id, 0) for garment in state.garments], dtype=np.float32)
    if days.sum() < LEAST_DAYS:
        return np.ones(len(days), dtype=np.float32)
    low, high = WORN_RANGE
    counted: Floats = np.clip(low + (1 - low) * days / days.mean(), low, high).astype(np.float32)
    return counted
