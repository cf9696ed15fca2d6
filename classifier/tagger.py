"""From upright pictures to predictions: lazy, locked, batched."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PIL import Image

from classifier import checkpoint as files
from classifier import consensus
from classifier.checkpoint import CheckpointConfig, Thresholds
from classifier.heads import type_head, type_names, vocabulary_name
from classifier.prediction import Answer, Explanation, Prediction, Score, Tier
from classifier.taxonomy import garment_type

if TYPE_CHECKING:
    from classifier.inference import BuildNetwork, Engine, Outputs

CANDIDATES = 5
# For a head without thresholds of its own: a calibrated 0.97 is right 97 times in 100.
UNCALIBRATED = Thresholds(sure=0.97, check=0.5)
# A type that has no such share of what its kin are believed together is worth a check: boots, or heels?
STANDS_OUT = 0.6
_OWN_FIELDS = ("type", "colour", "pattern")


class Tagger:
    """Tags pictures by a checkpoint. Making one costs nothing: torch and the weights are loaded by the first tag().

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None picks CUDA, then MPS, then the CPU.
        batch_size: the most pictures in one forward pass.
        build: makes the network for a configuration; None for the real one.
    """

    def __init__(
        self,
        checkpoint: Path,
        device: str | None = None,
        batch_size: int = 16,
        *,
        build: BuildNetwork | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.checkpoint = checkpoint
        self.batch_size = batch_size
        self._device = device
        self._build = build
        self._lock = Lock()
        self._engine: Engine | None = None

    @property
    def config(self) -> CheckpointConfig:
        """What the checkpoint says of itself; before the first tag() only the file's header is read.

        Raises:
            CheckpointError: the file is missing, damaged, or not one for tagging garments.
        """
        if self._engine:
            return self._engine.config
        config = files.read_config(self.checkpoint)
        type_names(config, self.checkpoint)
        return config

    @property
    def model(self) -> str:
        """Name and version of the checkpoint. Cheap; raises as :attr:`config`."""
        return self.config.model

    @property
    def device(self) -> str | None:
        """Where the network is now, None before the first tag()."""
        return str(self._engine.device) if self._engine else None

    def tag(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """One prediction for each upright picture, in their order.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or not one for tagging garments.
        """
        if not images:
            return []
        with self._lock:
            engine = self._loaded()
        config = engine.config
        found: list[Prediction] = []
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy let other threads run
            for pictures in _batches(images, self.batch_size):
                inputs = list(pool.map(config.preprocessing.apply, pictures))
                with self._lock:
                    outputs = engine.run(inputs, self.batch_size)
                found += pool.map(partial(_prediction, config, outputs), range(len(pictures)), pictures)
        return found

    def explain(self, image: Image.Image, type_name: str | None = None) -> Explanation:
        """Where on an upright picture the network saw a type; its best one if ``type_name`` is None or unknown to it.

        The explanation's label is the type's name in the vocabulary, its score that of the same type in
        ``Prediction.types``.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or cannot be explained.
        """
        from classifier import explanation  # here, because it takes Grad-CAM's library along

        picture = image if image.mode == "RGB" else image.convert("RGB")
        with self._lock:
            engine = self._loaded()
            names = type_names(engine.config, self.checkpoint)
            label = next((label for label, name in names.items() if name == type_name), None)
            found = explanation.explain(engine, picture, type_head(engine.config) or "", label)
        return replace(found, label=names[found.label])

    def _loaded(self) -> Engine:
        if self._engine is None:
            from classifier import inference

            _ = self.config  # labels are looked at before the weights are
            self._engine = inference.open_engine(self.checkpoint, self._device, self._build or inference.build_network)
        return self._engine


def _batches(images: Sequence[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    for start in range(0, len(images), size):
        yield [image if image.mode == "RGB" else image.convert("RGB") for image in images[start : start + size]]


def _prediction(config: CheckpointConfig, outputs: Outputs, row: int, image: Image.Image) -> Prediction:
    scores = {
        head: dict(zip(labels, map(float, outputs.probabilities[head][row]), strict=True))
        for head, labels in config.heads.items()
    }
    from classifier import colour  # here, because it takes scikit-image along

    colours, palette = colour.describe(image, scores.get("colour"))
    head = type_head(config) or ""
    by_type = {str(vocabulary_name(label)): score for label, score in scores[head].items()}
    types = _best(consensus.with_kin(by_type), CANDIDATES)
    return Prediction(
        type=_type_answer(config, by_type, types[0].name),
        types=types,
        slot=garment_type(types[0].name).slot,
        colour=_answer(config, "colour", colours),
        palette=palette,
        # A checkpoint that was not taught patterns says so by its tier.
        pattern=_answer(config, "pattern", scores["pattern"])
        if "pattern" in scores
        else Answer("other", 0.0, Tier.UNKNOWN),
        attributes={
            name: _answer(config, name, found) for name, found in scores.items() if name not in (head, *_OWN_FIELDS)
        },
        embedding=outputs.embeddings[row],
        model=config.model,
    )


def _best(scores: Mapping[str, float], count: int) -> tuple[Score, ...]:
    best = sorted(scores.items(), key=lambda entry: -entry[1])[:count]
    return tuple(Score(name, score) for name, score in best)


def _answer(config: CheckpointConfig, head: str, scores: Mapping[str, float]) -> Answer:
    best = _best(scores, 1)[0]
    return Answer(best.name, best.score, tier_of(best.score, config.tiers.get(head, UNCALIBRATED)))


def _type_answer(config: CheckpointConfig, scores: Mapping[str, float], name: str) -> Answer:
    """The type with the confidence of its kin; sure only where it also stands out among them."""
    sureness = consensus.kin_mass(scores, name)
    tier = tier_of(sureness, config.tiers.get(type_head(config) or "", UNCALIBRATED))
    if tier is Tier.SURE and scores[name] < STANDS_OUT * sureness:
        tier = Tier.CHECK
    return Answer(name, sureness, tier)


def tier_of(confidence: float, thresholds: Thresholds) -> Tier:
    """The tier of a calibrated ``confidence`` (0 to 1)."""
    if confidence >= thresholds.sure:
        return Tier.SURE
    return Tier.CHECK if confidence >= thresholds.check else Tier.UNKNOWN
