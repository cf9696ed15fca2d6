"""Photos to be stored, and predictions for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wardrobe_app.domain.garments.garment import Swatch, Tag

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo to be stored; fields as in ``Photo``.

    ``import_key`` is unique: the ``sha256``, with ``#2``, ``#3`` ... for further copies on request.
    """

    import_key: str
    filename: str
    file: str
    thumbnail: str
    width: int
    height: int
    sha256: str
    phash: str
    cut_from: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoPrediction:
    """A model's prediction for a photo. ``embedding`` is float32 of unit length; ``model`` its name and version.

    ``mask`` is (h, w) uint8, the likelihood of cloth, 0 to 255; None without one. ``mask_model`` names its model.
    """

    model: str
    tags: tuple[Tag, ...]
    palette: tuple[Swatch, ...]
    embedding: NDArray[np.float32] = field(repr=False, compare=False)
    mask: NDArray[np.uint8] | None = field(default=None, repr=False, compare=False)
    mask_model: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """A stored photo, as needed to find duplicates."""

    item_id: int
    import_key: str
    sha256: str
    phash: str
    cut_from: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoFiles:
    """The names of a photo's two files in the photo store."""

    file: str
    thumbnail: str


@dataclass(frozen=True, slots=True)
class ClothSample:
    """A piece of a garment's cloth: its main ``shade`` as photographed (``#rrggbb``), and a ``picture`` (data URI)."""

    shade: str
    picture: str
