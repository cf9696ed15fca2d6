"""Find and compare keypoints in the actors of a Ray cluster, which read the photo store and the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from db.unit_of_work import Units
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.keypoint_matching import Pair, found_on
from wardrobe_app.services.tagging.keypoints_elsewhere import ComparedPair, compared_by_stored

TASK_PHOTOS: Final = 16
TASK_PAIRS: Final = 50  # whose keypoints are read together, some 60 KB each


class RayKeypoints:
    """Finds and compares keypoints in actors."""

    def __init__(self, pool: ActorPool, open_stores: Callable[[], tuple[Units, PhotoStore]]) -> None:
        """Take ``open_stores`` to be called in each actor."""
        self._pool = pool
        self._open_stores = open_stores

    def find(self, photos: Sequence[Photo]) -> Iterator[tuple[Photo, bytes | None]]:
        """Find the keypoints of photos in their files."""
        for place, found in self._pool.map(photos, partial(_finder, self._open_stores), TASK_PHOTOS):
            yield photos[place], found

    def compare(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ComparedPair | None]]:
        """Compare pairs of photo ids by their stored keypoints."""
        for place, found in self._pool.map(pairs, partial(_comparer, self._open_stores), TASK_PAIRS):
            yield pairs[place], found


def _finder(
    open_stores: Callable[[], tuple[Units, PhotoStore]],
) -> Callable[[Sequence[Photo]], list[bytes | None]]:
    _, store = open_stores()
    return lambda photos: [found_on(store, photo) for photo in photos]


def _comparer(
    open_stores: Callable[[], tuple[Units, PhotoStore]],
) -> Callable[[Sequence[Pair]], list[ComparedPair | None]]:
    units, _ = open_stores()
    return partial(compared_by_stored, units)
