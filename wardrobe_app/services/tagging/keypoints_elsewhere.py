"""Let other processes find and compare keypoints, and store what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from zlib import crc32

from classifier.serving import keypoints
from classifier.serving.keypoints import METHOD
from db.unit_of_work import Units
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.similarity.same_item import KeypointMatch
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.keypoint_matching import Pair, compared, found_on, photo_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_PAIRS: Final = 5_000  # whose photos are looked up together
STORED_PHOTOS: Final = 50  # with keypoints of some 60 KB each
STORED_PAIRS: Final = 200

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """The match of two photos, and the checksums of the keypoints that it was found with."""

    match: KeypointMatch
    checksums: tuple[int, int]


class KeypointsElsewhere(Protocol):
    """Other processes that reach the same photos and the same database. None stands for what they could not do."""

    def find(self, photos: Sequence[Photo]) -> Iterator[tuple[Photo, bytes | None]]:
        """Yield photos with their packed keypoints."""
        ...

    def compare(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ComparedPair | None]]:
        """Yield pairs of photo ids with how they compare by the stored keypoints."""
        ...


def compare_elsewhere(
    uow_factory: Units,
    pairs: NDArray[np.int64],
    elsewhere: KeypointsElsewhere,
    progress: Callable[[int, int], object],
) -> None:
    """Find and compare what is missing for these pairs (n, 2) of garment ids; what does not come back stays missing.

    ``progress`` is told how many of the pairs are done.
    """
    for start in range(0, len(pairs), WINDOW_PAIRS):
        progress(start, len(pairs))
        photos, missing = _missing(uow_factory, [(a, b) for a, b in pairs[start : start + WINDOW_PAIRS].tolist()])
        for found in _chunks(elsewhere.find(photos), STORED_PHOTOS):
            with uow_factory(writing=True) as uow:
                uow.matches.keep([(photo, data) for photo, data in found if data is not None], METHOD)
                uow.commit_keypoints()
        for done in _chunks(elsewhere.compare(missing), STORED_PAIRS):
            _store(uow_factory, {pair: match for pair, match in done if match is not None})


class KeypointWorker:
    """Finds and compares keypoints in one of the other processes; stores nothing."""

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store

    def find(self, photos: Sequence[Photo]) -> list[bytes | None]:
        """Find the keypoints of photos, packed; None where the file cannot be read."""
        return [found_on(self._store, photo) for photo in photos]

    def compare(self, pairs: Sequence[Pair]) -> list[ComparedPair | None]:
        """Compare pairs of photo ids by their stored keypoints; None where one has none."""
        with self._uow() as uow:
            packed = uow.matches.points({end for pair in pairs for end in pair}, METHOD)
        found = {photo_id: keypoints.unpack(data) for photo_id, data in packed.items()}
        return [
            ComparedPair(compared(found[a], found[b]), (crc32(packed[a]), crc32(packed[b])))
            if a in found and b in found
            else None
            for a, b in pairs
        ]


def _missing(uow_factory: Units, pairs: Sequence[Pair]) -> tuple[list[Photo], list[Pair]]:
    """Return the photos without keypoints, and the pairs of photo ids without a match."""
    with uow_factory() as uow:
        garments = uow.garments.found(sorted({end for pair in pairs for end in pair}))
        photos = list(photo_pairs(pairs, garments.values()).values())
        known = uow.matches.among({end for pair in photos for end in pair}, METHOD)
        missing = [pair for pair in photos if pair not in known]
        ends = {end for pair in missing for end in pair}
        without = ends - uow.matches.found_on(ends, METHOD)
    covers = (garment.cover for garment in garments.values())
    return [photo for photo in covers if photo is not None and photo.id in without], missing


def _store(uow_factory: Units, found: dict[Pair, ComparedPair]) -> None:
    """Store matches of photos whose keypoints are still those that were compared."""
    with uow_factory(writing=True) as uow:
        packed = uow.matches.points({end for pair in found for end in pair}, METHOD)
        now = {photo_id: crc32(data) for photo_id, data in packed.items()}
        still = [
            (pair, one.match) for pair, one in found.items() if (now.get(pair[0]), now.get(pair[1])) == one.checksums
        ]
        uow.matches.add(still, METHOD)
        uow.commit()


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
