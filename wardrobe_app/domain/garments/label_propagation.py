"""What label propagation needs to know of a garment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wardrobe_app.domain.garments.garment import Tag

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelExample:
    """A garment's look and its types by source: the model's ``suggestion``, what ``followed``, and the ``own`` word.

    ``embedding`` (float32, unit length) is the first photo's, as ``model`` saw it.
    """

    item_id: int
    model: str
    embedding: NDArray[np.float32] = field(repr=False, compare=False)
    suggestion: Tag | None = None
    followed: Tag | None = None
    own: str | None = None

    @property
    def type(self) -> str | None:
        """The type that counts."""
        if self.own is not None:
            return self.own
        tag = self.followed or self.suggestion
        return tag.value if tag else None
