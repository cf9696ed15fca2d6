"""How many garments the wardrobe dresses its owner like: its effective number of distinct garments.

The Vendi score (Friedman and Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", 2023): the
exponential of the Shannon entropy of the eigenvalues of K/n. K holds a 1 for each garment with itself and, for two
garments of the same or nearly the same type, the probability that they do the same job; all other pairs are unlike (0).
A wardrobe of n unlike garments is worth n, one of n identical garments 1.

Probabilities judged pair by pair need not make K positive semidefinite. Its negative eigenvalues are set to 0, and all
are divided by their sum, which takes the place of n. K is block-diagonal (what is unlike is not linked), so eigenvalues
are those of the linked blocks; nothing of the size of the whole wardrobe is ever made dense. Of blocks of up to
``DENSE`` garments all eigenvalues are worked out; of larger ones the sums over them are estimated (``spectrum.py``).
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
from wardrobe_app.domain.insights.spectral_sums import traces
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig, scan
from wardrobe_app.domain.text import natural_key

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

LEAST: Final = 0.25  # two garments are unlike below this probability of doing the same job
MOST_DATES: Final = 24
DENSE: Final = 800  # linked garments whose likeness is written down in full
DECIDED: Final = {Verdict.DIFFERENT: 0.0, Verdict.SAME_GARMENT: 1.0, Verdict.TWINS: 1.0}

CriteriaRows: TypeAlias = "Sequence[int] | NDArray[np.int64]"


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How alike the ``garments`` are: ``matrix`` is (n, n), sparse, symmetric, 0 to 1, with ones on the diagonal."""

    garments: tuple[Garment, ...]
    matrix: csr_array
    _known: dict[bytes, _Terms] = field(default_factory=dict)

    def effective_number(self, rows: CriteriaRows | None = None) -> float:
        """Of the garments in these ``rows`` (all, if not given), from 0 for none to their number."""
        return sum(self.terms(rows), _Terms()).effective_number

    def terms(self, rows: CriteriaRows | None = None) -> Iterator[_Terms]:
        """What each linked block of these ``rows`` contributes."""
        return (self.block(block) for block in self.blocks(rows))

    def blocks(self, rows: CriteriaRows | None = None) -> Iterator[NDArray[np.int64]]:
        """The rows of each set of garments that are linked by likeness, directly or over others; each in order."""
        chosen = np.arange(len(self.garments)) if rows is None else np.sort(np.asarray(rows, dtype=np.int64))
        if not len(chosen):
            return
        count, labels = scipy.sparse.csgraph.connected_components(self.matrix[chosen][:, chosen], directed=False)
        ends = np.cumsum(np.bincount(labels, minlength=count))[:-1]
        yield from np.split(chosen[np.argsort(labels, kind="stable")], ends)

    def block(self, rows: NDArray[np.int64]) -> _Terms:
        """What the garments in these ``rows`` contribute; kept, because the same blocks are asked for again."""
        if len(rows) <= 1:
            return _Terms(float(len(rows)), 0.0)
        key = rows.tobytes()
        if key not in self._known:
            self._known[key] = _Terms(*_sums(self.matrix[rows][:, rows]))
        return self._known[key]


def _sums(block: csr_array) -> tuple[float, float]:
    """Over the eigenvalues of a block, those below 0 set to 0: the sum, and the sum of x log x."""
    if block.shape[0] > DENSE:
        total, weighed = traces(block, lambda values: values.clip(min=0), _weighed)
        return total, weighed
    values = np.linalg.eigvalsh(block.toarray()).clip(min=0)
    return float(values.sum()), float(_weighed(values).sum())


def _weighed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    positive = values.clip(min=0)
    return np.asarray(scipy.special.xlogy(positive, positive))


@dataclass(frozen=True, slots=True)
class _Terms:
    """Sums over eigenvalues x: of x, and of x log x. Blocks add up; their entropy does not."""

    total: float = 0.0
    weighed: float = 0.0

    def __add__(self, other: _Terms) -> _Terms:
        return _Terms(self.total + other.total, self.weighed + other.weighed)

    def __sub__(self, other: _Terms) -> _Terms:
        return _Terms(self.total - other.total, self.weighed - other.weighed)

    @property
    def effective_number(self) -> float:
        """The exponential of the entropy of the eigenvalues as shares of their sum."""
        if self.total < 1e-9:
            return 0.0
        return float(np.exp(np.log(self.total) - self.weighed / self.total))


def likeness(
    garments: Sequence[Garment], verdicts: Iterable[VerdictRecord] = (), config: SimilarityConfig = DEFAULT
) -> Likeness:
    """How alike garments are, where their owner did not decide it: "different" is 0, "same" and "twins" are 1.

    A garment of which there are several (``quantity``) stands in it once. In a large wardrobe each garment is compared
    with those most likely to be like it (``likeliest.py``).
    """
    found = scan(garments, LEAST, config)
    found = found.where((found.scores["type"] >= NEAR) & (found.weights["type"] > 0))
    scores = {
        (int(one), int(other)): float(score)
        for one, other, score in zip(found.first, found.second, found.total, strict=True)
    }
    row = {garment.id: place for place, garment in enumerate(garments)}
    for record in verdicts:
        if record.verdict in DECIDED and record.a in row and record.b in row:
            one, other = sorted((row[record.a], row[record.b]))
            scores[one, other] = DECIDED[record.verdict]
    return Likeness(tuple(garments), _symmetric(scores, len(garments)))


def with_newcomer(known: Likeness, newcomer: Garment, pairs: Iterable[PairScore]) -> Likeness:
    """``known`` with one more garment in the last row; ``pairs`` tell how alike it (``a``) is to the others (``b``)."""
    row = {garment.id: place for place, garment in enumerate(known.garments)}
    size = len(known.garments)
    scores = {
        (row[pair.b], size): pair.score for pair in pairs if pair.b in row and pair.score >= LEAST and _akin(pair)
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
    kept = [(one, other, score) for (one, other), score in scores.items() if score > 0]
    if not size:
        return scipy.sparse.csr_array((0, 0))
    upper = scipy.sparse.coo_array(
        ([entry[2] for entry in kept], ([entry[0] for entry in kept], [entry[1] for entry in kept])), shape=(size, size)
    )
    return scipy.sparse.csr_array(upper + upper.T + scipy.sparse.eye_array(size))


@dataclass(frozen=True, slots=True)
class Share:
    """One type or colour: its ``name`` (None: not known), how many garments there are, and how many they are worth."""

    name: str | None
    label: str
    garments: int
    effective: float


def count(garments: Iterable[Garment]) -> int:
    """How many garments hang there: of some there are several."""
    return sum(garment.quantity for garment in garments)


def shares(
    known: Likeness, rows: CriteriaRows, name_of: Callable[[Garment], tuple[str | None, str]]
) -> tuple[Share, ...]:
    """The garments in ``rows`` by what ``name_of`` says of each (name and label), most garments first."""
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


def history(known: Likeness, most: int = MOST_DATES, owners: Days = OF_THE_COMPUTER) -> tuple[DiversityPoint, ...]:
    """The wardrobe as it grew and shrank, at up to ``most`` days; what was deleted for good is not known any more.

    A garment is there from the day it was bought, or where that is not known was added, until it was archived or moved
    to the trash. Where more than ``most`` days saw a change, those at even steps among the changes are shown.
    ``owners`` are the days of the person who asks.
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
