from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from classifier.prediction import Answer, Prediction, Tier
from classifier.serving import keypoints
from classifier.serving.keypoints import METHOD
from tests.services.support.stored import Factory, photo_store, stored
from tests.support.drawing import photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.tagging import keypoint_matching
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching
from wardrobe_app.wiring import Runtime


def printed(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    cloth = np.full((320, 240, 3), 200, np.uint8)
    for _ in range(90):
        x, y = rng.integers(0, 210), rng.integers(0, 290)
        cloth[y : y + rng.integers(6, 30), x : x + rng.integers(6, 30)] = rng.integers(0, 255, 3)
    return Image.fromarray(cloth)


def photo(seed: int, angle: float = 0) -> bytes:
    turned = printed(seed).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(200, 200, 200))
    return photo_bytes(turned)


class SeesAll(FakeTagger):
    """All of each picture is the garment, and all garments look alike."""

    def _one(self, image: Image.Image, masked: bool = True) -> Prediction:
        found = super()._one(image, masked=False)
        vector = np.array([1.0, 0.1], np.float32) / np.float32(np.sqrt(1.01))
        return replace(
            found, type=Answer("Tee", 0.95, Tier.SURE), pattern=Answer("graphic", 0.9, Tier.SURE), embedding=vector
        )


@pytest.fixture
def tagger() -> FakeTagger:
    return SeesAll()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counted: list[int] = []
    really = keypoint_matching.compared
    monkeypatch.setattr(keypoint_matching, "compared", lambda one, other: counted.append(1) or really(one, other))
    return counted


def add(runtime: Runtime, *photos: bytes) -> list[int]:
    sources = [source_from_bytes(f"{len(data)}.jpg", data) for data in photos]
    return [result.garment.id for result in runtime.importing.importer.add(sources) if result.garment]


@pytest.fixture
def factory(runtime: Runtime) -> Factory:
    return stored(runtime.settings, [])


@pytest.fixture
def matching(runtime: Runtime, factory: Factory) -> KeypointMatching:
    return KeypointMatching(factory, photo_store(runtime.settings))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counted: list[int] = []
    really = keypoints.find_keypoints
    monkeypatch.setattr(keypoints, "find_keypoints", lambda *photo: counted.append(1) or really(*photo))
    return counted


def stored_points(runtime: Runtime, factory: Factory) -> set[int]:
    """The garments whose first photo has keypoints."""
    with factory() as uow:
        by_photo = {garment.photos[0].id: garment.id for garment in uow.garments.all()}
        return {by_photo[photo_id] for photo_id in uow.matches.points(by_photo, METHOD)}


def test_an_import_finds_no_keypoints(runtime: Runtime, factory: Factory, found: list[int]) -> None:
    add(runtime, photo(1), photo(1, 12))
    assert not found
    assert stored_points(runtime, factory) == set()


def test_a_scan_finds_and_stores_the_keypoints_of_each_photo_once(
    runtime: Runtime, factory: Factory, found: list[int]
) -> None:
    ids = add(runtime, photo(1), photo(2), photo(3))
    runtime.redundancy.review.groups()
    assert stored_points(runtime, factory) == set(ids)
    add(runtime, photo(4))
    runtime.redundancy.review.groups()
    assert len(found) == 4


def test_a_photo_that_no_pair_needs_gets_no_keypoints(runtime: Runtime, factory: Factory) -> None:
    one, other, plain, too = add(runtime, photo(1), photo(2), photo(3), photo(4))
    for items, pattern, kind in (((one, other), "graphic", "Tee"), ((plain, too), "solid", "Blazer")):
        runtime.catalogue.correct(items, TagKind.PATTERN, pattern)
        runtime.catalogue.correct(items, TagKind.TYPE, kind)
    runtime.redundancy.review.groups()
    assert stored_points(runtime, factory) == {one, other}


def test_progress_is_told_and_what_was_done_before_an_interruption_stays(
    runtime: Runtime, factory: Factory, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keypoint_matching, "BATCH_PAIRS", 1)
    add(runtime, photo(1), photo(2), photo(3))

    def stopped(done: int, total: int) -> None:
        assert total == 3
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runtime.redundancy.review.compare(stopped)
    with factory() as uow:
        assert len(uow.matches.all(METHOD)) == 2
    told: list[tuple[int, int]] = []
    runtime.redundancy.review.compare(lambda done, total: told.append((done, total)))
    assert told == [(0, 1)]
    assert len(found) == 3


def test_a_garment_that_is_deleted_during_a_scan_is_left_out(
    runtime: Runtime, matching: KeypointMatching, factory: Factory
) -> None:
    kept, other, gone = add(runtime, photo(1), photo(1, 12), photo(2))
    garments = runtime.catalogue.garments()
    with factory(writing=True) as uow:
        uow.deletion.delete([gone])
        uow.commit()
    matching.matches(garments)
    assert stored_points(runtime, factory) == {kept, other}
    with factory() as uow:
        assert len(uow.matches.all(METHOD)) == 1


