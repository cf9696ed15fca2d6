"""Rank which of several similar garments to keep: by what each is worth in use, not by the quality of its photo.

Each part runs from 0 to 1 within the group; its weight is in brackets:

- partners (3): how many garments it goes with, relative to the best;
- wears (3): on how many days it was worn, relative to the most worn;
- favourite (3): the owner's own judgement, as heavy as being the most worn;
- condition (2): new 1, good 0.7, worn 0, unknown 0.5;
- price (1): the lowest cost per wear is best; if none was ever worn, the dearest is, as the costliest to replace. It
  counts if at least two have a price; one without gets 0.5.

Ties go to the more worn, then to the one with more partners, then to the older one (the smaller id).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig, fitting, scores_against
from wardrobe_app.domain.garments.garment import Condition, Garment, Part
from wardrobe_app.domain.garments.wear_log import cost_per_wear
from wardrobe_app.domain.wording import Money, bare_amount

PARTNERS: Final = 3.0
WEARS: Final = 3.0
FAVOURITE: Final = 3.0
CONDITION: Final = 2.0
PRICE: Final = 1.0
BATCH_GARMENTS: Final = 256  # whose partners are counted together, to bound memory

_CONDITIONS: Final = {Condition.NEW: 1.0, Condition.GOOD: 0.7, Condition.WORN: 0.0, None: 0.5}
_IN_WORDS: Final[dict[Condition | None, str]] = {
    Condition.NEW: "as good as new",
    Condition.GOOD: "in good condition",
    Condition.WORN: "well worn",
}


@dataclass(frozen=True, slots=True)
class Use:
    """How a garment is used: how many others it goes with, and on how many days it was worn."""

    partners: int = 0
    wears: int = 0


@dataclass(frozen=True, slots=True)
class KeepRanking:
    """A garment's rank among similar ones: ``score`` 0 to 1, and its parts."""

    item_id: int
    score: float
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the reasons for and against it."""
        return tuple(part.text for part in self.parts if part.text)


def ranked(garments: Iterable[Garment], use: Mapping[int, Use], money: Money = bare_amount) -> tuple[KeepRanking, ...]:
    """Rank the ``garments``, the best to keep first, by their ``use`` (by id; none where one is missing).

    ``money`` formats amounts.
    """
    group = list(garments)
    uses = [use.get(garment.id, Use()) for garment in group]
    prices = _prices(group, uses, money)
    most_partners = max((one.partners for one in uses), default=0)
    most_wears = max((one.wears for one in uses), default=0)
    found = []
    for garment, one, price in zip(group, uses, prices, strict=True):
        parts = (
            Part("favourite", "favourite" if garment.favourite else "", float(garment.favourite), FAVOURITE),
            Part("wears", _worn(one.wears), _share(one.wears, most_wears), WEARS),
            Part("partners", _goes_with(one.partners), _share(one.partners, most_partners), PARTNERS),
            Part("condition", _IN_WORDS.get(garment.condition, ""), _CONDITIONS[garment.condition], CONDITION),
            price,
        )
        score = sum(part.score * part.weight for part in parts) / sum(part.weight for part in parts)
        found.append((KeepRanking(garment.id, round(score, 4), parts), one))
    found.sort(key=lambda pair: (-pair[0].score, -pair[1].wears, -pair[1].partners, pair[0].item_id))
    return tuple(keep_rankings for keep_rankings, _ in found)


def partner_counts(
    wardrobe: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    asked: Collection[int] | None = None,
) -> dict[int, int]:
    """Count how many others of the ``wardrobe`` each garment goes with, by id; only for those ``asked``, if given."""
    rows = [row for row, garment in enumerate(wardrobe) if asked is None or garment.id in asked]
    counts: dict[int, int] = {}
    for start in range(0, len(rows), BATCH_GARMENTS):
        some = rows[start : start + BATCH_GARMENTS]
        fits = fitting(scores_against(wardrobe, np.array(some), config, learned_preferences), config)
        counts |= {wardrobe[row].id: int(count) for row, count in zip(some, fits.sum(axis=1), strict=True)}
    return counts


def _prices(group: Sequence[Garment], uses: Sequence[Use], money: Money) -> list[Part]:
    """Return the part "price" of each garment; weight 0 if fewer than two have a price."""
    worn = any(one.wears for one in uses)
    amounts = [
        cost_per_wear(garment, max(one.wears, 1)) if worn else garment.price
        for garment, one in zip(group, uses, strict=True)
    ]
    known = [amount for amount in amounts if amount is not None]
    weight = PRICE if len(known) > 1 else 0.0
    return [
        Part(
            "price",
            "" if amount is None else _costs(money(amount), one.wears),
            0.5 if amount is None else _share(amount, max(known)) if not worn else _thrift(amount, min(known)),
            weight,
        )
        for amount, one in zip(amounts, uses, strict=True)
    ]


def _share(value: Decimal | float, most: Decimal | float) -> float:
    return float(value) / float(most) if most > 0 else 0.0


def _thrift(amount: Decimal, least: Decimal) -> float:
    return float(least / amount) if amount > 0 else 1.0


def _worn(times: int) -> str:
    return {0: "", 1: "worn once", 2: "worn twice"}.get(times, f"worn {times} times")


def _goes_with(count: int) -> str:
    return f"goes with {count} garment{'' if count == 1 else 's'}" if count else "goes with nothing here"


def _costs(amount: str, wears: int) -> str:
    return f"{amount} a wear" if wears else f"cost {amount}"
