"""Fit the attribute heads: logistic regressions on manually labelled photos, cross-validated by person."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import CheckpointIncompatible, DatasetError
from classifier.evaluation.metrics import fitted_temperature
from classifier.serving.attributes.attribute_features import head_features
from classifier.serving.attributes.attributes import EVERYWHERE
from classifier.serving.attributes.colour_histogram import colour_features
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, identity, save
from classifier.serving.engines import Runner, open_runner
from classifier.serving.masks.garment_mask import find_mask
from classifier.serving.preprocessing import Preprocessing
from classifier.training.calibration import thresholds_of
from classifier.training.recipes import LABELS, AttributeRecipe

Floats = NDArray[np.float32]
BATCH_PHOTOS = 16
MIN_CALIBRATION_PHOTOS = 40


@dataclass(frozen=True)
class LabelledPhoto:
    """A labelled photo with its manual labels, and its features by head."""

    sample: Sample
    labels: Mapping[str, str]
    features: Mapping[str, Floats]

    def accepted(self, head: str) -> tuple[str, ...]:
        """The main label, then acceptable alternatives; empty if unknown."""
        main = self.labels[head]
        if main not in LABELS[head]:
            return ()
        return (main, *(name for name in self.labels.get(f"{head}_alt", "").split("|") if name))


def train_attributes(recipe: AttributeRecipe, data: Path, output: Path, tagger: Path = SHIPPED) -> Path:
    """Fit the heads; write ``garment-attributes.safetensors`` and ``metrics.json`` to ``output``.

    Temperatures and tiers come from the photos of held-out people, if there are enough: the network learned the labels
    of all others, so its confidence in them says little.

    Raises:
        DatasetError: the data is missing or damaged.
        CheckpointError: the tagger's checkpoint is missing, damaged, or finds no masks.
    """
    base = identity(tagger)
    photos = _labelled_photos(recipe, data, open_runner(tagger), output, base)
    known = [one for one in photos if one.sample.split != "test"]
    others = [one for one in photos if one.sample.split == "test"]
    if not known:
        raise DatasetError(f"{data} has none of the photos with attribute labels.")
    state: dict[str, torch.Tensor] = {}
    config = CheckpointConfig(recipe.name, recipe.version, base, Preprocessing(size=1), {})
    figures: dict[str, Any] = {}
    for head in recipe.heads:
        fitted = _fitted(head, recipe, known).calibrated(others, head)
        figures[head] = {**fitted.figures, "held_out": _figures(fitted.answers(others, head), others, head)}
        if head in recipe.shipped:
            state |= {f"{head}.{part}": torch.from_numpy(value) for part, value in fitted.weights.items()}
            config = replace(
                config,
                heads={**config.heads, head: LABELS[head]},
                temperatures={**config.temperatures, head: fitted.temperature},
                tiers={**config.tiers, head: thresholds_of(*fitted.answered)},
            )
    path = output / f"{recipe.name}.safetensors"
    save(path, config, state, half=False)
    facts = {"recipe": asdict(recipe), "photos": len(known), "held_out": len(others), "figures": figures}
    (output / "metrics.json").write_text(json.dumps(facts, indent=2, default=str), encoding="utf-8")
    return path


def _labelled_photos(
    recipe: AttributeRecipe, data: Path, engine: Runner, output: Path, base: str
) -> list[LabelledPhoto]:
    """Compute every labelled photo's features; cached in ``output`` for the same checkpoints ``base``."""
    source, labels = PictureSource(data), clothing.attributes()
    chosen = [s for s in clothing.samples(source) if s.key.partition("/")[2] in labels]
    output.mkdir(parents=True, exist_ok=True)
    cache, of = output / "features.npz", [base, *(s.key for s in chosen)]
    if cache.is_file() and np.load(cache)["of"].tolist() == of:
        features = {head: np.load(cache)[head] for head in recipe.heads}
    else:
        computed = list(_features(recipe, source, chosen, engine))
        features = {head: np.stack([one[head] for one in computed]) for head in recipe.heads} if computed else {}
        np.savez(cache, of=of, **features)
    return [
        LabelledPhoto(
            sample, labels[sample.key.partition("/")[2]], {head: values[row] for head, values in features.items()}
        )
        for row, sample in enumerate(chosen)
    ]


def _features(
    recipe: AttributeRecipe, source: PictureSource, photos: Sequence[Sample], engine: Runner
) -> Iterator[dict[str, Floats]]:
    """Compute each photo's features by head."""
    config = engine.config
    for start in tqdm(range(0, len(photos), BATCH_PHOTOS), "Computing features"):
        pictures = [source.picture(sample) for sample in photos[start : start + BATCH_PHOTOS]]
        outputs = engine.run([config.preprocessing.apply(picture) for picture in pictures], BATCH_PHOTOS)
        if outputs.texture is None or outputs.cloth is None:
            raise CheckpointIncompatible(f"{config.model} finds no masks. Train its mask decoder first.")
        for row, picture in enumerate(pictures):
            probabilities = {head: values[row] for head, values in outputs.probabilities.items()}
            found = find_mask(config.preprocessing.unfit(outputs.cloth[row], picture.size), picture, config.model)
            pixels = colour_features(picture, found.mask.cloth if found else EVERYWHERE)
            yield {head: head_features(head, probabilities, outputs.texture[row], pixels) for head in recipe.heads}


