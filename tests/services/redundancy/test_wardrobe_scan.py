from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from classifier.serving.keypoints import METHOD
from db.repositories.garments import GarmentRepository
from tests.services.support.stored import Factory, photo_store, redundancy_service, stored
from tests.support.garments import random_wardrobe
from tests.support.pgvector import allow_to_fold
from tests.support.postgres import Postgres
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Garment, Likeness, Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.similarity import candidates, pair_blocking
from wardrobe_app.domain.similarity.same_item import KeypointMatch
from wardrobe_app.services.redundancy import batch_scan, wardrobe_scan
from wardrobe_app.services.redundancy.wardrobe_scan import WardrobeScan
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching

COUNT = 150


def drawn() -> list[Garment]:
    # A third are like an earlier one: of its tags and colours, with a near embedding.
    rng, made = np.random.default_rng(5), random_wardrobe(COUNT, seed=8)
    for row in range(2 * COUNT // 3, COUNT):
        twin = made[int(rng.integers(0, row))]
        assert twin.embedding is not None
        near = twin.embedding + rng.normal(0, 0.02, 64).astype(np.float32)
        embedding = near / np.linalg.norm(near)
        made[row] = replace(made[row], tags=twin.tags, palette=twin.palette, slot=twin.slot, embedding=embedding)
    made[5] = replace(made[5], status=Status.FOR_SALE)
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, vector_postgres: Postgres) -> Iterator[Settings]:
    url = vector_postgres.fresh()
    allow_to_fold(url)
    yield Settings(data_dir=tmp_path_factory.mktemp("shop"), database_url=url)
    vector_postgres.drop(url)


@pytest.fixture(scope="module")
def units(shop: Settings) -> Factory:
    return stored(shop, drawn())


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (candidates, pair_blocking):
        monkeypatch.setattr(module, "ALL_PAIRS_UP_TO", 0)
    for module, name, few in (
        (batch_scan, "BATCH_GARMENTS", 64),
        (batch_scan, "LOADED_GARMENTS", 100),
        (wardrobe_scan, "BATCH_PAIRS", 50),
        (wardrobe_scan, "BATCH_GROUPS", 20),
    ):
        monkeypatch.setattr(module, name, few)


def scanned(shop: Settings, units: Factory, in_memory_up_to: int = 0) -> tuple[RedundancyGroup, ...]:
    matching = KeypointMatching(units, photo_store(shop))
    scan = WardrobeScan(units, matching, redundancy_service(shop, units), in_memory_up_to=in_memory_up_to)
    return tuple(scan.groups())


def store_matches(units: Factory) -> None:
    # As keypoints of photos might agree: of a third of the pairs well, of a third hardly.
    with units() as uow:
        pairs = candidates.candidates(uow.garments.all())
    found = [(pair, KeypointMatch(40, 30, (0.7, 0.05)[place % 2], False)) for place, pair in enumerate(pairs)]
    with units(writing=True) as uow:
        uow.matches.add([one for place, one in enumerate(found) if place % 3], METHOD)
        uow.commit()


def test_a_scan_in_batches_finds_what_the_page_shows(
    shop: Settings, units: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = redundancy_service(shop, units)
    assert scanned(shop, units) == service.groups() != ()
    store_matches(units)
    with_matches = redundancy_service(shop, units).groups()
    assert {group.likeness for group in with_matches} == set(Likeness)
    first, second, *_ = with_matches
    service.decide(first.ids, Verdict.DIFFERENT)
    service.merge(second.ids[0], second.ids[1:], Verdict.TWINS, prefer={})
    expected = redundancy_service(shop, units).groups()
    assert len(expected) < len(with_matches)
    monkeypatch.setattr(GarmentRepository, "all", None)  # all garments are never in memory
    assert scanned(shop, units) == expected


def test_a_review_that_is_under_way_goes_on(shop: Settings, units: Factory) -> None:
    service = redundancy_service(shop, units)
    service.start()
    first, *_ = service.queue().left
    service.let_go(service.queue().left[first].ids[:1], service.queue().left[first].ids[1:], group=first)
    assert scanned(shop, units) == service.groups() != ()
    for group, left in service.queue().left.items():
        service.decide(left.ids, Verdict.KEEP_BOTH, group=group)
    assert scanned(shop, units) == service.groups()


def test_elsewhere_the_page_s_own_search_is_used(shop: Settings, units: Factory, tmp_path: object) -> None:
    assert scanned(shop, units, in_memory_up_to=COUNT) == redundancy_service(shop, units).groups()


def test_garments_that_all_are_about_to_leave_make_no_groups(shop: Settings, units: Factory) -> None:
    with units(writing=True) as uow:
        uow.garments.change(uow.garments.matching_ids(Filter()), {"status": Status.FOR_SALE})
        uow.commit()
    assert scanned(shop, units) == ()
