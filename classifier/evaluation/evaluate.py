"""How good a checkpoint is, measured the way it is used: photos in, the tagger's answers out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from classifier.datasets import clothing, fashion_products
from classifier.datasets.cut_outs import CutOut, cut_out
from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from classifier.evaluation.corrections import evaluate_corrections
from classifier.evaluation.label_metrics import binned
from classifier.evaluation.metrics import expected_calibration_error
from classifier.prediction import Answer, Prediction, Score, Tier
from classifier.taxonomy import garment_type

if TYPE_CHECKING:
    from classifier.serving.tagger import Tagger

CHUNK = 64


@dataclass(frozen=True)
class ScoredAnswer:
    """One answer about one photo, and whether it, or one of the first three, was right."""

    group: str
    truth: str
    answer: Answer
    right: bool
    right_in_three: bool


def small_label_answers(row: Mapping[str, str]) -> frozenset[str]:
    """The coarse labels that a row of clothing-dataset-small accepts, in the vocabulary's spelling."""
    names = {"t-shirt": "T-Shirt", "outwear": "Outwear"}
    return frozenset({names.get(row["small_label"], row["small_label"].capitalize())})


def _photos(source: PictureSource, keep: Callable[[dict[str, str]], bool]) -> list[tuple[Sample, dict[str, str]]]:
    samples = {sample.key: sample for sample in clothing.samples(source)}
    return [(samples[f"{clothing.ARCHIVE}/{row['image']}"], row) for row in clothing.rows(source) if keep(row)]


def small_test(source: PictureSource) -> list[tuple[Sample, dict[str, str]]]:
    """The 372 photos of clothing-dataset-small's public test split."""
    return _photos(source, lambda row: row["small_split"] == "test")


def held_out(source: PictureSource) -> list[tuple[Sample, dict[str, str]]]:
    """Every photo with one of the 17 labels by the people whom training never saw."""
    return _photos(
        source,
        lambda row: row["sender_id"] in clothing.HELD_OUT_SENDERS and row["label"] not in clothing.NOT_A_TYPE,
    )


def validation_people(source: PictureSource) -> list[tuple[Sample, dict[str, str]]]:
    """The labelled photos of the people on whom choices are made; training does not see them either."""
    photos = _photos(source, lambda row: row["label"] not in clothing.NOT_A_TYPE)
    return [(sample, row) for sample, row in photos if sample.split == "val"]


def unnamed(source: PictureSource) -> list[tuple[Sample, dict[str, str]]]:
    """The photos that people could not or would not label: what a tagger should be unsure of."""
    return _photos(source, lambda row: row["label"] in clothing.NOT_A_TYPE)


def predictions(tagger: Tagger, source: PictureSource, samples: Sequence[Sample]) -> Iterator[Prediction]:
    """The tagger's predictions, in order."""
    for start in range(0, len(samples), CHUNK):
        yield from tagger.tag([source.picture(sample) for sample in samples[start : start + CHUNK]])


def score_types(
    tagger: Tagger, source: PictureSource, photos: Sequence[tuple[Sample, dict[str, str]]], small: bool = False
) -> list[ScoredAnswer]:
    """The type of each photo, right when the type answers to the photo's coarse label."""
    scored = []
    for (sample, row), found in zip(photos, predictions(tagger, source, [s for s, _ in photos]), strict=True):
        accepted = small_label_answers(row) if small else frozenset({row["label"]})
        right = [any(clothing.is_right(entry.name, label) for label in accepted) for entry in found.types]
        scored.append(ScoredAnswer(sample.group, "|".join(accepted), found.type, right[0], any(right[:3])))
    return scored


def _ten_way(types: Sequence[Score], labels: Sequence[str]) -> str:
    """The coarse label with most probability among the candidates; a type that answers to several is shared out."""
    totals: Counter[str] = Counter()
    for entry in types:
        answers_to = [label for label in labels if clothing.is_right(entry.name, label)]
        for label in answers_to:
            totals[label] += entry.score / len(answers_to)  # type: ignore[assignment]
    return totals.most_common(1)[0][0] if totals else ""


def type_figures(scored: Sequence[ScoredAnswer]) -> dict[str, float]:
    """Top-1, top-3, calibration error, and what the tiers are worth; all 0 to 1 but ``photos``.

    Raises:
        DatasetError: there is no photo to measure on.
    """
    if not scored:
        raise DatasetError("The data holds no photos of the people to measure on; is clothing.zip whole?")
    confidence = torch.tensor([entry.answer.confidence for entry in scored])
    right = torch.tensor([entry.right for entry in scored])
    sure = [entry for entry in scored if entry.answer.tier is Tier.SURE]
    unknown = [entry for entry in scored if entry.answer.tier is Tier.UNKNOWN]
    return {
        "photos": len(scored),
        "top1": float(right.float().mean()),
        "top3": sum(entry.right_in_three for entry in scored) / len(scored),
        "calibration_error": expected_calibration_error(confidence, right),
        "sure_share": len(sure) / len(scored),
        "sure_right": sum(entry.right for entry in sure) / max(1, len(sure)),
        "unknown_share": len(unknown) / len(scored),
        "unknown_right": sum(entry.right for entry in unknown) / max(1, len(unknown)),
    }


