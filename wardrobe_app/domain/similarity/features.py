"""Represent garments as arrays, so that a whole wardrobe is compared at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from wardrobe_app.domain.colour import lab_of_all, palette_distance
from wardrobe_app.domain.garments.brands import brand_key
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.tag_reliability import children_or_adults, colours_of, possible, reliability, worn_on
from wardrobe_app.domain.garments.vocabulary import Slot

if TYPE_CHECKING:
    from numpy.typing import NDArray

PALETTE_SIZE: Final = 4
BATCH_PAIRS: Final = 20_000  # whose embeddings or colours are in memory together
MISSING: Final = -1
_SLOTS: Final = tuple(Slot)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of tag over all garments: codes into ``values`` (-1: none), and the reliability of each tag, 0 to 1.

    Each of the ``values`` is what a tag may stand for: one value, or several for a guess, a season or an occasion.
    """

    values: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int64]
    reliability: NDArray[np.float64]

    def table(self, closeness: Callable[[str, str], float]) -> NDArray[np.float64]:
        """Return the best closeness of any two values, (values + 1, values + 1); the last row and column mean "none":
        0.5.
        """
        size = len(self.values)
        table = np.full((size + 1, size + 1), 0.5)
        table[:size, :size] = _at_best_of_all(self.values, closeness)
        return table


def _at_best_of_all(values: Sequence[tuple[str, ...]], closeness: Callable[[str, str], float]) -> NDArray[np.float64]:
    """Return ``at_best`` of every two values, (values, values)."""
    names = list(dict.fromkeys(name for value in values for name in value))
    single = np.array([[closeness(one, other) for other in names] for one in names]).reshape(len(names), len(names))
    place = {name: column for column, name in enumerate(names)}
    members = np.array([place[name] for value in values for name in value], dtype=np.int64)
    starts = np.cumsum([0, *(len(value) for value in values)])[:-1]
    if not len(members):
        return np.zeros((0, 0))
    of_values = np.maximum.reduceat(single[members], starts, axis=0)
    return np.maximum.reduceat(of_values[:, members], starts, axis=1)


def at_best(closeness: Callable[[str, str], float], ones: Sequence[str], others: Sequence[str]) -> float:
    """Return the closeness of the closest two of what two tags may stand for."""
    return max(closeness(one, other) for one in ones for other in others)


@dataclass(frozen=True, slots=True)
class Features:
    """What the comparison of n garments needs, one row per garment, in the order of ``garments``.

    ``slots`` (places in ``Slot``) and ``ages`` (0 adults, 1 children) are codes, -1 if unknown. ``labs`` is (n, 4, 3)
    CIE L*a*b*, ``shares`` (n, 4), all zero without a palette. ``embeddings`` is (n, d) of unit length; ``models`` are
    codes of their models, -1 for none.
    """

    garments: tuple[Garment, ...]
    slots: NDArray[np.int64]
    ages: NDArray[np.int64]
    tags: dict[TagKind, Category]
    brands: NDArray[np.int64]
    labs: NDArray[np.float64]
    shares: NDArray[np.float64]
    embeddings: NDArray[np.float32]
    models: NDArray[np.int64]

    def colour_distances(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return CIEDE2000 between the palettes of pairs of rows, (pairs,), NaN where one has none."""
        has_palette = self.shares.sum(axis=1) > 0
        apart = np.full(len(first), np.nan)
        known = np.flatnonzero(has_palette[first] & has_palette[second])
        for start in range(0, len(known), BATCH_PAIRS):
            piece = known[start : start + BATCH_PAIRS]
            one, other = first[piece], second[piece]
            apart[piece] = palette_distance(self.labs[one], self.shares[one], self.labs[other], self.shares[other])
        return apart

    def comparable(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pairs of rows are worn in the same place by the same age group, as far as known."""
        return agree(self.slots[first], self.slots[second]) & agree(self.ages[first], self.ages[second])


def agree(one: NDArray[np.integer], other: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return which codes of slots, or of ages, are the same as far as known."""
    return np.asarray((one == other) | (one == MISSING) | (other == MISSING))


def only_removed(before: Sequence[Garment], now: Sequence[Garment]) -> bool:
    """Return whether ``now`` holds only garments of ``before``, each with the same features."""
    known = {garment.id: garment for garment in before}
    pairs = ((known.get(garment.id), garment) for garment in now)
    return all(was is not None and (was is garment or _same_features(was, garment)) for was, garment in pairs)


def _same_features(one: Garment, other: Garment) -> bool:
    names = ("tags", "palette", "slot", "brand", "embedding_model")
    a, b = one.embedding, other.embedding
    same_embedding = a is b or (a is not None and b is not None and np.array_equal(a, b))
    return same_embedding and all(getattr(one, name) == getattr(other, name) for name in names)


def features(garments: Sequence[Garment]) -> Features:
    """Convert garments to arrays."""
    labs, shares = _palettes(garments)
    embeddings, models = _embeddings(garments)
    return Features(
        garments=tuple(garments),
        slots=np.array([_slot_code(worn_on(garment)) for garment in garments], dtype=np.int64),
        ages=np.array([MISSING if (age := children_or_adults(garment)) is None else int(age) for garment in garments]),
        tags={kind: _category(garments, kind) for kind in TagKind},
        brands=_codes([brand_key(garment.brand) or None for garment in garments])[1],
        labs=labs,
        shares=shares,
        embeddings=embeddings,
        models=models,
    )


def _slot_code(slot: Slot | None) -> int:
    return MISSING if slot is None else _SLOTS.index(slot)


def _codes(values: Sequence[Key | None]) -> tuple[tuple[Key, ...], NDArray[np.int64]]:
    known = tuple(dict.fromkeys(value for value in values if value is not None))
    code = {value: position for position, value in enumerate(known)}
    return known, np.array([MISSING if value is None else code[value] for value in values], dtype=np.int64)


def _category(garments: Sequence[Garment], kind: TagKind) -> Category:
    tags = [garment.tags.get(kind) for garment in garments]
    values, codes = _codes([possible(tag) if tag and tag.value else None for tag in tags])
    return Category(values, codes, np.array([reliability(tag) for tag in tags], dtype=np.float64))


def _palettes(garments: Sequence[Garment]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    labs = np.zeros((len(garments), PALETTE_SIZE, 3))
    shares = np.zeros((len(garments), PALETTE_SIZE))
    shown = [sorted(colours_of(garment), key=lambda swatch: -swatch.share)[:PALETTE_SIZE] for garment in garments]
    known = lab_of_all({swatch.hex for swatches in shown for swatch in swatches})
    for row, swatches in enumerate(shown):
        for place, swatch in enumerate(swatches):
            labs[row, place] = known[swatch.hex]
            shares[row, place] = swatch.share
    totals = shares.sum(axis=1, keepdims=True)
    return labs, np.divide(shares, totals, out=np.zeros_like(shares), where=totals > 0)


def _embeddings(garments: Sequence[Garment]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    vectors = [garment.embedding for garment in garments]
    kinds = [
        None if vector is None else f"{garment.embedding_model} {len(vector)}"
        for garment, vector in zip(garments, vectors, strict=True)
    ]
    width = max((len(vector) for vector in vectors if vector is not None), default=1)
    rows = np.zeros((len(garments), width), dtype=np.float32)
    for row, vector in enumerate(vectors):
        if vector is not None:
            rows[row, : len(vector)] = vector
    return rows, _codes(kinds)[1]
