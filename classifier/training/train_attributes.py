"""RecipeModule the heads that read looks: logistic regressions on photos labelled by eye, scored person by person."""

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
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from classifier.evaluation.metrics import fitted_temperature
from classifier.serving import inference
from classifier.serving.attributes.attribute_features import head_features
from classifier.serving.attributes.attributes import fitted_on
from classifier.serving.attributes.colour_histogram import colour_features
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, save
from classifier.serving.masks.garment_mask import SHIPPED_MASKS, Masker
from classifier.serving.preprocessing import Preprocessing
from classifier.training.attribute_recipe import LABELS, AttributeRecipe
from classifier.training.calibration import thresholds_of

Floats = NDArray[np.float32]
CHUNK = 16


@dataclass(frozen=True)
class LabelledPhoto:
    """One labelled photo: who took it, what was said of it, and by head the numbers that it is to be read from."""

    sample: Sample
    said: Mapping[str, str]
    numbers: Mapping[str, Floats]

    def accepted(self, head: str) -> tuple[str, ...]:
        """The main answer, then what is also acceptable; empty where nobody could tell."""
        main = self.said[head]
        if main not in LABELS[head]:
            return ()
        return (main, *(name for name in self.said.get(f"{head}_alt", "").split("|") if name))


def train_attributes(
    recipe: AttributeRecipe, data: Path, output: Path, tagger: Path = SHIPPED, masks: Path = SHIPPED_MASKS
) -> Path:
    """Fits the heads; writes ``garment-attributes.safetensors`` and ``metrics.json`` to ``output``.

    Photos of the people who are held out are measured on, never fitted on.

    Raises:
        DatasetError: the data is missing or broken.
        CheckpointError: the tagger's or the masks' checkpoint is missing or damaged.
    """
    masker, engine = Masker(masks), inference.open_engine(tagger)
    base = fitted_on(tagger, masks)
    looked = _labelled_photos(recipe, data, engine, masker, output, base)
    known = [one for one in looked if one.sample.split != "test"]
    others = [one for one in looked if one.sample.split == "test"]
    if not known:
        raise DatasetError(f"{data} holds none of the photos whose looks are known.")
    state: dict[str, torch.Tensor] = {}
    config = CheckpointConfig(recipe.name, recipe.version, base, Preprocessing(size=1), {})
    told: dict[str, Any] = {}
    for head in recipe.heads:
        fitted = _fitted(head, recipe, known)
        told[head] = {**fitted.figures, "held_out": _figures(fitted.answers(others, head), others, head)}
        if head in recipe.shipped:
            state |= {f"{head}.{part}": torch.from_numpy(value) for part, value in fitted.weights.items()}
            config = replace(
                config,
                heads={**config.heads, head: LABELS[head]},
                temperatures={**config.temperatures, head: fitted.temperature},
                tiers={**config.tiers, head: thresholds_of(*fitted.scored)},
            )
    path = output / f"{recipe.name}.safetensors"
    save(path, config, state, half=False)
    facts = {"recipe": asdict(recipe), "photos": len(known), "held_out": len(others), "figures": told}
    (output / "metrics.json").write_text(json.dumps(facts, indent=2, default=str), encoding="utf-8")
    return path


def _labelled_photos(
    recipe: AttributeRecipe, data: Path, engine: inference.Engine, masker: Masker, output: Path, base: str
) -> list[LabelledPhoto]:
    """Every labelled photo with its numbers, kept in ``output`` for the next time on the same ``base``."""
    source, said = PictureSource(data), clothing.attributes()
    chosen = [s for s in clothing.samples(source) if s.key.partition("/")[2] in said]
    output.mkdir(parents=True, exist_ok=True)
    kept, of = output / "numbers.npz", [base, *(s.key for s in chosen)]
    if kept.is_file() and np.load(kept)["of"].tolist() == of:
        numbers = {head: np.load(kept)[head] for head in recipe.heads}
    else:
        seen = list(_numbers(recipe, source, chosen, engine, masker))
        numbers = {head: np.stack([one[head] for one in seen]) for head in recipe.heads} if seen else {}
        np.savez(kept, of=of, **numbers)
    return [
        LabelledPhoto(
            sample, said[sample.key.partition("/")[2]], {head: values[row] for head, values in numbers.items()}
        )
        for row, sample in enumerate(chosen)
    ]


def _numbers(
    recipe: AttributeRecipe, source: PictureSource, photos: Sequence[Sample], engine: inference.Engine, masker: Masker
) -> Iterator[dict[str, Floats]]:
    """By head, what each photo's looks are to be read from."""
    for start in tqdm(range(0, len(photos), CHUNK), "Looking at the photos"):
        pictures = [source.picture(sample) for sample in photos[start : start + CHUNK]]
        outputs = engine.run([engine.config.preprocessing.apply(picture) for picture in pictures], CHUNK)
        for row, (picture, mask) in enumerate(zip(pictures, masker.find(pictures), strict=True)):
            probabilities = {head: values[row] for head, values in outputs.probabilities.items()}
            pixels = colour_features(picture, mask.cloth)
            yield {
                head: head_features(head, probabilities, outputs.embeddings[row], mask.texture, pixels)
                for head in recipe.heads
            }


