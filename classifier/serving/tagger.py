"""Turn upright pictures into predictions: loaded lazily, locked, in batches."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PIL import Image

from classifier.errors import CheckpointError
from classifier.prediction import Answer, Explanation, Prediction, Score, Tier
from classifier.serving import checkpoint as files
from classifier.serving.checkpoint import CheckpointConfig, Thresholds
from classifier.serving.heads import type_head, type_names, vocabulary_name
from classifier.taxonomy import garment_type

if TYPE_CHECKING:
    from classifier.serving.attributes.attributes import AttributeReader
    from classifier.serving.engines import Runner
    from classifier.serving.inference import BuildNetwork, Engine
    from classifier.serving.masks.garment_mask import Found
    from classifier.serving.outputs import Outputs

MAX_CANDIDATES = 5
BATCH_SIZE = 8  # more at a time are no faster on a CPU, and need more memory
PICTURE_SIDE_PX = 512  # at least this much of a larger picture's longer side is used
# For a head without thresholds: a calibrated 0.97 is right 97 times in 100.
UNCALIBRATED = Thresholds(sure=0.97, check=0.5)
SLOTS_WITH_SLEEVES = frozenset({"upper", "full"})
_OWN_FIELDS = ("colour", "pattern")  # of Prediction, apart from its attributes
log = logging.getLogger(__name__)


class Tagger:
    """Tag pictures with a checkpoint. Construction is cheap: tag() loads the network when first called.

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None chooses CUDA, else MPS, else the CPU, there without torch where possible.
        batch_size: most pictures in one forward pass.
        attributes: predicts colour, pattern and sleeves inside the mask, if fitted for this checkpoint.
        build: builds the network for a configuration, with torch; None for the default.
    """

    def __init__(
        self,
        checkpoint: Path,
        device: str | None = None,
        batch_size: int = BATCH_SIZE,
        *,
        attributes: AttributeReader | None = None,
        build: BuildNetwork | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.checkpoint, self.batch_size = checkpoint, batch_size
        self._device, self._build, self._attributes = device, build, attributes
        self._lock = Lock()
        self._engine: Runner | None = None
        self._explainer: Engine | None = None

    @property
    def config(self) -> CheckpointConfig:
        """The checkpoint's configuration; before the first tag() this reads only the file's header.

        Raises:
            CheckpointError: the file is missing, damaged, or made for something else.
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
        """Where the network is now; None before the first tag()."""
        return str(self._engine.device) if self._engine else None

    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        """Predict the garment on each upright picture, in order; uses the whole picture where ``masked`` is False.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or made for something else.
        """
        if not images:
            return []
        with self._lock:
            engine = self._loaded()
        wanted = [True] * len(images) if masked is None else masked
        predictions: list[Prediction] = []
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy release the GIL
            for batch in _batches(images, self.batch_size):
                pictures = list(pool.map(partial(_reduced, side=PICTURE_SIDE_PX), batch))
                inputs = list(pool.map(engine.config.preprocessing.apply, pictures))
                with self._lock:
                    outputs = engine.run(inputs, self.batch_size)
                work = partial(_prediction, engine.config, outputs, self._reader())
                predictions += pool.map(work, range(len(pictures)), pictures, wanted[len(predictions) :])
        return predictions

    def _reader(self) -> AttributeReader | None:
        """The attribute heads, if they were fitted for this checkpoint."""
        if self._attributes is None:
            return None
        try:
            if not self._attributes.fits(self.checkpoint):
                return None
            self._attributes.open()
        except CheckpointError as error:
            log.warning("Colours and patterns come from the tagger alone: %s", error)
            self._attributes = None
        return self._attributes

    def explain(self, image: Image.Image, type_name: str | None = None) -> Explanation:
        """Show which parts of an upright picture support a type; None or an unknown type takes the best one.

        The label is the type's name in the vocabulary, the score that of the type in ``Prediction.types``.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or cannot be explained.
        """
        from classifier.serving import explanation, inference  # import torch

        picture = image if image.mode == "RGB" else image.convert("RGB")
        with self._lock:
            names = type_names(self.config, self.checkpoint)
            label = next((label for label, name in names.items() if name == type_name), None)
            if self._explainer is None:
                build = self._build or inference.build_network
                self._explainer = inference.open_engine(self.checkpoint, self._device, build)
            result = explanation.explain(self._explainer, picture, type_head(self.config) or "", label)
        return replace(result, label=names[result.label])

    def _loaded(self) -> Runner:
        if self._engine is None:
            from classifier.serving import engines

            _ = self.config  # checks the labels before loading the weights
            self._engine = engines.open_runner(self.checkpoint, self._device, self._build)
        return self._engine


