"""The tagger's predictions, as plain values without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image


CUT_OUT_GROUND = (235, 235, 235)  # pale grey


class Tier(StrEnum):
    """How far an answer can be trusted. The thresholds are calibrated on held-out people, stored in the checkpoint."""

    SURE = "sure"
    CHECK = "check"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """A name with its score, 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a palette: name, ``#rrggbb``, and share of the garment, 0 to 1."""

    name: str
    hex: str
    share: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An attribute's value with its calibrated probability (0 to 1) and tier."""

    value: str
    confidence: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class GarmentMask:
    """Where the garment is on a picture."""

    cloth: NDArray[np.uint8]  # (h, w) in the picture's proportions: how likely each pixel is cloth, 0 to 255
    model: str

    def cut_out(self, picture: Image) -> Image:
        """Replace everything but the garment on its RGB ``picture`` with pale grey."""
        from PIL import Image as images

        alpha = images.fromarray(self.cloth).resize(picture.size, images.Resampling.BILINEAR)
        return images.composite(picture, images.new("RGB", picture.size, CUT_OUT_GROUND), alpha)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Everything the tagger predicts for one photo."""

    type: Answer  # its confidence is that people accept it
    types: tuple[Score, ...]  # the five best, best first; scores sum to 1 over the whole vocabulary
    slot: str
    colour: Answer
    palette: tuple[Swatch, ...]  # one to four, largest first
    pattern: Answer
    attributes: dict[str, Answer]  # by head: gender, occasion and others
    embedding: NDArray[np.float32] = field(repr=False, compare=False)  # unit length
    model: str  # name and version of the checkpoint
    # None if no garment was found, or if its outline is doubtful.
    mask: GarmentMask | None = field(default=None, repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The object that ``python -m classifier predict --json`` prints, without the path."""
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
    """Which parts of a photo support a label."""

    label: str
    score: float  # as in Prediction.types, 0 to 1
    heat: NDArray[np.float32] = field(repr=False, compare=False)  # (h, w) over the photo, 0 to 1; 0 if nothing does
    picture: Image = field(repr=False, compare=False)  # the photo under the heat
