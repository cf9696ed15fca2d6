"""What comes in: photos on their way into the wardrobe, and what a model saw in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wardrobe_app.domain.garments.garment import Swatch, Tag

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo to be stored; the fields mean what they mean in ``Photo``.

    ``import_key`` is unique: the ``sha256``, with ``#2``, ``#3`` ... for a second copy that the owner wanted.
    """

    import_key: str
    filename: str
    file: str
    thumbnail: str
    width: int
    height: int
    sha256: str
    phash: str


@dataclass(frozen=True, slots=True)
class PhotoPrediction:
    """What a model saw in one photo. ``embedding`` is float32 of unit length; ``model`` its name and version.

    ``mask`` is (h, w) uint8: how likely each pixel is cloth, 0 to 255; None where no garment was told from the ground.
    ``mask_model`` names the model that did. ``points`` are local features as ``classifier.local_features`` packs them,
    and ``points_method`` says how they were found.
    """

    model: str
    tags: tuple[Tag, ...]
    palette: tuple[Swatch, ...]
    embedding: NDArray[np.float32] = field(repr=False, compare=False)
    mask: NDArray[np.uint8] | None = field(default=None, repr=False, compare=False)
    mask_model: str | None = None
    points: bytes | None = field(default=None, repr=False, compare=False)
    keypoint_method: str = ""


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """A photo that is stored already, as far as telling duplicates needs it."""

    item_id: int
    import_key: str
    sha256: str
    phash: str


@dataclass(frozen=True, slots=True)
class PhotoFiles:
    """The names of a photo's two files in the photo store."""

    file: str
    thumbnail: str
