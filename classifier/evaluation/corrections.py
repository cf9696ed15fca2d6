"""How much better a wardrobe's types get by its owner's corrections, on the photos that nobody corrected.

Each person's photos are parted at random: the owner goes through one half, and the other half, always the same for any
number of corrections, is what counts. The simulated owner confirms what is right and else picks the likeliest type that
answers to the photo's label; the photos come in random order, or the least sure first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.datasets import clothing
from classifier.errors import DatasetError
from classifier.serving.label_propagation import DEFAULT, Example, PropagationSettings, TypePrediction, propagate
from classifier.taxonomy import types_for_clothing_label

if TYPE_CHECKING:
    from classifier.datasets.samples import PictureSource
    from classifier.prediction import Prediction
    from classifier.serving.tagger import Tagger

STEPS = (0, 5, 10, 20)
OWN_STEPS = (3, 5)
OWN_TYPE = "Dirndl"
BESIDE = 10
CHUNK = 64
VALIDATION_PHOTOS = range(20, 61)
# Tagging keeps five candidates: of a label with more types than this none might be left once they are withheld.
MOST_WITHHELD = 4


@dataclass(frozen=True)
class Photo:
    """One photo of a person: its coarse ``label``, what the network says, and how sure it is (0 to 1)."""

    person: str
    label: str
    look: TypePrediction
    sureness: float

    def is_right(self, type_name: str | None) -> bool:
        """Whether a type answers to the label."""
        return type_name is not None and clothing.is_right(type_name, self.label)

    @property
    def owners_type(self) -> str:
        """What the owner calls it: the network's likeliest type that answers to the label."""
        right = [name for name in self.prediction.shares if self.is_right(name)]
        return max(right, key=self.prediction.shares.__getitem__) if right else clothing.TRAINED_AS[self.label][0]


def people_of(rows: Sequence[Mapping[str, str]], people: str) -> frozenset[str]:
    """Sender ids: ``held-out``, the people to report on, or ``validation``, those to choose settings by.

    Validation people have 20 to 60 photos and are none of the held-out; the shipped network was trained on them too.

    Raises:
        KeyError: there are no such people.
    """
    counts = Counter(row["sender_id"] for row in rows if row["label"] not in clothing.NOT_A_TYPE)
    rest = {person for person, number in counts.items() if number in VALIDATION_PHOTOS} - clothing.HELD_OUT_SENDERS
    return {"held-out": clothing.HELD_OUT_SENDERS, "validation": frozenset(rest)}[people]


def tagged(tagger: Tagger, source: PictureSource, people: str = "held-out") -> list[Photo]:
    """Every labelled photo of these people as the tagger sees it; this is what takes time.

    Raises:
        DatasetError: the data is missing or broken.
    """
    rows = clothing.rows(source)
    senders = people_of(rows, people)
    wanted = [row for row in rows if row["sender_id"] in senders and row["label"] not in clothing.NOT_A_TYPE]
    samples = {sample.key: sample for sample in clothing.samples(source)}
    found: list[Prediction] = []
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found += tagger.tag([source.picture(samples[f"{clothing.ARCHIVE}/{row['image']}"]) for row in chunk])
    return [photo_of(row["sender_id"], row["label"], seen) for row, seen in zip(wanted, found, strict=True)]


def photo_of(person: str, label: str, seen: Prediction) -> Photo:
    """A photo of what the tagger said: just the candidates and the embedding, as the app keeps them."""
    look = TypePrediction({entry.name: entry.score for entry in seen.types}, seen.embedding)
    return Photo(person, label, look, seen.type.confidence)


def evaluate_corrections(
    tagger: Tagger,
    source: PictureSource,
    *,
    people: str = "held-out",
    seeds: int = 10,
    how: PropagationSettings = DEFAULT,
) -> dict[str, Any]:
    """The curve of corrections and the figures of a withheld type, both means over ``seeds`` random partings.

    Raises:
        DatasetError: the data is missing or broken, or nobody has enough photos.
    """
    return measure(tagged(tagger, source, people), seeds=seeds, how=how)


def measure(photos: Sequence[Photo], *, seeds: int = 10, how: PropagationSettings = DEFAULT) -> dict[str, Any]:
    """As ``evaluate_corrections``, of photos that are tagged already.

    Raises:
        DatasetError: nobody has twice as many photos as the longest row of corrections.
    """
    wardrobes: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        wardrobes[photo.person].append(photo)
    enough = {person: own for person, own in wardrobes.items() if len(own) >= 2 * STEPS[-1]}
    if not enough:
        raise DatasetError(f"Nobody has {2 * STEPS[-1]} labelled photos: there is no curve to show.")
    return {
        "people": sorted(enough, key=int),
        "photos": sum(map(len, enough.values())),
        "seeds": seeds,
        "curve": {order: _curve(enough, seeds, how, sort) for order, sort in ORDERS.items()},
        "own_type": {
            str(count): {
                "alone": own_type(wardrobes, count, 0, seeds, how),
                f"beside_{BESIDE}_others": own_type(wardrobes, count, BESIDE, seeds, how),
            }
            for count in OWN_STEPS
        },
    }


def _least_sure_first(photos: Sequence[Photo]) -> list[Photo]:
    return sorted(photos, key=lambda photo: photo.sureness)


