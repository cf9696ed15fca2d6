"""What the tagger says of one photo. Plain values: nothing here needs torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image


PALE = (235, 235, 235)


class Tier(StrEnum):
    """How far an answer can be trusted; the thresholds, calibrated on held-out people, travel in the checkpoint."""

    SURE = "sure"
    CHECK = "check"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """A name with its calibrated probability, 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a palette: plain name, ``#rrggbb``, and its share of the garment, 0 to 1."""

    name: str
    hex: str
    share: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One attribute's answer: the value, its calibrated probability (0 to 1) and its tier."""

    value: str
    confidence: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class GarmentMask:
    """Where on a picture the garment is, and how its cloth is made.

    ``likely`` (h, w) uint8, in the picture's proportions, is how likely each pixel is cloth, 0 to 255; ``model`` says
    who found it. ``texture`` holds the means and deviations inside of it of each map of the network, the finest first,
    (2 C,) float32 each. ``whole``: nothing was told apart, all of the picture counts.
    """

    likely: NDArray[np.uint8]
    model: str
    texture: tuple[NDArray[np.float32], ...] = ()
    whole: bool = False

    def cut_out(self, picture: Image) -> Image:
        """The picture it was found on, RGB, with all but the garment a pale grey."""
        from PIL import Image as images

        alpha = images.fromarray(self.likely).resize(picture.size, images.Resampling.BILINEAR)
        return images.composite(picture, images.new("RGB", picture.size, PALE), alpha)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Everything the tagger says of one photo.

    ``types`` are five, best first, each with its share among all types of the vocabulary. ``type`` is the first of them
    as an answer: its confidence is that it is right as people sort their clothes, and its tier is "sure" only where the
    type also stands out among those that go by the same everyday label. ``palette`` holds one to four swatches, largest
    first. ``attributes`` maps ``gender``, ``occasion`` and whatever else the checkpoint has a head for to answers.
    ``embedding`` is float32, unit length; ``model`` names the checkpoint and version. ``mask`` is None where no garment
    was looked for or found.
    """

    type: Answer
    types: tuple[Score, ...]
    slot: str
    colour: Answer
    palette: tuple[Swatch, ...]
    pattern: Answer
    attributes: dict[str, Answer]
    embedding: NDArray[np.float32] = field(repr=False, compare=False)
    model: str
    mask: GarmentMask | None = field(default=None, repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The object that ``python -m classifier predict --json`` prints, less its path."""
        return {
            "type": self.type.value,
            "confidence": round(self.type.confidence, 4),
            "tier": self.type.tier.value,
            "types": [{"name": entry.name, "score": round(entry.score, 4)} for entry in self.types],
            "slot": self.slot,
            "colour": self.colour.value,
            "palette": [
                {"name": swatch.name, "hex": swatch.hex, "share": round(swatch.share, 4)} for swatch in self.palette
            ],
            "pattern": self.pattern.value,
            "attributes": {
                kind: {"value": answer.value, "confidence": round(answer.confidence, 4), "tier": answer.tier.value}
                for kind, answer in (("colour", self.colour), ("pattern", self.pattern), *self.attributes.items())
            },
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where on one photo the network saw a label.

    ``score`` is the label's calibrated probability, 0 to 1. ``heat`` (h, w), float32 from 0 to 1, lies over the whole
    photo: 1 where most spoke for the label, 0 everywhere if nothing did. ``picture`` is the photo with the heat on it.
    """

    label: str
    score: float
    heat: NDArray[np.float32] = field(repr=False, compare=False)
    picture: Image = field(repr=False, compare=False)
