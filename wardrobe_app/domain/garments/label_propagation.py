"""What label propagation needs to know about a garment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wardrobe_app.domain.garments.garment import Tag

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelExample:
    """A garment's embedding and its types by source: the model's ``suggestion``, ``propagated``, and the person's
    ``own``.

    ``embedding`` (float32, unit length) is the first photo's, by ``model``.
    """

    item_id: int
    model: str
    embedding: NDArray[np.float32] = field(repr=False, compare=False)
    suggestion: Tag | None = None
    propagated: Tag | None = None
    own: str | None = None

    @property
    def type(self) -> str | None:
        """Return the type that counts."""
        if self.own is not None:
            return self.own
        tag = self.propagated or self.suggestion
        return tag.value if tag else None