ORDERS: dict[str, Callable[[Sequence[Photo]], list[Photo]]] = {
    "random": list,
    "least_sure_first": _least_sure_first,
}


def _halves(person: str, photos: Sequence[Photo], seed: int) -> tuple[list[Photo], list[Photo]]:
    """What the owner may go through, in random order, and what stays uncorrected."""
    order = np.random.default_rng([int(person), seed]).permutation(len(photos))
    half = len(photos) // 2
    return [photos[at] for at in order[half:]], [photos[at] for at in order[:half]]


def _curve(
    wardrobes: Mapping[str, Sequence[Photo]],
    seeds: int,
    how: PropagationSettings,
    sort: Callable[[Sequence[Photo]], list[Photo]],
) -> dict[str, Any]:
    """By number of corrections: accuracy (0 to 1, every person counting alike) and what came of the changes."""
    figures: dict[str, Any] = {}
    for count in STEPS:
        tallies = {
            person: _added(_tally(sort(first)[:count], rest, how) for first, rest in _partings(person, own, seeds))
            for person, own in wardrobes.items()
        }
        total = _added(tallies.values())
        figures[str(count)] = {
            "accuracy": _mean([tally["right"] / tally["photos"] for tally in tallies.values()]),
            "by_person": {person: round(tally["right"] / tally["photos"], 4) for person, tally in tallies.items()},
            "mended": total["mended"] / total["photos"],
            "spoilt": total["spoilt"] / total["photos"],
            "followed": total["followed"] / total["photos"],
            "followed_right": total["followed_right"] / total["followed"] if total["followed"] else None,
        }
    return figures


def _partings(person: str, own: Sequence[Photo], seeds: int) -> Iterator[tuple[list[Photo], list[Photo]]]:
    return (_halves(person, own, seed) for seed in range(seeds))


def _tally(corrected: Sequence[Photo], rest: Sequence[Photo], how: PropagationSettings) -> Counter[str]:
    examples = [Example(photo.prediction, photo.owners_type) for photo in corrected]
    counts: Counter[str] = Counter(photos=len(rest))
    for photo, found in zip(rest, propagate([photo.prediction for photo in rest], examples, how=how), strict=True):
        before = photo.is_right(photo.prediction.answer)
        now = photo.is_right(found.type) if found else before
        counts["right"] += now
        counts["mended"] += now and not before
        counts["spoilt"] += before and not now
        counts["followed"] += found is not None
        counts["followed_right"] += found is not None and now
    return counts


def own_type(
    wardrobes: Mapping[str, Sequence[Photo]], count: int, beside: int, seeds: int, how: PropagationSettings = DEFAULT
) -> dict[str, Any]:
    """Recall and precision of a type that the network is not let know, from ``count`` examples of it.

    One label of one person at a time is taken for a type of the owner's own: the types that answer to it are withheld
    from every answer. ``beside`` further garments are corrected or confirmed too.
    """
    by_label: dict[str, Counter[str]] = defaultdict(Counter)
    for person, own in wardrobes.items():
        for label in sorted({photo.label for photo in own}):
            withheld = types_for_clothing_label(label)
            has = sum(photo.label == label for photo in own)
            if len(withheld) > MOST_WITHHELD or has < count + 2 or len(own) - has < beside + count:
                continue
            blind = [_without(photo, withheld) for photo in own]
            for seed in range(seeds):
                by_label[label] += _own_tally(person, blind, label, count, beside, seed, how)
    total = _added(by_label.values())
    return {**_recall_and_precision(total), "by_label": {k: _recall_and_precision(v) for k, v in by_label.items()}}


def _without(photo: Photo, withheld: Sequence[str]) -> Photo:
    left = {name: share for name, share in photo.prediction.shares.items() if name not in withheld}
    total = sum(left.values()) or 1.0
    look = TypePrediction({name: share / total for name, share in left.items()}, photo.prediction.embedding)
    return Photo(photo.person, photo.label, look, photo.sureness)


def _own_tally(
    person: str, own: Sequence[Photo], label: str, count: int, beside: int, seed: int, how: PropagationSettings
) -> Counter[str]:
    order = [own[at] for at in np.random.default_rng([int(person), seed]).permutation(len(own))]
    mine, others = [p for p in order if p.label == label], [p for p in order if p.label != label]
    examples = [Example(photo.prediction, OWN_TYPE) for photo in mine[:count]]
    examples += [Example(photo.prediction, photo.owners_type) for photo in others[:beside]]
    rest = [*mine[count:], *others[beside:]]
    counts: Counter[str] = Counter()
    for photo, found in zip(rest, propagate([p.prediction for p in rest], examples, {OWN_TYPE}, how), strict=True):
        said = found is not None and found.type == OWN_TYPE
        counts["hit"] += said and photo.label == label
        counts["missed"] += not said and photo.label == label
        counts["wrong"] += said and photo.label != label
    return counts


def _recall_and_precision(counts: Mapping[str, int]) -> dict[str, Any]:
    there, said = counts["hit"] + counts["missed"], counts["hit"] + counts["wrong"]
    return {
        "recall": round(counts["hit"] / there, 4) if there else None,
        "precision": round(counts["hit"] / said, 4) if said else None,
        "garments": there,
    }


def _added(parts: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)
