from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.cluster.nodes import Nodes
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected

# One group: the processes of a run would each start a cluster of their own.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]


def make_work() -> Callable[[Sequence[int]], list[bytes]]:
    def work(items: Sequence[int]) -> list[bytes]:
        for item in items:
            time.sleep(0.004)
            if item < 0:
                os._exit(1)
        return [str(item).encode() for item in items]

    return work


def make_broken() -> Callable[[Sequence[int]], list[bytes]]:
    raise LookupError("no such thing")


@pytest.fixture
def pool(nodes: Nodes) -> Iterator[ActorPool]:
    with connected(nodes.address) as ray:
        yield ActorPool(ray)


def test_what_ends_its_worker_is_told_and_its_neighbours_are_answered(pool: ActorPool) -> None:
    items = list(range(200))
    items[77] = -1
    found = dict(pool.map(items, make_work, 8))
    assert found.pop(77) is None
    assert found == {place: str(place).encode() for place in range(200) if place != 77}


def test_a_node_that_is_killed_costs_no_answer_and_no_order(pool: ActorPool, nodes: Nodes) -> None:
    places = []
    for place, found in pool.map(range(600), make_work, 8):
        assert found == str(place).encode()
        places.append(place)
        if place == 100:
            nodes.kill_one()
    assert places == list(range(600))


def test_an_error_of_the_work_is_raised_and_what_comes_after_still_runs(pool: ActorPool) -> None:
    with pytest.raises(RuntimeError, match="LookupError: no such thing"):
        list(pool.map(range(20), make_broken, 4))
    some = pool.map(range(100), make_work, 4)
    assert next(some) == (0, b"0")
    some.close()  # type: ignore[attr-defined]
    assert len(list(pool.map(range(20), make_work, 4))) == 20
