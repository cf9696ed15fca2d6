"""Measure how an owner's corrections improve the types of the garments that were not corrected.

Each person's photos are split at random into halves. The owner reviews photos of one half; accuracy is measured on the
other half, which stays the same for any number of corrections. The simulated owner confirms right types and otherwise
chooses the most probable acceptable type. Photos come in random order or least confident first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.datasets import clothing
from classifier.errors import DatasetError
from classifier.serving.label_propagation import DEFAULT, Example, PropagationSettings, TypePrediction, propagate

if TYPE_CHECKING:
    from classifier.datasets.samples import PictureSource
    from classifier.prediction import Prediction
    from classifier.serving.tagger import Tagger

CORRECTION_COUNTS = (0, 5, 10, 20)
CUSTOM_EXAMPLE_COUNTS = (3, 5)
CUSTOM_TYPE = "Dirndl"
OTHER_CORRECTIONS = 10
BATCH_PHOTOS = 64
VALIDATION_PHOTOS = range(20, 61)


@dataclass(frozen=True)
class Photo:
    """A person's photo with its acceptable types, the best first, the network's prediction, and its confidence."""

    person: str
    accepted: tuple[str, ...]
    prediction: TypePrediction
    confidence: float

    def is_right(self, type_name: str | None) -> bool:
        """Whether a type is acceptable."""
        return type_name in self.accepted

    @property
    def best(self) -> str:
        """The best type."""
        return self.accepted[0]

    @property
    def owners_type(self) -> str:
        """The type that the owner chooses: the network's most probable one that is acceptable, else the best."""
        right = [name for name in self.prediction.shares if self.is_right(name)]
        return max(right, key=self.prediction.shares.__getitem__) if right else self.best


def people_of(rows: Sequence[Mapping[str, str]], people: str) -> frozenset[str]:
    """Choose sender ids: ``held-out`` to report on, or ``validation`` to choose settings on.

    Validation people sent 20 to 60 photos and are not held out; the shipped network was trained on them.

    Raises:
        KeyError: ``people`` is neither.
    """
    counts = Counter(row["sender_id"] for row in rows if clothing.fine_types().get(row["image"]))
    validation = {person for person, number in counts.items() if number in VALIDATION_PHOTOS}
    return {
        "held-out": clothing.HELD_OUT_SENDERS,
        "validation": frozenset(validation - clothing.HELD_OUT_SENDERS),
    }[people]


def tagged(tagger: Tagger, source: PictureSource, people: str = "held-out") -> list[Photo]:
    """Tag every labelled photo of these people, which takes most of the time.

    Raises:
        DatasetError: the data is missing or damaged.
    """
    rows = clothing.rows(source)
    senders = people_of(rows, people)
    wanted = [row for row in rows if row["sender_id"] in senders and clothing.fine_types().get(row["image"])]
    samples = {sample.key: sample for sample in clothing.samples(source)}
    predictions: list[Prediction] = []
    for start in range(0, len(wanted), BATCH_PHOTOS):
        batch = [samples[f"{clothing.ARCHIVE}/{row['image']}"] for row in wanted[start : start + BATCH_PHOTOS]]
        predictions += tagger.tag([source.picture(sample) for sample in batch])
    return [
        photo_of(row["sender_id"], clothing.fine_types()[row["image"]], found)
        for row, found in zip(wanted, predictions, strict=True)
    ]


def photo_of(person: str, accepted: tuple[str, ...], prediction: Prediction) -> Photo:
    """Keep what the app stores of a prediction: the candidates and the embedding."""
    shares = {entry.name: entry.score for entry in prediction.types}
    return Photo(person, accepted, TypePrediction(shares, prediction.embedding), prediction.type.confidence)


def evaluate_corrections(
    tagger: Tagger,
    source: PictureSource,
    *,
    people: str = "held-out",
    seeds: int = 10,
    settings: PropagationSettings = DEFAULT,
) -> dict[str, Any]:
    """Measure accuracy by number of corrections, and the recognition of a withheld type, over ``seeds`` splits.

    Raises:
        DatasetError: the data is missing or damaged, or nobody has enough photos.
    """
    return measure(tagged(tagger, source, people), seeds=seeds, settings=settings)


def measure(photos: Sequence[Photo], *, seeds: int = 10, settings: PropagationSettings = DEFAULT) -> dict[str, Any]:
    """Compute the figures of :func:`evaluate_corrections` from tagged photos.

    Raises:
        DatasetError: nobody has twice as many photos as the largest number of corrections.
    """
    wardrobes: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        wardrobes[photo.person].append(photo)
    minimum = 2 * CORRECTION_COUNTS[-1]
    enough = {person: own for person, own in wardrobes.items() if len(own) >= minimum}
    if not enough:
        raise DatasetError(f"Nobody has {minimum} labelled photos: there is no curve to show.")
    return {
        "people": sorted(enough, key=int),
        "photos": sum(map(len, enough.values())),
        "seeds": seeds,
        "curve": {order: _curve(enough, seeds, settings, sort) for order, sort in ORDERS.items()},
        "custom_type": {
            str(count): {
                "alone": custom_type(wardrobes, count, 0, seeds, settings),
                f"beside_{OTHER_CORRECTIONS}_others": custom_type(wardrobes, count, OTHER_CORRECTIONS, seeds, settings),
            }
            for count in CUSTOM_EXAMPLE_COUNTS
        },
    }