def test_two_scans_at_once_find_keypoints_once(runtime: Runtime, matching: KeypointMatching, found: list[int]) -> None:
    add(runtime, photo(1), photo(2), photo(3))
    garments = runtime.catalogue.garments()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: matching.matches(garments), range(2))
    assert one == other
    assert len(found) == 3


def test_for_a_photo_that_is_not_stored_only_keypoints_of_owned_ones_are_kept(
    runtime: Runtime, factory: Factory, found: list[int]
) -> None:
    ids = add(runtime, photo(1), photo(2))
    newcomer = runtime.insights.purchases.look_at(source_from_bytes("shop.jpg", photo(1, 12)))
    revision = runtime.outfits.rules.revision()
    assert not found
    for _ in range(2):
        nearest, _ = runtime.insights.purchases.weigh(newcomer).nearest
        assert nearest[0].id == ids[0]
        assert nearest[1].score > 0.9
    assert len(found) == 3
    assert stored_points(runtime, factory) == set(ids)
    assert runtime.outfits.rules.revision() == revision


def test_one_garment_on_two_photos_is_found_as_such(runtime: Runtime, matching: KeypointMatching) -> None:
    one, again, other = add(runtime, photo(1), photo(1, 12), photo(2))
    groups = {group.ids: group.relation for group in runtime.redundancy.review.groups()}
    found = matching.matches(runtime.catalogue.garments())
    assert found[one, again].share > 0.5 > found[one, other].share
    assert (one, again) in groups or (one, again, other) in groups


def test_every_pair_is_compared_once(runtime: Runtime, compared: list[int]) -> None:
    add(runtime, photo(1), photo(2), photo(3))
    runtime.redundancy.review.groups()
    assert len(compared) == 3
    runtime.redundancy.review.groups()
    assert len(compared) == 3


def test_adding_one_garment_compares_only_that_one(runtime: Runtime, compared: list[int]) -> None:
    add(runtime, photo(1), photo(2), photo(3))
    runtime.redundancy.review.groups()
    compared.clear()
    add(runtime, photo(4))
    runtime.redundancy.review.groups()
    assert len(compared) == 3


def test_a_photo_that_is_seen_anew_is_compared_anew(runtime: Runtime, compared: list[int]) -> None:
    first, *_ = add(runtime, photo(1), photo(2), photo(3))
    runtime.redundancy.review.groups()
    compared.clear()
    list(runtime.catalogue.retag([first]))
    runtime.redundancy.review.groups()
    assert len(compared) == 2


def test_photos_of_an_earlier_version_are_looked_at_when_they_are_needed(
    runtime: Runtime, matching: KeypointMatching, factory: Factory
) -> None:
    one, again = add(runtime, photo(1), photo(1, 12))
    with factory(writing=True) as uow:
        uow.matches.forget([entry.photos[0].id for entry in uow.garments.all()])
        uow.commit()
    assert matching.matches(runtime.catalogue.garments())[one, again].share > 0.5
    with factory() as uow:
        photos = [garment.photos[0].id for garment in uow.garments.all()]
        assert len(uow.matches.points(photos, METHOD)) == 2


def test_a_photo_whose_file_is_gone_is_not_compared(
    runtime: Runtime, matching: KeypointMatching, factory: Factory
) -> None:
    add(runtime, photo(1), photo(1, 12))
    garments = runtime.catalogue.garments()
    with factory(writing=True) as uow:
        uow.matches.forget([garments[0].photos[0].id])
        uow.commit()
    runtime.catalogue.photo_path(garments[0].photos[0]).unlink()
    assert matching.matches(garments) == {}


def test_two_photos_are_compared_and_nothing_is_kept(runtime: Runtime) -> None:
    sources = [source_from_bytes(name, data) for name, data in (("a.jpg", photo(1)), ("b.jpg", photo(1, 12)))]
    same = runtime.redundancy.comparison.compare(*sources)
    other = runtime.redundancy.comparison.compare(sources[0], source_from_bytes("c.jpg", photo(2)))
    assert same.relation is Relation.SAME_GARMENT
    assert other.relation in (Relation.LOOK_ALIKE, Relation.DIFFERENT)
    assert same.same.score > other.same.score
    assert {part.name for part in same.same.parts} >= {"type", "colour", "pattern", "picture", "local_features"}
    assert runtime.catalogue.count().live == 0


def test_one_file_twice_is_the_same_picture(runtime: Runtime) -> None:
    source = source_from_bytes("a.jpg", photo(1))
    assert runtime.redundancy.comparison.compare(source, source).relation is Relation.SAME_PICTURE