@dataclass(frozen=True)
class Fitted:
    """A fitted head, with confidences and correctness of its cross-validated answers."""

    weights: dict[str, Floats]
    temperature: float
    answered: tuple[torch.Tensor, torch.Tensor]
    figures: dict[str, Any]

    def calibrated(self, photos: Sequence[LabelledPhoto], head: str) -> Fitted:
        """Fit temperature and answers on other photos, if at least :data:`MIN_CALIBRATION_PHOTOS` have a label."""
        labelled = [photo for photo in photos if photo.accepted(head)]
        if len(labelled) < MIN_CALIBRATION_PHOTOS:
            return self
        logits = torch.from_numpy(self.answers(labelled, head)).clamp(min=1e-9).log() * self.temperature
        truth = torch.tensor([[name in photo.accepted(head) for name in LABELS[head]] for photo in labelled])
        temperature = fitted_temperature(logits, truth)
        confidence, answer = (logits / temperature).softmax(1).max(1)
        right = truth.gather(1, answer[:, None]).squeeze(1)
        return replace(self, temperature=temperature, answered=(confidence, right))

    def answers(self, photos: Sequence[LabelledPhoto], head: str) -> Floats:
        """Compute probabilities (N, classes) of other photos."""
        if not photos:
            return np.zeros((0, len(LABELS[head])), np.float32)
        features = np.stack([photo.features[head] for photo in photos])
        logits = ((features - self.weights["mean"]) / self.weights["scale"]) @ self.weights["weight"].T
        return np.asarray(softmax((logits + self.weights["bias"]) / self.temperature, axis=1), np.float32)


def _fitted(head: str, recipe: AttributeRecipe, photos: Sequence[LabelledPhoto]) -> Fitted:
    """Choose penalty and temperature by cross-validation over people, then fit on everybody."""
    labelled = [photo for photo in photos if photo.accepted(head)]
    people = [photo.sample.group for photo in labelled]
    folds = list(GroupKFold(min(recipe.folds, len(set(people)))).split(labelled, groups=people))
    truth = np.array([[name in photo.accepted(head) for name in LABELS[head]] for photo in labelled])
    tried: dict[float, Floats] = {}
    for strength in recipe.strengths:
        logits = np.zeros((len(labelled), len(LABELS[head])), np.float32)
        for fit, left_out in folds:
            weights = _fit(head, recipe, [labelled[k] for k in fit], strength)
            features = np.stack([labelled[k].features[head] for k in left_out])
            scaled = (features - weights["mean"]) / weights["scale"]
            logits[left_out] = scaled @ weights["weight"].T + weights["bias"]
        tried[strength] = logits
    main = truth & (np.array([LABELS[head]] * len(labelled)) == np.array([[photo.labels[head]] for photo in labelled]))
    best = max(tried, key=lambda strength: float(main[np.arange(len(labelled)), tried[strength].argmax(1)].mean()))
    temperature = fitted_temperature(torch.from_numpy(tried[best]), torch.from_numpy(truth))
    probabilities = softmax(tried[best] / temperature, axis=1)
    right = truth[np.arange(len(labelled)), probabilities.argmax(1)]
    figures = {"strength": best, "temperature": temperature, "left_out": _figures(probabilities, labelled, head)}
    answered = (torch.from_numpy(probabilities.max(1)), torch.from_numpy(right))
    return Fitted(_fit(head, recipe, labelled, best), temperature, answered, figures)


def _fit(head: str, recipe: AttributeRecipe, photos: Sequence[LabelledPhoto], strength: float) -> dict[str, Floats]:
    """Fit a logistic regression; a label without photos is never predicted."""
    rows, names, shares = [], [], []
    for number, photo in enumerate(photos):
        main, *others = photo.accepted(head)
        rows += [number] * (1 + len(others))
        names += [main, *others]
        shares += (
            [1 - recipe.alternative_weight, *[recipe.alternative_weight / len(others)] * len(others)]
            if others
            else [1.0]
        )
    features = np.stack([photo.features[head] for photo in photos])
    scaler = StandardScaler().fit(features)
    regression = LogisticRegression(C=strength, max_iter=2000)
    with warnings.catch_warnings(), threadpool_limits(1):  # a problem this small is slower on two threads
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(scaler.transform(features)[rows], names, sample_weight=shares)
    classes = list(regression.classes_)
    weight = np.zeros((len(LABELS[head]), features.shape[1]), np.float32)
    bias = np.full(len(LABELS[head]), -30.0, np.float32)
    for row, name in enumerate(LABELS[head]):
        if name in classes:
            weight[row], bias[row] = _row(regression, classes.index(name))
    return {"mean": scaler.mean_.astype(np.float32), "scale": scaler.scale_.astype(np.float32),
            "weight": weight, "bias": bias}  # fmt: skip


def _row(regression: LogisticRegression, number: int) -> tuple[Floats, float]:
    """A class's weights and bias; scikit-learn has one row for two classes."""
    if len(regression.classes_) > 2:
        return regression.coef_[number], float(regression.intercept_[number])
    sign = 0.5 if number else -0.5
    return sign * regression.coef_[0], sign * float(regression.intercept_[0])


def _figures(probabilities: Floats, photos: Sequence[LabelledPhoto], head: str) -> dict[str, Any]:
    """Compute accuracy on the main label and on any acceptable one, and each label's recall."""
    answers = [
        (LABELS[head][int(row.argmax())], photo.accepted(head))
        for row, photo in zip(probabilities, photos, strict=True)
        if photo.accepted(head)
    ]
    if not answers:
        return {"photos": 0}
    hits: dict[str, list[bool]] = {}
    for answer, (main, *_) in answers:
        hits.setdefault(main, []).append(answer == main)
    return {
        "photos": len(answers),
        "main": float(np.mean([answer == accepted[0] for answer, accepted in answers])),
        "either": float(np.mean([answer in accepted for answer, accepted in answers])),
        "recall": {name: [round(float(np.mean(values)), 3), len(values)] for name, values in sorted(hits.items())},
    }
