"""Find complete outfits around a garment or for an occasion, and additions to an outfit."""

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
from wardrobe_app.domain.outfits.outfit import MEAN_WEIGHT, USUAL, Completion, Outfit, essence, judged, suits
from wardrobe_app.domain.outfits.variety import Offered

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Addition",
    "Outfit",
    "additions",
    "base_rows",
    "outfits_for",
    "outfits_with",
    "why_alone",
    "why_no_outfits",
    "why_none_for",
]

REPEATED_GARMENT_PENALTY: Final = 0.06  # for each earlier outfit with the garment, so that outfits differ
REPEATED_KIND_PENALTY: Final = 0.02  # for each earlier outfit with, or without, a one-piece
MAX_ADDITIONS: Final = 1_000
Rejected = Collection[Collection[int]]


@dataclass(frozen=True, slots=True)
class Addition:
    """A garment that goes with all of an outfit: its ``pairs`` with each garment, the worst first."""

    item: Garment
    pairs: tuple[PairScore, ...]

    @property
    def score(self) -> float:
        """Return the score of its worst pair, 0 to 1."""
        return self.pairs[0].score


def additions(chosen: Sequence[Garment], pairs: PairScores) -> tuple[Addition, ...]:
    """Return what goes with all of ``chosen``, best first by the worst pair, then by the mean, at most
    ``MAX_ADDITIONS``.
    """
    rows = [pairs.row[item.id] for item in chosen]
    if not rows:
        return ()
    between = pairs.against(np.array(rows))
    good = np.flatnonzero(fitting(between, pairs.config).all(axis=0))
    order = good[np.lexsort((-between[:, good].mean(axis=0), -between[:, good].min(axis=0)))]
    return tuple(_addition(pairs.garments[row], chosen, pairs) for row in order[:MAX_ADDITIONS])


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
    """Return up to ``limit`` complete outfits with ``item``, best first, no two alike.

    Complete is a top with a bottom, or a one-piece; matching shoes, one layer and a bag are added. Every pair is at
    least ``config.good``. Two outfits differ in more than bag and accessories. Outfits with the ids in ``rejected`` are
    left out. ``pairs`` are those of ``garments``, if known. ``why_no_outfits`` explains an empty result.
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
    completion: Completion = USUAL,
) -> tuple[Outfit, ...]:
    """Return complete outfits for the occasion and the season, each as different from the others as possible.

    The order is fixed for a wardrobe: ``skip`` some to see the next ones. Outfits with the ids in ``rejected`` are left
    out. ``place`` names where the garments are. Of more than ``AT_MOST`` suitable garments, the newest are used.
    """
    pairs = looked_at(pairs, occasion, season)
    suitable = np.array([suits(item, occasion, season) for item in pairs.garments], dtype=bool)
    search = _Search(pairs, suitable, place=place, completion=completion)
    return tuple(search.outfits(rejected, skip + limit))[skip:]


def looked_at(pairs: PairScores, occasion: str | None = None, season: str | None = None) -> PairScores:
    """Return the newest suitable garments of a large wardrobe; else all."""
    if len(pairs) <= AT_MOST:
        return pairs
    return pairs.part(
        (occasion, season), lambda: newest([item for item in pairs.garments if suits(item, occasion, season)])
    )


def why_none_for(pairs: PairScores, occasion: str | None = None, season: str | None = None) -> str:
    """Explain why there is no (further) outfit for the occasion and the season."""
    there = Counter(part_of(item) for item in pairs.garments if suits(item, occasion, season))
    wanted = wording.listed(word for word in (occasion, season) if word)
    place = f" for {wanted}" if wanted else ""
    if not there[Role.ONE_PIECE]:
        for kind in (Role.TOP, Role.BOTTOM):
            if not there[kind]:
                return (
                    f"There is no {kind.value}{place} in the wardrobe. An outfit takes a top with a bottom, or a dress."
                )
    return f"No further outfits{place} go together well enough."


def why_no_outfits(
    item: Garment,
    garments: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    *,
    pairs: PairScores | None = None,
) -> str:
    """Explain why there is no outfit with ``item``, with what would help; empty if there is one."""
    known = part_of(item) not in (None, Role.PRIVATE)
    return "" if known and outfits_with(item, garments, 1, config, pairs=pairs) else why_alone(item, garments)


def why_alone(item: Garment, garments: Sequence[Garment]) -> str:
    """Explain why there is no outfit with ``item``, where none is known to be among the ``garments``."""
    own = part_of(item)
    if own is None:
        return "The type of this garment is not known. Set its type to see outfits with it."
    if own is Role.PRIVATE:
        return f"{wording.capitalised(wording.several(item.type_label))} are not part of outfits."
    there = Counter(part_of(garment) for garment in garments if garment.id != item.id)
    if own is Role.TOP:
        return _lacking(there[Role.BOTTOM], "trousers, a skirt or shorts", "bottom")
    if own is Role.BOTTOM:
        return _lacking(there[Role.TOP], "a top", "top")
    if there[Role.ONE_PIECE] or (there[Role.TOP] and there[Role.BOTTOM]):
        return "Nothing in the wardrobe goes with it well enough in colour, pattern, occasion and season."
    return "An outfit takes a top with a bottom, or a dress. Add photos of those first."


def _lacking(count: int, what: str, part: str) -> str:
    if not count:
        return f"There is nothing to wear it with yet: an outfit with it takes {what}."
    which = f"The one {part} in the wardrobe does not go" if count == 1 else f"None of the {count} {part}s goes"
    return f"{which} well enough with it in colour, pattern, occasion and season."


def base_rows(pairs: PairScores, among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return rows of what covers the body and goes together, (m, 2), among the garments ``among`` (n,).

    A top with a bottom, or with a suit over it, or a one-piece, whose row is repeated.
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
    """Builds outfits one by one of the garments ``among`` (n,), all of them with the row ``own``, if given."""

    pairs: PairScores
    among: NDArray[np.bool_]
    own: int | None = None
    place: str = "wardrobe"
    completion: Completion = USUAL
    used: NDArray[np.int64] = field(init=False)  # (n,) in how many outfits each garment is
    kinds: NDArray[np.int64] = field(init=False)  # how many outfits have no, or a, one-piece
    extras: Mapping[tuple[Role, ...], NDArray[np.int64]] = field(init=False)
    fit: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.used = np.zeros(len(self.pairs), dtype=np.int64)
        self.kinds = np.zeros(2, dtype=np.int64)
        self.fit = self.pairs.fit
        self.extras = {
            kinds: rows[self.among[rows]] for kinds in self.completion.groups for rows in [self.pairs.rows(*kinds)]
        }

    def outfits(self, rejected: Rejected, limit: int) -> Iterator[Outfit]:
        """Yield up to ``limit`` outfits, best first; garments of earlier ones count less."""
        bases = self._bases()
        worth = self._worth_of(bases)
        keep = () if self.own is None else (self.pairs.garments[self.own].id,)
        unwanted = {essence(outfit, keep) for outfit in self._garments(rejected)}
        seen: set[frozenset[int]] = set()
        alone = bases[:, 0] == bases[:, 1]
        made, offered = 0, Offered(self.pairs.garments, bases)
        while made < limit and len(worth) and worth.max() > -np.inf:
            fresh = worth - REPEATED_GARMENT_PENALTY * np.where(alone, 1, 2) * self.used[bases].mean(axis=1)
            best = offered.choose(fresh - REPEATED_KIND_PENALTY * self.kinds[alone.astype(int)])
            rows = self._complete(list(dict.fromkeys(bases[best].tolist())), offered)
            outfit = judged([self.pairs.garments[row] for row in rows], self.pairs)
            alike = essence(outfit.items, keep)
            if alike in seen:
                worth[best] = -np.inf
                continue
            seen.add(alike)
            self.used[others := [row for row in rows if row != self.own]] += 1
            self.kinds[int(alone[best])] += 1
            offered.see(rows)
            if alike in unwanted:  # counted, so that the others keep their order
                continue
            made += 1
            offered.add(rows, others)
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
        """Score each base, (m,): its pair, or for a one-piece what goes with it best."""
        scores = self.pairs.scores
        alone = bases[:, 0] == bases[:, 1]
        beside = np.concatenate([np.empty(0, np.int64), *self.extras.values()])
        best = scores[:, beside].max(axis=1, initial=self.pairs.config.good)
        inside = np.where(alone, best[bases[:, 0]], scores[bases[:, 0], bases[:, 1]]).astype(np.float64)
        if self.own is None or (bases == self.own).any():
            return inside
        three = np.stack([inside, scores[self.own, bases[:, 0]], scores[self.own, bases[:, 1]]])
        return np.asarray(MEAN_WEIGHT * three.mean(axis=0) + (1 - MEAN_WEIGHT) * three.min(axis=0))

    def _garments(self, outfits: Rejected) -> Iterator[list[Garment]]:
        """Yield the outfits whose garments all exist; others cannot recur."""
        row = self.pairs.row
        return (
            [self.pairs.garments[row[item]] for item in outfit]
            for outfit in outfits
            if all(item in row for item in outfit)
        )

    def _complete(self, base: list[int], offered: Offered) -> list[int]:
        """Add the best matching shoes, layer and bag, preferring unused ones."""
        outfit = base if self.own is None or self.own in base else [*base, self.own]
        for kinds, rows in self.extras.items():
            if any(part_of(self.pairs.garments[row]) in kinds for row in outfit):
                continue
            fitting = rows[self.fit[outfit][:, rows].all(axis=0)]
            fitting = offered.fresh(fitting, outfit, needed=not self.completion.needed.isdisjoint(kinds))
            if len(fitting):
                between = self.pairs.scores[outfit][:, fitting]
                good = MEAN_WEIGHT * between.mean(axis=0) + (1 - MEAN_WEIGHT) * between.min(axis=0)
                outfit = [*outfit, int(fitting[(good - REPEATED_GARMENT_PENALTY * self.used[fitting]).argmax()])]
        return outfit