@dataclass(frozen=True)
class Fitted:
    """A fitted head: its ``weights``, its ``temperature``, confidences and rights of people left out, and figures."""

    weights: dict[str, Floats]
    temperature: float
    scored: tuple[torch.Tensor, torch.Tensor]
    figures: dict[str, Any]

    def answers(self, photos: Sequence[LabelledPhoto], head: str) -> Floats:
        """Probabilities (N, classes) of photos that were not fitted on."""
        if not photos:
            return np.zeros((0, len(LABELS[head])), np.float32)
        numbers = np.stack([photo.numbers[head] for photo in photos])
        logits = ((numbers - self.weights["mean"]) / self.weights["scale"]) @ self.weights["weight"].T
        return _softmax((logits + self.weights["bias"]) / self.temperature)


def _fitted(head: str, recipe: AttributeRecipe, photos: Sequence[LabelledPhoto]) -> Fitted:
    """The penalty that is best for people left out, the temperature that suits them, and a fit on everybody."""
    told = [photo for photo in photos if photo.accepted(head)]
    people = [photo.sample.group for photo in told]
    folds = list(GroupKFold(min(recipe.folds, len(set(people)))).split(told, groups=people))
    truth = np.array([[name in photo.accepted(head) for name in LABELS[head]] for photo in told])
    tried: dict[float, Floats] = {}
    for strength in recipe.strengths:
        logits = np.zeros((len(told), len(LABELS[head])), np.float32)
        for fit, left_out in folds:
            weights = _fit(head, recipe, [told[k] for k in fit], strength)
            numbers = np.stack([told[k].numbers[head] for k in left_out])
            scaled = (numbers - weights["mean"]) / weights["scale"]
            logits[left_out] = scaled @ weights["weight"].T + weights["bias"]
        tried[strength] = logits
    main = truth & (np.array([LABELS[head]] * len(told)) == np.array([[photo.said[head]] for photo in told]))
    best = max(tried, key=lambda strength: float(main[np.arange(len(told)), tried[strength].argmax(1)].mean()))
    temperature = fitted_temperature(torch.from_numpy(tried[best]), torch.from_numpy(truth))
    likely = _softmax(tried[best] / temperature)
    right = truth[np.arange(len(told)), likely.argmax(1)]
    figures = {"strength": best, "temperature": temperature, "left_out": _figures(likely, told, head)}
    scored = (torch.from_numpy(likely.max(1)), torch.from_numpy(right))
    return Fitted(_fit(head, recipe, told, best), temperature, scored, figures)


def _fit(head: str, recipe: AttributeRecipe, photos: Sequence[LabelledPhoto], strength: float) -> dict[str, Floats]:
    """A logistic regression's weights; a name that no photo has is never answered."""
    rows, names, shares = [], [], []
    for number, photo in enumerate(photos):
        main, *others = photo.accepted(head)
        rows += [number] * (1 + len(others))
        names += [main, *others]
        shares += [1 - recipe.also, *[recipe.also / len(others)] * len(others)] if others else [1.0]
    numbers = np.stack([photo.numbers[head] for photo in photos])
    scaler = StandardScaler().fit(numbers)
    regression = LogisticRegression(C=strength, max_iter=2000)
    with warnings.catch_warnings(), threadpool_limits(1):  # so small a problem is slower on two threads
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(scaler.transform(numbers)[rows], names, sample_weight=shares)
    classes = list(regression.classes_)
    weight = np.zeros((len(LABELS[head]), numbers.shape[1]), np.float32)
    bias = np.full(len(LABELS[head]), -30.0, np.float32)
    for row, name in enumerate(LABELS[head]):
        if name in classes:
            weight[row], bias[row] = _row(regression, classes.index(name))
    return {"mean": scaler.mean_.astype(np.float32), "scale": scaler.scale_.astype(np.float32),
            "weight": weight, "bias": bias}  # fmt: skip


def _row(regression: LogisticRegression, number: int) -> tuple[Floats, float]:
    """One class's weights and bias; of two classes scikit-learn keeps the second one's only."""
    if len(regression.classes_) > 2:
        return regression.coef_[number], float(regression.intercept_[number])
    sign = 0.5 if number else -0.5
    return sign * regression.coef_[0], sign * float(regression.intercept_[0])


def _softmax(logits: NDArray[Any]) -> Floats:
    likely = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(likely / likely.sum(1, keepdims=True), np.float32)


def _figures(likely: Floats, photos: Sequence[LabelledPhoto], head: str) -> dict[str, Any]:
    """How many photos there are, how often the main answer and either was right, and each name's recall."""
    answers = [
        (LABELS[head][int(row.argmax())], photo.accepted(head))
        for row, photo in zip(likely, photos, strict=True)
        if photo.accepted(head)
    ]
    if not answers:
        return {"photos": 0}
    found: dict[str, list[bool]] = {}
    for answer, (main, *_) in answers:
        found.setdefault(main, []).append(answer == main)
    return {
        "photos": len(answers),
        "main": float(np.mean([answer == accepted[0] for answer, accepted in answers])),
        "either": float(np.mean([answer in accepted for answer, accepted in answers])),
        "recall": {name: [round(float(np.mean(hits)), 3), len(hits)] for name, hits in sorted(found.items())},
    }
