"""Turn garments into points by their photos: what looks alike lies near, relative to others of the same role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wardrobe_app.domain.colour import lab
from wardrobe_app.domain.compatibility.roles import Role, role
from wardrobe_app.domain.garments.garment import Garment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

COMPONENTS: Final = 12  # of the embeddings
COLOUR_WEIGHT: Final = 1.5  # of the coordinates of the main colour, relative to a component
MAX_GARMENTS: Final = 2_000  # from whose embeddings the components are computed, the newest
ITERATIONS: Final = 12
NO_COLOUR: Final = "#808080"


@dataclass(frozen=True, slots=True)
class PictureSpace:
    """Where garments lie: the leading principal components of their embeddings, and their main colours in CIELAB.

    ``centres`` are the mean of each role, subtracted from both; ``axes`` (384, components) and ``spread`` (3,) scale
    both to a variance of about 1.
    """

    model: str | None
    centres: dict[Role, NDArray[np.float64]]
    axes: NDArray[np.float64]
    spread: NDArray[np.float64]

    def role_of(self, garment: Garment) -> Role | None:
        """Return the garment's role; None if it has no point."""
        found = role_by_picture(garment)
        return found if found in self.centres and garment.embedding_model == self.model else None

    def points(self, garments: Sequence[Garment], of: Role) -> Points:
        """Return the points of garments of one role, (n, components + 3)."""
        raw = _raw(garments) - self.centres[of]
        size = len(self.axes)
        both = np.hstack([raw[:, :size] @ self.axes, COLOUR_WEIGHT * raw[:, size:] / self.spread])
        return np.asarray(both)


def role_by_picture(garment: Garment) -> Role | None:
    """Return the role of a garment with an embedding that can be in an outfit; else None."""
    found = role(garment.type, garment.slot)
    return None if garment.embedding is None or found is Role.PRIVATE else found


def space_of(garments: Iterable[Garment]) -> PictureSpace:
    """Return the space of a wardrobe: of the garments with embeddings by the most used model."""
    seen = [garment for garment in garments if role_by_picture(garment)]
    models = Counter(garment.embedding_model for garment in seen)
    model = max(models, key=lambda name: (models[name], str(name)), default=None)
    used = sorted((one for one in seen if one.embedding_model == model), key=lambda one: one.id)[-MAX_GARMENTS:]
    roles: dict[Role, list[Garment]] = {}
    for garment in used:
        roles.setdefault(role_by_picture(garment) or Role.PRIVATE, []).append(garment)
    raw = {of: _raw(some) for of, some in roles.items()}
    centres = {of: some.mean(axis=0) for of, some in raw.items()}
    if not raw:
        return PictureSpace(model, {}, np.zeros((0, 0)), np.ones(3))
    centred = np.vstack([some - centres[of] for of, some in raw.items()])
    size = centred.shape[1] - 3
    axes = _leading(centred[:, :size].T @ centred[:, :size] / len(centred))
    spread = np.maximum(centred[:, size:].std(axis=0), 1.0)
    return PictureSpace(model, centres, axes, spread)


def _leading(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the leading principal axes, (size, components), scaled to a mean variance of 1.

    By subspace iteration: G. H. Golub and C. F. Van Loan, "Matrix Computations", section 8.2.
    """
    size = len(covariance)
    axes = np.random.default_rng(0).normal(size=(size, min(size, 2 * COMPONENTS)))
    for _ in range(ITERATIONS):
        axes, _ = np.linalg.qr(covariance @ axes)
    variances, turned = np.linalg.eigh(axes.T @ covariance @ axes)
    scale = np.sqrt(max(float(variances[-COMPONENTS:].mean()), 1e-9))
    return np.asarray(axes @ turned[:, -COMPONENTS:] / scale)


def _raw(garments: Sequence[Garment]) -> NDArray[np.float64]:
    """Return embeddings and main colours side by side, (n, 384 + 3)."""
    colours = [lab(garment.palette[0].hex if garment.palette else NO_COLOUR) for garment in garments]
    embeddings: list[Any] = [garment.embedding for garment in garments]
    return np.hstack([np.array(embeddings, dtype=np.float64), np.array(colours, dtype=np.float64)])
