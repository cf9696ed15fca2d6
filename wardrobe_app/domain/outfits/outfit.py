"""An outfit: garments to wear together, from the body outwards, with an explained score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.pair_scores import PairScores, part_of
from wardrobe_app.domain.compatibility.roles import OVER_A_TOP, Role
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment, PairScore, Part, TagKind

CORE: Final = (Role.TOP, Role.BOTTOM, Role.ONE_PIECE)
ORDER: Final = (*CORE, *(kind for kind in Role if kind not in CORE))  # from the body outwards
PARTS: Final[dict[Role, str]] = {
    Role.TOP: "Tops",
    Role.BOTTOM: "Bottoms",
    Role.ONE_PIECE: "One-pieces",
    Role.LAYER: "Layers",
    Role.OUTERWEAR: "Outerwear",
    Role.SHOES: "Shoes",
    Role.LEGWEAR: "Legwear",
    Role.HEADWEAR: "Headwear",
    Role.BAG: "Bags",
    Role.ACCESSORY: "Accessories",
}
# What does not make it a different outfit.
BESIDE: Final = frozenset({Role.BAG, Role.ACCESSORY})
MEAN_WEIGHT: Final = 0.7  # in an outfit's score; the rest is its worst pair, since one clash spoils an outfit


@dataclass(frozen=True, slots=True)
class Completion:
    """What completes an outfit that covers the body, in the order it is put on: at most one of each of the ``groups``.

    What is ``needed`` may be in many outfits; other things are left off rather than repeated too often.
    """

    groups: tuple[tuple[Role, ...], ...] = ((Role.SHOES,), (Role.LAYER, Role.OUTERWEAR), (Role.BAG,))
    needed: frozenset[Role] = frozenset({Role.SHOES})


USUAL: Final = Completion()


@dataclass(frozen=True, slots=True)
class Outfit:
    """Garments to wear together, from the body outwards, with a score (0 to 1) and reasons in words.

    The score is ``MEAN_WEIGHT`` times ``mean`` (of all ``pairs``) plus the rest times ``least``; 0 if two garments
    cannot be worn together. ``missing`` is what it lacks to be complete, "" if it is.
    """

    items: tuple[Garment, ...]
    score: float
    reasons: tuple[str, ...]
    pairs: tuple[PairScore, ...] = ()
    missing: str = ""

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the garments' ids, in order."""
        return tuple(item.id for item in self.items)

    @property
    def mean(self) -> float:
        """Return the mean of the pairs' scores, 0 without pairs."""
        return sum(pair.score for pair in self.pairs) / len(self.pairs) if self.pairs else 0.0

    @property
    def least(self) -> float:
        """Return the score of the worst pair, 0 without pairs."""
        return min((pair.score for pair in self.pairs), default=0.0)


def from_the_body(items: Iterable[Garment]) -> tuple[Garment, ...]:
    """Sort the garments in the order they are put on."""
    return tuple(sorted(items, key=lambda garment: ORDER.index(part_of(garment) or Role.PRIVATE)))


def judged(items: Iterable[Garment], pairs: PairScores) -> Outfit:
    """Score the garments as an outfit, with its pairs and reasons."""
    worn = from_the_body(items)
    between = tuple(pairs.pair(one, other) for one, other in combinations(worn, 2))
    score = _total([pair.score for pair in between], pairs.config)
    return Outfit(worn, round(score, 4), _reasons(worn, pairs), between, lacking(worn))


def _total(scores: Sequence[float], config: CompatibilityConfig) -> float:
    if not scores:
        return config.good
    return MEAN_WEIGHT * sum(scores) / len(scores) + (1 - MEAN_WEIGHT) * min(scores) if min(scores) > 0 else 0.0


def lacking(items: Collection[Garment]) -> str:
    """Return what is missing for a complete outfit, to end a sentence ("a top"); empty if nothing is."""
    parts = {part_of(item) for item in items}
    if Role.ONE_PIECE in parts:
        over = any(part_of(item) is Role.ONE_PIECE and item.type in OVER_A_TOP for item in items)
        return "a top" if over and Role.TOP not in parts else ""
    if Role.TOP in parts or Role.BOTTOM in parts:
        return "" if {Role.TOP, Role.BOTTOM} <= parts else "a top" if Role.BOTTOM in parts else "a bottom"
    return "a top with a bottom, or a one-piece"


def essence(items: Iterable[Garment], keep: Collection[int] = ()) -> frozenset[int]:
    """Return what identifies an outfit: its garments without bag and accessories, except those to ``keep``."""
    return frozenset(item.id for item in items if part_of(item) not in BESIDE or item.id in keep)


def outfit_name(items: Iterable[Garment]) -> str:
    """Name an outfit after what covers the body, at least two garments: "White blouse and navy jeans"."""
    worn = from_the_body(items)
    titles = [item.title for item in worn[: max(2, sum(part_of(item) in CORE for item in worn))]]
    return wording.listed([*titles[:1], *(wording.lower_first(title) for title in titles[1:])])[:200]


def points(pair: PairScore, config: CompatibilityConfig = DEFAULT) -> tuple[tuple[Part, float], ...]:
    """Return what each part adds to a pair's score of 0.5 (-0.5 to 0.5), heaviest first, without parts of no weight.

    If two garments cannot be worn together, the reason takes all of it.
    """
    if pair.score == 0:
        return tuple((part, -0.5) for part in pair.parts)
    # Learned preferences come on top of the conventions' weights.
    total = config.total + sum(part.weight for part in pair.parts if part.name == "taste")
    added = [(part, part.weight * (part.score - 0.5) / total) for part in pair.parts if part.weight > 0]
    return tuple(sorted(added, key=lambda entry: -abs(entry[1])))


def suits(garment: Garment, occasion: str | None = None, season: str | None = None) -> bool:
    """Return whether a garment is for the occasion and the season; unknown and guessed tags allow everything."""
    for kind, wanted in ((TagKind.OCCASION, occasion), (TagKind.SEASON, season)):
        tag = garment.tags.get(kind)
        if wanted is not None and tag is not None and tag.is_known and wanted not in tag.values:
            return False
    return True


def _reasons(items: Sequence[Garment], pairs: PairScores) -> tuple[str, ...]:
    """Return what speaks for the outfit, on the body first: two reasons of colour, one of each other part."""
    between = sorted(combinations(items, 2), key=lambda pair: sum(part_of(item) not in CORE for item in pair))
    words: list[str] = []
    for name, most in (("colour", 2), ("occasion", 1), ("pattern", 1), ("season", 1), ("taste", 1)):
        parts = [part for one, other in between for part in pairs.pair(one, other).parts if part.name == name]
        good = [part.text for part in parts if part.weight > 0 and part.score >= 0.6]
        words += list(dict.fromkeys(good))[:most]
    return tuple(words)
