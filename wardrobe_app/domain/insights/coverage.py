"""Find how few garments of a type make the outfits of all of them: greedy maximum coverage.

A garment covers an outfit of another one that it can replace if it goes with the rest of that outfit. The greedy choice
covers at least 1 - 1/e of what any choice of as many garments covers (Nemhauser, Wolsey and Fisher, "An analysis of
approximations for maximizing submodular set functions", 1978).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.insights.base_outfits import COMPLETING, BaseOutfits
from wardrobe_app.domain.insights.removal_cost import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KEPT_SHARE: Final = 0.9  # of the outfits; the last tenth takes many garments
MAX_COMPLETED: Final = 20_000  # outfits that shoes, layers and bags are compared by; of more, a fixed sample
_SEED: Final = 20
_LOOK: Final = (TagKind.TYPE, TagKind.COLOUR, TagKind.PATTERN)


def interchangeable(state: Standing) -> NDArray[np.bool_]:
    """Return which garments can replace each other in an outfit, (n, n), each with itself.

    They do the same job, or are known to be of the same type, colour and pattern.
    """
    looks: dict[tuple[str, ...], int] = {}
    codes = np.empty(len(state.garments), dtype=np.int64)
    for row, garment in enumerate(state.garments):
        look = _look(garment)
        codes[row] = -1 - row if look is None else looks.setdefault(look, len(looks))
    same: NDArray[np.bool_] = codes[:, None] == codes[None, :]
    return same | state.alike


def _look(garment: Garment) -> tuple[str, ...] | None:
    tags = [garment.tags.get(kind) for kind in _LOOK]
    known = tuple(tag.value for tag in tags if tag is not None and tag.is_known and tag.value)
    return known if len(known) == len(_LOOK) else None


def outfits_of(outfits: BaseOutfits, rows: Sequence[int]) -> NDArray[np.bool_]:
    """Return which outfits each of these ``rows``, all of one role, can be in, (rows, outfits).

    For a top or bottom these are its partners, for a one-piece itself; for shoes, layers and bags the base outfits that
    they go with. Garments that are never in outfits have none.
    """
    at = np.asarray(rows, dtype=np.int64)
    for own, partners in ((outfits.tops, outfits.lowers), (outfits.lowers, outfits.tops)):
        if np.isin(at, own).any():
            return outfits.fits[np.ix_(at, partners)] & np.isin(at, own)[:, None]
    if np.isin(at, outfits.wholes).any():
        return np.isin(at, outfits.wholes)[:, None]
    if len(at) == 0 or outfits.roles[at[0]] not in COMPLETING:
        return np.zeros((len(at), 0), dtype=bool)
    return _completed(outfits, at)


def _completed(outfits: BaseOutfits, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    tops, lowers = np.nonzero(outfits.pairs)
    first = np.concatenate([outfits.tops[tops], outfits.wholes])
    second = np.concatenate([outfits.lowers[lowers], outfits.wholes])
    if len(first) > MAX_COMPLETED:
        some = np.random.default_rng(_SEED).choice(len(first), MAX_COMPLETED, replace=False)
        first, second = first[some], second[some]
    return np.asarray(outfits.fits[np.ix_(rows, first)] & outfits.fits[np.ix_(rows, second)])


def cover(
    takes_part: NDArray[np.bool_], replaces: NDArray[np.bool_], share: float = KEPT_SHARE
) -> tuple[tuple[int, ...], float]:
    """Choose few of k garments that keep a ``share`` (0 to 1) of their outfits, best first; and the share they keep.

    ``takes_part`` (k, m) is which outfits each can be in, ``replaces`` (k, k, symmetric) which garments can
    stand in for which. Nothing is chosen where there are no outfits. Ties go to the first row.
    """
    can = takes_part.astype(np.float32)
    left, total = can.copy(), float(takes_part.sum())
    around = replaces.astype(np.float32) @ left  # (k, m): how many of those that each can replace need the outfit
    kept, chosen = 0.0, list[int]()
    while kept < share * total:
        best = int((can * around).sum(axis=1).argmax())
        rows = np.flatnonzero(replaces[best])
        new = left[rows] * can[best]
        left[rows] -= new
        for row, part in zip(rows, new, strict=True):
            if part.any():
                around[replaces[row]] -= part
        kept += float(new.sum())
        chosen.append(best)
    return tuple(chosen), kept / total if total else 1.0