def _least_confident_first(photos: Sequence[Photo]) -> list[Photo]:
    return sorted(photos, key=lambda photo: photo.confidence)


ORDERS: dict[str, Callable[[Sequence[Photo]], list[Photo]]] = {
    "random": list,
    "least_confident_first": _least_confident_first,
}


def _shuffled(person: str, photos: Sequence[Photo], seed: int) -> list[Photo]:
    return [photos[index] for index in np.random.default_rng([int(person), seed]).permutation(len(photos))]


def _curve(
    wardrobes: Mapping[str, Sequence[Photo]],
    seeds: int,
    settings: PropagationSettings,
    sort: Callable[[Sequence[Photo]], list[Photo]],
) -> dict[str, Any]:
    """By number of corrections: accuracy (0 to 1, the mean over people), and the effect of propagated types."""
    figures: dict[str, Any] = {}
    for count in CORRECTION_COUNTS:
        counts = {
            person: _sum(_count_changes(person, photos, seed, count, settings, sort) for seed in range(seeds))
            for person, photos in wardrobes.items()
        }
        total = _sum(counts.values())
        figures[str(count)] = {
            "accuracy": round(mean(own["right"] / own["photos"] for own in counts.values()), 4),
            "by_person": {person: round(own["right"] / own["photos"], 4) for person, own in counts.items()},
            **{name: total[name] / total["photos"] for name in ("fixed", "broken", "propagated")},
            "propagated_right": total["propagated_right"] / total["propagated"] if total["propagated"] else None,
        }
    return figures


def _count_changes(
    person: str,
    photos: Sequence[Photo],
    seed: int,
    count: int,
    settings: PropagationSettings,
    sort: Callable[[Sequence[Photo]], list[Photo]],
) -> Counter[str]:
    order, half = _shuffled(person, photos, seed), len(photos) // 2
    rest = order[:half]
    examples = [Example(photo.prediction, photo.owners_type) for photo in sort(order[half:])[:count]]
    counts: Counter[str] = Counter(photos=len(rest))
    results = propagate([photo.prediction for photo in rest], examples, settings=settings)
    for photo, propagated in zip(rest, results, strict=True):
        before = photo.is_right(photo.prediction.answer)
        now = photo.is_right(propagated.type) if propagated else before
        counts["right"] += now
        counts["fixed"] += now and not before
        counts["broken"] += before and not now
        counts["propagated"] += propagated is not None
        counts["propagated_right"] += propagated is not None and now
    return counts


def custom_type(
    wardrobes: Mapping[str, Sequence[Photo]],
    count: int,
    others: int,
    seeds: int,
    settings: PropagationSettings = DEFAULT,
) -> dict[str, Any]:
    """Measure recall and precision of a type that the network does not know, from ``count`` examples.

    One type of one person at a time acts as a custom type: it is withheld from every prediction.
    ``others`` further garments are corrected or confirmed too.
    """
    by_type: dict[str, Counter[str]] = defaultdict(Counter)
    for person, photos in wardrobes.items():
        for withheld in sorted({photo.best for photo in photos}):
            members = sum(photo.best == withheld for photo in photos)
            if members < count + 2 or len(photos) - members < others + count:
                continue
            blind = [_without(photo, withheld) for photo in photos]
            for seed in range(seeds):
                by_type[withheld] += _count_found(_shuffled(person, blind, seed), withheld, count, others, settings)
    total = _sum(by_type.values())
    return {**_recall_and_precision(total), "by_type": {k: _recall_and_precision(v) for k, v in by_type.items()}}


def _without(photo: Photo, withheld: str) -> Photo:
    shares = {name: share for name, share in photo.prediction.shares.items() if name != withheld}
    total = sum(shares.values()) or 1.0
    scaled = {name: share / total for name, share in shares.items()}
    return replace(photo, prediction=TypePrediction(scaled, photo.prediction.embedding))


def _count_found(
    photos: Sequence[Photo], withheld: str, count: int, others: int, settings: PropagationSettings
) -> Counter[str]:
    members, rest = [p for p in photos if p.best == withheld], [p for p in photos if p.best != withheld]
    examples = [Example(photo.prediction, CUSTOM_TYPE) for photo in members[:count]]
    examples += [Example(photo.prediction, photo.owners_type) for photo in rest[:others]]
    tested = [*members[count:], *rest[others:]]
    counts: Counter[str] = Counter()
    results = propagate([photo.prediction for photo in tested], examples, {CUSTOM_TYPE}, settings)
    for photo, propagated in zip(tested, results, strict=True):
        found, member = propagated is not None and propagated.type == CUSTOM_TYPE, photo.best == withheld
        counts["hit"] += found and member
        counts["missed"] += member and not found
        counts["wrong"] += found and not member
    return counts


def _recall_and_precision(counts: Mapping[str, int]) -> dict[str, Any]:
    members, found = counts["hit"] + counts["missed"], counts["hit"] + counts["wrong"]
    return {
        "recall": round(counts["hit"] / members, 4) if members else None,
        "precision": round(counts["hit"] / found, 4) if found else None,
        "garments": members,
    }


def _sum(parts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total
