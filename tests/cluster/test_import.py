from __future__ import annotations

import hashlib
import io
import ipaddress
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from PIL import Image

from tests.cluster.nodes import Nodes
from tests.cluster.taggers import POISON, another, poisoned
from tests.paths import ROOT
from tests.support.drawing import photo_bytes
from wardrobe_app import startup, wiring
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected
from wardrobe_app.cluster.importing import RayEngine
from wardrobe_app.cluster.retagging import RayPredictionEngine
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.preparing import LocalEngine
from wardrobe_app.services.importing.results import ImportResult, Outcome
from wardrobe_app.services.importing.sources import sources_of
from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]

MANY, FEWER = 2_000, 500  # with --full, and without
IN_THE_STORE = 250  # the rest is in a folder: speaking S3 takes the tests' server longer than everything else
KILL_THE_DRIVER_AT, KILL_A_NODE_AT, POISONED = 100, 280, 380


def drawn(photos: int) -> dict[str, bytes]:
    rng = np.random.default_rng(3)
    files: dict[str, bytes] = {}
    for number in range(photos):
        noise = Image.fromarray(rng.integers(0, 256, (6, 5, 3), np.uint8))
        files[f"{number // 500}/{number:04}.jpg"] = photo_bytes(noise.resize((50, 60), Image.Resampling.BICUBIC))
    some = list(files.items())
    files |= {f"5/again {place}.jpg": data for place, (_, data) in enumerate(some[:: max(1, photos // 5)])}
    for place, (_, data) in enumerate(some[photos // 10 :: max(1, photos // 5)]):  # the same pictures, saved again
        with Image.open(io.BytesIO(data)) as image:
            files[f"5/saved {place}.jpg"] = photo_bytes(image.convert("RGB"), quality=88)
    files["6/broken.jpg"] = b"no picture"
    return files


@dataclass
class Album:
    # All photos in one folder, and the places that have the same ones between them, in the same order.
    whole: Path
    places: list[str]
    options: dict[str, str]

    def write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def poison(self) -> None:
        self.write(
            Path(self.places[1], str(POISONED // 500), f"{POISONED:04} poison.jpg"),
            photo_bytes(Image.new("RGB", (50, 60), POISON)),
        )


@pytest.fixture
def album(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: bool) -> Iterator[Album]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    # The filesystem carries this to the workers.
    options = {"endpoint_url": f"http://{host}:{port}", "key": "ada", "secret": "hush"}
    monkeypatch.setitem(fsspec.config.conf, "s3", options)
    store, bucket = fsspec.filesystem("s3"), f"album-{secrets.token_hex(4)}"
    store.mkdir(bucket)
    files = drawn(MANY if full else FEWER)
    found = Album(tmp_path / "whole", [f"s3://{bucket}", str(tmp_path / "rest")], options)
    for place, (name, data) in enumerate(files.items()):
        found.write(found.whole / name, data)
        if place >= IN_THE_STORE:
            found.write(tmp_path / "rest" / name, data)
    store.pipe({f"{bucket}/{name}": data for name, data in islice(files.items(), IN_THE_STORE)})
    yield found
    server.stop()


def stored(wardrobe: Runtime) -> list[tuple[Any, ...]]:
    # Everything that an import stores, in the order of ids.
    found: list[tuple[Any, ...]] = []
    for garment in wardrobe.catalogue.garments():
        (photo,) = garment.photos
        files = [wardrobe.catalogue.photo_path(photo), wardrobe.catalogue.thumbnail_path(photo)]
        tags = sorted((tag.kind, tag.value, tag.source, tag.confidence, tag.model) for tag in garment.tags.values())
        assert garment.embedding is not None
        found.append(
            (
                photo.filename,
                photo.sha256,
                photo.phash,
                photo.mask_model,
                garment.palette,
                tags,
                garment.embedding.tobytes(),
                *[hashlib.sha256(path.read_bytes()).hexdigest() for path in files],
            )
        )
    return found


def count_files(settings: Settings) -> int:
    places = (settings.photos_dir, settings.thumbnails_dir, settings.masks_dir)
    return sum(path.is_file() for place in places for path in place.rglob("*"))


@pytest.mark.timeout(900)
def test_photos_of_a_store_and_a_folder_come_in_once_whoever_is_killed(
    nodes: Nodes,
    album: Album,
    fresh_vectors: Callable[[], str],
    open_wardrobe: Callable[[Settings], Runtime],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LocalEngine, "rows_together", 64)  # so that this takes less time
    here = open_wardrobe(Settings(data_dir=tmp_path / "here"))
    local = Counter(result.outcome for result in here.importing.importer.add(sources_of([album.whole])))
    photos = local[Outcome.ADDED]
    assert local == {Outcome.ADDED: photos, Outcome.ALREADY: 10, Outcome.REFUSED: 1}
    assert photos in (MANY, FEWER)

    album.poison()
    settings = Settings(data_dir=tmp_path / "there", database_url=fresh_vectors())
    kill_a_driver(settings, nodes.address, album)
    there = open_wardrobe(settings)
    already_there = there.catalogue.count().live
    assert KILL_THE_DRIVER_AT <= already_there < photos
    with connected(nodes.address) as ray:
        make = partial(wiring.preparer, wiring.for_workers(settings), poisoned)
        engine = RayEngine(ActorPool(ray), make, 16)
        results: list[ImportResult] = []
        for result in there.importing.importer.add(sources_of(album.places), asked=album.places, engine=engine):
            results.append(result)
            if len(results) == KILL_A_NODE_AT:
                nodes.kill_one()
        refused = [result for result in results if result.outcome is Outcome.REFUSED]
        assert [one.name.rpartition("/")[2] for one in refused] == [f"{POISONED:04} poison.jpg", "broken.jpg"]
        assert Counter(result.outcome for result in results) == {
            Outcome.ADDED: photos - already_there,
            Outcome.ALREADY: 10 + already_there,
            Outcome.REFUSED: 2,
        }
        assert stored(there) == stored(here)
        assert count_files(settings) == count_files(here.settings)
        assert there.importing.unfinished.left() == []

        ids = [garment.id for garment in there.catalogue.garments()][:40]
        predictor = partial(wiring.predictor, wiring.for_workers(settings), another)
        list(there.catalogue.retag(ids, RayPredictionEngine(ActorPool(ray), predictor, 16)))
    monkeypatch.setattr(wiring, "make_tagger", another)
    again = startup.build(here.settings)
    list(again.catalogue.retag(ids))
    assert stored(there) == stored(again)
    assert count_files(settings) == count_files(here.settings)


def kill_a_driver(settings: Settings, cluster: str, album: Album) -> None:
    told = {
        "settings": settings.model_dump(mode="json", include={"data_dir", "database_url"}),
        "cluster": cluster,
        "places": album.places,
    }
    environment = {**os.environ, **{f"FSSPEC_S3_{key.upper()}": value for key, value in album.options.items()}}
    command = [sys.executable, "-m", "tests.cluster.driver", json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as driver:
        assert driver.stdout
        for number, _ in enumerate(driver.stdout, 1):
            if number == KILL_THE_DRIVER_AT:
                driver.send_signal(signal.SIGKILL)
                break


def test_the_real_network_tags_on_a_cluster_of_this_computer_that_nobody_else_reaches(
    tmp_path: Path, settings: Settings
) -> None:
    pytest.importorskip("ray")
    folder = tmp_path / "album"
    folder.mkdir()
    names = sorted(drawn(8).items())[:8]
    for name, data in names:
        (folder / Path(name).name).write_bytes(data)
    environment = {**os.environ, "WARDROBE_DATA_DIR": str(settings.data_dir), "OMP_NUM_THREADS": ""}
    command = [sys.executable, "-m", "wardrobe_app", "import", "--engine", "ray", str(folder)]
    open_to: set[str] = set()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as running:
        while running.poll() is None:
            open_to |= listening_addresses()
            time.sleep(0.3)
        assert running.stdout and running.stderr
        told, errors = running.stdout.read(), running.stderr.read()
    assert running.returncode == 0, errors
    assert told.splitlines()[-1] == "8 files: 8 added"
    garments = startup.build(settings).catalogue.garments()
    assert {tag.model.partition(" ")[0] for one in garments for tag in one.tags.values() if tag.model} == {"wardrobe"}
    if sys.platform == "linux":
        assert open_to
        assert open_to <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def listening_addresses() -> set[str]:
    # Of the processes of a Ray that was started by a command: its folder is named in their command lines.
    sockets: set[str] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"/wg-" in (process / "cmdline").read_bytes():
                sockets |= {str(file.readlink()) for file in (process / "fd").iterdir()}
        except OSError:
            continue
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:] if Path(table).exists() else ():
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in sockets:
                found.add(_address(local.partition(":")[0]))
    return found


def _address(hexadecimal: str) -> str:
    words = [bytes.fromhex(hexadecimal[at : at + 8])[::-1] for at in range(0, len(hexadecimal), 8)]
    address = ipaddress.ip_address(b"".join(words))
    mapped = getattr(address, "ipv4_mapped", None)
    return f"::ffff:{mapped}" if mapped else str(address)
