"""Find the garments that nothing, or only one other garment, goes with, and say what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.pair_scores import PairScores, part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import fitting, scores_against
from wardrobe_app.domain.garments.garment import Garment, PairScore, TagKind
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.insights.base_outfits import BaseOutfits
from wardrobe_app.domain.insights.candidates import hypothetical
from wardrobe_app.domain.outfits.outfit import points
from wardrobe_app.domain.outfits.search import why_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_TOLD: Final = 50  # garments whose reasons are looked into; the others get a short one
MAX_EXPLAINED: Final = 60  # pairs that are asked why they do not match; of more, evenly spaced ones
_OBSTACLES: Final = {
    "slot": "Most of them are never worn with it.",
    "gender": "Most of them are made for other people.",
    "taste": "You never liked most of them with it.",
}


@dataclass(frozen=True, slots=True)
class IsolatedGarment:
    """A garment that is in no outfit or has no partner, or only one ``partner``, and ``why`` in a sentence or two."""

    garment: Garment
    why: str
    partner: Garment | None = None


def isolated_garments(outfits: BaseOutfits, vocabulary: Vocabulary | None = None) -> tuple[IsolatedGarment, ...]:
    """Return garments without a partner, oldest first, except kinds that are never in outfits (underwear).

    With a ``vocabulary``, each is told what common garment would go with it.
    """
    each, finder = outfits.each(), _Reasons(outfits, vocabulary)
    found: list[IsolatedGarment] = []
    for row, (item, kind) in enumerate(zip(outfits.garments, outfits.roles, strict=True)):
        if kind is None or kind is Role.PRIVATE:
            continue
        if row in outfits.wholes:
            if not outfits.fits[row].any() and len(outfits.garments) > 1:
                words = "It is worn alone: no shoes, layer or bag goes with it."
                found.append(IsolatedGarment(item, finder.with_help(words, item)))
        elif not each[row]:
            found.append(IsolatedGarment(item, finder.why_none(row)))
    return tuple(found)


def single_partners(outfits: BaseOutfits, vocabulary: Vocabulary | None = None) -> tuple[IsolatedGarment, ...]:
    """Return the tops and bottoms that go with one garment only, oldest first, with that one."""
    finder, found = _Reasons(outfits, vocabulary), []
    for own, others in ((outfits.tops, outfits.lowers), (outfits.lowers, outfits.tops)):
        fits = outfits.fits[np.ix_(own, others)]
        for place in np.flatnonzero(fits.sum(axis=1) == 1):
            row, partner = int(own[place]), outfits.garments[others[fits[place].argmax()]]
            found.append(IsolatedGarment(outfits.garments[row], finder.why_one(row, others), partner))
    return tuple(sorted(found, key=lambda one: one.garment.id))


class _Reasons:
    """Says why garments do not go together."""

    def __init__(self, outfits: BaseOutfits, vocabulary: Vocabulary | None) -> None:
        self._outfits, self._vocabulary = outfits, vocabulary
        self._known: PairScores | None = None
        self._told: set[int] = set()

    def why_none(self, row: int) -> str:
        """Say why nothing goes with the garment in this ``row``."""
        item, outfits = self._outfits.garments[row], self._outfits
        why = why_alone(item, outfits.garments)
        others = outfits.lowers if row in outfits.tops else outfits.tops if row in outfits.lowers else None
        if others is not None and len(others) > 1:
            why = f"{why} {self._mostly(row, others)}".strip()
        return self.with_help(why, item)

    def why_one(self, row: int, others: NDArray[np.int64]) -> str:
        """Say why only one of the ``others`` goes with the garment in this ``row``."""
        part = "bottom" if row in self._outfits.tops else "top"
        if len(others) == 1:
            return self.with_help(f"It is the only {part} you have.", self._outfits.garments[row])
        other = f"other {len(others) - 1} {part}s do" if len(others) > 2 else f"other {part} does"
        why = f"The {other} not match. {self._mostly(row, others)}".strip()
        return self.with_help(why, self._outfits.garments[row])

    def with_help(self, why: str, item: Garment) -> str:
        """Add what common garment would go with it."""
        wanted = self._wanted(item)
        if wanted is None:
            return why
        name = wording.lower_first(wanted.title)
        article = "" if name.endswith("s") else "an " if name[0] in "aeiou" else "a "
        people = wanted.value(TagKind.GENDER)
        whose = f" for {people}" if people not in (None, "unisex") else ""
        return f"{why} {wording.capitalised(article + name)}{whose} would go with it."

    def _mostly(self, row: int, others: NDArray[np.int64]) -> str:
        """Say which part most of the ``others`` that do not go with it fail by."""
        if not self._looks_into(self._outfits.garments[row]):
            return ""
        apart = others[~self._outfits.fits[row, others]]
        some = apart[np.linspace(0, len(apart) - 1, min(len(apart), MAX_EXPLAINED)).astype(int)]
        item, garments, pairs = self._outfits.garments[row], self._outfits.garments, self._pairs()
        failing = [name for other in some if (name := self._fails_by(pairs.pair(item, garments[other])))]
        if not failing:
            return ""
        ((name, _),) = Counter(failing).most_common(1)
        return _OBSTACLES.get(name, f"Most of them do not match it in {name}.")

    def _fails_by(self, pair: PairScore) -> str:
        """Return the part that speaks most against two garments, "" if none does."""
        part, points_ = min(points(pair, self._outfits.config), key=lambda entry: entry[1], default=(None, 0.0))
        return part.name if part is not None and points_ < 0 else ""

    def _wanted(self, item: Garment) -> Garment | None:
        if self._vocabulary is None or not self._looks_into(item):
            return None
        tried = [one for one in hypothetical([item], self._vocabulary, 1) if part_of(one) in _partners(part_of(item))]
        outfits = self._outfits
        scores = scores_against([item, *tried], np.array([0]), outfits.config, outfits.learned_preferences)[0, 1:]
        good = fitting(scores, outfits.config)
        return tried[int(np.where(good, scores, 0).argmax())] if good.any() else None

    def _looks_into(self, item: Garment) -> bool:
        if len(self._told) < MAX_TOLD:
            self._told.add(item.id)
        return item.id in self._told

    def _pairs(self) -> PairScores:
        outfits = self._outfits
        if self._known is None:
            self._known = PairScores(outfits.garments, outfits.config, outfits.learned_preferences)
        return self._known


def _partners(kind: Role | None) -> Sequence[Role]:
    """Return the roles of what could help a garment of this one."""
    return {Role.TOP: (Role.BOTTOM,), Role.BOTTOM: (Role.TOP,), Role.ONE_PIECE: (Role.SHOES, Role.LAYER)}.get(
        kind or Role.PRIVATE, ()
    )
