"""Evaluate the garment tagger the way the app uses it: photos in, the tagger's answers out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from classifier.datasets import clothing, fashion_products
from classifier.datasets.cut_outs import CutOut, cut_out
from classifier.datasets.samples import PictureSource, Sample
from classifier.evaluation.corrections import evaluate_corrections
from classifier.evaluation.manual_labels import evaluate_attributes, evaluate_pairs
from classifier.evaluation.masks import evaluate_masks
from classifier.evaluation.scored_answers import (
    ScoredAnswer,
    accuracy_by,
    confusion_of_commonest,
    most_confused,
    predictions,
    type_figures,
    type_reliability,
)
from classifier.prediction import Score, Tier
from classifier.taxonomy import garment_type

if TYPE_CHECKING:
    from classifier.serving.tagger import Tagger

Photos = Sequence[tuple[Sample, dict[str, str]]]  # with their rows of images.csv


def small_label_answers(row: Mapping[str, str]) -> frozenset[str]:
    """The everyday labels that a row of clothing-dataset-small accepts, in the vocabulary's spelling."""
    names = {"t-shirt": "T-Shirt", "outwear": "Outwear"}
    return frozenset({names.get(row["small_label"], row["small_label"].capitalize())})


def _photos(source: PictureSource, keep: Callable[[dict[str, str]], bool]) -> list[tuple[Sample, dict[str, str]]]:
    samples = {sample.key: sample for sample in clothing.samples(source)}
    return [(samples[f"{clothing.ARCHIVE}/{row['image']}"], row) for row in clothing.rows(source) if keep(row)]


def _is_labelled(row: Mapping[str, str]) -> bool:
    return row["label"] not in clothing.NOT_A_TYPE


def small_test(source: PictureSource) -> Photos:
    """The 372 photos of clothing-dataset-small's public test split."""
    return _photos(source, lambda row: row["small_split"] == "test")


def held_out(source: PictureSource) -> Photos:
    """The photos with a type of the people of the public test split, who are held out of every choice."""
    photos = _photos(source, lambda row: row["sender_id"] in clothing.PUBLIC_TEST_SENDERS)
    return [(sample, row) for sample, row in photos if "type" in sample.best]


def unnamed(source: PictureSource) -> Photos:
    """The photos that people did not label, on which the tagger should be unsure."""
    return _photos(source, lambda row: not _is_labelled(row))


def score_types(tagger: Tagger, source: PictureSource, photos: Photos) -> list[ScoredAnswer]:
    """Score the type of each photo against the types told by eye."""
    scored = []
    for (sample, _), found in zip(photos, predictions(tagger, source, [s for s, _ in photos]), strict=True):
        best, accepted = sample.best["type"], sample.targets["type"]
        right = [entry.name in accepted for entry in found.types]
        strict = found.type.value == best
        scored.append(ScoredAnswer(sample.group, best, found.type, right[0], any(right[:3]), strict))
    return scored


def _best_label(types: Sequence[Score], labels: Sequence[str]) -> str:
    """The label with the highest total score; a type that several labels include counts in parts."""
    totals: dict[str, float] = defaultdict(float)
    for entry in types:
        including = [label for label in labels if clothing.is_right(entry.name, label)]
        for label in including:
            totals[label] += entry.score / len(including)
    return max(totals, key=totals.__getitem__, default="")


