"""How a garment lies in the picture of an outfit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """A garment in a picture: the centre of its photo at (``x``, ``y``), as wide as ``width``, all in shares of the
    picture's sides; turned clockwise by ``rotation`` degrees. Higher ``layer`` lies above lower.
    """

    item_id: int
    x: float
    y: float
    width: float
    rotation: float = 0.0
    layer: int = 0
