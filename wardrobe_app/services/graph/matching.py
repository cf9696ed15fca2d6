"""Which garment of the wardrobe a garment of a graph file is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.graph.parsing import ParsedGarment
from wardrobe_app.domain.graph.schema import photo_name


def matched(said: Sequence[ParsedGarment], garments: Iterable[Garment]) -> tuple[Mapping[str, Garment], list[str]]:
    """The garments here by the nodes of the file, no garment twice; and sentences about what is not clear.

    It is the garment with the same photo, by its SHA-256; of several with that photo the one with the same id, else
    the first that is free. Files of version 1 have no SHA-256: there, id and photo's name must agree.
    """
    by_photo: dict[str, list[Garment]] = {}
    for garment in garments:
        for photo in garment.photos:
            by_photo.setdefault(photo.sha256, []).append(garment)
    by_id = {garment.id: garment for holders in by_photo.values() for garment in holders}
    found: dict[str, Garment] = {}
    taken: set[int] = set()
    for exactly in (True, False):
        for one in said:
            if one.node not in found and (fitting := _fitting(one, by_photo, by_id, taken, exactly)):
                found[one.node] = fitting
                taken.add(fitting.id)
    return found, [note for one in said if one.node in found for note in _spread(one, by_photo, found[one.node])]


def _fitting(
    one: ParsedGarment,
    by_photo: Mapping[str, Sequence[Garment]],
    by_id: Mapping[int, Garment],
    taken: set[int],
    exactly: bool,
) -> Garment | None:
    if not one.sha256:
        named = by_id.get(one.item_id) if one.item_id is not None and one.item_id not in taken else None
        return named if named and one.photo in {photo_name(photo) for photo in named.photos} else None
    free = [garment for sha in one.sha256 for garment in by_photo.get(sha, ()) if garment.id not in taken]
    if exactly:
        free = [garment for garment in free if garment.id == one.item_id]
    return free[0] if free else None


def _spread(one: ParsedGarment, by_photo: Mapping[str, Sequence[Garment]], garment: Garment) -> list[str]:
    here = {photo.sha256 for photo in garment.photos}
    elsewhere = [sha for sha in one.sha256 if sha not in here and by_photo.get(sha)]
    if not elsewhere:
        return []
    return [f"“{one.label}” is one garment on {len(one.sha256)} photos in the file, and several garments here."]
