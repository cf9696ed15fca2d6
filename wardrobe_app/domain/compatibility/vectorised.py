"""Score many pairs of garments at once, with a table for each convention."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from wardrobe_app.domain.colour import Shade
from wardrobe_app.domain.compatibility.colour_harmony import Colouring, Harmonies, Tints, harmonies, tints
from wardrobe_app.domain.compatibility.conventions import JUDGES_BY_NAME, Judged, judge_slots
from wardrobe_app.domain.compatibility.criteria import CompatibilityConfig, Worn
from wardrobe_app.domain.compatibility.roles import obstacle
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.garments.tag_reliability import TIER_RELIABILITY, is_for_children

if TYPE_CHECKING:
    from numpy.typing import NDArray

Value = TypeVar("Value", bound=Hashable)
_NO_COLOUR: Final = -1
_ANY: Final = Colouring(Shade("grey", "#808080"))  # a placeholder if no garment has a colour


@dataclass(frozen=True, slots=True)
class CriterionTable:
    """One kind of value of n garments: ``codes`` (n,) into ``table``, the judgement of any two values."""

    codes: NDArray[np.int64]
    table: NDArray[np.float64]

    def of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the judgements of pairs of rows, (pairs,)."""
        return np.asarray(self.table[self.codes[first], self.codes[second]])


@dataclass(frozen=True, slots=True)
class CriteriaRows:
    """n garments as arrays, for one configuration; ``reliable`` (n, 5) is how much each part counts.

    ``possible`` is 1 where two can be worn together, ``slots`` the value of their roles (0.5: unknown). ``tints`` holds
    the distinct colours, ``colour`` (n,) each garment's row there, -1 for none.
    """

    possible: CriterionTable
    slots: CriterionTable
    others: tuple[CriterionTable, ...]
    ages: NDArray[np.int64]
    reliable: NDArray[np.float64]
    tints: Tints
    colour: NDArray[np.int64]


def rows_of(garments: Sequence[Worn], config: CompatibilityConfig) -> CriteriaRows:
    """Convert garments to arrays."""
    kinds = [(one.type, one.slot) for one in garments]
    factor, types = config.factor(Rule.PARTS), config.factor(Rule.TYPES)
    distinct = list(dict.fromkeys(one.colours for one in garments if one.colours is not None))
    place = {colours: row for row, colours in enumerate(distinct)}
    ages = [is_for_children(one.gender) if one.reliable[4] > TIER_RELIABILITY["unknown"] else None for one in garments]
    return CriteriaRows(
        possible=_part(kinds, lambda one, other: float(obstacle(*one, *other) is None)),
        slots=_part(kinds, lambda one, other: found[0] if (found := judge_slots(*one, *other, factor)) else 0.5),
        others=tuple(
            _part([getattr(one, name) for one in garments], _score_of(judge)) for name, judge in JUDGES_BY_NAME.items()
        ),
        ages=np.array([0 if age is None else 1 + int(age) for age in ages], dtype=np.int64),
        reliable=np.array([one.counted(types) for one in garments]).reshape(-1, 5),
        tints=tints(distinct or [_ANY]),
        colour=np.array(
            [_NO_COLOUR if one.colours is None else place[one.colours] for one in garments], dtype=np.int64
        ),
    )


def score_pairs(
    rows: CriteriaRows,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    config: CompatibilityConfig,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the rules' scores of pairs of rows, (pairs,) 0 to 1, and whether they can be worn together."""
    above = config.slot * (rows.slots.of(first, second) - 0.5)
    reliable = np.minimum(rows.reliable[first], rows.reliable[second])
    colour = colours_of_pairs(rows, first, second, config)
    weight, *weights = config.full
    above += weight * colour.factor * reliable[:, 0] * (colour.score - 0.5)
    for number, (weight, part) in enumerate(zip(weights, rows.others, strict=True), 1):
        above += weight * reliable[:, number] * (part.of(first, second) - 0.5)
    one, other = rows.ages[first], rows.ages[second]
    possible = (rows.possible.of(first, second) > 0) & ((one == other) | (one == 0) | (other == 0))
    return 0.5 + above / (config.total or 1.0), possible


def colours_of_pairs(
    rows: CriteriaRows, first: NDArray[np.int64], second: NDArray[np.int64], config: CompatibilityConfig
) -> Harmonies:
    """Judge the colours of pairs of rows; meaningless where one is unknown (its reliability is 0)."""
    return harmonies(rows.tints, np.maximum(rows.colour[first], 0), np.maximum(rows.colour[second], 0), config.factors)


def _score_of(judge: Callable[[str | None, str | None], Judged]) -> Callable[[str | None, str | None], float]:
    return lambda one, other: judge(one, other)[0]


def _part(values: Sequence[Value], said: Callable[[Value, Value], float]) -> CriterionTable:
    code = {value: number for number, value in enumerate(dict.fromkeys(values))}
    table = np.array([[said(one, other) for other in code] for one in code]).reshape(len(code), len(code))
    return CriterionTable(np.array([code[value] for value in values], dtype=np.int64), table)
