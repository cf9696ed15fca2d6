"""Complete looks around a garment or for an occasion, and what goes with all garments of a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.pair_scores import AT_MOST, PairScores, newest, part_of
from wardrobe_app.domain.compatibility.roles import OVER_A_TOP, Role
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig, fitting
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.outfits.outfit import MEAN_COUNTS, Outfit, essence, judged, suits

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Addition",
    "Outfit",
    "additions",
    "base_rows",
    "outfits_for",
    "outfits_with",
    "why_no_outfits",
    "why_none_for",
]

# What may complete a look, in the order it is put on; at most one of each line.
EXTRAS: Final[tuple[tuple[Role, ...], ...]] = ((Role.SHOES,), (Role.LAYER, Role.OUTERWEAR), (Role.BAG,))
WORN_BEFORE: Final = 0.06  # what a garment loses for each look it is in already, so that looks differ
KIND_BEFORE: Final = 0.02  # what a one-piece loses for each look with a one-piece, and a top with a bottom likewise
MOST_ADDITIONS: Final = 1_000
Rejected = Collection[Collection[int]]


@dataclass(frozen=True, slots=True)
class Addition:
    """A garment that goes with all of a look: ``pairs`` with each of its garments, the least good one first."""

    item: Garment
    pairs: tuple[PairScore, ...]

    @property
    def score(self) -> float:
        """The least of its pairs, 0 to 1."""
        return self.pairs[0].score


def additions(chosen: Sequence[Garment], pairs: PairScores) -> tuple[Addition, ...]:
    """What goes with all of ``chosen`` well enough, best first: the least of its pairs decides, then their mean.

    Told are at most ``MOST_ADDITIONS``.
    """
    rows = [pairs.row[item.id] for item in chosen]
    if not rows:
        return ()
    between = pairs.against(np.array(rows))
    good = np.flatnonzero(fitting(between, pairs.config).all(axis=0))
    order = good[np.lexsort((-between[:, good].mean(axis=0), -between[:, good].min(axis=0)))]
    return tuple(_addition(pairs.garments[row], chosen, pairs) for row in order[:MOST_ADDITIONS])


def _addition(item: Garment, chosen: Sequence[Garment], pairs: PairScores) -> Addition:
    between = (pairs.pair(item, worn) for worn in chosen)
    return Addition(item, tuple(sorted(between, key=lambda pair: pair.score)))


def outfits_with(
    item: Garment,
    garments: Sequence[Garment],
    limit: int = 6,
    config: CompatibilityConfig = DEFAULT,
    *,
    rejected: Rejected = (),
    pairs: PairScores | None = None,
) -> tuple[Outfit, ...]:
    """Up to ``limit`` complete looks with ``item``, best first, no two alike.

    Complete is a top with a bottom, or a one-piece; shoes, one layer and a bag come with it where they fit. Every
    pair in a look is at least ``config.good``. Two looks differ in more than bag and accessories. Looks with the ids in
    ``rejected`` do not come again. ``pairs`` are those of ``garments`` where they are known already. Empty where
    nothing fits: ``why_no_looks`` tells the reason.
    """
    if pairs is None:
        pairs = PairScores({garment.id: garment for garment in (*garments, item)}.values(), config)
    if item.id not in pairs.row or part_of(item) in (None, Role.PRIVATE):
        return ()
    pairs = pairs.around(pairs.row[item.id])
    own = pairs.row[item.id]
    fit = pairs.fit[own]
    fit[own] = True
    search = _Search(pairs, fit, own)
    found = list(search.outfits(rejected, limit))
    return tuple(sorted(found, key=lambda outfit: (-outfit.score, outfit.ids)))


def outfits_for(
    pairs: PairScores,
    occasion: str | None = None,
    season: str | None = None,
    *,
    limit: int = 6,
    skip: int = 0,
    rejected: Rejected = (),
    place: str = "wardrobe",
) -> tuple[Outfit, ...]:
    """Complete looks of the garments that are for the occasion and the season, each as far from the others as it can.

    The order is the same whenever the wardrobe is the same: ``skip`` so many to see the next ones. No look with the
    ids in ``rejected`` is among them. ``place`` is what the garments are in, in a word. Of more garments than
    ``AT_MOST`` that are for both, the newest are looked at.
    """
    pairs = looked_at(pairs, occasion, season)
    suitable = np.array([suits(item, occasion, season) for item in pairs.garments], dtype=bool)
    return tuple(_Search(pairs, suitable, place=place).outfits(rejected, skip + limit))[skip:]


def looked_at(pairs: PairScores, occasion: str | None = None, season: str | None = None) -> PairScores:
    """Of a large wardrobe the newest garments that are for the occasion and the season; else all."""
    if len(pairs) <= AT_MOST:
        return pairs
    return pairs.part(
        (occasion, season), lambda: newest([item for item in pairs.garments if suits(item, occasion, season)])
    )


def why_none_for(pairs: PairScores, occasion: str | None = None, season: str | None = None) -> str:
    """Why there is no look (any more) for the occasion and the season, in a sentence."""
    there = Counter(part_of(item) for item in pairs.garments if suits(item, occasion, season))
    wanted = wording.listed(word for word in (occasion, season) if word)
    place = f" for {wanted}" if wanted else ""
    if not there[Role.ONE_PIECE]:
        for kind in (Role.TOP, Role.BOTTOM):
            if not there[kind]:
                return f"There is no {kind.value}{place} in the wardrobe. A look takes a top with a bottom, or a dress."
    return f"No looks{place} that go together well enough, apart from those that you rejected."


def why_no_outfits(
    item: Garment,
    garments: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    *,
    pairs: PairScores | None = None,
) -> str:
    """Why there is no look with ``item``, in a sentence with what would help; empty where there is one."""
    own = part_of(item)
    if own is None:
        return "The type of this garment is not known. Set its type to see looks with it."
    if own is Role.PRIVATE:
        return f"{wording.capitalised(wording.several(item.type_label))} are not part of a look."
    if outfits_with(item, garments, 1, config, pairs=pairs):
        return ""
    there = Counter(part_of(garment) for garment in garments if garment.id != item.id)
    if own is Role.TOP:
        return _lacking(there[Role.BOTTOM], "trousers, a skirt or shorts", "bottom")
    if own is Role.BOTTOM:
        return _lacking(there[Role.TOP], "a top", "top")
    if there[Role.ONE_PIECE] or (there[Role.TOP] and there[Role.BOTTOM]):
        return "Nothing in the wardrobe goes with it well enough in colour, pattern, occasion and season."
    return "A look takes a top with a bottom, or a dress. Add photos of those first."


def _lacking(count: int, what: str, part: str) -> str:
    if not count:
        return f"There is nothing to wear it with yet: a look with it takes {what}."
    which = f"The one {part} in the wardrobe does not go" if count == 1 else f"None of the {count} {part}s goes"
    return f"{which} well enough with it in colour, pattern, occasion and season."


def base_rows(pairs: PairScores, among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(m, 2) rows of what covers the body and goes together: a top with a bottom, or with a suit to go over it, or a
    one-piece, which has its own row twice. Only garments ``among`` (n,) count.
    """
    tops, bottoms, wholes = (
        kind[among[kind]] for kind in (pairs.rows(Role.TOP), pairs.rows(Role.BOTTOM), pairs.rows(Role.ONE_PIECE))
    )
    over = np.array([pairs.garments[row].type in OVER_A_TOP for row in wholes], dtype=bool)
    under = np.concatenate([bottoms, wholes[over]])
    first, second = np.nonzero(pairs.fit[np.ix_(tops, under)])
    alone = wholes[~over]
    found = np.concatenate([np.stack([tops[first], under[second]], axis=1), np.stack([alone, alone], axis=1)])
    return found[np.lexsort((found[:, 1], found[:, 0]))]


