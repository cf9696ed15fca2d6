"""Match the garments of a graph file to those of the wardrobe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.graph.parsing import ParsedGarment
from wardrobe_app.domain.graph.schema import photo_name
from wardrobe_app.services.catalogue.photo_matching import PhotoIndex


def matched(parsed: Sequence[ParsedGarment], garments: Iterable[Garment]) -> tuple[Mapping[str, Garment], list[str]]:
    """The garments of the wardrobe by the nodes of the file, none twice; and sentences about what is not clear.

    A garment is the one with the same photo, by its SHA-256; of several with that photo the one with the same id, else
    the first that is free. Files of version 1 have no SHA-256: there, id and photo name must agree.
    """
    index = PhotoIndex(garments)
    found: dict[str, Garment] = {}
    taken: set[int] = set()
    for same_id in (True, False):
        for one in parsed:
            if one.node not in found and (garment := _fitting(one, index, taken, same_id)):
                found[one.node] = garment
                taken.add(garment.id)
    notes = []
    for one in parsed:
        own = {photo.sha256 for photo in found[one.node].photos} if one.node in found else set(one.sha256)
        if index.with_content(*set(one.sha256) - own):
            notes.append(
                f"“{one.label}” is one garment with {len(one.sha256)} photos in the file, and several garments here."
            )
    return found, notes


def _fitting(one: ParsedGarment, index: PhotoIndex, taken: set[int], same_id: bool) -> Garment | None:
    if not one.sha256:
        named = index.by_id.get(one.item_id or 0)
        fits = named and named.id not in taken and one.photo in {photo_name(photo) for photo in named.photos}
        return named if fits else None
    fitting = (garment for garment in index.with_content(*one.sha256).values() if garment.id not in taken)
    return next((garment for garment in fitting if not same_id or garment.id == one.item_id), None)
