"""Where a garment lies in the picture of an outfit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a garment lies in a unit square: its centre (``x`` to the right, ``y`` down) and ``width``.

    Its height follows from its picture. ``rotation`` is in degrees, clockwise; what has the higher ``layer`` lies on
    top.
    """

    item_id: int
    x: float
    y: float
    width: float
    rotation: float = 0.0
    layer: int = 0