@dataclass(slots=True)
class _Search:
    """Makes looks one after the other of the garments ``among`` (n,), all of them with the row ``own`` if given."""

    pairs: PairScores
    among: NDArray[np.bool_]
    own: int | None = None
    place: str = "wardrobe"
    used: NDArray[np.int64] = field(init=False)  # (n,) in how many looks each garment is
    kinds: NDArray[np.int64] = field(init=False)  # how many looks there are without, and with, a one-piece
    extras: Mapping[tuple[Role, ...], NDArray[np.int64]] = field(init=False)
    fit: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.used = np.zeros(len(self.pairs), dtype=np.int64)
        self.kinds = np.zeros(2, dtype=np.int64)
        self.fit = self.pairs.fit
        self.extras = {kinds: rows[self.among[rows]] for kinds in EXTRAS for rows in [self.pairs.rows(*kinds)]}

    def outfits(self, rejected: Rejected, limit: int) -> Iterator[Outfit]:
        """Up to ``limit`` looks, the best first, with what is in an earlier one counting less."""
        bases = self._bases()
        worth = self._worth_of(bases)
        keep = () if self.own is None else (self.pairs.garments[self.own].id,)
        unwanted = {essence(outfit, keep) for outfit in self._garments(rejected)}
        seen: set[frozenset[int]] = set()
        alone = bases[:, 0] == bases[:, 1]
        made = 0
        while made < limit and len(worth) and worth.max() > -np.inf:
            fresh = worth - WORN_BEFORE * np.where(alone, 1, 2) * self.used[bases].mean(axis=1)
            best = int((fresh - KIND_BEFORE * self.kinds[alone.astype(int)]).argmax())
            rows = self._complete(list(dict.fromkeys(bases[best].tolist())))
            outfit = judged([self.pairs.garments[row] for row in rows], self.pairs)
            alike = essence(outfit.items, keep)
            if alike in seen:
                worth[best] = -np.inf
                continue
            seen.add(alike)
            self.used[[row for row in rows if row != self.own]] += 1
            self.kinds[int(alone[best])] += 1
            if alike in unwanted:  # it counts as made, so that the others stay where they were before it was rejected
                continue
            made += 1
            yield self._with_what_lacks(outfit)

    def _with_what_lacks(self, outfit: Outfit) -> Outfit:
        if any(part_of(item) is Role.SHOES for item in outfit.items):
            return outfit
        return replace(outfit, reasons=(*outfit.reasons, f"no shoes in the {self.place} go with it yet"))

    def _bases(self) -> NDArray[np.int64]:
        bases = base_rows(self.pairs, self.among)
        if self.own is None or part_of(self.pairs.garments[self.own]) not in (Role.TOP, Role.BOTTOM, Role.ONE_PIECE):
            return bases
        return np.asarray(bases[(bases == self.own).any(axis=1)])

    def _worth_of(self, bases: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) how good each base is: its pairs, or for a one-piece what goes with it best."""
        scores = self.pairs.scores
        alone = bases[:, 0] == bases[:, 1]
        beside = np.concatenate([np.empty(0, np.int64), *self.extras.values()])
        best = scores[:, beside].max(axis=1, initial=self.pairs.config.good)
        inside = np.where(alone, best[bases[:, 0]], scores[bases[:, 0], bases[:, 1]]).astype(np.float64)
        if self.own is None or (bases == self.own).any():
            return inside
        three = np.stack([inside, scores[self.own, bases[:, 0]], scores[self.own, bases[:, 1]]])
        return np.asarray(MEAN_COUNTS * three.mean(axis=0) + (1 - MEAN_COUNTS) * three.min(axis=0))

    def _garments(self, outfits: Rejected) -> Iterator[list[Garment]]:
        """The looks whose garments are all there; another one cannot come again anyway."""
        row = self.pairs.row
        return (
            [self.pairs.garments[row[item]] for item in outfit]
            for outfit in outfits
            if all(item in row for item in outfit)
        )

    def _complete(self, base: list[int]) -> list[int]:
        """The base with the best shoes, layer and bag that go with all of it, fresh ones first."""
        outfit = base if self.own is None or self.own in base else [*base, self.own]
        for kinds, rows in self.extras.items():
            if any(part_of(self.pairs.garments[row]) in kinds for row in outfit):
                continue
            fitting = rows[self.fit[outfit][:, rows].all(axis=0)]
            if len(fitting):
                between = self.pairs.scores[outfit][:, fitting]
                good = MEAN_COUNTS * between.mean(axis=0) + (1 - MEAN_COUNTS) * between.min(axis=0)
                outfit = [*outfit, int(fitting[(good - WORN_BEFORE * self.used[fitting]).argmax()])]
        return outfit
