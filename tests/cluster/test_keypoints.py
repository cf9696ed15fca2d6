from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, cast

import pytest

from classifier.serving.keypoints import METHOD
from tests.cluster.nodes import Nodes
from tests.services.support.stored import Factory, photo_store, redundancy_service, stored
from tests.services.tagging.test_keypoint_matching import SeesAll, add, photo
from tests.support.fakes import FakeTagger
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected
from wardrobe_app.cluster.keypoints import RayKeypoints
from wardrobe_app.config import Settings
from wardrobe_app.domain.similarity.same_item import KeypointMatch
from wardrobe_app.services.redundancy.wardrobe_scan import WardrobeScan
from wardrobe_app.services.tagging import keypoint_matching
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching
from wardrobe_app.services.tagging.keypoints_elsewhere import KeypointWorker
from wardrobe_app.wiring import Runtime


class Here:
    # A pool without Ray, in this process; it does not bring back what ``lost`` names by place.
    lost = frozenset({1})

    def map(self, items: Sequence[Any], make: Callable[[], Callable[..., Any]], batch: int) -> Iterator[Any]:
        for start in range(0, len(items), batch):
            found = make()(items[start : start + batch])
            yield from ((start + at, None if start + at in self.lost else one) for at, one in enumerate(found))


@pytest.fixture
def tagger() -> FakeTagger:
    return SeesAll()


@pytest.fixture
def units(runtime: Runtime) -> Factory:
    add(runtime, photo(1), photo(1, 12), photo(2), photo(3), photo(3, 7))
    return stored(runtime.settings, [])


def make_worker(settings: Settings) -> KeypointWorker:
    return KeypointWorker(stored(settings, []), photo_store(settings))


def scanned(settings: Settings, units: Factory, elsewhere: RayKeypoints | None = None) -> list[tuple[int, ...]]:
    scan = WardrobeScan(units, KeypointMatching(units, photo_store(settings)), redundancy_service(settings, units))
    return [group.ids for group in scan.groups(elsewhere=elsewhere)]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    # The pairs that were compared in this process.
    counted: list[int] = []
    really = keypoint_matching.compared
    monkeypatch.setattr(keypoint_matching, "compared", lambda *both: counted.append(1) or really(*both))
    return counted


def matches(units: Factory) -> dict[tuple[int, int], KeypointMatch]:
    with units() as uow:
        return uow.matches.all(METHOD)


def test_what_others_compare_is_stored_and_what_they_do_not_is_compared_here(
    runtime: Runtime, units: Factory, here: list[int]
) -> None:
    elsewhere = RayKeypoints(cast(ActorPool, Here()), partial(make_worker, runtime.settings))
    found = scanned(runtime.settings, units, elsewhere)
    first = matches(units)
    assert len(here) == 4 + 1  # a photo that did not come back has four pairs, and one pair did not
    with units(writing=True) as uow:
        uow.matches.forget({end for pair in first for end in pair})
        uow.commit()
    assert scanned(runtime.settings, units) == found
    assert matches(units) == first != {}


@pytest.mark.slow
@pytest.mark.xdist_group("ray")
def test_a_cluster_finds_what_one_process_finds(
    runtime: Runtime, units: Factory, nodes: Nodes, here: list[int]
) -> None:
    settings = runtime.settings
    with connected(nodes.address) as ray:
        elsewhere = RayKeypoints(ActorPool(ray), partial(make_worker, settings))
        found = scanned(settings, units, elsewhere)
    assert not here
    first = matches(units)
    with units(writing=True) as uow:
        uow.matches.forget({end for pair in first for end in pair})
        uow.commit()
    assert scanned(settings, units) == found
    assert matches(units) == first != {}
