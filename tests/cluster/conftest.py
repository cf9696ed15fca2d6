from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.nodes import Nodes, two_nodes


@pytest.fixture(scope="session")
def _nodes() -> Iterator[Nodes]:
    with two_nodes() as found:
        yield found


@pytest.fixture
def nodes(_nodes: Nodes) -> Nodes:
    _nodes.make_whole()
    return _nodes
