from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from wardrobe_app.cluster import connection

# A Ray cluster of two nodes with one processor each, all of it processes of this machine that listen on loopback.


class Nodes:
    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.address: str = cluster.address
        self._second = self._add()

    def kill_one(self) -> None:
        # By SIGKILL, with the workers on it, as if somebody had pulled the plug.
        self._cluster.remove_node(self._second, allow_graceful=False)
        self._second = None

    def make_whole(self) -> None:
        self._second = self._second or self._add()

    def _add(self) -> Any:
        return self._cluster.add_node(**_NODE)


_NODE = {"num_cpus": 1, "node_ip_address": "127.0.0.1", "object_store_memory": 150 * 2**20}

# A node that does not answer is given up after some seconds instead of half a minute.
_HEALTH = {"health_check_initial_delay_ms": 2000, "health_check_period_ms": 1000, "health_check_failure_threshold": 4}
_HEAD = {"include_dashboard": False, "_system_config": _HEALTH}


@contextmanager
def two_nodes() -> Iterator[Nodes]:
    connection.be_discreet(alone=True)  # before Ray is imported, which reads it then
    utils = pytest.importorskip("ray.cluster_utils", reason="Ray is not installed (pip install 'ray[data]')")
    with connection.without_reports():
        cluster = utils.Cluster(initialize_head=True, head_node_args={**_NODE, **_HEAD})
    try:
        yield Nodes(cluster)
    finally:
        cluster.shutdown()
