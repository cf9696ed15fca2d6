"""Name the garments that each insight is about, for the picture of the graph to mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.insights.connections import Connections

KEY_PIECES: Final = "key-pieces"
ISOLATED: Final = "isolated"
SMALLEST_SET: Final = "smallest-set"
PURCHASE: Final = "purchase"


@dataclass(frozen=True, slots=True)
class Highlight:
    """The ``nodes`` of the graph to mark ("item:7"), each once, and a ``label`` that says what they are."""

    nodes: tuple[str, ...]
    label: str


class GraphMarks:
    """What the graph page may be asked to mark, by the name in its address."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._of: Mapping[str, Callable[[], Highlight]] = {
            KEY_PIECES: self._key_pieces,
            ISOLATED: self._isolated,
            SMALLEST_SET: self._smallest_set,
            PURCHASE: self._purchase,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that there is."""
        return tuple(self._of)

    def of(self, name: str) -> Highlight | None:
        """Return what to mark; None for an unknown name, no nodes where the wardrobe has nothing of the kind."""
        return self._of[name]() if name in self._of else None

    def _key_pieces(self) -> Highlight:
        return _highlight((piece.garment for piece in self._connections.key_pieces()), "Key pieces")

    def _isolated(self) -> Highlight:
        found = (*self._connections.isolated_garments(), *self._connections.single_partners())
        return _highlight((one.garment for one in found), "Goes with nothing, or with one garment")

    def _smallest_set(self) -> Highlight:
        found = self._connections.smallest_set()
        share = f"{found.share:.0%}" if found else "90%"
        return _highlight(found.garments if found else (), f"Keeps {share} of the outfits")

    def _purchase(self) -> Highlight:
        best = next(iter(self._connections.purchases()), None)
        return _highlight(best.goes_with if best else (), f"{best.name} would go with" if best else "Purchase")


def _highlight(garments: Iterable[Garment], label: str) -> Highlight:
    return Highlight(tuple(dict.fromkeys(f"item:{garment.id}" for garment in garments)), label)
