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
from classifier.prediction import Answer, Explanation, GarmentMask, Prediction, Score, Tier
from classifier.serving import checkpoint as files
from classifier.serving import label_grouping
from classifier.serving.checkpoint import CheckpointConfig, Thresholds
from classifier.serving.heads import type_head, type_names, vocabulary_name
from classifier.taxonomy import garment_type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from classifier.serving.attributes.attributes import AttributeReader
    from classifier.serving.inference import BuildNetwork, Engine, Outputs
    from classifier.serving.masks.garment_mask import Masker
    from classifier.serving.preprocessing import Preprocessing

MAX_CANDIDATES = 5
# For a head without thresholds: a calibrated 0.97 is right 97 times in 100.
UNCALIBRATED = Thresholds(sure=0.97, check=0.5)
MIN_GROUP_SHARE = 0.6  # of its group's probability: below, a type is not sure (boots or heels?)
SLOTS_WITH_SLEEVES = frozenset({"upper", "full"})
_OWN_FIELDS = ("colour", "pattern")  # of Prediction, apart from its attributes
log = logging.getLogger(__name__)


class Tagger:
    """Tag pictures with a checkpoint. Construction is cheap: tag() loads torch and the weights when first called.

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None chooses CUDA, else MPS, else the CPU.
        batch_size: most pictures in one forward pass.
        masker: finds the garment, so that the ground's colours do not count; None to use the whole picture.
        attributes: predicts colour and pattern inside the mask, if fitted for this checkpoint and these masks.
        build: builds the network for a configuration; None for the default.
        cache: folder for converted networks, None to keep nothing.
    """

    def __init__(
        self,
        checkpoint: Path,
        device: str | None = None,
        batch_size: int = 16,
        *,
        masker: Masker | None = None,
        attributes: AttributeReader | None = None,
        build: BuildNetwork | None = None,
        cache: Path | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.checkpoint, self.batch_size = checkpoint, batch_size
        self._device, self._build, self._cache = device, build, cache
        self._masker, self._attributes = masker, attributes
        self._lock = Lock()
        self._engine: Engine | None = None

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
        config = engine.config
        wanted = [True] * len(images) if masked is None else masked
        predictions: list[Prediction] = []
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy release the GIL
            for batch in _batches(images, self.batch_size):
                pictures = list(pool.map(partial(_reduced, side=config.preprocessing.size), batch))
                inputs = list(pool.map(config.preprocessing.apply, pictures))
                with self._lock:
                    outputs = engine.run(inputs, self.batch_size)
                masks = self._masks(pictures, wanted[len(predictions) :][: len(pictures)])
                embeddings = self._embeddings(engine, outputs, pictures, masks, pool)
                work = partial(_prediction, config, outputs, self._reader())
                predictions += pool.map(work, range(len(pictures)), pictures, masks, embeddings)
        return predictions

    def _masks(self, pictures: Sequence[Image.Image], wanted: Sequence[bool]) -> Sequence[GarmentMask | None]:
        """Find a mask for each picture; tagging continues without masks if their checkpoint is unusable."""
        if self._masker is not None:
            try:
                return self._masker.find(pictures, wanted)
            except CheckpointError as error:
                log.warning("Garments are not separated from the ground: %s", error)
                self._masker = None
        return [None] * len(pictures)

    def _embeddings(
        self,
        engine: Engine,
        outputs: Outputs,
        pictures: Sequence[Image.Image],
        masks: Sequence[GarmentMask | None],
        pool: ThreadPoolExecutor,
    ) -> NDArray[np.float32]:
        """(N, D) of unit length: of the garment alone if it has a mask, else of the whole picture."""
        embeddings = outputs.embeddings.copy()
        found = {row: mask for row, mask in enumerate(masks) if mask is not None and not mask.whole}
        if found:
            work = partial(_cut_out, engine.config.preprocessing)
            inputs, weights = zip(*pool.map(work, (pictures[row] for row in found), found.values()), strict=True)
            with self._lock:
                embeddings[list(found)] = engine.embed(inputs, weights)
        return embeddings

    def _reader(self) -> AttributeReader | None:
        """The attribute heads, if they were fitted for this tagger and its masks."""
        if self._attributes is None or self._masker is None:
            return None
        try:
            if not self._attributes.fits(self.checkpoint, self._masker.checkpoint):
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
        from classifier.serving import explanation  # imports torch

        picture = image if image.mode == "RGB" else image.convert("RGB")
        with self._lock:
            engine = self._loaded()
            names = type_names(engine.config, self.checkpoint)
            label = next((label for label, name in names.items() if name == type_name), None)
            result = explanation.explain(engine, picture, type_head(engine.config) or "", label)
        return replace(result, label=names[result.label])

    def _loaded(self) -> Engine:
        if self._engine is None:
            from classifier.serving import inference

            _ = self.config  # checks the labels before loading the weights
            build = self._build or inference.build_network
            self._engine = inference.open_engine(self.checkpoint, self._device, build, self._cache)
        return self._engine


def full_tagger(
    checkpoint: Path = files.SHIPPED, device: str | None = None, batch_size: int = 16, cache: Path | None = None
) -> Tagger:
    """Make the app's tagger: with the shipped masks, and with the shipped attribute heads if they fit."""
    from classifier.serving.attributes.attributes import AttributeReader
    from classifier.serving.masks.garment_mask import Masker

    masker = Masker(device=device, batch_size=batch_size, cache=cache)
    return Tagger(checkpoint, device, batch_size, masker=masker, attributes=AttributeReader(), cache=cache)


def _batches(images: Sequence[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    for start in range(0, len(images), size):
        yield [image if image.mode == "RGB" else image.convert("RGB") for image in images[start : start + size]]


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Shrink a large RGB picture by an integer factor, to no less than twice ``side``.

    Working from the full picture takes four times as long and gives the same network inputs to the eye.
    """
    factor = max(image.size) // (2 * side)
    return image.reduce(factor) if factor > 1 else image


def _cut_out(
    preprocessing: Preprocessing, picture: Image.Image, mask: GarmentMask
) -> tuple[Tensor, NDArray[np.float32]]:
    """Make the network input of the garment alone, and the weight of each of its pixels."""
    return preprocessing.apply(mask.cut_out(picture)), preprocessing.fit_mask(mask.cloth)


def _prediction(
    config: CheckpointConfig,
    outputs: Outputs,
    reader: AttributeReader | None,
    row: int,
    image: Image.Image,
    mask: GarmentMask | None,
    embedding: NDArray[np.float32],
) -> Prediction:
    from classifier.serving import palette as colours  # imports scikit-image

    probabilities = {head: values[row] for head, values in outputs.probabilities.items()}
    scores = {
        head: dict(zip(labels, map(float, probabilities[head]), strict=True)) for head, labels in config.heads.items()
    }
    tiers = config.tiers
    cloth = None if mask is None or mask.whole else mask.cloth
    if reader is not None and mask is not None:
        read = reader.read(image, probabilities, outputs.embeddings[row], mask)
        scores, tiers = scores | read, tiers | reader.config.tiers
        palette = colours.palette_of(image, cloth, _best(read["colour"], 1)[0].name)
        palette = colours.renamed(palette, read["colour"])
    else:
        scores["colour"], palette = colours.describe(image, scores.get("colour"), cloth)
    by_type = {str(vocabulary_name(label)): score for label, score in scores.pop(type_head(config) or "").items()}
    types = _best(label_grouping.grouped_scores(by_type), MAX_CANDIDATES)
    slot = garment_type(types[0].name).slot
    if slot not in SLOTS_WITH_SLEEVES:
        scores.pop("sleeve", None)
    answers = {name: _answer(found, tiers.get(name, UNCALIBRATED)) for name, found in scores.items()}
    return Prediction(
        type=_type_answer(config, by_type, types[0].name),
        types=types,
        slot=slot,
        colour=answers["colour"],
        palette=palette,
        pattern=answers.get("pattern", Answer("other", 0.0, Tier.UNKNOWN)),  # the checkpoint may lack patterns
        attributes={name: answer for name, answer in answers.items() if name not in _OWN_FIELDS},
        embedding=embedding,
        model=config.model,
        mask=None if cloth is None else mask,
    )


def _best(scores: Mapping[str, float], count: int) -> tuple[Score, ...]:
    best = sorted(scores.items(), key=lambda entry: -entry[1])[:count]
    return tuple(Score(name, score) for name, score in best)


def _answer(scores: Mapping[str, float], thresholds: Thresholds) -> Answer:
    (best,) = _best(scores, 1)
    return Answer(best.name, best.score, tier_of(best.score, thresholds))


def _type_answer(config: CheckpointConfig, scores: Mapping[str, float], name: str) -> Answer:
    """Answer with a type and its group's probability; sure only if the type stands out within its group."""
    confidence = label_grouping.group_probability(scores, name)
    tier = tier_of(confidence, config.tiers.get(type_head(config) or "", UNCALIBRATED))
    if tier is Tier.SURE and scores[name] < MIN_GROUP_SHARE * confidence:
        tier = Tier.CHECK
    return Answer(name, confidence, tier)


def tier_of(confidence: float, thresholds: Thresholds) -> Tier:
    """Choose the tier of a calibrated ``confidence`` (0 to 1)."""
    if confidence >= thresholds.sure:
        return Tier.SURE
    return Tier.CHECK if confidence >= thresholds.check else Tier.UNKNOWN
