from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from tests.paths import ROOT
from tests.support import no_network
from tests.support.drawing import draw_garment, photo_bytes

FAR_AWAY = ("192.0.2.1", 9)  # kept for documentation: nobody answers there


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_beyond_this_machine_is_refused(method: str) -> None:
    with socket.socket() as client, pytest.raises(no_network.NetworkBlocked, match=r"192\.0\.2\.1"):
        getattr(client, method)(FAR_AWAY)


def test_a_datagram_beyond_this_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, pytest.raises(no_network.NetworkBlocked):
        client.sendto(b"hello", FAR_AWAY)


def test_no_name_is_looked_up() -> None:
    with pytest.raises(no_network.NetworkBlocked, match=r"example\.org"):
        socket.create_connection(("example.org", 443), timeout=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_may_be_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.53", 53), True),
        (("::1", 80, 0, 0), True),
        (("8.8.8.8", 1), False),
        (("fe80::1%eth0", 80), False),
        ("/run/something.sock", True),
        ("localhost.example.org", False),
        (b"example.org", False),
        (None, True),
    ],
)
def test_it_is_known_what_is_this_machine(address: object, local: bool) -> None:
    assert no_network.is_local(address) is local


def test_nothing_listens_beyond_this_machine() -> None:
    with socket.socket() as server, pytest.raises(no_network.NetworkBlocked):
        server.bind(FAR_AWAY)


@pytest.mark.parametrize("address", [("0.0.0.0", 1), ("::", 1, 0, 0), ("", 1), "", b"", None, ("192.168.1.20", 1)])  # noqa: S104
def test_it_is_known_what_other_machines_could_reach(address: object) -> None:
    assert not no_network.is_private(address)
    assert no_network.is_private(("127.0.0.2", 1))
    assert no_network.is_private("/run/something.sock")


def _python(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], str]:
    log = folder / "network.log"
    environment = no_network.environment(folder / "startup", log, WARDROBE_DATA_DIR=str(folder / "data"))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return done, log.read_text(encoding="utf-8") if log.exists() else ""


def test_a_program_that_a_test_starts_is_held_back_too(tmp_path: Path) -> None:
    done, log = _python(tmp_path, "-c", f"import socket; socket.create_connection({FAR_AWAY})")
    assert done.returncode != 0
    assert "192.0.2.1" in log


def test_a_program_that_is_started_without_a_word_is_held_back_too_and_the_run_takes_note(tmp_path: Path) -> None:
    code = f"import socket; socket.create_connection({FAR_AWAY})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NetworkBlocked" in done.stderr
    with pytest.raises(no_network.NetworkBlocked):
        socket.getaddrinfo("example.org", 80)
    assert no_network._log
    noted = no_network._log.read_text(encoding="utf-8")
    assert "192.0.2.1" in noted
    assert "example.org" in noted
    assert no_network.attempts() == []


def _alone(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    # In a network of its own that has not even a loopback: what is written in C is held, too.
    return subprocess.run(["unshare", "-rn", *command], capture_output=True, text=True, check=False, **options)


def _can_be_alone() -> bool:
    return shutil.which("unshare") is not None and _alone("true").returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not _can_be_alone(), reason="this system gives no network name spaces (unshare -rn)")
def test_photos_are_added_tagged_and_exported_where_there_is_no_network_at_all(tmp_path: Path) -> None:
    (tmp_path / "shirt.jpg").write_bytes(photo_bytes(draw_garment("shirt", size=(300, 400))))
    environment = {**os.environ, "WARDROBE_DATA_DIR": str(tmp_path / "data")}
    for arguments in (
        ("add", str(tmp_path / "shirt.jpg")),
        ("insights",),
        ("export-graph", "--format", "html", "--output", str(tmp_path / "graph.html")),
    ):
        done = _alone(sys.executable, "-m", "wardrobe_app", *arguments, cwd=ROOT, env=environment)
        assert done.returncode == 0, done.stderr
    assert '"id":"item:1"' in (tmp_path / "graph.html").read_text(encoding="utf-8")


def test_adding_tagging_and_exporting_reach_for_no_network(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, kind in enumerate(("tshirt", "trousers")):
        (photos / f"{kind}.jpg").write_bytes(photo_bytes(draw_garment(kind, size=(300, 400), seed=number)))
    added, attempts = _python(tmp_path, "-m", "wardrobe_app", "add", str(photos), "--json")
    assert added.returncode == 0, added.stderr
    assert attempts == ""
    listed, _ = _python(tmp_path, "-m", "wardrobe_app", "list", "--json")
    garments = json.loads(listed.stdout)
    assert len(garments) == 2
    assert all(garment["type"] for garment in garments)
    target = tmp_path / "wardrobe.graphml"
    exported, attempts = _python(
        tmp_path, "-m", "wardrobe_app", "export-graph", "--format", "graphml", "--output", str(target)
    )
    assert exported.returncode == 0, exported.stderr
    assert attempts == ""
    assert nx.read_graphml(target).number_of_nodes() > 2


EXPLAIN = """
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.startup import build
from wardrobe_app.services.importing.importer import source_from_bytes
wardrobe = build()
(result,) = wardrobe.importing.importer.add([source_from_bytes("a.jpg", photo_bytes(draw_garment(size=(300, 400))))])
found = wardrobe.tagging.explanations.why(result.garment.cover, result.garment.type)
assert found.type == result.garment.type and found.picture[:2] == b"\\xff\\xd8", found
"""


@pytest.mark.slow
def test_explaining_a_photo_reaches_for_no_network_and_writes_nothing_outside_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home))
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    explained, attempts = _python(tmp_path, "-c", EXPLAIN)
    assert explained.returncode == 0, explained.stderr
    assert attempts == ""
    assert list(home.iterdir()) == []
