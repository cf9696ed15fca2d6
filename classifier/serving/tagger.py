"""From upright pictures to predictions: lazy, locked, batched."""

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

    from classifier.serving.attributes.attributes import Looks
    from classifier.serving.inference import BuildNetwork, Engine, Outputs
    from classifier.serving.masks.garment_mask import Masker
    from classifier.serving.preprocessing import Preprocessing

CANDIDATES = 5
# For a head without thresholds of its own: a calibrated 0.97 is right 97 times in 100.
UNCALIBRATED = Thresholds(sure=0.97, check=0.5)
# A type that has no such share of what its kin are believed together is worth a check: boots, or heels?
STANDS_OUT = 0.6
log = logging.getLogger(__name__)

_OWN_FIELDS = ("colour", "pattern")
WITH_SLEEVES = frozenset({"upper", "full"})  # slots whose garments may have some


class Tagger:
    """Tags pictures by a checkpoint. Making one costs nothing: torch and the weights are loaded by the first tag().

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None picks CUDA, then MPS, then the CPU.
        batch_size: the most pictures in one forward pass.
        masker: finds the garment on each picture, so that the ground's colours do not count; None to do without.
        looks: reads colour, pattern and the like inside the mask, if fitted for this checkpoint and these masks.
        build: makes the network for a configuration; None for the real one.
        cache: a folder where what makes it fast is kept from one start to the next; None to keep nothing.
    """

    def __init__(
        self,
        checkpoint: Path,
        device: str | None = None,
        batch_size: int = 16,
        *,
        masker: Masker | None = None,
        looks: Looks | None = None,
        build: BuildNetwork | None = None,
        cache: Path | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.checkpoint = checkpoint
        self.batch_size = batch_size
        self._device = device
        self._masker, self._looks = masker, looks
        self._build, self._cache = build, cache
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

    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        """One prediction for each upright picture, in their order; where ``masked`` says no, all of it counts.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or not one for tagging garments.
        """
        if not images:
            return []
        with self._lock:
            engine = self._loaded()
        config = engine.config
        wanted = [True] * len(images) if masked is None else masked
        found: list[Prediction] = []
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy let other threads run
            for batch in _batches(images, self.batch_size):
                pictures = list(pool.map(partial(_reduced, side=config.preprocessing.size), batch))
                inputs = list(pool.map(config.preprocessing.apply, pictures))
                with self._lock:
                    outputs = engine.run(inputs, self.batch_size)
                masks = self._masks(pictures, wanted[len(found) :][: len(pictures)])
                embeddings = self._embeddings(engine, outputs, pictures, masks, pool)
                work = partial(_prediction, config, outputs, self._reader())
                found += pool.map(work, range(len(pictures)), pictures, masks, embeddings)
        return found

    def _masks(self, pictures: Sequence[Image.Image], wanted: Sequence[bool]) -> Sequence[GarmentMask | None]:
        """A mask for each picture; without the masks' checkpoint tagging goes on."""
        if self._masker is None:
            return [None] * len(pictures)
        try:
            return self._masker.find(pictures, wanted)
        except CheckpointError as error:
            log.warning("Garments are not told from the ground: %s", error)
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
        """(N, D) of unit length: of the garment alone where it is told from the ground, else of the whole picture."""
        embeddings = outputs.embeddings.copy()
        told = {row: mask for row, mask in enumerate(masks) if mask is not None and not mask.whole}
        if told:
            work = partial(_cut_out, engine.config.preprocessing)
            inputs, inside = zip(*pool.map(work, (pictures[row] for row in told), told.values()), strict=True)
            with self._lock:
                embeddings[list(told)] = engine.embed(inputs, inside)
        return embeddings

    def _reader(self) -> Looks | None:
        """What reads looks, where it was fitted for this very tagger and its masks."""
        if self._looks is None or self._masker is None:
            return None
        try:
            if not self._looks.fits(self.checkpoint, self._masker.checkpoint):
                return None
            self._looks.open()
            return self._looks
        except CheckpointError as error:
            log.warning("Colours and patterns are the tagger's own: %s", error)
            self._looks = None
            return None

    def explain(self, image: Image.Image, type_name: str | None = None) -> Explanation:
        """Where on an upright picture the network saw a type; its best one if ``type_name`` is None or unknown to it.

        The explanation's label is the type's name in the vocabulary, its score that of the same type in
        ``Prediction.types``.

        Raises:
            CheckpointError: the checkpoint is missing, damaged, or cannot be explained.
        """
        from classifier.serving import explanation  # here, because it takes Grad-CAM's library along

        picture = image if image.mode == "RGB" else image.convert("RGB")
        with self._lock:
            engine = self._loaded()
            names = type_names(engine.config, self.checkpoint)
            label = next((label for label, name in names.items() if name == type_name), None)
            found = explanation.explain(engine, picture, type_head(engine.config) or "", label)
        return replace(found, label=names[found.label])

    def _loaded(self) -> Engine:
        if self._engine is None:
            from classifier.serving import inference

            _ = self.config  # labels are looked at before the weights are
            build = self._build or inference.build_network
            self._engine = inference.open_engine(self.checkpoint, self._device, build, self._cache)
        return self._engine


def full_tagger(
    checkpoint: Path = files.SHIPPED, device: str | None = None, batch_size: int = 16, cache: Path | None = None
) -> Tagger:
    """A tagger as the app uses it: with the shipped masks, and the looks where they fit."""
    from classifier.serving.attributes.attributes import Looks
    from classifier.serving.masks.garment_mask import Masker

    masker = Masker(device=device, batch_size=batch_size, cache=cache)
    return Tagger(checkpoint, device, batch_size, masker=masker, looks=Looks(), cache=cache)


def _batches(images: Sequence[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    for start in range(0, len(images), size):
        yield [image if image.mode == "RGB" else image.convert("RGB") for image in images[start : start + size]]


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """A large RGB picture by a whole number smaller, still of twice ``side`` or more: all that is read of it is less.

    Reading each from the full picture would take four times as long, and give the same to the eye of the network.
    """
    factor = max(image.size) // (2 * side)
    return image.reduce(factor) if factor > 1 else image


def _cut_out(
    preprocessing: Preprocessing, picture: Image.Image, mask: GarmentMask
) -> tuple[Tensor, NDArray[np.float32]]:
    """The garment alone as the network's input, and how much each place of that counts."""
    return preprocessing.apply(mask.cut_out(picture)), preprocessing.fit_mask(mask.likely)


def _prediction(
    config: CheckpointConfig,
    outputs: Outputs,
    looks: Looks | None,
    row: int,
    image: Image.Image,
    mask: GarmentMask | None,
    embedding: NDArray[np.float32],
) -> Prediction:
    from classifier.serving import palette as colour  # here, because it takes scikit-image along

    probabilities = {head: values[row] for head, values in outputs.probabilities.items()}
    scores = {
        head: dict(zip(labels, map(float, probabilities[head]), strict=True)) for head, labels in config.heads.items()
    }
    tiers = config.tiers
    likely = None if mask is None or mask.whole else mask.likely
    if looks is not None and mask is not None:
        read = looks.read(image, probabilities, outputs.embeddings[row], mask)
        scores, tiers = scores | read, tiers | looks.config.tiers
        called = read["colour"]
        palette = colour.palette_of(image, likely, max(called, key=lambda name: called[name]))
        palette = colour.named_after(palette, called)
    else:
        scores["colour"], palette = colour.describe(image, scores.get("colour"), likely)
    head = type_head(config) or ""
    by_type = {str(vocabulary_name(label)): score for label, score in scores[head].items()}
    types = _best(label_grouping.with_kin(by_type), CANDIDATES)
    slot = garment_type(types[0].name).slot
    if slot not in WITH_SLEEVES:
        scores.pop("sleeve", None)
    answers = {name: _answer(found, tiers.get(name, UNCALIBRATED)) for name, found in scores.items() if name != head}
    return Prediction(
        type=_type_answer(config, by_type, types[0].name),
        types=types,
        slot=slot,
        colour=answers["colour"],
        palette=palette,
        # A checkpoint that was not taught patterns says so by its tier.
        pattern=answers.get("pattern", Answer("other", 0.0, Tier.UNKNOWN)),
        attributes={name: answer for name, answer in answers.items() if name not in _OWN_FIELDS},
        embedding=embedding,
        model=config.model,
        mask=None if likely is None else mask,
    )


def _best(scores: Mapping[str, float], count: int) -> tuple[Score, ...]:
    best = sorted(scores.items(), key=lambda entry: -entry[1])[:count]
    return tuple(Score(name, score) for name, score in best)


def _answer(scores: Mapping[str, float], thresholds: Thresholds) -> Answer:
    best = _best(scores, 1)[0]
    return Answer(best.name, best.score, tier_of(best.score, thresholds))


def _type_answer(config: CheckpointConfig, scores: Mapping[str, float], name: str) -> Answer:
    """The type with the confidence of its kin; sure only where it also stands out among them."""
    sureness = label_grouping.kin_mass(scores, name)
    tier = tier_of(sureness, config.tiers.get(type_head(config) or "", UNCALIBRATED))
    if tier is Tier.SURE and scores[name] < STANDS_OUT * sureness:
        tier = Tier.CHECK
    return Answer(name, sureness, tier)


def tier_of(confidence: float, thresholds: Thresholds) -> Tier:
    """The tier of a calibrated ``confidence`` (0 to 1)."""
    if confidence >= thresholds.sure:
        return Tier.SURE
    return Tier.CHECK if confidence >= thresholds.check else Tier.UNKNOWN
