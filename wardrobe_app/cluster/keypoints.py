"""Find and compare keypoints in the actors of a Ray cluster, which read the photo store and the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.services.tagging.keypoint_matching import Pair
from wardrobe_app.services.tagging.keypoints_elsewhere import ComparedPair, KeypointWorker

TASK_PHOTOS: Final = 16
TASK_PAIRS: Final = 50  # whose keypoints are read together, some 60 KB each


class RayKeypoints:
    """Finds and compares keypoints in actors."""

    def __init__(self, pool: ActorPool, make_worker: Callable[[], KeypointWorker]) -> None:
        """Take ``make_worker`` to be called in each actor."""
        self._pool = pool
        self._make_worker = make_worker

    def find(self, photos: Sequence[Photo]) -> Iterator[tuple[Photo, bytes | None]]:
        """Find the keypoints of photos in their files."""
        make = self._make_worker
        for place, found in self._pool.map(photos, lambda: make().find, TASK_PHOTOS):
            yield photos[place], found

    def compare(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ComparedPair | None]]:
        """Compare pairs of photo ids by their stored keypoints."""
        make = self._make_worker
        for place, found in self._pool.map(pairs, lambda: make().compare, TASK_PAIRS):
            yield pairs[place], found
