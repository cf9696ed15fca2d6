"""Comparing the local features of garments that may be the same, once for each pair."""

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
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.similarity.candidates import candidates, still_nearest, within_reach
from wardrobe_app.domain.similarity.same_item import KeypointMatch, Matches
from wardrobe_app.services.storage.photo_store import PhotoStore

CHUNK = 250  # pairs that are compared before they are stored; the features of a photo take up to 0.8 MB meanwhile
TOGETHER = 25  # of these, by one thread at a time

Pair = tuple[int, int]

_log = logging.getLogger(__name__)


class KeypointMatching:
    """Matches of garments by their first photos. Each pair is compared once, and again only if a photo is seen anew."""

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store
        self._last: tuple[tuple[Garment, ...], list[Pair]] | None = None

    def matches(self, garments: Sequence[Garment]) -> Matches:
        """What is known of them once every candidate pair is compared; new ones are compared now."""
        cover = _covers(garments)
        photos = {
            pair: _ordered(cover[pair[0]].id, cover[pair[1]].id)
            for pair in self._candidates(garments)
            if _has(cover, pair)
        }
        with self._uow() as uow:
            known = uow.matches.all(METHOD)
        missing = [ends for ends in photos.values() if ends not in known]
        by_photo = {photo.id: photo for photo in cover.values()}
        for start in range(0, len(missing), CHUNK):
            known |= self._compare(missing[start : start + CHUNK], by_photo)
        return {pair: known[ends] for pair, ends in photos.items() if ends in known}

    def find(self, photos: Sequence[Photo]) -> None:
        """Find the local features of photos that have none of this method, and keep them."""
        self._features(photos)

    def _candidates(self, garments: Sequence[Garment]) -> list[Pair]:
        """The candidate pairs, looked for anew only where what they rest on changed."""
        last = self._last  # one look at it: another thread may replace it meanwhile
        found = still_nearest(last[1], last[0], garments) if last is not None else None
        if found is None:
            found = candidates(garments)
            self._last = tuple(garments), found
        return found  # what went may come back: all of it stays known

    def known(self, garments: Sequence[Garment]) -> Matches:
        """What is known of them already; nothing is compared now."""
        item_of = {photo.id: item for item, photo in _covers(garments).items()}
        with self._uow() as uow:
            found = uow.matches.all(METHOD)
        return {
            _ordered(item_of[a], item_of[b]): match for (a, b), match in found.items() if a in item_of and b in item_of
        }

    def matches_of(self, newcomer: Garment, points: bytes | None, garments: Sequence[Garment]) -> Matches:
        """How far a garment that is not stored agrees with those most like it; ``points`` are its packed features.

        Nothing is written.
        """
        if points is None:
            return {}
        garments = within_reach(newcomer, garments)
        cover = _covers(garments)
        near = [pair for pair in candidates([newcomer, *garments]) if newcomer.id in pair]
        others = {item for pair in near for item in pair if item in cover}
        features = self._features([cover[item] for item in others], keep=False)
        own = keypoints.unpack(points)
        return {
            _ordered(newcomer.id, item): compared(own, features[cover[item].id])
            for item in others
            if cover[item].id in features
        }

    def _compare(self, pairs: Sequence[Pair], photos: Mapping[int, Photo]) -> dict[Pair, KeypointMatch]:
        shots = [photos[photo_id] for photo_id in sorted({end for pair in pairs for end in pair})]
        packed = self._packed(shots)
        features = {photo_id: keypoints.unpack(data) for photo_id, data in packed.items()}
        possible = [pair for pair in pairs if pair[0] in features and pair[1] in features]
        # Small products: BLAS's own threads would wait for each other most of the time.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
            parts = [possible[start : start + TOGETHER] for start in range(0, len(possible), TOGETHER)]
            found = pool.map(lambda part: [compared(features[one], features[other]) for one, other in part], parts)
            done = dict(zip(possible, chain.from_iterable(found), strict=True))
        with _kept_if_possible(), self._uow(writing=True) as uow:
            # A photo that was seen anew meanwhile is compared again when somebody asks again.
            now = uow.matches.points(packed, METHOD)
            still = {pair: match for pair, match in done.items() if all(now.get(end) == packed[end] for end in pair)}
            uow.matches.add(still.items(), METHOD)
            uow.commit()
        return done

    def _features(self, photos: Sequence[Photo], *, keep: bool = True) -> dict[int, Keypoints]:
        packed = self._packed(photos, keep=keep)
        return {photo_id: keypoints.unpack(data) for photo_id, data in packed.items()}

    def _packed(self, photos: Sequence[Photo], *, keep: bool = True) -> dict[int, bytes]:
        """Features by photo; those that an earlier program left out are found now and, if wanted, kept."""
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
                continue  # without its file a photo is compared by what was kept of it
            mask = self._store.mask(photo) if photo.has_cut_out else None
            found[photo.id] = keypoints.pack(keypoints.find_keypoints(image, mask))
        return found


def compared(one: Keypoints, other: Keypoints) -> KeypointMatch:
    """How far the local features of two garments agree."""
    found = keypoints.match(one, other)
    return KeypointMatch(found.tentative, found.agreeing, found.share, found.mirrored)


@contextmanager
def _kept_if_possible() -> Iterator[None]:
    """Who only looks, at groups or at the graph, must not fail because the disk is full: it is computed again then."""
    try:
        yield
    except StorageFailed as error:
        _log.warning("what was compared could not be kept: %s", error)


def _covers(garments: Iterable[Garment]) -> dict[int, Photo]:
    return {garment.id: garment.cover for garment in garments if garment.cover is not None}


def _has(cover: Mapping[int, Photo], pair: Pair) -> bool:
    return pair[0] in cover and pair[1] in cover


def _ordered(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)