def full_tagger(checkpoint: Path = files.SHIPPED, device: str | None = None, batch_size: int = BATCH_SIZE) -> Tagger:
    """Make the app's tagger: with the shipped attribute heads, if they fit."""
    from classifier.serving.attributes.attributes import AttributeReader

    return Tagger(checkpoint, device, batch_size, attributes=AttributeReader())


def _batches(images: Sequence[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    for start in range(0, len(images), size):
        yield [image if image.mode == "RGB" else image.convert("RGB") for image in images[start : start + size]]


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Shrink a large RGB picture by an integer factor, to no less than ``side``.

    Working from the full picture takes four times as long and gives the same network inputs to the eye.
    """
    factor = max(image.size) // side
    return image.reduce(factor) if factor > 1 else image


def _prediction(
    config: CheckpointConfig,
    outputs: Outputs,
    reader: AttributeReader | None,
    row: int,
    image: Image.Image,
    masked: bool,
) -> Prediction:
    from classifier.serving import palette as colours  # imports scikit-image

    probabilities = {head: values[row] for head, values in outputs.probabilities.items()}
    scores = {
        head: dict(zip(labels, map(float, probabilities[head]), strict=True)) for head, labels in config.heads.items()
    }
    tiers = config.tiers
    found = _mask(config, outputs, row, image) if masked else None
    cloth = found.mask.cloth if found else None
    if reader is not None and outputs.texture is not None:
        read = reader.read(image, probabilities, outputs.texture[row], cloth)
        scores, tiers = scores | read, tiers | reader.config.tiers
        palette = colours.palette_of(image, cloth, _best(read["colour"], 1)[0].name)
        palette = colours.renamed(palette, read["colour"])
    else:
        scores["colour"], palette = colours.describe(image, scores.get("colour"), cloth)
    types = _types(config, scores.pop(type_head(config) or ""))
    slot = garment_type(types[0].name).slot
    if slot not in SLOTS_WITH_SLEEVES:
        scores.pop("sleeve", None)
    answers = {name: _answer(found, tiers.get(name, UNCALIBRATED)) for name, found in scores.items()}
    return Prediction(
        type=_type_answer(config, outputs, row, types[0]),
        types=types[:MAX_CANDIDATES],
        slot=slot,
        colour=answers["colour"],
        palette=palette,
        pattern=answers.get("pattern", Answer("other", 0.0, Tier.UNKNOWN)),  # the checkpoint may lack patterns
        attributes={name: answer for name, answer in answers.items() if name not in _OWN_FIELDS},
        embedding=(outputs.embeddings if found else outputs.whole_embeddings)[row],
        model=config.model,
        mask=found.mask if found and not found.doubtful else None,
    )


def _mask(config: CheckpointConfig, outputs: Outputs, row: int, image: Image.Image) -> Found | None:
    """Find the garment on a picture, if the network can."""
    if outputs.cloth is None:
        return None
    from classifier.serving.masks.garment_mask import find_mask

    return find_mask(config.preprocessing.unfit(outputs.cloth[row], image.size), image, config.model)


def _types(config: CheckpointConfig, scores: Mapping[str, float]) -> tuple[Score, ...]:
    """Rank the vocabulary's types, adding up the labels that were merged into one."""
    by_type: dict[str, float] = {}
    for label, score in scores.items():
        name = str(vocabulary_name(label))
        by_type[name] = by_type.get(name, 0.0) + score
    return _best(by_type, len(by_type))


def _best(scores: Mapping[str, float], count: int) -> tuple[Score, ...]:
    best = sorted(scores.items(), key=lambda entry: -entry[1])[:count]
    return tuple(Score(name, score) for name, score in best)


def _answer(scores: Mapping[str, float], thresholds: Thresholds) -> Answer:
    (best,) = _best(scores, 1)
    return Answer(best.name, best.score, tier_of(best.score, thresholds))


def _type_answer(config: CheckpointConfig, outputs: Outputs, row: int, best: Score) -> Answer:
    """Answer with the best type and how likely it is to be acceptable."""
    head = type_head(config) or ""
    confidence = best.score
    if outputs.confidence is not None:
        told = zip(config.heads[head], map(float, outputs.confidence[row]), strict=True)
        confidence = max(value for label, value in told if vocabulary_name(label) == best.name)
    return Answer(best.name, confidence, tier_of(confidence, config.tiers.get(head, UNCALIBRATED)))


def tier_of(confidence: float, thresholds: Thresholds) -> Tier:
    """Choose the tier of a calibrated ``confidence`` (0 to 1)."""
    if confidence >= thresholds.sure:
        return Tier.SURE
    return Tier.CHECK if confidence >= thresholds.check else Tier.UNKNOWN
