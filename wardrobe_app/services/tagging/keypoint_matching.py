"""Match the keypoints of garments that may be the same item, once for each pair."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

from threadpoolctl import threadpool_limits

from classifier.serving import keypoints
from classifier.serving.keypoints import METHOD, Keypoints
from db.unit_of_work import Units
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.similarity.candidates import candidates, remaining_candidates, within_reach
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches
from wardrobe_app.services.storage.photo_store import PhotoStore

BATCH_PAIRS = 250  # compared before they are stored; the keypoints of a photo take up to 0.8 MB
PAIRS_PER_TASK = 25  # of these, for one thread

Pair = tuple[int, int]

_log = logging.getLogger(__name__)


class KeypointMatching:
    """Matches of garments by their first photos. A pair is compared once, and again only after a new prediction."""

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store
        self._last: tuple[tuple[Garment, ...], list[Pair]] | None = None

    def matches(self, garments: Sequence[Garment]) -> Matches:
        """Return the matches of all candidate pairs, comparing new ones now."""
        cover = _covers(garments)
        photos = {
            pair: _ordered(cover[pair[0]].id, cover[pair[1]].id)
            for pair in self._candidates(garments)
            if pair[0] in cover and pair[1] in cover
        }
        with self._uow() as uow:
            known = uow.matches.all(METHOD)
        missing = [ends for ends in photos.values() if ends not in known]
        by_photo = {photo.id: photo for photo in cover.values()}
        for pairs in batched(missing, BATCH_PAIRS):
            known |= self._compare(pairs, by_photo)
        return {pair: known[ends] for pair, ends in photos.items() if ends in known}

    def find(self, photos: Sequence[Photo]) -> None:
        """Find and store the keypoints of photos that have none by this method."""
        self._packed(photos)

    def _candidates(self, garments: Sequence[Garment]) -> list[Pair]:
        """Return the candidate pairs; searched again only if what they depend on changed."""
        last = self._last  # read once: another thread may replace it
        found = remaining_candidates(last[1], last[0], garments) if last is not None else None
        if found is None:
            found = candidates(garments)
            self._last = tuple(garments), found
        return found  # removed garments may come back, so all of it is kept

    def known(self, garments: Sequence[Garment]) -> Matches:
        """Return the stored matches without comparing anything."""
        item_of = {photo.id: item for item, photo in _covers(garments).items()}
        with self._uow() as uow:
            found = uow.matches.all(METHOD)
        return {
            _ordered(item_of[a], item_of[b]): match for (a, b), match in found.items() if a in item_of and b in item_of
        }

    def matches_of(self, newcomer: Garment, points: bytes | None, garments: Sequence[Garment]) -> Matches:
        """Match a garment that is not stored with those most like it; ``points`` are its packed keypoints.

        Nothing is written.
        """
        if points is None:
            return {}
        garments = within_reach(newcomer, garments)
        cover = _covers(garments)
        near = [pair for pair in candidates([newcomer, *garments]) if newcomer.id in pair]
        others = {item for pair in near for item in pair if item in cover}
        features = _unpacked(self._packed([cover[item] for item in others], keep=False))
        own = keypoints.unpack(points)
        return {
            _ordered(newcomer.id, item): compared(own, features[cover[item].id])
            for item in others
            if cover[item].id in features
        }

    def _compare(self, pairs: Sequence[Pair], photos: Mapping[int, Photo]) -> dict[Pair, KeypointMatch]:

        packed = self._packed([photos[photo_id] for photo_id in sorted({end for pair in pairs for end in pair})])
        features = _unpacked(packed)
        possible = [pair for pair in pairs if pair[0] in features and pair[1] in features]
        # The products are small: BLAS's own threads would mostly wait for each other.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
            parts = batched(possible, PAIRS_PER_TASK)
            found = pool.map(lambda part: [compared(features[one], features[other]) for one, other in part], parts)
            done = dict(zip(possible, chain.from_iterable(found), strict=True))
        with _kept_if_possible(), self._uow(writing=True) as uow:
            # A photo with a newer prediction is compared again on the next request.
            now = uow.matches.points(packed, METHOD)
            still = {pair: match for pair, match in done.items() if all(now.get(end) == packed[end] for end in pair)}
            uow.matches.add(still.items(), METHOD)
            uow.commit()
        return done

    def _packed(self, photos: Sequence[Photo], *, keep: bool = True) -> dict[int, bytes]:
        """Return keypoints by photo; missing ones are found now and, if wanted, stored."""
        with self._uow() as uow:
            packed = uow.matches.points([photo.id for photo in photos], METHOD)
        late = self._found_late([photo for photo in photos if photo.id not in packed])
        if late and keep:
            with _kept_if_possible(), self._uow(writing=True) as uow:
                uow.matches.replace_keypoints({photo_id: (METHOD, data) for photo_id, data in late.items()})
                uow.commit()
        return packed | late

    def _found_late(self, photos: Iterable[Photo]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for photo in photos:
            try:
                image = self._store.open(photo)
            except StorageFailed:
                continue  # without its file, a photo is compared by what is stored
            mask = self._store.mask(photo) if photo.has_cut_out else None
            found[photo.id] = keypoints.pack(keypoints.find_keypoints(image, mask))
        return found


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