def evaluate_small_test(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute accuracy on clothing-dataset-small's test split, among its ten labels and in the whole vocabulary."""
    photos = small_test(source)
    found = list(predictions(tagger, source, [sample for sample, _ in photos]))
    truths = [next(iter(small_label_answers(row))) for _, row in photos]
    labels = sorted(set(truths))
    pairs = list(zip(found, truths, strict=True))
    return {
        "photos": len(photos),
        "top1_of_ten": fmean(_best_label(one.types, labels) == truth for one, truth in pairs),
        "top1_of_vocabulary": fmean(clothing.is_right(one.type.value, truth) for one, truth in pairs),
    }


def evaluate_held_out(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute figures for the people held out of training and of every choice."""
    photos = held_out(source)
    scored = score_types(tagger, source, photos)
    labelled = [
        clothing.is_right(entry.answer.value, row["label"])
        for entry, (_, row) in zip(scored, photos, strict=True)
        if _is_labelled(row)
    ]
    return {
        **type_figures(scored),
        "everyday_labels": {"photos": len(labelled), "top1": fmean(labelled)},
        "right_by_sender": accuracy_by(scored, lambda entry: entry.group),
        "recall": accuracy_by(scored, lambda entry: entry.truth),
        "reliability": type_reliability(scored),
        "most_confused": most_confused(scored),
        "confusion_of_commonest": confusion_of_commonest(scored),
    }


def evaluate_unnamed(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute the share of each tier on photos without a label."""
    photos = unnamed(source)
    tiers = Counter(p.type.tier.value for p in predictions(tagger, source, [sample for sample, _ in photos]))
    return {"photos": len(photos), **{tier.value: tiers[tier.value] / len(photos) for tier in Tier}}


def evaluate_products(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute accuracy and balanced accuracy of each head on the validation split's large product pictures."""
    samples = [s for s in fashion_products.samples(source) if s.split == "val"]
    right: dict[str, list[bool]] = defaultdict(list)
    by_value: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for sample, found in zip(samples, predictions(tagger, source, samples), strict=True):
        answers = {"type": found.type, "colour": found.colour, "pattern": found.pattern, **found.attributes}
        for head, accepted in sample.targets.items():
            is_right = answers[head].value in accepted
            right[head].append(is_right)
            if len(accepted) == 1:
                by_value[head][next(iter(accepted))].append(is_right)
    figures: dict[str, Any] = {"photos": len(samples)}
    for head in right:
        recalls = [fmean(values) for values in by_value[head].values()]
        figures |= {head: fmean(right[head]), f"{head}_balanced": sum(recalls) / max(1, len(recalls))}
    return figures


def evaluate_worn(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute the share of garment and of wearer under the masks, on product pictures with a model.

    :func:`classifier.datasets.cut_outs.cut_out` roughly separates the garment from skin and head.
    """
    worn: list[tuple[Image.Image, CutOut]] = []
    for sample in fashion_products.samples(source):
        if sample.split != "val" or sample.archive != fashion_products.LARGE:
            continue
        picture = source.picture(sample)
        parts = cut_out(picture, garment_type(min(sample.targets["type"])).slot)
        if parts is not None and parts.rest.any():
            worn.append((picture, parts))
    shares: dict[str, list[float]] = {"garment": [], "wearer": [], "worn_besides": []}
    for prediction, (picture, parts) in zip(tagger.tag([picture for picture, _ in worn]), worn, strict=True):
        cloth = prediction.mask.cloth if prediction.mask else np.full((1, 1), 255, np.uint8)
        counts = np.asarray(Image.fromarray(cloth).resize(picture.size)) > 127
        for name, part in (("garment", parts.cloth), ("wearer", parts.rest), ("worn_besides", parts.unsure)):
            if part.any():
                shares[name].append(float(counts[part].mean()))
    return {"photos": len(worn)} | {f"{name}_counts": fmean(values) for name, values in shares.items() if values}


def evaluate(tagger: Tagger, data: Path, split: str) -> dict[str, Any]:
    """Compute the figures of one split of :data:`SPLIT_NAMES`.

    Raises:
        KeyError: the split is unknown.
        DatasetError: the data is missing or damaged.
    """
    source = PictureSource(data)
    if split in MANUAL_SPLITS:
        return MANUAL_SPLITS[split](tagger, source, data)
    return SPLITS[split](tagger, source)


SPLITS: dict[str, Callable[[Tagger, PictureSource], dict[str, Any]]] = {
    "small-test": evaluate_small_test,
    "held-out": evaluate_held_out,
    "unnamed": evaluate_unnamed,
    "corrections": evaluate_corrections,
    "products": evaluate_products,
    "worn": evaluate_worn,
    "masks": evaluate_masks,
}
MANUAL_SPLITS: dict[str, Callable[[Tagger, PictureSource, Path], dict[str, Any]]] = {
    "attributes": evaluate_attributes,
    "pairs": evaluate_pairs,
}
SPLIT_NAMES = (*SPLITS, *MANUAL_SPLITS)
