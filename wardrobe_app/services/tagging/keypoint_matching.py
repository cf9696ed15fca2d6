"""Find and match the keypoints of garments that may be the same item, once for each photo and pair."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from classifier.serving import keypoints
from classifier.serving.keypoints import METHOD, Keypoints
from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.similarity.candidates import candidates, remaining_candidates, within_reach
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches
from wardrobe_app.services.storage.photo_store import PhotoStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

BATCH_PAIRS = 100  # compared before they are stored and progress is shown: at most some seconds of work
PAIRS_PER_TASK = 25  # of these, for one thread

Pair = tuple[int, int]
Progress = Callable[[int, int], object]
"""Called with how many of how many pairs are compared."""

_log = logging.getLogger(__name__)


class PhotoKeypoints:
    """The keypoints of a photo that is not stored, found when they are first needed."""

    def __init__(self, image: Image.Image, mask: NDArray[np.uint8] | None) -> None:
        self._image = image
        self._mask = mask

    @cached_property
    def found(self) -> Keypoints:
        """The keypoints."""
        return keypoints.find_keypoints(self._image, self._mask)


class KeypointMatching:
    """Matches of garments by their first photos.

    A photo's keypoints are found when it is first compared, and a pair is compared once; both again only after a new
    prediction.
    """

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store
        self._last: tuple[tuple[Garment, ...], list[Pair]] | None = None
        self._comparing = Lock()

    def matches(self, garments: Sequence[Garment], progress: Progress = lambda done, total: None) -> Matches:
        """Return the matches of all candidate pairs, comparing new ones now.

        ``progress`` is told how many of the new pairs are done, batch by batch; each batch is stored.
        """
        pairs = photo_pairs(self.candidates(garments), garments)
        return self._matches(pairs, garments, lambda uow: uow.matches.all(METHOD), progress)

    def matches_among(self, pairs: Iterable[Pair], garments: Sequence[Garment]) -> Matches:
        """Return the matches of some candidate ``pairs`` of ``garments``, comparing new ones now."""
        wanted = photo_pairs(pairs, garments)
        ends = {end for pair in wanted.values() for end in pair}
        return self._matches(wanted, garments, lambda uow: uow.matches.among(ends, METHOD))

    def _matches(
        self,
        photos: Mapping[Pair, Pair],
        garments: Sequence[Garment],
        stored: Callable[[UnitOfWork], dict[Pair, KeypointMatch]],
        progress: Progress = lambda done, total: None,
    ) -> Matches:
        by_photo = {photo.id: photo for photo in _covers(garments).values()}
        with self._comparing:  # what another thread compares meanwhile is known afterwards
            with self._uow() as uow:
                known = stored(uow)
            missing = [ends for ends in photos.values() if ends not in known]
            for number, pairs in enumerate(batched(missing, BATCH_PAIRS)):
                progress(number * BATCH_PAIRS, len(missing))
                known |= self._compare(pairs, by_photo)
        return {pair: known[ends] for pair, ends in photos.items() if ends in known}

    def candidates(self, garments: Sequence[Garment]) -> list[Pair]:
        """Return the candidate pairs; searched again only if what they depend on changed."""
        last = self._last  # read once: another thread may replace it
        found = remaining_candidates(last[1], last[0], garments) if last is not None else None
        if found is None:
            with self._uow() as uow:
                found = candidates(garments, search=uow.neighbours.search(garments))
            self._last = tuple(garments), found
        return found  # removed garments may come back, so all of it is kept

    def known(self, garments: Sequence[Garment]) -> Matches:
        """Return the stored matches without comparing anything."""
        item_of = {photo.id: item for item, photo in _covers(garments).items()}
        with self._uow() as uow:
            found = uow.matches.among(item_of, METHOD)
        return {_ordered(item_of[a], item_of[b]): match for (a, b), match in found.items()}

    def matches_of(self, newcomer: Garment, own: PhotoKeypoints, garments: Sequence[Garment]) -> Matches:
        """Match a garment that is not stored with those most like it; ``own`` are its keypoints.

        Only missing keypoints of stored photos are written.
        """
        with self._uow() as uow:
            garments = within_reach(newcomer, garments, search=uow.neighbours.search(garments))
        cover = _covers(garments)
        near = [pair for pair in candidates([newcomer, *garments]) if newcomer.id in pair]
        others = {item for pair in near for item in pair if item in cover}
        features = _unpacked(self._kept([cover[item] for item in others]))
        return {
            _ordered(newcomer.id, item): compared(own.found, features[cover[item].id])
            for item in others
            if cover[item].id in features
        }

    def _compare(self, pairs: Sequence[Pair], photos: Mapping[int, Photo]) -> dict[Pair, KeypointMatch]:
        ends = sorted({end for pair in pairs for end in pair})
        packed, new = self._packed([photos[photo_id] for photo_id in ends])
        features = _unpacked(packed)
        possible = [pair for pair in pairs if pair[0] in features and pair[1] in features]
        # The products are small: BLAS's own threads would mostly wait for each other.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
            parts = batched(possible, PAIRS_PER_TASK)
            found = pool.map(lambda part: [compared(features[one], features[other]) for one, other in part], parts)
            done = dict(zip(possible, chain.from_iterable(found), strict=True))
        with _kept_if_possible(), self._uow(writing=True) as uow:
            uow.matches.keep(new, METHOD)
            # A photo with a newer prediction is compared again on the next request.
            now = uow.matches.points(packed, METHOD)
            still = {pair: match for pair, match in done.items() if all(now.get(end) == packed[end] for end in pair)}
            uow.matches.add(still.items(), METHOD)
            uow.commit()
        return done

    def _kept(self, photos: Sequence[Photo]) -> dict[int, bytes]:
        """Return packed keypoints by photo; missing ones are found now and stored."""
        packed, new = self._packed(photos)
        if new:
            with _kept_if_possible(), self._uow(writing=True) as uow:
                uow.matches.keep(new, METHOD)
                uow.commit_keypoints()
        return packed

    def _packed(self, photos: Sequence[Photo]) -> tuple[dict[int, bytes], list[tuple[Photo, bytes]]]:
        """Return packed keypoints by photo, and those that were found just now."""
        with self._uow() as uow:
            stored = uow.matches.points([photo.id for photo in photos], METHOD)
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:  # OpenCV and Pillow release the lock
            missing = [photo for photo in photos if photo.id not in stored]
            found = [(photo, data) for photo, data in zip(missing, pool.map(self._find, missing), strict=True) if data]
        return stored | {photo.id: data for photo, data in found}, found

    def _find(self, photo: Photo) -> bytes | None:
        return found_on(self._store, photo)


def found_on(store: PhotoStore, photo: Photo) -> bytes | None:
    """Find the keypoints of a photo, packed; None without its file: it is compared by what is stored."""
    try:
        image = store.open(photo)
    except StorageFailed:
        return None
    mask = store.mask(photo) if photo.has_cut_out else None
    return keypoints.pack(keypoints.find_keypoints(image, mask))


def photo_pairs(pairs: Iterable[Pair], garments: Iterable[Garment]) -> dict[Pair, Pair]:
    """Return the ids of the first photos of pairs of garments, by the ids of these, where both have one."""
    cover = _covers(garments)
    return {
        pair: _ordered(cover[pair[0]].id, cover[pair[1]].id) for pair in pairs if pair[0] in cover and pair[1] in cover
    }


def compared(one: Keypoints, other: Keypoints) -> KeypointMatch:
    """Match the keypoints of two garments."""
    found = keypoints.match(one, other)
    return KeypointMatch(found.tentative, found.agreeing, found.share, found.mirrored)


@contextmanager
def _kept_if_possible() -> Iterator[None]:
    """Ignore that nothing can be written: reading pages must work on a full disk, and can compute it again."""
    try:
        yield
    except StorageFailed as error:
        _log.warning("keypoints or matches could not be stored: %s", error)


def _unpacked(packed: Mapping[int, bytes]) -> dict[int, Keypoints]:
    return {photo_id: keypoints.unpack(data) for photo_id, data in packed.items()}


def _covers(garments: Iterable[Garment]) -> dict[int, Photo]:
    return {garment.id: garment.cover for garment in garments if garment.cover is not None}


def _ordered(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)
