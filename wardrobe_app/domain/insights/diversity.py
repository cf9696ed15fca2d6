"""Measure how many different garments a wardrobe is worth: its effective number.

The Vendi score (Friedman and Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", 2023): the
exponential of the Shannon entropy of the eigenvalues of K/n. K is 1 for each garment with itself and, for two garments
of the same or nearly the same type, the probability that they do the same job; 0 for all other pairs. A wardrobe of n
unlike garments is worth n, one of n identical garments 1.

Pairwise probabilities need not make K positive semidefinite: negative eigenvalues are set to 0, and all are divided by
their sum, which takes the place of n. K is block-diagonal, so eigenvalues are those of its blocks; the whole matrix is
never dense. For blocks above ``DENSE_ROWS`` the sums over eigenvalues are estimated (``eigenvalues.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.garments.garment import Garment, PairScore, Verdict, VerdictRecord
from wardrobe_app.domain.garments.type_similarity import NEAR
from wardrobe_app.domain.insights.eigenvalues import Decomposition, eigenvalues, traces
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig, scan
from wardrobe_app.domain.text import natural_key

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

LEAST_LIKENESS: Final = 0.25  # garments below this probability of doing the same job are unlike
MAX_DATES: Final = 24
DENSE_ROWS: Final = 800  # in one block
DECIDED: Final = {Verdict.DIFFERENT: 0.0, Verdict.SAME_GARMENT: 1.0, Verdict.TWINS: 1.0}

RowSelection: TypeAlias = "Sequence[int] | NDArray[np.int64]"


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How alike the ``garments`` are: ``matrix`` is (n, n), sparse, symmetric, 0 to 1, with ones on the diagonal."""

    garments: tuple[Garment, ...]
    matrix: csr_array
    _known: dict[bytes, Terms] = field(default_factory=dict)
    _decomposed: dict[bytes, Decomposition] = field(default_factory=dict)

    def effective_number(self, rows: RowSelection | None = None) -> float:
        """Return the effective number of the garments in these ``rows`` (default: all)."""
        return sum(self.terms(rows), Terms()).effective_number

    def terms(self, rows: RowSelection | None = None) -> Iterator[Terms]:
        """Yield the contribution of each connected block of these ``rows``."""
        return (self.block(block) for block in self.blocks(rows))

    def blocks(self, rows: RowSelection | None = None) -> Iterator[NDArray[np.int64]]:
        """Yield the rows of each set of garments that are connected by likeness, each in order."""
        chosen = np.arange(len(self.garments)) if rows is None else np.sort(np.asarray(rows, dtype=np.int64))
        if not len(chosen):
            return
        count, labels = scipy.sparse.csgraph.connected_components(self.matrix[chosen][:, chosen], directed=False)
        ends = np.cumsum(np.bincount(labels, minlength=count))[:-1]
        yield from np.split(chosen[np.argsort(labels, kind="stable")], ends)

    def block(self, rows: NDArray[np.int64]) -> Terms:
        """Return the contribution of the garments in these ``rows``; cached, because blocks recur."""
        if len(rows) <= 1:
            return Terms(float(len(rows)), 0.0)
        key = rows.tobytes()
        if key not in self._known:
            self._known[key] = Terms(*_sums(self.matrix[rows][:, rows]))
        return self._known[key]

    def without_one(self, rows: NDArray[np.int64], row: int) -> tuple[Terms, Terms]:
        """Return the contribution of these ``rows``, ``DENSE_ROWS`` at most, and the same without one of them."""
        key = rows.tobytes()
        if key not in self._decomposed:
            self._decomposed[key] = Decomposition(self.matrix[rows][:, rows].toarray())
        found = self._decomposed[key]
        return _terms_of(found.values), _terms_of(found.without(int(np.searchsorted(rows, row))))


def _sums(block: csr_array) -> tuple[float, float]:
    """Return the sum of a block's eigenvalues and of x log x, with negative ones set to 0."""
    if block.shape[0] > DENSE_ROWS:
        total, weighed = traces(block, lambda values: values.clip(min=0), _weighed)
        return total, weighed
    found = _terms_of(eigenvalues(block.toarray()))
    return found.total, found.weighed


def _terms_of(values: NDArray[np.float64]) -> Terms:
    return Terms(float(values.clip(min=0).sum()), float(_weighed(values).sum()))


def _weighed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.clip(min=0) * np.log(np.where(values > 0, values, 1.0)))


@dataclass(frozen=True, slots=True)
class Terms:
    """Sums over eigenvalues x: of x, and of x log x. Blocks add up; their entropy does not."""

    total: float = 0.0
    weighed: float = 0.0

    def __add__(self, other: Terms) -> Terms:
        return Terms(self.total + other.total, self.weighed + other.weighed)

    def __sub__(self, other: Terms) -> Terms:
        return Terms(self.total - other.total, self.weighed - other.weighed)

    @property
    def effective_number(self) -> float:
        """Return the exponential of the entropy of the eigenvalues as shares of their sum."""
        if self.total < 1e-9:
            return 0.0
        return float(np.exp(np.log(self.total) - self.weighed / self.total))


