"""Load what pages about the whole wardrobe need before anyone asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from wardrobe_app.domain.similarity.scores import most_alike
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.outfits.suggestions import OutfitService

LARGE = 500  # garments; the graph of so many takes two seconds, the first time
AFTER_S = 1.0  # the gallery's pictures are asked for meanwhile, and must not wait


class WarmUp:
    """Loads a large wardrobe while its owner looks at the gallery; a small one loads fast enough when it is needed."""

    def __init__(
        self,
        catalogue: Catalogue,
        outfits: OutfitService,
        graph: Callable[[], object] = lambda: None,
        after: float = AFTER_S,
    ) -> None:
        """Take ``graph`` to make what the graph's first picture is made of, and keep it."""
        self._catalogue = catalogue
        self._outfits = outfits
        self._graph = graph
        self._after = after

    def pays(self, garments: int) -> bool:
        """Whether a wardrobe of so many garments is large enough."""
        return garments > LARGE

    def look(self, stopped: Callable[[], bool]) -> Iterator[str]:
        """Load everything; yields after each step what was loaded, until ``stopped``."""
        time.sleep(self._after)
        garments = self._catalogue.garments()
        yield "garments"
        if garments and not stopped():
            most_alike(garments[-1], garments[:-1], 1, 1.0)
            yield "likeness"
            self._outfits.with_garment(garments[-1].id)
            yield "looks"
        if garments and not stopped():
            self._graph()
            yield "graph"