def evaluate_small_test(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    photos = small_test(source)
    found = list(predictions(tagger, source, [sample for sample, _ in photos]))
    truths = [next(iter(small_label_answers(row))) for _, row in photos]
    labels = sorted(set(truths))
    ten_way = sum(_ten_way(p.types, labels) == truth for p, truth in zip(found, truths, strict=True))
    strict = sum(clothing.is_right(p.type.value, truth) for p, truth in zip(found, truths, strict=True))
    return {"photos": len(photos), "top1_of_ten": ten_way / len(photos), "top1_of_vocabulary": strict / len(photos)}


def type_reliability(scored: Sequence[ScoredAnswer]) -> dict[str, dict[str, float]]:
    """By bin of confidence, 0 to 14, empty ones left out: mean confidence, share right, number of photos."""
    bins = binned(np.array([e.answer.confidence for e in scored]), np.array([e.right for e in scored]))
    return {
        str(number): {"confidence": round(sure, 4), "right": round(right, 4), "photos": count}
        for number, (sure, right, count) in enumerate(
            zip(bins.confidence.tolist(), bins.accuracy.tolist(), bins.count.tolist(), strict=True)
        )
        if count
    }


def evaluate_held_out(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """All held-out people; and apart from them the ``public_test_people``, of whose clothes no other shows the same."""
    scored = score_types(tagger, source, held_out(source))
    confused = Counter((entry.truth, entry.answer.value) for entry in scored if not entry.right)
    labels = sorted({entry.truth for entry in scored})
    recall = {
        label: round(sum(e.right for e in scored if e.truth == label) / sum(e.truth == label for e in scored), 4)
        for label in labels
    }
    return {
        **type_figures(scored),
        "public_test_people": type_figures([e for e in scored if e.group in clothing.PUBLIC_TEST_SENDERS]),
        "right_by_sender": {
            sender: round(mean(e.right for e in scored if e.group == sender), 4)
            for sender in sorted({e.group for e in scored}, key=int)
        },
        "recall": recall,
        "reliability": type_reliability(scored),
        "most_confused": [[*pair, count] for pair, count in confused.most_common(8)],
    }


def evaluate_validation(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    return type_figures(score_types(tagger, source, validation_people(source)))


def evaluate_unnamed(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    photos = unnamed(source)
    tiers = Counter(p.type.tier.value for p in predictions(tagger, source, [sample for sample, _ in photos]))
    return {"photos": len(photos), **{tier.value: tiers[tier.value] / len(photos) for tier in Tier}}


def evaluate_products(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """The large product pictures of the validation split, every head that they label, on their own white ground."""
    samples = [s for s in fashion_products.samples(source) if s.split == "val"]
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    by_value: dict[str, Counter[str]] = {}
    for sample, found in zip(samples, predictions(tagger, source, samples), strict=True):
        answers = {"type": found.type, "colour": found.colour, "pattern": found.pattern, **found.attributes}
        for head, accepted in sample.targets.items():
            known[head] += 1
            right[head] += answers[head].value in accepted
            if len(accepted) == 1:
                value = next(iter(accepted))
                by_value.setdefault(head, Counter())[f"{value} {answers[head].value == value}"] += 1
    figures: dict[str, Any] = {"photos": len(samples)}
    for head in known:
        figures[head] = right[head] / known[head]
        counts = by_value.get(head, Counter())
        values = {key.rsplit(" ", 1)[0] for key in counts}
        recalls = [counts[f"{v} True"] / (counts[f"{v} True"] + counts[f"{v} False"]) for v in values]
        figures[f"{head}_balanced"] = sum(recalls) / max(1, len(recalls))
    return figures


def evaluate_worn(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Product pictures of the validation split that somebody wears: how much of the garment counts, and of the wearer.

    What is garment and what is skin or head is told by :func:`classifier.masks.cut_outs.cut_out`, so roughly.
    """
    worn: list[tuple[Image.Image, CutOut]] = []
    for sample in fashion_products.samples(source):
        if sample.split != "val" or sample.archive != fashion_products.LARGE:
            continue
        picture = source.picture(sample)
        found = cut_out(picture, garment_type(min(sample.targets["type"])).slot)
        if found is not None and found.rest.any():
            worn.append((picture, found))
    shares: dict[str, list[float]] = {"garment": [], "wearer": [], "worn_besides": []}
    for prediction, (picture, known) in zip(tagger.tag([picture for picture, _ in worn]), worn, strict=True):
        likely = prediction.mask.cloth if prediction.mask else np.full((1, 1), 255, np.uint8)
        counts = np.asarray(Image.fromarray(likely).resize(picture.size)) > 127
        for name, part in (("garment", known.cloth), ("wearer", known.rest), ("worn_besides", known.unsure)):
            if part.any():
                shares[name].append(float(counts[part].mean()))
    return {"photos": len(worn)} | {f"{name}_counts": mean(values) for name, values in shares.items() if values}


def labels_by_eye(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of labels in ``data``.

    ``colour_labels.csv``: image, label, colour, alt, pattern, pattern_alt, unsure. ``redundancy_pairs.csv``: image_a,
    image_b, label (1 the same or practically identical, 0 only alike), note.

    Raises:
        DatasetError: the file is not there.
    """
    path = data / name
    try:
        return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise DatasetError(f"{path}: the labels cannot be read ({error}).") from error


def score_attributes(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, list[ScoredAnswer]]:
    """Colour and pattern of the photos labelled by eye; ``right`` is the main answer, ``right_in_three`` either."""
    rows = labels_by_eye(data, "colour_labels.csv")
    samples = {sample.key: sample for sample in clothing.samples(source)}
    chosen = [samples[f"{clothing.ARCHIVE}/{row['image']}"] for row in rows]
    scored: dict[str, list[ScoredAnswer]] = {"colour": [], "pattern": []}
    for row, sample, found in zip(rows, chosen, predictions(tagger, source, chosen), strict=True):
        for head, answer in (("colour", found.colour), ("pattern", found.pattern)):
            if not row[head]:
                continue
            also = row["alt" if head == "colour" else "pattern_alt"].split("|")
            main = answer.value == row[head]
            scored[head].append(ScoredAnswer(sample.group, row[head], answer, main, main or answer.value in also))
    return scored


def evaluate_attributes(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for head, scored in score_attributes(tagger, source, data).items():
        confused = Counter((e.truth, e.answer.value) for e in scored if not e.right)
        sure = [e for e in scored if e.answer.tier is Tier.SURE]
        figures[head] = {
            "photos": len(scored),
            "main": sum(e.right for e in scored) / len(scored),
            "either": sum(e.right_in_three for e in scored) / len(scored),
            "sure_share": len(sure) / len(scored),
            "sure_either": sum(e.right_in_three for e in sure) / max(1, len(sure)),
            "most_confused": [[*pair, count] for pair, count in confused.most_common(8)],
            "confusion": confusion(scored),
        }
    return figures


def confusion(scored: Sequence[ScoredAnswer]) -> dict[str, dict[str, int]]:
    """By true answer, how often each answer was given; the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for entry in scored:
        counts.setdefault(entry.truth, Counter())[entry.answer.value] += 1
    return {truth: dict(answers.most_common()) for truth, answers in sorted(counts.items())}


def pair_figures(same: NDArray[np.bool_], alike: NDArray[np.float64]) -> dict[str, float]:
    """Area under the ROC curve, average precision, and the share of same pairs found at 95 % precision."""
    precision, recall, _ = precision_recall_curve(same, alike)
    return {
        "pairs": len(same),
        "auc": float(roc_auc_score(same, alike)),
        "average_precision": float(average_precision_score(same, alike)),
        "found_at_95_precision": float(max(recall[precision >= 0.95], default=0.0)),
    }


def evaluate_pairs(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, Any]:
    """Whether embeddings tell the same garment from one that is only alike: the garment's, the whole picture's."""
    rows = labels_by_eye(data, "redundancy_pairs.csv")
    samples = {sample.key: sample for sample in clothing.samples(source)}
    images = sorted({row[side] for row in rows for side in ("image_a", "image_b")})
    pictures = [source.picture(samples[f"{clothing.ARCHIVE}/{image}"]) for image in images]
    same = np.array([row["label"] == "1" for row in rows])
    figures: dict[str, Any] = {}
    for what, masked in (("garment", True), ("whole_picture", False)):
        found = tagger.tag(pictures, [masked] * len(pictures))
        of = dict(zip(images, (entry.embedding for entry in found), strict=True))
        figures[what] = pair_figures(same, np.array([of[row["image_a"]] @ of[row["image_b"]] for row in rows]))
    return figures


def evaluate(tagger: Tagger, data: Path, split: str) -> dict[str, Any]:
    """The figures of one split of :data:`SPLIT_NAMES`.

    Raises:
        KeyError: there is no such split.
        DatasetError: the data is missing or broken.
    """
    source = PictureSource(data)
    if split in BY_HAND:
        return BY_HAND[split](tagger, source, data)
    return SPLITS[split](tagger, source)


SPLITS: dict[str, Callable[[Tagger, PictureSource], dict[str, Any]]] = {
    "small-test": evaluate_small_test,
    "held-out": evaluate_held_out,
    "validation": evaluate_validation,
    "unnamed": evaluate_unnamed,
    "corrections": evaluate_corrections,
    "products": evaluate_products,
    "worn": evaluate_worn,
}
BY_HAND: dict[str, Callable[[Tagger, PictureSource, Path], dict[str, Any]]] = {
    "attributes": evaluate_attributes,
    "pairs": evaluate_pairs,
}
SPLIT_NAMES = (*SPLITS, *BY_HAND)
