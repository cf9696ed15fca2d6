from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.cluster.nodes import Nodes
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected

# One group: the processes of a run would each start a cluster of their own.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]


def make_work() -> Callable[[Sequence[int]], list[bytes]]:
    def work(items: Sequence[int]) -> list[bytes]:
        return [str(item).encode() for item in items]

    return work


def make_broken() -> Callable[[Sequence[int]], list[bytes]]:
    raise LookupError("no such thing")


@pytest.fixture
def pool(nodes: Nodes) -> Iterator[ActorPool]:
    with connected(nodes.address) as ray:
        yield ActorPool(ray)


def test_an_error_of_the_work_is_raised_and_what_comes_after_still_runs(pool: ActorPool) -> None:
    with pytest.raises(RuntimeError, match="LookupError: no such thing"):
        list(pool.map(range(20), make_broken, 4))
    some = pool.map(range(100), make_work, 4)
    assert next(some) == (0, b"0")
    some.close()  # type: ignore[attr-defined]
    assert len(list(pool.map(range(20), make_work, 4))) == 20
