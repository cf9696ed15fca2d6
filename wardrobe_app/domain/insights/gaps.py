"""Find what is missing: the type and colour that would add most outfits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.colour import MULTICOLOUR, NAMED
from wardrobe_app.domain.compatibility import scores as compatibility
from wardrobe_app.domain.compatibility.pair_scores import part_of, split_newest
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig, score_matrix
from wardrobe_app.domain.garments.garment import Garment, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.insights.base_outfits import BaseOutfits, base_outfits
from wardrobe_app.domain.outfits.outfit import CORE
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig, doubled

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What shops sell in every colour, one for each purpose in an outfit.
COMMON: Final = (
    "Tee", "Longsleeve", "Button-Down", "Blouse", "Sweater", "Tank", "Turtleneck",
    "Jeans", "Trousers", "Skirt", "Shorts", "Leggings", "Capris",
    "Dress", "Jumpsuit",
    "Sneakers", "Boots", "Sandals", "Heels", "Flats",
    "Cardigan", "Blazer", "Jacket", "Coat",
)  # fmt: skip
COLOURS: Final = tuple(name for name in NAMED if name != MULTICOLOUR)
MAX_EXAMPLES: Final = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """A type that would add outfits, in the best ``colours`` (best first, each with its number of outfits).

    ``outfits`` is that of the best colour: new base outfits, or with ``completes``, outfits that lack anything of the
    kind. ``goes_with`` are the tops, bottoms and one-pieces it would go with in that colour, the best match first,
    ``examples`` the first of them; ``role`` is its own in an outfit.
    """

    type: str
    label: str
    colours: tuple[tuple[str, int], ...]
    outfits: int
    completes: bool
    goes_with: tuple[Garment, ...]
    role: Role | None

    @property
    def examples(self) -> tuple[Garment, ...]:
        """Return a few garments it would go with."""
        return self.goes_with[:MAX_EXAMPLES]


def gaps(
    garments: Sequence[Garment],
    vocabulary: Vocabulary,
    most: int | None = 6,
    rules: CompatibilityConfig = compatibility.DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    config: SimilarityConfig = DEFAULT,
) -> tuple[Gap, ...]:
    """Return the common types that would add most outfits, best first, each in up to three colours.

    First come at most ``most`` types (None: all) that make base outfits, then those that complete outfits. Each type
    and colour is tried as a plain garment for the wardrobe's usual occasion and people, unless an owned garment does
    the same job or has the same type and colour. Ties go to what matches better. In a large wardrobe, the newest
    garments are used.
    """
    tried = _new(garments, tuple(hypothetical(garments, vocabulary)), config)
    if not garments or not tried:
        return ()
    garments = split_newest(garments)[0]
    scores = score_matrix([*garments, *tried], rules, learned_preferences)
    outfits = base_outfits([*garments, *tried], rules, learned_preferences, scores=scores)
    opened = _opened(outfits, len(garments))
    suits = np.where(outfits.fits, scores, 0)[len(garments) :, : len(garments)]
    by_type: dict[str, list[int]] = {}
    for row in np.lexsort((-suits.sum(axis=1), -opened)).tolist():
        if opened[row]:
            by_type.setdefault(str(tried[row].type), []).append(row)
    found = [_gap(rows, tried, garments, opened, suits[rows[0]]) for rows in by_type.values()]
    return leading(found, most)


def leading(found: Sequence[Gap], most: int | None = 6) -> tuple[Gap, ...]:
    """Return the first ``most`` of these that make base outfits, then all that complete outfits."""
    making = [gap for gap in found if not gap.completes]
    return (*making[:most], *(gap for gap in found if gap.completes))


def hypothetical(garments: Sequence[Garment], vocabulary: Vocabulary) -> Iterator[Garment]:
    """Yield every common type of the ``vocabulary`` in every named colour; ids are negative."""
    usual = {kind: _commonest(garments, kind) for kind in (TagKind.OCCASION, TagKind.GENDER)}
    number = 0
    for name in (name for name in COMMON if name in vocabulary):
        for colour in COLOURS:
            number -= 1
            values = {TagKind.TYPE: name, TagKind.COLOUR: colour, TagKind.PATTERN: "solid", **usual}
            yield Garment(
                id=number,
                photos=(),
                tags={kind: Tag(kind, value, TagSource.PERSON) for kind, value in values.items() if value},
                type_label=vocabulary.label(name),
                slot=vocabulary.slot(name),
                palette=(Swatch(colour, NAMED[colour], 1.0),),
            )


def _commonest(garments: Iterable[Garment], kind: TagKind) -> str | None:
    counts = Counter(value for garment in garments for value in garment.values(kind))
    return counts.most_common(1)[0][0] if counts else None


def _new(garments: Sequence[Garment], tried: Sequence[Garment], config: SimilarityConfig) -> list[Garment]:
    """Drop what would do the job of an owned garment."""
    owned = {(garment.type, garment.colour) for garment in garments}
    doubles = doubled(tried, garments, config.redundant, config)
    return [item for row, item in enumerate(tried) if row not in doubles and (item.type, item.colour) not in owned]


def _opened(outfits: BaseOutfits, owned: int) -> NDArray[np.int64]:
    """Return for each garment after the ``owned`` ones the outfits it makes with those, or is the first to complete."""
    there = outfits.without(range(owned, len(outfits.garments)))
    opened = np.zeros(len(outfits.garments) - owned, dtype=np.int64)
    lacking = {kind: there.uncompleted(kind) for kind in {*outfits.roles[owned:]} if kind}
    for place, row in enumerate(range(owned, len(outfits.garments))):
        fits, kind = outfits.fits[row], outfits.roles[row]
        if row in outfits.tops:
            opened[place] = fits[there.lowers].sum()
        elif row in outfits.lowers:
            opened[place] = fits[there.tops].sum()
        elif kind is Role.ONE_PIECE:
            opened[place] = 1
        elif kind is not None:
            pairs, wholes = lacking[kind]
            opened[place] = (
                fits[there.tops] @ pairs.astype(np.int64) @ fits[there.lowers] + fits[there.wholes][wholes].sum()
            )
    return opened


def _gap(
    rows: Sequence[int],
    tried: Sequence[Garment],
    garments: Sequence[Garment],
    opened: NDArray[np.int64],
    suits: NDArray[np.float32],
) -> Gap:
    """Describe the gap that the ``rows`` of one type fill, best colour first; ``suits`` is the match
    with each garment.
    """
    best = tried[rows[0]]
    partners = [garments[row] for row in np.argsort(-suits, kind="stable") if suits[row] > 0]
    return Gap(
        type=str(best.type),
        label=best.type_label,
        colours=tuple((str(tried[row].colour), int(opened[row])) for row in rows[:3]),
        outfits=int(opened[rows[0]]),
        completes=part_of(best) not in CORE,
        goes_with=tuple(item for item in partners if part_of(item) in CORE),
        role=part_of(best),
    )
