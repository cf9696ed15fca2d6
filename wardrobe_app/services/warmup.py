"""What pages about the whole wardrobe begin with, loaded before anybody asks for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.similarity.scores import most_alike
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.outfits.suggestions import OutfitService

AFTER_S = 1.0  # the gallery's pictures are asked for meanwhile, and must not wait
GIVES_WAY_S = 0.0005  # a page sends hundreds of small messages, and would wait ten times as long before each
USUAL_S = sys.getswitchinterval()  # not as it is found: of two that load at once, one finds what the other set


class WarmUp:
    """Loads a large wardrobe while its owner looks at the gallery: the first page of a garment would take a second.

    A small one is loaded at once when it is needed.
    """

    def __init__(self, catalogue: Catalogue, outfits: OutfitService, after: float = AFTER_S) -> None:
        self._catalogue = catalogue
        self._outfits = outfits
        self._after = after

    def pays(self, garments: int) -> bool:
        """Whether a wardrobe of so many is worth it."""
        return garments > AT_MOST

    def look(self, stopped: Callable[[], bool]) -> Iterator[str]:
        """Load it all, telling after each step what was done, until it is ``stopped``."""
        time.sleep(self._after)
        sys.setswitchinterval(GIVES_WAY_S)
        try:
            yield from self._loaded(stopped)
        finally:
            sys.setswitchinterval(USUAL_S)

    def _loaded(self, stopped: Callable[[], bool]) -> Iterator[str]:
        garments = self._catalogue.garments()
        yield "garments"
        if garments and not stopped():
            most_alike(garments[-1], garments[:-1], 1, 1.0)
            yield "likeness"
            self._outfits.with_garment(garments[-1].id)
            yield "looks"