def likeness(
    garments: Sequence[Garment], verdicts: Iterable[VerdictRecord] = (), config: SimilarityConfig = DEFAULT
) -> Likeness:
    """Measure how alike garments are; verdicts override it: "different" is 0, "same" and "twins" are 1.

    Identical items (``quantity``) count once. In a large wardrobe, each garment is compared with its likeliest
    look-alikes (``pair_blocking.py``).
    """
    found = scan(garments, LEAST_LIKENESS, config)
    found = found.where((found.scores["type"] >= NEAR) & (found.weights["type"] > 0))
    pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
    scores = dict(zip(pairs, found.total.tolist(), strict=True))
    row = {garment.id: place for place, garment in enumerate(garments)}
    for record in verdicts:
        if record.verdict in DECIDED and record.a in row and record.b in row:
            one, other = sorted((row[record.a], row[record.b]))
            scores[one, other] = DECIDED[record.verdict]
    return Likeness(tuple(garments), _symmetric(scores, len(garments)))


def with_newcomer(known: Likeness, newcomer: Garment, pairs: Iterable[PairScore]) -> Likeness:
    """Add a garment in the last row; ``pairs`` score it (``a``) against the others (``b``)."""
    row = {garment.id: place for place, garment in enumerate(known.garments)}
    size = len(known.garments)
    scores = {
        (row[pair.b], size): pair.score
        for pair in pairs
        if pair.b in row and pair.score >= LEAST_LIKENESS and _akin(pair)
    }
    added = _symmetric(scores, size + 1)
    old = known.matrix.tocoo()
    kept = scipy.sparse.coo_array((old.data, (old.row, old.col)), shape=(size + 1, size + 1))
    matrix = scipy.sparse.csr_array(kept + added)
    matrix.setdiag(1.0)
    return Likeness((*known.garments, newcomer), matrix)


def _akin(pair: PairScore) -> bool:
    return any(part.name == "type" and part.weight > 0 and part.score >= NEAR for part in pair.parts)


def _symmetric(scores: dict[tuple[int, int], float], size: int) -> csr_array:
    if not size:
        return scipy.sparse.csr_array((0, 0))
    kept = {pair: score for pair, score in scores.items() if score > 0}
    rows, columns = np.array(list(kept), dtype=np.int64).reshape(-1, 2).T
    upper = scipy.sparse.coo_array((list(kept.values()), (rows, columns)), shape=(size, size))
    return scipy.sparse.csr_array(upper + upper.T + scipy.sparse.eye_array(size))


@dataclass(frozen=True, slots=True)
class Share:
    """A type or colour: its ``name`` (None: unknown), how many garments it has, and how many they are worth."""

    name: str | None
    label: str
    garments: int
    effective: float


def count(garments: Iterable[Garment]) -> int:
    """Count garments, including identical items."""
    return sum(garment.quantity for garment in garments)


def shares(
    known: Likeness, rows: RowSelection, name_of: Callable[[Garment], tuple[str | None, str]]
) -> tuple[Share, ...]:
    """Group the garments in ``rows`` by ``name_of`` (name and label), most garments first."""
    groups: dict[tuple[str | None, str], list[int]] = {}
    for row in rows:
        groups.setdefault(name_of(known.garments[row]), []).append(int(row))
    found = [
        Share(name, label, count(known.garments[row] for row in members), known.effective_number(members))
        for (name, label), members in groups.items()
    ]
    return tuple(sorted(found, key=lambda share: (share.name is None, -share.garments, natural_key(share.label))))


@dataclass(frozen=True, slots=True)
class DiversityPoint:
    """The wardrobe at the end of a ``day``: how many garments, and how many they were worth."""

    day: date
    garments: int
    effective: float


def history(known: Likeness, most: int = MAX_DATES, owners: Days = OF_THE_COMPUTER) -> tuple[DiversityPoint, ...]:
    """Return the wardrobe's growth at up to ``most`` days; purged garments are not known any more.

    A garment counts from its purchase, or else from when it was added, until it was archived or trashed. If more than
    ``most`` days saw a change, evenly spaced ones are used. ``owners`` is the calendar of the person who asks.
    """
    stays = [(_since(garment, owners), _until(garment, owners)) for garment in known.garments]
    days = sorted({day for since, until in stays if since for day in (since, until) if day})
    if len(days) > most:
        days = [days[place] for place in np.unique(np.linspace(0, len(days) - 1, most).round().astype(int))]
    return tuple(_moment(known, stays, day) for day in days)


def _moment(known: Likeness, stays: Sequence[tuple[date | None, date | None]], day: date) -> DiversityPoint:
    there = [
        row
        for row, (since, until) in enumerate(stays)
        if since is not None and since <= day and (until is None or until > day)
    ]
    return DiversityPoint(day, count(known.garments[row] for row in there), known.effective_number(there))


def _since(garment: Garment, owners: Days) -> date | None:
    return garment.purchased_on or (owners.of(garment.added_at) if garment.added_at else None)


def _until(garment: Garment, owners: Days) -> date | None:
    ends = [owners.of(moment) for moment in (garment.archived_at, garment.trashed_at) if moment]
    return min(ends, default=None)
